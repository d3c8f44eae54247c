"""What the one box finds, in groups, as its reader may see it (R1, A3, C3)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.queries import visible_records
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import visible_customers, with_full_contacts
from intranet_crm.customers.rules import shown_name
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.queries import visible_forms
from intranet_crm.intake.rules import STATES
from intranet_crm.reference.choices import CUSTOMER_STATUSES
from intranet_crm.reference.pinyin import initials_all, name_initials
from intranet_crm.search.contacts import contact_ids
from intranet_crm.search.customers import customer_ids
from intranet_crm.search.papers import form_ids, form_of_page, record_ids, record_of_page
from intranet_crm.search.reach import Sight
from intranet_crm.search.rules import Asked, Span, initial_spans, name_spans, number_spans, tail_spans

Part = tuple[str, list[Span]]  # a text and where it was hit


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found: its name and what tells it from others, each with the hits in it."""

    address: str
    name: Part
    details: list[Part]


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    label: str
    hits: list[Hit]
    has_more: bool


def found_by(person: Person, asked: Asked, most: int, only: str = "") -> list[Group]:
    """The groups that the person may search, each with its first ``most`` hits; ``only`` one of them."""
    groups, sight = [], Sight(person)
    for key, (label, permissions, hits_of) in GROUPS.items():
        if asked.words and only in ("", key) and any(map(person.may, permissions)):
            hits = hits_of(sight, asked, most + 1)
            groups.append(Group(key, label, hits[:most], len(hits) > most))
    return groups


def kinds_for(person: Person) -> list[tuple[str, str]]:
    """(key, label) of the groups that the person may search."""
    return [(key, label) for key, (label, needed, _) in GROUPS.items() if any(map(person.may, needed))]


def address_of(person: Person, asked: Asked) -> str | None:
    """Where a full number or a scanned page leads, when the record is within reach.

    None for the number of a form that has several versions: the page of results lists them.
    """
    number = asked.text.replace(" ", "").upper()
    if not number:
        return None
    its = (Customer.number == number) | (Customer.credit_code == number)
    if key := visible_customers(person).select(Customer.id).where(its).scalar():
        return f"/customers/{key}"
    if key := visible_records(person).select(ArchiveRecord.id).where(ArchiveRecord.number == number).scalar():
        return f"/archive/{key}"
    versions = (IntakeForm.number >= number) & (IntakeForm.number < f"{number}.")  # 「.」 follows 「-」
    forms = visible_forms(person).select(IntakeForm.id, IntakeForm.number).where(versions)
    if found := list(forms.limit(2).tuples()):
        key, own = found[0]
        return f"/intake/{key}" if len(found) == 1 and own == number else None
    if record := record_of_page(person, number):
        return f"/archive/{record.id}"
    form = form_of_page(person, number)
    return f"/intake/{form.id}" if form else None


def _customers(sight: Sight, asked: Asked, most: int) -> list[Hit]:
    keys = customer_ids(sight, asked, most)
    if not keys:
        return []
    found = Customer.select(*SHOWN, Person.name).join(Person, on=Customer.owner)
    found, full = found.where(Customer.id.in_(keys)), with_full_contacts(sight.person, keys)
    return [_customer_hit(each, asked, each.id in full) for each in _in_order(found, keys)]


SHOWN = (
    Customer.id, Customer.kind, Customer.number, Customer.name, Customer.short_name, Customer.credit_code,
    Customer.phone, Customer.landline, Customer.status,
)  # fmt: skip


def _customer_hit(customer: Customer, asked: Asked, full: bool) -> Hit:
    name = shown_name(customer.kind, customer.name, full)
    details = [(customer.number, number_spans(customer.number, asked.number))]
    if spans := number_spans(customer.credit_code or "", asked.number):
        details.append((customer.credit_code, spans))
    open_name = full or customer.kind == "enterprise"  # a person's short name is a name too (C3)
    if open_name and (spans := name_spans(customer.short_name, asked.words)):
        details.append((customer.short_name, spans))
    if full:
        phones = ((phone, tail_spans(phone, asked.tail)) for phone in (customer.phone, customer.landline))
        details += [(phone, spans) for phone, spans in phones if spans]
    details += [(CUSTOMER_STATUSES.label(customer.status), []), (customer.owner.name, [])]
    return Hit(f"/customers/{customer.id}", (name, _name_hits(name, asked, initials_all(name))), details)


def _name_hits(name: str, asked: Asked, initials: Iterable[str]) -> list[Span]:
    return name_spans(name, asked.words) or initial_spans(name, asked.initials, initials)


def _contacts(sight: Sight, asked: Asked, most: int) -> list[Hit]:
    keys = contact_ids(sight, asked, most)
    if not keys:
        return []
    columns = (Contact.id, Contact.customer, Contact.name, Contact.post, Contact.mobile, Contact.landline)
    found = Contact.select(*columns, Customer.id, Customer.name).join(Customer).where(Contact.id.in_(keys))
    return [_contact_hit(each, asked) for each in _in_order(found, keys)]


def _contact_hit(contact: Contact, asked: Asked) -> Hit:
    spans = _name_hits(contact.name, asked, [name_initials(contact.name)])
    details = [(contact.customer.name, []), ("已离职" if contact.left_on else contact.post, [])]
    phones = ((phone, tail_spans(phone, asked.tail)) for phone in (contact.mobile, contact.landline))
    details += [(phone, spans) for phone, spans in phones if spans]
    return Hit(f"/customers/{contact.customer_id}", (contact.name, spans), details)


def _forms(sight: Sight, asked: Asked, most: int) -> list[Hit]:
    keys = form_ids(sight.person, asked, most)
    columns = (IntakeForm.id, IntakeForm.number, IntakeForm.customer_name, IntakeForm.state, Person.name)
    found = IntakeForm.select(*columns).join(Person, on=IntakeForm.collector).where(IntakeForm.id.in_(keys))
    return [
        Hit(
            f"/intake/{form.id}",
            (form.customer_name or form.number, name_spans(form.customer_name, asked.words)),
            [
                (form.number, number_spans(form.number, asked.number)),
                (STATES.label(form.state), []),
                (form.collector.name, []),
            ],
        )
        for form in (_in_order(found, keys) if keys else ())
    ]


def _records(sight: Sight, asked: Asked, most: int) -> list[Hit]:
    keys = record_ids(sight.person, asked, most)
    columns = (ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title, Person.name)
    found = ArchiveRecord.select(*columns).join(Person, on=ArchiveRecord.collector)
    return [
        Hit(
            f"/archive/{record.id}",
            (record.title, name_spans(record.title, asked.words)),
            [(record.number, number_spans(record.number, asked.number)), (record.collector.name, [])],
        )
        for record in (_in_order(found.where(ArchiveRecord.id.in_(keys)), keys) if keys else ())
    ]


def _in_order(found: Iterable, keys: list[int]) -> list:
    rows = {row.id: row for row in found}
    return [rows[key] for key in keys if key in rows]


Finder = Callable[[Sight, Asked, int], list[Hit]]
GROUPS: dict[str, tuple[str, tuple[P, ...], Finder]] = {
    "customers": ("客户", (P.SEE_CUSTOMERS,), _customers),
    "contacts": ("联系人", (P.SEE_CONTACTS,), _contacts),
    "intake": ("采集表", (P.COLLECT, P.SEE_CONTACTS, P.REVIEW), _forms),
    "archive": ("档案", (P.SEE_SHEETS,), _records),
}
SEARCHERS = tuple({permission for _, needed, _ in GROUPS.values() for permission in needed})
