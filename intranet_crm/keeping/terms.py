"""Since when each record's cooperation has ended, by what the customer's page says today (P5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from peewee import JOIN, Field, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.customers.models import Customer, StatusChange
from intranet_crm.intake.models import IntakeForm
from intranet_crm.keeping.models import Disposal, DisposalItem, Hold, Keeping, Loan
from intranet_crm.keeping.rules import SHORTEST_YEARS, Term, end_of, obstacles, term

ENDED = "lost"  # 流失客户; 暂停合作 is a pause, not an end


@dataclass(frozen=True)
class Kept:
    """A record's retention with all that stands against its destruction."""

    years: int
    ended_on: date | None
    term: Term
    obstacles: list[str]


def kept(keys: Iterable[int]) -> dict[int, Kept]:
    """The retention of these records, in a fixed number of queries."""
    keys, today = list(keys) or [0], clock.today()
    rows = (
        ArchiveRecord.select(
            ArchiveRecord.id, Keeping.years, Keeping.ended_on, Keeping.destroyed_at, Customer.id,
            Customer.status, Customer.cooperation_to,
        )
        .join(Keeping, JOIN.LEFT_OUTER, on=Keeping.record == ArchiveRecord.id)
        .join_from(ArchiveRecord, IntakeForm)
        .join(Customer, JOIN.LEFT_OUTER)
        .where(ArchiveRecord.id.in_(keys))
    ).tuples()  # fmt: skip
    found = list(rows)
    lost, resumed = _last_days({row[4] for row in found if row[5] == ENDED})
    holds, loans, waiting = _holds(keys), _loans(keys), _waiting(keys)
    answer = {}
    for key, years, own_end, destroyed_at, customer, status, cooperation_to in found:
        ended_on = own_end if customer is None else None
        if status == ENDED:
            ended_on = end_of(cooperation_to, lost.get(customer), resumed.get(customer))
        years = SHORTEST_YEARS if years is None else years
        state = term(ended_on, years, today)
        stands = {"held": holds.get(key, ""), "lent_to": loans.get(key, ""), "waits": key in waiting}
        against = obstacles(state, **stands, gone=destroyed_at is not None)
        answer[key] = Kept(years, ended_on, state, against)
    return answer


def _last_days(customers: set[int]) -> tuple[dict[int, date], dict[int, date]]:
    """When each customer was last lost, and when it last came back."""
    return _last(customers, StatusChange.new), _last(customers, StatusChange.old)


def _last(customers: set[int], side: Field) -> dict[int, date]:
    changed = StatusChange.select(StatusChange.customer, fn.MAX(StatusChange.at))
    theirs = StatusChange.customer.in_(customers or {0}) & (StatusChange.what == "status") & (side == ENDED)
    rows = changed.where(theirs).group_by(StatusChange.customer)
    return {customer: clock.local(_moment(at)).date() for customer, at in rows.tuples()}


def _moment(value):
    return StatusChange.at.python_value(value)  # SQLite gives an aggregate as text


def _holds(keys: list[int]) -> dict[int, str]:
    found = Hold.select(Hold.record, Hold.reason)
    return dict(found.where(Hold.record.in_(keys) & Hold.lifted_at.is_null()).tuples())


def _loans(keys: list[int]) -> dict[int, str]:
    found = Loan.select(Loan.record, Person.name).join(Person, on=Loan.borrower)
    return dict(found.where(Loan.record.in_(keys) & Loan.returned_at.is_null()).tuples())


def _waiting(keys: list[int]) -> set[int]:
    found = DisposalItem.select(DisposalItem.record).join(Disposal)
    rows = found.where(DisposalItem.record.in_(keys) & (Disposal.state == "proposed")).tuples()
    return {key for (key,) in rows}
