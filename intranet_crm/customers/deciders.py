"""Who decides at a customer: every change of it is told in the timeline (C2, C4)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from intranet_crm.accounts.models import Person
from intranet_crm.customers.contact_rules import MASKS

if TYPE_CHECKING:
    from intranet_crm.customers.models import Customer

DECIDES = "decision_maker"


@contextmanager
def telling_who_decides(customer: "Customer", by: Person) -> Iterator[None]:
    """Around a change of the customer's contacts, in its transaction: a line when others decide now."""
    from intranet_crm.customers.timeline import note  # here, because it needs the table of contacts

    before = _deciders(customer)
    yield
    after = _deciders(customer)
    if before.keys() != after.keys():
        title = f"决策者变更：{_words(before)} → {_words(after)}"
        note(customer, kind="contact", title=title, by=by)


def _deciders(customer: "Customer") -> dict[int, str]:
    """The names, masked, of those who decide and have not left, by id."""
    contact = customer.contacts.model
    found = customer.contacts.where((contact.decision_role == DECIDES) & contact.left_on.is_null())
    return {each.id: MASKS["name"](each.name) for each in found.order_by(contact.id)}


def _words(deciders: dict[int, str]) -> str:
    return "、".join(deciders.values()) or "未知"
