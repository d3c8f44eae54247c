"""A customer's contacts as their readers may see them."""

from dataclasses import dataclass

from intranet_crm.customers.contact_rules import LABELS, masked
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.reference.choices import DECISION_ROLES, FORMS_OF_ADDRESS, PREFERRED_CHANNELS


@dataclass(frozen=True)
class ContactCard:
    """A contact in words for people, masked where the reader has no right to the full value (C3)."""

    id: int
    name: str
    form_of_address: str
    department: str
    post: str
    mobile: str
    landline: str
    email: str
    decision_role: str
    area: str
    preferred_channel: str
    good_times: str
    notes: str
    is_primary: bool
    decides: bool


def card_of(contact: Contact, in_full: bool) -> ContactCard:
    facts = {name: getattr(contact, name) for name in LABELS}
    shown = facts if in_full else masked(facts)
    return ContactCard(
        **shown
        | {
            "id": contact.id,
            "form_of_address": FORMS_OF_ADDRESS.label(contact.form_of_address),
            "decision_role": DECISION_ROLES.label(contact.decision_role),
            "preferred_channel": PREFERRED_CHANNELS.label(contact.preferred_channel),
            "is_primary": bool(contact.is_primary),
            "decides": contact.decision_role == "decision_maker",
        }
    )


def contact_cards(customer: Customer, in_full: bool) -> list[ContactCard]:
    """The customer's contacts, the primary one first, the longest known next."""
    contacts = Contact.select().where(Contact.customer == customer.id)
    ordered = contacts.order_by(Contact.is_primary.desc(), Contact.id)
    return [card_of(contact, in_full) for contact in ordered]


def find_contact(customer: Customer, contact_id: int) -> Contact | None:
    """The contact if it belongs to this customer."""
    found = Contact.get_or_none((Contact.id == contact_id) & (Contact.customer == customer.id))
    if found:
        found.customer = customer
    return found
