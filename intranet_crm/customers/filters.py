"""What the list of customers can be narrowed to (G1), as conditions on the database."""

import calendar
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Self

from peewee import SQL, Expression, Field, Function, Table, fn

from intranet_crm import clock
from intranet_crm.customers.models import Customer
from intranet_crm.customers.tags import CustomerTag
from intranet_crm.database import one_of
from intranet_crm.reference.choices import EMPLOYEE_BANDS

# Needs stand on our right and cannot be imported: their table is known by name; a test holds it to the model.
NEEDS = Table("need", ("id", "customer_id", "type", "priority", "budget_low", "budget_pending"))
BAND_BOUNDS = dict(zip(EMPLOYEE_BANDS.keys(), ((0, 50), (50, 200), (200, 500), (500, 1 << 31)), strict=True))
FEW = 2000  # so many rows are rather fetched and sorted than looked for along the order of the list


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; blank means all."""

    created_months: int | None = None  # 近N个月: from the same day so many months back
    created_from: date | None = None
    created_to: date | None = None
    followed_from: date | None = None
    followed_to: date | None = None
    status: str = ""
    stage: str = ""
    kind: str = ""
    grade: str = ""
    industry: str = ""  # a section (C), a division (C39) or OTHER
    size: str = ""  # a band of employees
    region: str = ""  # a province or a city
    source: str = ""
    owner: int | None = None
    success_manager: int | None = None
    budget: int | None = None  # fen: the lower bound is at least so much
    need_type: str = ""
    need_priority: str = ""
    tag: tuple[int, ...] = ()  # has all of them
    chosen: tuple[int, ...] = ()  # these customers only, by id

    def conditions(
        self, *, led: bool, in_order: bool = False, few: list[int] | None = None
    ) -> list[Expression]:
        """What the filter asks for.

        One column at most is left to choose the index, the narrowest: neither database knows our values well
        enough. ``led``: the walk has chosen already; ``in_order``: ranges would cost the order of the list;
        ``few``: what ``few()`` said.
        """
        if few is not None:
            return [one_of(Customer.id, few), *self._columns(led=True, in_order=False), *self._elsewhere()]
        return [*self._columns(led=led, in_order=in_order), *self._elsewhere()]

    def _columns(self, *, led: bool, in_order: bool) -> list[Expression]:
        by_industry, by_person = len(self.industry) > 1, self.owner or self.success_manager
        status = _hidden(Customer.status, led or by_person or by_industry)
        wanted = [
            column == value
            for column, value in (
                (status, self.status),
                (Customer.stage, self.stage),
                (Customer.kind, self.kind),
                (Customer.grade, self.grade),
                (Customer.source, self.source),
                (_hidden(Customer.owner, led), self.owner),
                (_hidden(Customer.success_manager, led or self.owner), self.success_manager),
            )
            if value
        ]
        if self.industry:
            hidden = led or by_person or (in_order and not by_industry)
            wanted.append(_industry(_hidden(Customer.industry, hidden), self.industry))
        if self.region:
            wanted.append(_below(self.region))
        if self.size:
            wanted.append(_employs(self.size))
        created_at = _hidden(Customer.created_at, led or in_order)
        wanted += _between(created_at, self.created_since(), self.created_to)
        return wanted + _between(Customer.last_followup_at, self.followed_from, self.followed_to)

    def created_since(self) -> date | None:
        """The later of the two beginnings that may be given."""
        months = months_back(clock.today(), self.created_months) if self.created_months else None
        return max(filter(None, (months, self.created_from)), default=None)

    def _elsewhere(self) -> list[Expression]:
        """What stands in the tables of tags and needs, looked up row by row."""
        held = CustomerTag.select(SQL("1")).where(CustomerTag.customer == Customer.id)
        wanted = [fn.EXISTS(held.where(CustomerTag.tag == key)) for key in self.tag]
        theirs = NEEDS.select(SQL("1")).where(NEEDS.customer_id == Customer.id)
        if self.need_type or self.need_priority:
            # Looked up by customer: the index of types would be gone through for each customer.
            wanted.append(fn.EXISTS(theirs.where(*self._needs(hidden=True))))
        if self.budget:
            large = (NEEDS.budget_low >= self.budget) & (NEEDS.budget_pending == 0)
            wanted.append((Customer.budget_low >= self.budget) | fn.EXISTS(theirs.where(large)))
        return wanted

    def _needs(self, *, hidden: bool = False) -> list[Expression]:
        asked = ((NEEDS.type, self.need_type), (NEEDS.priority, self.need_priority))
        return [_hidden(column, hidden) == value for column, value in asked if value]

    def few(self) -> list[int] | None:
        """The ids that a tag, the needs or a choice by hand leave, when they are few; else None."""
        if self.chosen:
            return list(self.chosen)
        for key in self.tag:
            held = CustomerTag.select(CustomerTag.customer).where(CustomerTag.tag == key)
            found = [customer for (customer,) in held.limit(FEW + 1).tuples()]
            if len(found) <= FEW:
                return found
        if self.need_type:
            theirs = NEEDS.select(NEEDS.customer_id).where(*self._needs()).limit(FEW + 1)
            found = [customer for (customer,) in theirs.bind(Customer._meta.database).tuples()]
            if len(found) <= FEW:
                return found
        return None

    def as_json(self) -> dict[str, Any]:
        """The filter as a batch keeps it; how many months back becomes the day that it is today."""
        known = asdict(self) | {"created_months": None, "created_from": self.created_since()}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in known.items()
            if value
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        def read(name: str, value: Any) -> Any:
            if name.endswith(("_from", "_to")):
                return date.fromisoformat(value)
            return tuple(value) if isinstance(value, list) else value

        return cls(**{name: read(name, value) for name, value in kept.items()})


def months_back(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month: 31 May less 3 is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _hidden(column: Field, wanted: Any) -> Field | Function:
    """The column, if wanted in a form that no index answers."""
    return fn.COALESCE(column, column) if wanted else column


def _industry(column: Any, code: str) -> Expression:
    if len(code) > 1:
        return column == code
    return (column >= code) & (column < f"{code}:")  # a section: from C to C99, which sorts before "C:"


def _below(region: str) -> Expression:
    """The region itself and all places in it, by the beginning of its code (GB/T 2260)."""
    prefix = region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region
    return (Customer.region >= prefix) & (Customer.region < f"{prefix}:")


def _employs(band: str) -> Expression:
    """By the number, or by the band where no number is known; lower bounds count in (B5)."""
    low, below = BAND_BOUNDS[band]
    by_number = (Customer.employees >= low) & (Customer.employees < below)
    return by_number | (Customer.employees.is_null() & (Customer.employee_band == band))


def _between(column: Any, first: date | None, last: date | None) -> list[Expression]:
    wanted = []
    if first:
        wanted.append(column >= clock.start_of(first))
    if last:
        wanted.append(column < clock.start_of(last + timedelta(days=1)))
    return wanted
