"""The dossiers with a section that nobody has updated or verified for too long (B12)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from peewee import SQL, Expression, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import EVERYBODY, shared_with, with_full_contacts
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.sections import SECTIONS, SectionCheck, sections_of, stale_before
from intranet_crm.database import one_of

PAGE = 20
STEP = 100  # customers looked at together
MOST_STEPS = 20  # for one page: where hardly any is stale, the reader goes on from there

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One stale dossier: its name as the reader may see it, and the days of each stale section."""

    id: int
    name: str
    owner: str
    last_followup_at: datetime | None
    sections: dict[int, list[str]]  # titles by days, the longest first

    @property
    def words(self) -> str:
        """「基本信息、联系人 363 天；核心需求 360 天」"""
        return "；".join(f"{'、'.join(titles)} {days} 天" for days, titles in self.sections.items())


@dataclass(frozen=True, slots=True)
class Page:
    """``after`` is where the next page begins, None when there is none."""

    rows: list[Row]
    after: Key | None


def page(person: Person, after: Key | None = None) -> Page:
    """A page of the person's stale dossiers, those longest untouched first."""
    parts, found = _parts(person), []
    for _ in range(MOST_STEPS):
        looked_at = _next(parts, after)
        found += _stale_among(looked_at)
        if len(found) > PAGE:
            return Page(_rows(person, found[:PAGE]), found[PAGE - 1][0])
        if len(looked_at) < STEP:
            return Page(_rows(person, found), None)
        after = looked_at[-1][:2]
    return Page(_rows(person, found), after)


def _next(parts: list[Expression | SQL], after: Key | None) -> list[tuple[datetime, int, str, datetime]]:
    """(touched_at, id, kind, created_at) of the next customers that were opened long ago."""
    opened = fn.COALESCE(Customer.created_at, Customer.created_at)  # hidden from its own index, as below
    old = Customer.select(Customer.touched_at, Customer.id, Customer.kind, Customer.created_at)
    old = old.where(opened < stale_before(clock.today()))
    if after:
        at, key = after
        old = old.where((Customer.touched_at >= at) & ((Customer.touched_at > at) | (Customer.id > key)))
    old = old.order_by(Customer.touched_at, Customer.id).limit(STEP)
    return sorted({row for part in parts for row in old.where(part).tuples()})[:STEP]


def _parts(person: Person) -> list[Expression | SQL]:
    """The person's reach in parts, each of which is read along an index of ``touched_at``."""
    reach = person.reach(P.SEE_CUSTOMERS)
    if reach == Reach.ALL:
        return [EVERYBODY]
    shared = [key for (key,) in shared_with(person).tuples()]
    parts = [one_of(Customer.id, shared)] if shared else []
    if reach == Reach.OWN:
        return [Customer.owner == person.id, Customer.success_manager == person.id, *parts]
    people = [key for (key,) in people_within(person, reach).tuples()]
    # "+ 0" hides the columns from their own indexes: of a whole team all would be fetched and sorted.
    return [one_of(Customer.owner + 0, people) | one_of(Customer.success_manager + 0, people), *parts]


def _stale_among(
    customers: list[tuple[datetime, int, str, datetime]],
) -> Iterator[tuple[Key, dict[int, list[str]]]]:
    """The place of each stale customer, and the titles of its stale sections by their days."""
    checked: dict[int, dict[str, datetime]] = {key: {} for _, key, *_ in customers}
    rows = SectionCheck.select(SectionCheck.customer, SectionCheck.section, SectionCheck.at)
    for key, section, at in rows.where(one_of(SectionCheck.customer, checked)).tuples():
        checked[key][section] = at
    for touched_at, key, kind, created_at in customers:
        moments = {section: checked[key].get(section, created_at) for section in sections_of(kind)}
        if overdue := _overdue(moments):
            yield (touched_at, key), overdue


def _overdue(moments: dict[str, datetime]) -> dict[int, list[str]]:
    since, today = stale_before(clock.today()), clock.today()
    found: dict[int, list[str]] = {}
    for section, at in sorted(moments.items(), key=lambda each: each[1]):
        if at < since:
            found.setdefault((today - clock.local(at).date()).days, []).append(SECTIONS[section])
    return found


def _rows(person: Person, found: list[tuple[Key, dict[int, list[str]]]]) -> list[Row]:
    keys = [key for (_, key), _ in found]
    customers = Customer.select(Customer, Person).join(Person, on=Customer.owner)
    known = {customer.id: customer for customer in customers.where(one_of(Customer.id, keys))}
    full = with_full_contacts(person, keys)
    return [
        Row(
            id=key,
            name=shown_name(known[key].kind, known[key].name, key in full),
            owner=known[key].owner.name,
            last_followup_at=known[key].last_followup_at,
            sections=sections,
        )
        for (_, key), sections in found
    ]
