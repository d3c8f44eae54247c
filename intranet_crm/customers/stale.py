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
STEP = 200  # customers looked at together
MOST_STEPS = 15  # for one page: where hardly any is stale, the reader goes on from there

Key = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One stale dossier: its name as the reader may see it, and the days of each stale section."""

    id: int
    place: Key
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
    found: list[Row] = []
    for _ in range(MOST_STEPS):
        looked_at = _next(person, after)
        found += _stale_among(person, looked_at)
        if len(found) > PAGE:
            return Page(found[:PAGE], found[PAGE - 1].place)
        if len(looked_at) < STEP:
            return Page(found, None)
        after = _place(looked_at[-1])
    return Page(found, after)


def _next(person: Person, after: Key | None) -> list[Customer]:
    """The next customers of the person that were opened long ago."""
    opened = fn.COALESCE(Customer.created_at, Customer.created_at)  # hidden from its own index, as below
    old = Customer.select(Customer.touched_at, Customer.id).where(opened < stale_before(clock.today()))
    if after:
        at, key = after
        old = old.where((Customer.touched_at >= at) & ((Customer.touched_at > at) | (Customer.id > key)))
    old = old.order_by(Customer.touched_at, Customer.id).limit(STEP)
    places = sorted({place for part in _parts(person) for place in old.where(part).tuples()})[:STEP]
    keys = [key for _, key in places]
    found = Customer.select(Customer, Person).join(Person, on=Customer.owner).where(one_of(Customer.id, keys))
    return sorted(found, key=_place)


def _place(customer: Customer) -> Key:
    return customer.touched_at, customer.id


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


def _stale_among(person: Person, customers: list[Customer]) -> Iterator[Row]:
    keys = [customer.id for customer in customers]
    checked: dict[int, dict[str, datetime]] = {key: {} for key in keys}
    rows = SectionCheck.select(SectionCheck.customer, SectionCheck.section, SectionCheck.at)
    for key, section, at in rows.where(one_of(SectionCheck.customer, keys)).tuples():
        checked[key][section] = at
    full = with_full_contacts(person, keys)
    for customer in customers:
        if overdue := _overdue(customer, checked[customer.id]):
            yield Row(
                id=customer.id,
                place=_place(customer),
                name=shown_name(customer.kind, customer.name, customer.id in full),
                owner=customer.owner.name,
                last_followup_at=customer.last_followup_at,
                sections=overdue,
            )


def _overdue(customer: Customer, checked: dict[str, datetime]) -> dict[int, list[str]]:
    """The titles of the stale sections by their days, the longest first."""
    since, today = stale_before(clock.today()), clock.today()
    moments = {key: checked.get(key, customer.created_at) for key in sections_of(customer.kind)}
    found: dict[int, list[str]] = {}
    for key, at in sorted(moments.items(), key=lambda each: each[1]):
        if at < since:
            found.setdefault((today - clock.local(at).date()).days, []).append(SECTIONS[key])
    return found
