"""What follows from a change of the customer's data: fresh sections, values that have arrived (B12)."""

from collections.abc import Collection

from intranet_crm.accounts.models import Person
from intranet_crm.customers import pending, sections
from intranet_crm.customers.models import Customer
from intranet_crm.customers.rules import LABELS


def keep_up(customer: Customer, changed: Collection[str], by: Person) -> None:
    """Call it in the transaction that changed these columns, with the customer as it is stored now."""
    sections.touch(customer.id, {sections.section_of(column) for column in changed}, by=by)
    ask_what_is_open(customer, changed, by)


def ask_what_is_open(customer: Customer, changed: Collection[str], by: Person) -> None:
    """What the customer has yet to tell of these columns becomes a to-do; what has arrived settles."""
    why = pending.judged(customer, changed)
    pending.keep(customer.id, ("customer", customer.id), why, LABELS, by=by)
