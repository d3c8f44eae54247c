"""The customers within a person's reach, the latest touched first, at any number of them (A3).

It is the reach of ``queries.visible_customers`` in the forms that large numbers need: a test for customers
that are found already, conditions that an index answers each, and the latest ids.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add, or_
from typing import Any

from peewee import SQL, Expression, Field, ModelSelect, Select, fn

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import NOBODY, present, shared_with
from intranet_crm.database import ids_of, one_of

LATEST_FIRST = (SQL("touched_at DESC"), SQL("id DESC"))
OWNERS = (Customer.owner, Customer.success_manager)
FEW_PEOPLE = 16  # whose customers are read one person after the other
SMALL = 10_000  # customers that may be looked through in passing

Condition = Expression | SQL


def hidden(column: Field) -> Any:
    """The column in a form that no index answers, when another index must be used."""
    return fn.COALESCE(column, column)


@dataclass(frozen=True)
class Scope:
    """The customers for which a person has the permission."""

    person: Person
    permission: P = P.SEE_CUSTOMERS

    @cached_property
    def reach(self) -> Reach:
        return self.person.reach(self.permission)

    @cached_property
    def people(self) -> list[int]:
        """Whose customers these are, when neither nobody's nor everybody's."""
        if self.reach == Reach.OWN:
            return [self.person.id]
        return [key for (key,) in people_within(self.person, self.reach).tuples()]

    @cached_property
    def shared(self) -> list[int]:
        """The customers that the person is a collaborator of."""
        return [key for (key,) in shared_with(self.person, self.permission).tuples()]

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing to narrow down: all of them or none."""
        return self.reach in (Reach.NONE, Reach.ALL)

    def holds(self) -> Condition:
        """Whether a customer that is found by its id is within reach."""
        if self.is_whole:
            return present() if self.reach == Reach.ALL else NOBODY
        ways = [one_of(hidden(column), self.people) for column in OWNERS]
        within = reduce(or_, [*ways, *([one_of(hidden(Customer.id), self.shared)] if self.shared else [])])
        return within & present()

    def ways(self, *, by_person: bool = False) -> list[Condition]:
        """Conditions that are the reach together, each answered by an index of its own."""
        if self.is_whole:
            return [self.holds()]
        ways = [one_of(column, self.people) for column in OWNERS]
        if by_person:
            ways = [column == person for column in OWNERS for person in self.people]
        return [*ways, one_of(Customer.id, self.shared)] if self.shared else ways

    @cached_property
    def is_small(self) -> bool:
        """Whether so few that all of them may be looked through."""
        if self.is_whole:
            return self.reach == Reach.NONE
        counted = (Customer.select(Customer.id).where(way).limit(SMALL + 1).count() for way in self.ways())
        return sum(counted) <= SMALL

    def ids(self) -> list[int]:
        """All of them, when they are few."""
        return [key for way in self.ways() for key in ids_of(Customer.select(Customer.id).where(way), SMALL)]

    def latest(self, most: int) -> list[int]:
        """The ids of the ``most`` customers touched last, in that order.

        Of few people the index of each is read, so nobody else's customers are. Of many the index of all is
        read, unless their customers are few: then these are put in order.
        """
        ways = [self.holds()]
        if not self.is_whole and len(self.people) <= FEW_PEOPLE:
            ways = self.ways(by_person=True)
        elif self.is_small:
            ways = self.ways()
        return in_order((Customer.select().where(way) for way in ways), most)


def in_order(parts: Iterable[ModelSelect], most: int) -> list[int]:
    """The ids of the customers of all parts, those touched last first; no part is read whole."""
    columns = (Customer.touched_at, Customer.id)
    read = [part.select(*columns).where(present()).order_by(*LATEST_FIRST).limit(most) for part in parts]
    if len(read) > 1:
        parted = (Select([each.alias("part")], [SQL("touched_at"), SQL("id")]) for each in read)
        # Some are found twice: as an owner's and as a manager's.
        read = [reduce(add, parted).order_by(*LATEST_FIRST).limit(most * len(OWNERS))]
    ids = Select([read[0].alias("read")], [SQL("id")]).order_by(*LATEST_FIRST).bind(Customer._meta.database)
    return list(dict.fromkeys(key for (key,) in ids.tuples()))[:most]
