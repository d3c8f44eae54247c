"""How far a person's search goes: which customers, and whose personal data it may confirm (A3, C3).

It is the reach of ``customers.queries.visible_customers``, in the two forms that a search needs: a test for
customers that are found already, and the latest customers to be looked through.
"""

from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any

from peewee import SQL, Expression, Field, ModelSelect, Select, Source, fn

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import NOBODY, present, shared_with, visible_customers
from intranet_crm.database import one_of

EVERYTHING = SQL("1 = 1")
LATEST_FIRST = (SQL("touched_at DESC"), SQL("id DESC"))
SMALL = 10_000  # customers that may be put in order in passing
GLANCE = 12  # customers of anybody looked at for one of a team


def hidden(column: Field) -> Any:
    """The column in a form that no index answers, when another index must be used."""
    return fn.COALESCE(column, column)


HIDDEN_ORDER = (hidden(Customer.touched_at).desc(), Customer.id.desc())


@dataclass(frozen=True)
class Scope:
    """The customers for which a person has the permission."""

    person: Person
    permission: P

    @cached_property
    def reach(self) -> Reach:
        return self.person.reach(self.permission)

    @cached_property
    def _people(self) -> list[int]:
        return [key for (key,) in people_within(self.person, self.reach).tuples()]

    @cached_property
    def _shared(self) -> list[int]:
        return [key for (key,) in shared_with(self.person, self.permission).tuples()]

    def holds(self) -> Expression:
        """Whether a customer that is found by its id is within reach."""
        if self.reach in (Reach.NONE, Reach.ALL):
            return present() if self.reach == Reach.ALL else NOBODY
        return self._holds(*map(hidden, (Customer.id, Customer.owner, Customer.success_manager))) & present()

    def _holds(self, key: Any, owner: Any, manager: Any) -> Expression:
        ways = [one_of(owner, self._people), one_of(manager, self._people)]
        ways += [one_of(key, self._shared)] if self._shared else []
        return reduce(or_, ways)

    @cached_property
    def is_small(self) -> bool:
        """Whether so few that all of them may be looked through."""
        if self.reach in (Reach.NONE, Reach.OWN):
            return True
        return self.reach < Reach.ALL and merged(self._led(), SMALL + 1).count() <= SMALL

    def glance(self, most: int) -> Source:
        """Those within reach among the customers that anybody touched last; enough for a large team."""
        if self.reach not in (Reach.DEPARTMENT, Reach.TEAM):
            return self.latest(most)
        whose = (Customer.owner.column_name, Customer.success_manager.column_name)
        everybody = _part(EVERYTHING).select_extend(Customer.owner, Customer.success_manager)
        last = everybody.order_by(*LATEST_FIRST).limit(most * GLANCE).alias("last")
        within = self._holds(last.c.id, *(last.c[name] for name in whose))
        found = Select([last], [last.c.touched_at, last.c.id, last.c.kind]).where(within)
        return found.bind(Customer._meta.database).alias("latest")

    def latest(self, most: int) -> Source:
        """The ``most`` customers touched last (touched_at, id, kind) as a table.

        Few are put in order; of many the index of that order is read, no further than it must.
        """
        parts = self._led() if self.is_small else [_part(self.holds())]
        ordered = [part.order_by(*LATEST_FIRST) for part in parts]
        return merged(ordered, most).order_by(*LATEST_FIRST).limit(most).alias("latest")

    def _led(self) -> list[ModelSelect]:
        """The reach by its own indexes."""
        ways = [one_of(column, self._people) for column in (Customer.owner, Customer.success_manager)]
        ways += [one_of(Customer.id, self._shared)] if self._shared else []
        return [_part(way) for way in ways]


def merged(walks: list[ModelSelect], most: int) -> ModelSelect:
    """The walks as one query, each stopped after ``most`` rows and what they share counted once."""
    stopped = [walk.limit(most).alias("walk") for walk in walks]
    return reduce(or_, [Select([walk], [SQL("walk.*")]).bind(Customer._meta.database) for walk in stopped])


def _part(whose: Expression) -> ModelSelect:
    return Customer.select(Customer.touched_at, Customer.id, Customer.kind).where(whose, present())


@dataclass(frozen=True)
class Sight:
    """What a person may search: the customers, and those whose personal data they see in full."""

    person: Person

    @cached_property
    def customers(self) -> Scope:
        return Scope(self.person, P.SEE_CUSTOMERS)

    @cached_property
    def personal(self) -> Scope:
        return Scope(self.person, min(P.SEE_CONTACTS, P.SEE_CUSTOMERS, key=self.person.reach))

    def shows_name(self, kind: Any, key: Any) -> Expression:
        """Whether a customer's name stands open before the person: a company's always does."""
        if self.personal.reach >= self.customers.reach:
            return EVERYTHING
        company = kind == "enterprise"
        if self.personal.reach == Reach.NONE:
            return company
        return company | key.in_(visible_customers(self.person, self.personal.permission).select(Customer.id))
