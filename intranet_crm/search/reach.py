"""How far a person's search goes: which customers, and whose personal data it may confirm (A3, C3)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from peewee import SQL, Expression, ModelSelect, Source

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.lists import merged, walks_of
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import visible_customers

EVERYTHING = SQL("1 = 1")
LATEST_FIRST = (SQL("touched_at DESC"), SQL("id DESC"))


@dataclass(frozen=True)
class Scope:
    """The customers of one permission, to be narrowed or to be walked in the order of the list."""

    person: Person
    permission: P

    @property
    def is_own(self) -> bool:
        return self.person.reach(self.permission) == Reach.OWN

    def customers(self) -> ModelSelect:
        return visible_customers(self.person, self.permission)

    def latest(self, most: int) -> Source | None:
        """The ``most`` customers touched last (touched_at, id, kind) as a table; None when there are none.

        Each part of the reach is read along its index and no further than it must.
        """
        parts = [
            Customer.select(Customer.touched_at, Customer.id, Customer.kind)
            .where(walk.whose)
            .order_by(*LATEST_FIRST)
            for walk in walks_of(self.person, self.permission)
        ]
        if not parts:
            return None
        return merged(parts, most).order_by(*LATEST_FIRST).limit(most).alias("latest")


@dataclass(frozen=True)
class Sight:
    """What a person may search: the customers, and those whose personal data they see in full."""

    person: Person

    @property
    def customers(self) -> Scope:
        return Scope(self.person, P.SEE_CUSTOMERS)

    @cached_property
    def personal(self) -> Scope:
        narrower = min(P.SEE_CONTACTS, P.SEE_CUSTOMERS, key=self.person.reach)
        return Scope(self.person, narrower)

    def shows_name(self, kind: Any, key: Any) -> Expression:
        """Whether a customer's name stands open before the person: a company's always does."""
        if self.person.reach(P.SEE_CONTACTS) >= self.person.reach(P.SEE_CUSTOMERS):
            return EVERYTHING
        company = kind == "enterprise"
        if not self.person.may(P.SEE_CONTACTS):
            return company
        return company | key.in_(self.personal.customers().select(Customer.id))
