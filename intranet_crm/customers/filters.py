"""What the list of customers can be narrowed to (G1), and what that asks of one customer.

The list itself is found by filter sets (filter_match.py); the conditions here are asked of the customers
that the sets may be wrong about, and of every row before it is shown.
"""

import calendar
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self

from peewee import SQL, Expression, Function, fn

from intranet_crm import clock
from intranet_crm.customers.filter_values import NEVER, PLAIN, living, size_of
from intranet_crm.customers.models import Customer
from intranet_crm.customers.need_tables import has_budget, has_need
from intranet_crm.customers.tags import CustomerTag
from intranet_crm.database import one_of
from intranet_crm.reference.choices import Choices

IDLE = Choices(((NEVER, "从未跟进"), *((str(days), f"超过{days}天未跟进") for days in (15, 30, 60, 90, 180))))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; blank means all, and one of several values is enough."""

    created_months: int | None = None  # 近N个月: from the same day so many months back
    created_from: date | None = None
    created_to: date | None = None
    followed_from: date | None = None
    followed_to: date | None = None
    idle: tuple[str, ...] = ()  # NEVER, or a number: the last follow-up is more than so many days ago
    status: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()  # sections (C), divisions (C39), OTHER
    size: tuple[str, ...] = ()  # bands of employees
    region: tuple[str, ...] = ()  # provinces, cities, districts
    source: tuple[str, ...] = ()
    owner: tuple[int, ...] = ()
    success_manager: tuple[int, ...] = ()
    budget: int | None = None  # fen: the lower bound is at least so much
    need_type: tuple[str, ...] = ()
    need_priority: tuple[str, ...] = ()
    need_tag: tuple[int, ...] = ()
    tag: tuple[int, ...] = ()  # has all of them
    chosen: tuple[int, ...] = ()  # these customers only, by id
    asked_on: date | None = None  # the day that months and days are counted back from; none is today

    def conditions(self) -> list[Expression]:
        """What a customer must be; all columns in a form that no index answers, since ids choose already."""
        wanted = [
            hidden(getattr(Customer, name)).in_(values) for name in PLAIN if (values := getattr(self, name))
        ]
        if self.size:
            wanted.append(size_of(Customer.employees, Customer.employee_band).in_(self.size))
        if self.industry:
            wanted.append(_one(_industry(code) for code in self.industry))
        if self.region:
            wanted.append(_one(_below(code) for code in self.region))
        if self.budget:
            own = Customer.budget_low >= self.budget
            wanted.append(own | has_budget(Customer.id, self.budget))
        if self.need_type or self.need_priority or self.need_tag:
            asked = {"types": self.need_type, "priorities": self.need_priority, "tags": self.need_tag}
            wanted.append(has_need(Customer.id, **asked))
        for key in self.tag:
            held = (CustomerTag.customer == Customer.id) & (CustomerTag.tag == key)
            wanted.append(fn.EXISTS(CustomerTag.select(SQL("1")).where(held)))
        if self.chosen:
            wanted.append(one_of(hidden(Customer.id), self.chosen))
        return [living(), *wanted, *self._days()]

    def _days(self) -> list[Expression]:
        wanted = _between(Customer.created_at, self.created_since(), self.created_to)
        wanted += _between(Customer.last_followup_at, self.followed_from, self.followed_to)
        if self.idle:
            before = [Customer.last_followup_at.is_null()] if NEVER in self.idle else []
            if last := self.idle_since():
                before += _between(Customer.last_followup_at, None, last)
            wanted.append(_one(before))
        return wanted

    def created_since(self) -> date | None:
        """The later of the two beginnings that may be given."""
        months = months_back(self._today(), self.created_months) if self.created_months else None
        return max(filter(None, (months, self.created_from)), default=None)

    def idle_since(self) -> date | None:
        """The last day that is more than so many days ago, by the smallest number given."""
        days = [int(word) for word in self.idle if word != NEVER]
        return self._today() - timedelta(days=min(days) + 1) if days else None

    def _today(self) -> date:
        return self.asked_on or clock.today()

    def as_json(self) -> dict[str, Any]:
        """The filter as a batch keeps it: what is counted back from today stays counted from today."""
        known = {name: value for name, value in asdict(self).items() if value}
        if self.created_months or self.idle:
            known["asked_on"] = self._today()
        return {
            name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The filter again; batches from before there could be several values kept one alone."""
        return cls(**{each.name: _read(each, kept[each.name]) for each in fields(cls) if each.name in kept})


def _read(field: Any, value: Any) -> Any:
    if field.default == ():
        return tuple(value) if isinstance(value, list | tuple) else (value,)
    return date.fromisoformat(value) if isinstance(value, str) else value


def months_back(day: date, months: int) -> date:
    """The same day so many months earlier, or the last of a shorter month: 31 May less 3 is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def hidden(column: Any) -> Function:
    """The column in a form that no index answers: neither database knows our values well enough to choose."""
    return fn.COALESCE(column, column)


def place_prefix(region: str) -> str:
    """What the codes of all places in a region begin with (GB/T 2260)."""
    return region[:2] if region.endswith("0000") else region[:4] if region.endswith("00") else region


def _one(conditions: Any) -> Expression:
    return reduce(or_, conditions)


def _industry(code: str) -> Expression:
    if len(code) > 1:
        return Customer.industry == code
    return (Customer.industry >= code) & (
        Customer.industry < f"{code}:"
    )  # from C to C99, which sorts before "C:"


def _below(region: str) -> Expression:
    prefix = place_prefix(region)
    return (Customer.region >= prefix) & (Customer.region < f"{prefix}:")


def _between(column: Any, first: date | None, last: date | None) -> list[Expression]:
    wanted, column = [], hidden(column)
    if first:
        wanted.append(column >= clock.start_of(first))
    if last:
        wanted.append(column < clock.start_of(last + timedelta(days=1)))
    return wanted
