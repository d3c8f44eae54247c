"""Who asks for the pages: people of each role, signed in without leaving a row in the database."""

import re
from collections.abc import Callable
from random import Random
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from peewee import ModelSelect, fn

from intranet_crm import clock
from intranet_crm.accounts import sessions
from intranet_crm.accounts.models import Department, Person, PersonRole, Session
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Reach, Role
from intranet_crm.benchmark.timing import Timing, timed
from intranet_crm.customers.models import Customer
from intranet_crm.database import Kept

TIMES = 60
PEOPLE = 5  # of each role
OWN, TEAM = 3000, 0.15  # customers of a seller, and a team's part of all, that are wanted most

Pair = tuple[Any, FlaskClient]


class Visitors:
    """The application with people of each role signed in."""

    def __init__(self, app: Flask, *, only_reading: bool = False) -> None:
        self.app, self.only_reading, self.chance = app, only_reading, Random(7)  # noqa: S311
        sessions.manager.user_loader(_person_of)
        owned = Customer.select(Customer.owner, fn.COUNT(Customer.id)).group_by(Customer.owner)
        self.owned = dict(owned.tuples())
        self.customers = sum(self.owned.values())
        self.sales = self._those(Role.SALES, Reach.OWN, OWN)
        self.supervisors = self._those(Role.SUPERVISOR, Reach.TEAM, self.customers * TEAM)
        self.admins = self._those(Role.ADMIN, Reach.ALL, 0)
        self.auditors, self.archivists = (
            [(person, self.browser(person, role)) for person, _ in self.admins]
            for role in (Role.AUDITOR, Role.ARCHIVIST)
        )
        self.roles = {"own": self.sales, "team": self.supervisors, "all": self.admins}
        self.own = {person.id: self._customers_of(person) for person, _ in self.sales}

    def _those(self, role: Role, reach: Reach, wanted: float) -> list[Pair]:
        """The people of a role whose customers come nearest to a number, one at least."""
        holders = PersonRole.select(PersonRole.person).where(PersonRole.role == role.value)
        found = Person.select(Person, Department).join(Department).where(Person.id.in_(holders))
        sized = [(self._size(person, reach), person) for person in found.order_by(Person.id)]
        some = sorted((abs(size - wanted), person.id, person) for size, person in sized if size)
        return [(person, self.browser(person, role)) for _, _, person in some[:PEOPLE]]

    def _size(self, person: Person, reach: Reach) -> int:
        if reach == Reach.ALL:
            return self.customers
        return sum(self.owned.get(key, 0) for (key,) in people_within(person, reach).tuples())

    def browser(self, person: Person, role: Role) -> FlaskClient:
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = f"{person.id}:{role.value}", True
        return client

    def _customers_of(self, person: Person) -> list[int]:
        keys = [key for (key,) in Customer.select(Customer.id).where(Customer.owner == person).tuples()]
        return self.chance.sample(keys, min(len(keys), TIMES))

    def get(
        self, pairs: list[Pair], address: Callable[[Any, int], str], headers: dict[str, str] | None = None
    ) -> Timing:
        """How long ``address(who, number)`` takes, asked by one after another; RuntimeError unless 200."""

        def once(number: int) -> None:
            who, client = nth(pairs, number)
            answer = client.get(address(who, number), headers=headers)
            if answer.status_code != 200:
                raise RuntimeError(f"{address(who, number)}: {answer.status}")

        return timed(once, TIMES)


def nth(things: list[Any], number: int) -> Any:
    return things[number % len(things)]


def token(page: str) -> str:
    """The CSRF token of a page."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def _person_of(cookie: str) -> Person | None:
    """The person whom the cookie names, at the cost of a real session."""
    key, _, role = cookie.partition(":")
    for person in _people(int(key)):
        person.take_roles([role])
        moment = clock.now()
        person.session, person.session_token = Session(started_at=moment, seen_at=moment), cookie
        return person
    return None


@Kept
def _people(key: Any) -> ModelSelect:
    roles = PersonRole.select(fn.GROUP_CONCAT(PersonRole.role)).where(PersonRole.person == Person.id)
    return Person.select(Person, Department, roles.alias("held")).join(Department).where(Person.id == key)
