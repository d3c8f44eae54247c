"""The list of customers, a page at a time in the order of ``touched_at`` (G1).

Two steps keep a page at the cost of a page, at any number of customers: first the keys of the page, walked
along an index of that order, then the twenty rows. Whose customers a person sees decides the walk: for the
own ones three short walks (owner, success manager, collaborations) are merged; for a team or all of them
the one index that holds every filtered column is walked.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from peewee import JOIN, SQL, Expression, Field, Function, ModelSelect, Select, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import shared_with, with_full_contacts
from intranet_crm.customers.rules import industry_label, shown_name
from intranet_crm.reference.choices import FOLLOWUP_STAGES, SOURCE_CHANNELS
from intranet_crm.reference.phones import mask_email, mask_name, mask_phone

PAGE = 20
MOST_COUNTED = 1000

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; blank means all."""

    status: str = ""
    kind: str = ""
    industry: str = ""  # a section (C), a division (C39) or OTHER
    owner: int | None = None
    created_from: date | None = None
    created_to: date | None = None

    def conditions(self, *, in_order: bool = False) -> list[Expression]:
        """What the filter asks for; ``in_order`` when the index in the order of the list must be walked."""
        industry = _hidden(Customer.industry) if in_order else Customer.industry
        created_at = _hidden(Customer.created_at) if in_order else Customer.created_at
        wanted = []
        if self.status:
            wanted.append(Customer.status == self.status)
        if self.kind:
            wanted.append(Customer.kind == self.kind)
        if self.owner:
            wanted.append(Customer.owner == self.owner)
        if len(self.industry) == 1:  # a section: from C to C99, which sorts before "C:"
            wanted.append((industry >= self.industry) & (industry < f"{self.industry}:"))
        elif self.industry:
            wanted.append(Customer.industry == self.industry)
        if self.created_from:
            wanted.append(created_at >= clock.start_of(self.created_from))
        if self.created_to:
            wanted.append(created_at < clock.start_of(self.created_to + timedelta(days=1)))
        return wanted


def _hidden(column: Field) -> Function:
    """The column in a form that no index of its own answers: an index on a range would need a sort."""
    return fn.COALESCE(column, column)


@dataclass(frozen=True, slots=True)
class Row:
    """One customer in the list, in words, masked where the reader has no right to the full value (C3)."""

    id: int
    number: str
    name: str
    industry: str
    status: str
    way: str
    first_contact_on: date | None
    source: str
    key_contact: str
    stage: str
    last_followup_at: datetime | None
    owner: str
    notes: str
    place: Key


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    count: int  # one more than MOST_COUNTED stands for 「1000+」
    before: Key | None  # where the page before ends, None when there is none
    after: Key | None


def page(person: Person, filters: Filters, *, after: Key | None = None, before: Key | None = None) -> Page:
    """The page after or before a place in the order of the list; the first page without either."""
    if before:
        keys = _keys(person, filters, before, backward=True)
        if len(keys) > PAGE:
            return _page(person, filters, keys[PAGE - 1 :: -1], earlier=True, later=True)
        after = None  # the beginning is shown whole
    keys = _keys(person, filters, after)
    return _page(person, filters, keys[:PAGE], earlier=after is not None, later=len(keys) > PAGE)


def _page(person: Person, filters: Filters, keys: list[int], *, earlier: bool, later: bool) -> Page:
    rows = _rows(person, keys)
    return Page(
        rows=rows,
        count=_count(person, filters) if earlier or later else len(rows),
        before=rows[0].place if earlier and rows else None,
        after=rows[-1].place if later and rows else None,
    )


def _keys(person: Person, filters: Filters, place: Key | None, *, backward: bool = False) -> list[int]:
    """The ids of a page and one more, in reading order, or in the opposite one when going backward."""
    wanted = filters.conditions(in_order=True) + ([_beyond(place, backward)] if place else [])
    way = "ASC" if backward else "DESC"
    order = (SQL(f"touched_at {way}"), SQL(f"id {way}"))
    walks = [
        Customer.select(Customer.touched_at, Customer.id).where(whose, *wanted).order_by(*order)
        for whose in _walks(person)
    ]
    if not walks:
        return []
    return [key for _, key in _merged(walks, PAGE + 1).order_by(*order).limit(PAGE + 1).tuples()]


def _merged(walks: list[ModelSelect], most: int) -> ModelSelect:
    """The walks as one query, each stopped after ``most`` rows and what they share counted once."""
    stopped = [walk.limit(most).alias("walk") for walk in walks]
    return reduce(or_, [Select([walk], [SQL("walk.*")]).bind(Customer._meta.database) for walk in stopped])


def _beyond(place: Key, backward: bool) -> Expression:
    at, key = place
    if backward:
        return (Customer.touched_at >= at) & ((Customer.touched_at > at) | (Customer.id > key))
    return (Customer.touched_at <= at) & ((Customer.touched_at < at) | (Customer.id < key))


def _walks(person: Person) -> list[Expression]:
    """The conditions that together are the person's reach, each with an index in the order of the list."""
    reach = person.reach(P.SEE_CUSTOMERS)
    if reach == Reach.NONE:
        return []
    if reach == Reach.ALL:
        return [SQL("1 = 1")]
    shared = Customer.id.in_(shared_with(person))
    if reach == Reach.OWN:
        return [Customer.owner == person.id, Customer.success_manager == person.id, shared]
    people = people_within(person, reach)
    # "+ 0" hides the columns from their own indexes, which would fetch the whole team and sort it.
    return [(Customer.owner + 0).in_(people) | (Customer.success_manager + 0).in_(people), shared]


def _count(person: Person, filters: Filters) -> int:
    """How many there are, counted no further than one more than MOST_COUNTED."""
    walks = [Customer.select(Customer.id).where(whose, *filters.conditions()) for whose in _walks(person)]
    return min(_merged(walks, MOST_COUNTED + 1).count(), MOST_COUNTED + 1) if walks else 0


def _rows(person: Person, keys: list[int]) -> list[Row]:
    if not keys:
        return []
    customers = (
        Customer.select(
            *COLUMNS, fn.SUBSTR(Customer.notes, 1, 40).alias("notes"), Person.name.alias("owner_name")
        )
        .join(Person, JOIN.LEFT_OUTER, on=Customer.owner)
        .where(Customer.id.in_(keys))
        .namedtuples()
    )
    found = {customer.id: customer for customer in customers}
    contacts = _primary_contacts(keys)
    full = with_full_contacts(person, keys)
    return [_row(found[key], contacts.get(key), key in full) for key in keys if key in found]


def _primary_contacts(keys: list[int]) -> dict[int, Any]:
    ways = (Contact.customer, Contact.name, Contact.mobile, Contact.landline, Contact.email)
    primary = Contact.select(*ways).where(Contact.customer.in_(keys) & (Contact.is_primary == 1))
    return {contact.customer: contact for contact in primary.namedtuples()}


COLUMNS = (
    Customer.id, Customer.number, Customer.kind, Customer.name, Customer.industry, Customer.industry_note,
    Customer.status, Customer.stage, Customer.phone, Customer.landline, Customer.email,
    Customer.first_contact_on, Customer.source, Customer.last_followup_at,
    Customer.touched_at, fn.SUBSTR(Customer.notes, 1, 40).alias("notes"),
)  # fmt: skip


def _row(customer: Any, contact: Any, full: bool) -> Row:
    name = contact.name if contact else customer.name if customer.kind == "individual" else ""
    return Row(
        id=customer.id,
        number=customer.number,
        name=shown_name(customer.kind, customer.name, full),
        industry=industry_label(customer.industry, customer.industry_note),
        status=customer.status,
        way=_way(customer, full) or (_way(contact, full) if contact else ""),
        first_contact_on=customer.first_contact_on,
        source=SOURCE_CHANNELS.label(customer.source),
        key_contact=name if full else mask_name(name),
        stage=FOLLOWUP_STAGES.label(customer.stage),
        last_followup_at=customer.last_followup_at,
        owner=customer.owner_name,
        notes=customer.notes,
        place=(customer.touched_at, customer.id),
    )


def _way(who: Any, full: bool) -> str:
    """The first of mobile, landline and e-mail that is known."""
    phone = (who.mobile if hasattr(who, "mobile") else who.phone) or who.landline
    if phone:
        return phone if full else mask_phone(phone)
    return who.email if full else mask_email(who.email)
