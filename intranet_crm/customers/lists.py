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

from peewee import JOIN, OP, SQL, Expression, Field, Function, ModelSelect, Select, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import Shown, as_it_is, shared_with, shown_texts
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

    def conditions(self, *, led: bool, in_order: bool = False) -> list[Expression]:
        """What the filter asks for.

        One column at most is left to choose the index, the narrowest: neither database knows our values well
        enough. ``led``: the walk has chosen already; ``in_order``: ranges would cost the order of the list.
        """
        by_industry = len(self.industry) > 1
        status = _hidden(Customer.status, led or self.owner or by_industry)
        industry = _hidden(Customer.industry, led or self.owner or (in_order and not by_industry))
        created_at = _hidden(Customer.created_at, led or in_order)
        wanted = []
        if self.status:
            wanted.append(status == self.status)
        if self.kind:
            wanted.append(Customer.kind == self.kind)
        if self.owner:
            wanted.append(_hidden(Customer.owner, led) == self.owner)
        if by_industry:
            wanted.append(industry == self.industry)
        elif self.industry:  # a section: from C to C99, which sorts before "C:"
            wanted.append((industry >= self.industry) & (industry < f"{self.industry}:"))
        if self.created_from:
            wanted.append(created_at >= clock.start_of(self.created_from))
        if self.created_to:
            wanted.append(created_at < clock.start_of(self.created_to + timedelta(days=1)))
        return wanted


def _hidden(column: Field, wanted: Any) -> Field | Function:
    """The column, if wanted in a form that no index answers."""
    return fn.COALESCE(column, column) if wanted else column


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
class Walk:
    """A part of a person's reach, to be read in the order of the list."""

    whose: Expression
    led: bool  # the condition itself has an index


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    count: int  # one more than MOST_COUNTED stands for 「1000+」
    before: Key | None  # where the page before ends, None when there is none
    after: Key | None


def page(person: Person, filters: Filters, *, after: Key | None = None, before: Key | None = None) -> Page:
    """The page after or before a place in the order of the list; the first page without either."""
    walks = _walks(person)
    if before:
        keys = _keys(walks, filters, before, backward=True)
        if len(keys) > PAGE:
            return _page(person, walks, filters, keys[PAGE - 1 :: -1], earlier=True, later=True)
        after = None  # the beginning is shown whole
    keys = _keys(walks, filters, after)
    more = len(keys) > PAGE
    return _page(person, walks, filters, keys[:PAGE], earlier=after is not None, later=more)


def _page(
    person: Person, walks: list[Walk], filters: Filters, keys: list[int], *, earlier: bool, later: bool
) -> Page:
    rows = _rows(person, keys)
    return Page(
        rows=rows,
        count=_count(walks, filters) if earlier or later else len(rows),
        before=rows[0].place if earlier and rows else None,
        after=rows[-1].place if later and rows else None,
    )


def _keys(walks: list[Walk], filters: Filters, place: Key | None, *, backward: bool = False) -> list[int]:
    """The ids of a page and one more, in reading order, or in the opposite one when going backward."""
    beyond = [_beyond(place, backward)] if place else []
    way = "ASC" if backward else "DESC"
    order = (SQL(f"touched_at {way}"), SQL(f"id {way}"))
    queries = [
        Customer.select(Customer.touched_at, Customer.id)
        .where(walk.whose, *filters.conditions(led=walk.led, in_order=True), *beyond)
        .order_by(*order)
        for walk in walks
    ]
    if not queries:
        return []
    return [key for _, key in merged(queries, PAGE + 1).order_by(*order).limit(PAGE + 1).tuples()]


def merged(walks: list[ModelSelect], most: int) -> ModelSelect:
    """The walks as one query, each stopped after ``most`` rows and what they share counted once."""
    stopped = [walk.limit(most).alias("walk") for walk in walks]
    return reduce(or_, [Select([walk], [SQL("walk.*")]).bind(Customer._meta.database) for walk in stopped])


def _beyond(place: Key, backward: bool) -> Expression:
    at, key = place
    if backward:
        return (Customer.touched_at >= at) & ((Customer.touched_at > at) | (Customer.id > key))
    return (Customer.touched_at <= at) & ((Customer.touched_at < at) | (Customer.id < key))


def _walks(person: Person) -> list[Walk]:
    """The walks that together are the person's reach."""
    reach = person.reach(P.SEE_CUSTOMERS)
    if reach == Reach.NONE:
        return []
    if reach == Reach.ALL:
        return [Walk(SQL("1 = 1"), led=False)]
    shared = [key for (key,) in shared_with(person).tuples()]
    shares = [Walk(one_of(Customer.id, shared), led=True)] if shared else []
    if reach == Reach.OWN:
        own = (Customer.owner == person.id, Customer.success_manager == person.id)
        return [*(Walk(whose, led=True) for whose in own), *shares]
    people = [key for (key,) in people_within(person, reach).tuples()]
    # "+ 0" hides the columns from their own indexes, which would fetch the whole team and sort it.
    team = one_of(Customer.owner + 0, people) | one_of(Customer.success_manager + 0, people)
    return [Walk(team, led=False), *shares]


def one_of(column: Any, keys: list[int]) -> Expression:
    """``column`` is one of our own ids; written out, since a subquery would be built for each use of it."""
    return Expression(column, OP.IN, SQL(f"({','.join(map(str, keys))})"))


def _count(walks: list[Walk], filters: Filters) -> int:
    """How many there are, counted no further than one more than MOST_COUNTED."""
    queries = [
        Customer.select(Customer.id).where(walk.whose, *filters.conditions(led=walk.led)) for walk in walks
    ]
    return min(merged(queries, MOST_COUNTED + 1).count(), MOST_COUNTED + 1)


def _rows(person: Person, keys: list[int]) -> list[Row]:
    if not keys:
        return []
    primary = (Contact.customer == Customer.id) & (Contact.is_primary == 1)
    found = (
        Customer.select(*COLUMNS)
        .join(Person, JOIN.LEFT_OUTER, on=Customer.owner)
        .join_from(Customer, Contact, JOIN.LEFT_OUTER, on=primary)
        .where(Customer.id.in_(keys))
    )
    rows = {row.id: row for row in found.namedtuples()}
    shown = shown_texts(person, keys)
    return [_row(rows[key], shown[key]) for key in keys if key in rows]


COLUMNS = (
    Customer.id, Customer.number, Customer.kind, Customer.name, Customer.industry, Customer.industry_note,
    Customer.status, Customer.stage, Customer.phone, Customer.landline, Customer.email,
    Customer.first_contact_on, Customer.source, Customer.last_followup_at, Customer.touched_at,
    fn.SUBSTR(Customer.notes, 1, 80).alias("notes"), Person.name.alias("owner_name"),
    Contact.name.alias("contact_name"), Contact.mobile.alias("contact_mobile"),
    Contact.landline.alias("contact_landline"), Contact.email.alias("contact_email"),
)  # fmt: skip


def _row(found: Any, shown: Shown) -> Row:
    full = shown is as_it_is
    contact = found.contact_name or (found.name if found.kind == "individual" else "")
    return Row(
        id=found.id,
        number=found.number,
        name=shown_name(found.kind, found.name, full),
        industry=industry_label(found.industry, found.industry_note),
        status=found.status,
        way=_way(found, full),
        first_contact_on=found.first_contact_on,
        source=SOURCE_CHANNELS.label(found.source),
        key_contact=contact if full else mask_name(contact),
        stage=FOLLOWUP_STAGES.label(found.stage),
        last_followup_at=found.last_followup_at,
        owner=found.owner_name,
        notes=shown(found.notes)[:40],  # masked before it is cut: half a number would not be known as one
        place=(found.touched_at, found.id),
    )


def _way(found: Any, full: bool) -> str:
    """The first way to reach the customer that is known: a phone of its own, of its contact, an e-mail."""
    phone = found.phone or found.landline or found.contact_mobile or found.contact_landline
    if phone:
        return phone if full else mask_phone(phone)
    email = found.email or found.contact_email or ""
    return email if full else mask_email(email)
