"""The dossiers with a section that nobody has updated or verified for too long (B12), the oldest first."""

from dataclasses import dataclass
from datetime import datetime

from peewee import Case, Expression, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import visible_customers, with_full_contacts
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.sections import SECTIONS, SectionCheck, sections_of, stale_before
from intranet_crm.database import one_of

PAGE = 20
FEW = 2000  # so many customers are rather fetched and sorted than looked for among all that are old

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


def page(person: Person, after: Key | None = None) -> list[Row]:
    """A page of the person's stale dossiers and one more, in the order in which they were opened."""
    visible = visible_customers(person).select(Customer.id)
    few = [key for (key,) in visible.limit(FEW + 1).tuples()]
    found = visible if len(few) > FEW else Customer.select(Customer.id).where(one_of(Customer.id, few))
    found = found.where(_is_stale(), *([_later(after)] if after else []))
    keys = found.order_by(Customer.created_at, Customer.id).limit(PAGE + 1).tuples()
    return _rows(person, [key for (key,) in keys])


def _later(place: Key) -> Expression:
    at, key = place
    return (Customer.created_at >= at) & ((Customer.created_at > at) | (Customer.id > key))


def _is_stale() -> Expression:
    """Opened long ago, and fewer sections checked since then than the dossier has."""
    since = stale_before(clock.today())
    fresh = SectionCheck.select(fn.COUNT(SectionCheck.id)).where(
        (SectionCheck.customer == Customer.id) & (SectionCheck.at >= since)
    )
    kinds = [(kind, len(sections_of(kind))) for kind in ("enterprise", "individual")]
    return (Customer.created_at < since) & (fresh < Case(Customer.kind, kinds))


def _rows(person: Person, keys: list[int]) -> list[Row]:
    if not keys:
        return []
    found = Customer.select(Customer, Person).join(Person, on=Customer.owner).where(Customer.id.in_(keys))
    customers = {customer.id: customer for customer in found}
    checked: dict[int, dict[str, datetime]] = {key: {} for key in keys}
    rows = SectionCheck.select(SectionCheck.customer, SectionCheck.section, SectionCheck.at)
    for key, section, at in rows.where(SectionCheck.customer.in_(keys)).tuples():
        checked[key][section] = at
    full = with_full_contacts(person, keys)
    return [_row(customers[key], checked[key], key in full) for key in keys]


def _row(customer: Customer, checked: dict[str, datetime], in_full: bool) -> Row:
    since, today = stale_before(clock.today()), clock.today()
    moments = {key: checked.get(key, customer.created_at) for key in sections_of(customer.kind)}
    overdue: dict[int, list[str]] = {}
    for key, at in sorted(moments.items(), key=lambda each: each[1]):
        if at < since:
            overdue.setdefault((today - clock.local(at).date()).days, []).append(SECTIONS[key])
    return Row(
        id=customer.id,
        place=(customer.created_at, customer.id),
        name=shown_name(customer.kind, customer.name, in_full),
        owner=customer.owner.name,
        last_followup_at=customer.last_followup_at,
        sections=overdue,
    )
