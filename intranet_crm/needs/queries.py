"""A customer's needs, within the reader's reach."""

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.queries import sees_contacts, visible_customers
from intranet_crm.customers.rules import shown_name
from intranet_crm.needs.models import Need


def needs_of(customer: Customer) -> list[Need]:
    """All needs of the customer, the newest first."""
    needs = Need.select().where(Need.customer == customer.id)
    return list(needs.order_by(Need.created_at.desc(), Need.id.desc()))


def followups_of(customer: Customer, chosen: int | None = None, most: int = 30) -> list[TimelineEntry]:
    """The customer's latest follow-ups as the timeline tells them, and the chosen one wherever it stands.

    Follow-ups stand on our right; what a need keeps of one is its id and this title.
    """
    theirs = (TimelineEntry.customer == customer.id) & (TimelineEntry.kind == "followup")
    entries = TimelineEntry.select().where(theirs & (TimelineEntry.subject_kind == "followup"))
    found = list(entries.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(most))
    if chosen and chosen not in {entry.subject_id for entry in found}:
        found += entries.where(TimelineEntry.subject_id == chosen).limit(1)
    return found


def inferred_from(followup_id: int) -> list[Need]:
    """The implied needs that name this follow-up (D2)."""
    return list(Need.select().where(Need.followup_id == followup_id).order_by(Need.id))


def find_need(person: Person, need_id: int, permission: P = P.SEE_CUSTOMERS) -> Need | None:
    """The need, with its customer and author, when the person has the permission for the customer."""
    reachable = visible_customers(person, permission).select(Customer.id)
    need = (
        Need.select(Need, Customer, Person)
        .join(Customer)
        .switch(Need)
        .join(Person, on=Need.created_by)
        .where((Need.id == need_id) & Need.customer.in_(reachable))
        .first()
    )
    if need and not sees_contacts(person, need.customer):
        need.customer.name = shown_name(need.customer.kind, need.customer.name, full=False)
    return need
