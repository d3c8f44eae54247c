"""Who recorded follow-ups late (E3), for those who lead them; everybody else sees their own.

The numbers are about a person's discipline, whichever customers it was with: a record about a customer that
the reader does not reach, or that was deleted, is counted and listed, but tells nothing of that customer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peewee import Expression, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import as_it_is, shown_texts, visible_customers
from intranet_crm.customers.rules import shown_name
from intranet_crm.followups import rules
from intranet_crm.followups.lateness import DayTally, LateRecord
from intranet_crm.followups.models import FollowUp

PAGE = 20
PEOPLE_A_PAGE = 30


@dataclass(frozen=True)
class Tally:
    """How many follow-ups, how many of them late, and the longest gap in words."""

    recorded: int
    late: int
    worst_minutes: int

    @property
    def share(self) -> str:
        return rules.share_words(self.late, self.recorded)

    @property
    def worst(self) -> str:
        return rules.gap_words(timedelta(minutes=self.worst_minutes))


@dataclass(frozen=True)
class PersonTally:
    id: int
    name: str
    department: str
    tally: Tally


def led_by(viewer: Person) -> list[int] | None:
    """The ids of the people whose records the viewer answers for; None for everybody."""
    reach = viewer.reach(P.REASSIGN)
    if reach == Reach.ALL:
        return None
    if reach <= Reach.OWN:
        return [viewer.id]
    return [key for (key,) in people_within(viewer, reach).tuples()]


def choosable(viewer: Person, asked: int | None) -> list[Person]:
    """Those led who are active, and the one that was asked for."""
    led = led_by(viewer)
    found = Person.select().where(Person.disabled_at.is_null() | (Person.id == asked))
    found = found if led is None else found.where(Person.id.in_(led))
    return list(found.order_by(Person.name, Person.id))


def tallies(viewer: Person, since: date, until: date) -> list[PersonTally]:
    """Everybody led who recorded something in the period, the most late ones first."""
    led, day = led_by(viewer), DayTally.day
    sums = (fn.SUM(DayTally.recorded), fn.SUM(DayTally.late), fn.MAX(DayTally.worst))
    found = DayTally.select(DayTally.person, *sums).where((day >= since) & (day <= until))
    if led is not None:
        found = found.where(DayTally.person.in_(led))
    numbers = {key: Tally(*map(int, rest)) for key, *rest in found.group_by(DayTally.person).tuples()}
    known = Person.select(Person.id, Person.name, Department.name).join(Department)
    rows = [
        PersonTally(*row, numbers[row[0]])
        for row in (known.where(Person.id.in_(list(numbers))).tuples() if numbers else ())
        if numbers[row[0]].recorded
    ]
    return sorted(rows, key=lambda row: (-row.tally.late, -row.tally.worst_minutes, row.name, row.id))


def total(rows: Iterable[PersonTally]) -> Tally:
    each = [row.tally for row in rows]
    worst = max((tally.worst_minutes for tally in each), default=0)
    return Tally(sum(tally.recorded for tally in each), sum(tally.late for tally in each), worst)


def people_page(rows: list[PersonTally], after: int) -> tuple[list[PersonTally], int | None]:
    """The rows that follow the person ``after``, and the last person when there are more."""
    places = {row.id: place for place, row in enumerate(rows)}
    begin = places.get(after, -1) + 1
    page = rows[begin : begin + PEOPLE_A_PAGE]
    return page, page[-1].id if len(rows) > begin + PEOPLE_A_PAGE else None


def late_records(
    viewer: Person, since: date, until: date, person: int | None, after: tuple[datetime, int] | None = None
) -> list[FollowUp]:
    """A page of the late records of one person led, or of all, and one more, the latest first.

    ``in_sight`` says whether the viewer may open it; else it carries no word of the customer.
    """
    begin, end = clock.start_of(since), clock.start_of(until + timedelta(days=1))
    within = (LateRecord.happened_at >= begin) & (LateRecord.happened_at < end) & _whose(viewer, person)
    if after:
        moment, key = after
        earlier = (LateRecord.happened_at < moment) | (LateRecord.followup < key)
        within &= (LateRecord.happened_at <= moment) & earlier
    order = (LateRecord.happened_at.desc(), LateRecord.followup.desc())
    found = LateRecord.select(LateRecord.followup).where(within).order_by(*order).limit(PAGE + 1)
    keys = [key for (key,) in found.tuples()]
    rows = FollowUp.select(FollowUp, Customer, Person).join(Customer)
    rows = rows.join_from(FollowUp, Person, on=FollowUp.person)
    rows = rows.where(FollowUp.id.in_(keys)).order_by(FollowUp.happened_at.desc(), FollowUp.id.desc())
    return _as_seen_by(viewer, list(rows)) if keys else []


def _whose(viewer: Person, person: int | None) -> Expression:
    led = led_by(viewer)
    if person is not None:
        return LateRecord.person == (person if led is None or person in led else 0)
    return LateRecord.person > 0 if led is None else LateRecord.person.in_(led)


def _as_seen_by(viewer: Person, rows: list[FollowUp]) -> list[FollowUp]:
    its = Customer.id.in_([row.customer_id for row in rows])
    asked = visible_customers(viewer).select(Customer.id).where(its)
    seen = {key for (key,) in asked.tuples()}
    shown = shown_texts(viewer, seen)
    for row in rows:
        row.in_sight = row.customer_id in seen
        customer, mask = row.customer, shown.get(row.customer_id, lambda _text: "")
        full = mask is as_it_is
        customer.name = shown_name(customer.kind, customer.name, full) if row.in_sight else ""
        row.subject, row.content = mask(row.subject), mask(row.content)
    return rows
