"""Years of the working-day calendar that an administrator entered before the package knew them (F4)."""

from collections.abc import Mapping
from datetime import date
from time import monotonic
from typing import Any, Self

from peewee import IntegerField, IntegrityError, TextField

from intranet_crm import audit_log, background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.database import JSONField, VersionedModel, database
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.reference import workdays
from intranet_crm.reference.free_days import WrongWorked, days_of, differing, worked_days_of

FRESH = 60.0  # seconds that another process may not yet know a year; the worker counts due days anew
STALE = "这一年的日历刚被别人改过，请看过现在的内容后再保存。"
Years = Mapping[int, Mapping[date, bool]]


class UnfitWorked(DomainError):
    """The days that are worked make no sense."""


class WorkYear(VersionedModel):
    """One year as it was typed, and the days in it that are not as Monday to Friday would have them."""

    year = IntegerField(unique=True)
    free = TextField()
    worked = TextField(default="")
    days = JSONField()  # ISO day: whether it is worked

    @classmethod
    def enter(cls, year: int, *, free: str, worked: str, seen: int, by: Person) -> Self:
        """The year as published; due days that only expected it are counted anew by the worker.

        Raises DomainError for a year that is known by itself or days that make no sense, StaleVersion.
        """
        if year in workdays.PUBLISHED_YEARS:
            raise DomainError(f"{year} 年的日历系统已经知道，不用录入。")
        try:
            days = differing(days_of(free, year), worked_days_of(worked, year), year)
        except WrongWorked as error:
            raise UnfitWorked(str(error)) from None
        except ValueError as error:
            raise DomainError(str(error)) from None
        words = {"free": free, "worked": worked}
        facts = words | {"days": {str(day): is_worked for day, is_worked in sorted(days.items())}}
        with database.atomic():
            found = cls.get_or_none(cls.year == year)
            if (found.version if found else 0) != seen:
                raise StaleVersion(STALE)
            old = {name: getattr(found, name) for name in words} if found else None
            found = found._change(seen, facts) if found else cls._first(year, facts)
            told = {"by": by, "kind": "work_year", "subject_id": found.id, "title": f"{year} 年工作日历"}
            audit_log.record("录入工作日历", **told, old=old, new=words)
            for kind in ("tasks.recount", "intake.recount"):
                background.enqueue(kind, year, f"{kind}:{year}:{found.version}")
        look_anew()
        return found

    def _change(self, seen: int, facts: dict[str, Any]) -> Self:
        self.claim_version(seen, **facts, updated_at=clock.now())
        return self

    @classmethod
    def _first(cls, year: int, facts: dict[str, Any]) -> Self:
        moment = clock.now()
        try:
            return cls.create(year=year, **facts, created_at=moment, updated_at=moment)
        except IntegrityError:
            raise StaleVersion(STALE) from None


_known: dict[str, Any] = {}


def entered_years() -> Years:
    """The entered years, looked up at most once a minute; none while no database is open."""
    if _known and _known["of"] is database.obj and monotonic() - _known["at"] < FRESH:
        return _known["years"]
    if database.obj is None or database.is_closed():
        return {}
    rows = WorkYear.select(WorkYear.year, WorkYear.days)
    years = {
        row.year: {date.fromisoformat(day): is_worked for day, is_worked in row.days.items()} for row in rows
    }
    _known.update(of=database.obj, at=monotonic(), years=years)
    return years


def look_anew() -> None:
    """Forget what was looked up: a year has just been entered."""
    _known.clear()


def calendar_without(year: int) -> workdays.WorkCalendar:
    """The calendar as it was before the year was entered."""
    return workdays.WorkCalendar({key: days for key, days in entered_years().items() if key != year})


workdays.look_up_by(entered_years)
