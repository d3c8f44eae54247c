"""Working days by the Chinese calendar with 调休 (F4); a year not yet published counts as Mon–Fri, marked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from chinese_calendar import constants, is_workday

PUBLISHED_YEARS = frozenset(day.year for day in constants.holidays)


@dataclass(frozen=True)
class WorkCalendar:
    """The package's calendar, with the years the administrator entered laid over it.

    `entered` maps a year to its days that differ (True: worked, False: free); such a year is published.
    """

    entered: Mapping[int, Mapping[date, bool]] = field(default_factory=dict)

    @cached_property
    def _days(self) -> dict[date, bool]:
        return {day: worked for days in self.entered.values() for day, worked in days.items()}

    def is_published(self, day: date) -> bool:
        return day.year in PUBLISHED_YEARS or day.year in self.entered

    def is_working_day(self, day: date) -> bool:
        if day in self._days:
            return self._days[day]
        return is_workday(day) if day.year in PUBLISHED_YEARS else day.weekday() < 5


class KnownCalendar(WorkCalendar):
    """The package's years and those an administrator entered, which only a day outside the first asks for."""

    def is_published(self, day: date) -> bool:
        return day.year in PUBLISHED_YEARS or day.year in _entered_years()

    def is_working_day(self, day: date) -> bool:
        if day.year in PUBLISHED_YEARS:
            return is_workday(day)
        return _entered_years().get(day.year, {}).get(day, day.weekday() < 5)


KNOWN = KnownCalendar()
_entered_years: Callable[[], Mapping[int, Mapping[date, bool]]] = dict


def look_up_by(function: Callable[[], Mapping[int, Mapping[date, bool]]]) -> None:
    """Who knows the entered years: `calendars`, which keeps them."""
    global _entered_years
    _entered_years = function


@dataclass(frozen=True, slots=True)
class DueDay:
    """A day that was counted to; `expected` (「预计」) when a year not yet published was counted in."""

    day: date
    expected: bool = False


def is_working_day(day: date, calendar: WorkCalendar | None = None) -> bool:
    return (calendar or KNOWN).is_working_day(day)


def add_working_days(start: date, days: int, calendar: WorkCalendar | None = None) -> DueDay:
    """Count `days` working days after `start`, which itself does not count: Friday + 2 is Tuesday.

    0 gives the start, or the next working day when it is free; a negative number raises ValueError.
    """
    if days < 0:
        raise ValueError("工作日数不能为负")
    calendar = calendar or KNOWN
    day, left, expected = start, days, False
    if days == 0:
        day, left = start - timedelta(days=1), 1
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
        expected = expected or not calendar.is_published(day)
    return DueDay(day, expected)


def working_days_late(due_on: date, today: date, calendar: WorkCalendar | None = None) -> int:
    """How many working days have begun since the end of ``due_on``."""
    calendar = calendar or KNOWN
    days = (due_on + timedelta(days=step) for step in range(1, (today - due_on).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def late_words(due_on: date, today: date, calendar: WorkCalendar | None = None) -> str:
    late = working_days_late(due_on, today, calendar)
    return f"已逾期 {late} 个工作日" if late else "已逾期，尚不足 1 个工作日"


def working_day_of(day: date, calendar: WorkCalendar | None = None) -> date:
    """The day itself, or the last working day before a free one."""
    return day if is_working_day(day, calendar) else previous_working_day(day, calendar)


def previous_working_day(day: date, calendar: WorkCalendar | None = None) -> date:
    """Give the last working day before `day`."""
    calendar = calendar or KNOWN
    earlier = day - timedelta(days=1)
    while not calendar.is_working_day(earlier):
        earlier -= timedelta(days=1)
    return earlier
