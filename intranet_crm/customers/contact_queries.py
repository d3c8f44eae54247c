"""A customer's contacts as their readers may see them."""

from dataclasses import dataclass
from datetime import date

from intranet_crm.customers.contact_rules import LABELS, birthday_words, masked
from intranet_crm.customers.deciders import DECIDES
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.reference.choices import (
    CONSENTS,
    DECISION_ROLES,
    FORMS_OF_ADDRESS,
    NOTICE_WAYS,
    PREFERRED_CHANNELS,
)


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
    birthday: str
    consent: str
    notice_way: str
    notice_on: date | None
    notes: str
    is_primary: bool
    decides: bool
    left_on: date | None

    @property
    def is_here(self) -> bool:
        return self.left_on is None

    @property
    def words(self) -> str:
        """The name as one of several to choose from."""
        return self.name if self.is_here else f"{self.name}（已离职）"


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
            "birthday": birthday_words(contact.birthday) if in_full else "",
            "consent": CONSENTS.label(contact.consent),
            "notice_way": NOTICE_WAYS.label(contact.notice_way),
            "is_primary": bool(contact.is_primary),
            "decides": contact.decision_role == DECIDES and contact.left_on is None,
            "left_on": contact.left_on,
        }
    )


def contact_cards(customer: Customer, in_full: bool) -> list[ContactCard]:
    """The customer's contacts, the primary one first, the longest known next, who has left last."""
    contacts = Contact.select().where(Contact.customer == customer.id)
    ordered = contacts.order_by(Contact.left_on.is_null(False), Contact.is_primary.desc(), Contact.id)
    return [card_of(contact, in_full) for contact in ordered]


def find_contact(customer: Customer, contact_id: int) -> Contact | None:
    """The contact if it belongs to this customer."""
    found = Contact.get_or_none((Contact.id == contact_id) & (Contact.customer == customer.id))
    if found:
        found.customer = customer
    return found
