"""How far a person's search goes: which customers, and whose personal data it may confirm (A3, C3)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import EVERYBODY, visible_customers
from intranet_crm.customers.reach import Condition, Scope

WALKS = (30, 250)  # customers looked through for each one wanted: most words are common enough for the first


@dataclass(frozen=True)
class Sight:
    """What a person may search: the customers, and those whose personal data they see in full."""

    person: Person
    _latest: dict[tuple[P, int], list[int]] = field(default_factory=dict)

    @cached_property
    def customers(self) -> Scope:
        return Scope(self.person, P.SEE_CUSTOMERS)

    @cached_property
    def personal(self) -> Scope:
        return self.customers if self.sees_names else Scope(self.person, P.SEE_CONTACTS)

    @property
    def sees_names(self) -> bool:
        """Whether everybody's name stands open before the person; a company's always does."""
        return self.person.reach(P.SEE_CONTACTS) >= self.person.reach(P.SEE_CUSTOMERS)

    def shows_name(self) -> Condition:
        """Whether a customer's name does."""
        if self.sees_names:
            return EVERYBODY
        company = Customer.kind == "enterprise"
        if self.personal.reach == Reach.NONE:
            return company
        return company | Customer.id.in_(visible_customers(self.person, P.SEE_CONTACTS).select(Customer.id))

    def windows(self, scope: Scope, most: int) -> Iterator[list[int]]:
        """The latest customers of a scope, a few and then more, each time those not given before."""
        given = 0
        for walk in WALKS:
            ids = self._known(scope, most * walk)
            yield ids[given:]
            given = len(ids)

    def has_seen_all(self, scope: Scope, most: int) -> bool:
        """Whether the windows held the whole scope."""
        return len(self._known(scope, most * WALKS[-1])) < most * WALKS[-1]

    def _known(self, scope: Scope, most: int) -> list[int]:
        key = (scope.permission, most)
        if key not in self._latest:
            self._latest[key] = scope.latest(most)
        return self._latest[key]
