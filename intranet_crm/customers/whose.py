"""Whose customers a person has a permission for, as lists of ids: for conditions, filter sets and rows.

It is the reach of ``queries.visible_customers``, asked once for a page instead of once a question.
"""

from dataclasses import dataclass
from functools import cached_property

from peewee import Expression, fn

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import WRITES, collaborations
from intranet_crm.database import one_of


@dataclass(frozen=True, slots=True)
class Whose:
    """The customers of these people, of everybody when they are None, and those shared with the person."""

    people: list[int] | None
    shared: list[int]

    def conditions(self) -> list[Expression]:
        """In a form that no index answers: ids choose already."""
        if self.people is None:
            return []
        columns = (Customer.owner, Customer.success_manager)
        owner, manager = (one_of(fn.COALESCE(column, column), self.people) for column in columns)
        return [owner | manager | one_of(fn.COALESCE(Customer.id, Customer.id), self.shared)]

    def holds(self, key: int, owner: int, manager: int | None) -> bool:
        """Whether a customer of this owner and this success manager is among them."""
        return self.people is None or owner in self.people or manager in self.people or key in self.shared


class Reaches:
    """A person's reach for each permission."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._people: dict[Reach, list[int] | None] = {
            Reach.NONE: [], Reach.OWN: [person.id], Reach.ALL: None
        }  # fmt: skip

    def __getitem__(self, permission: P) -> Whose:
        reach = self.person.reach(permission)
        if reach not in self._people:
            self._people[reach] = [key for (key,) in people_within(self.person, reach).tuples()]
        if reach in (Reach.NONE, Reach.ALL):
            return Whose(self._people[reach], [])
        writes = permission in WRITES
        return Whose(self._people[reach], [key for key, may in self._shared if may or not writes])

    @cached_property
    def _shared(self) -> list[tuple[int, int]]:
        return list(collaborations(self.person).tuples())
