"""The time: stored as naive UTC with microseconds, shown and counted in Asia/Shanghai."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Within it time stands still at ``moment`` (naive UTC), in this context only: a history is retold."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)


def is_believable(day: date) -> bool:
    """Whether a typed day is meant, not mistyped; far days could not be counted on from either."""
    return 1900 <= day.year < 3000


def now() -> datetime:
    """This moment in naive UTC, as the database keeps it."""
    return _set_to.get() or datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """The day it is in Shanghai."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """A stored moment as Shanghai's wall clock (aware)."""
    return moment.replace(tzinfo=UTC).astimezone(SHANGHAI)


def stored(wall_clock: datetime) -> datetime:
    """A naive Shanghai wall-clock time as the database keeps it."""
    return wall_clock.replace(tzinfo=SHANGHAI).astimezone(UTC).replace(tzinfo=None)


def start_of(day: date) -> datetime:
    """The stored moment at which ``day`` begins in Shanghai."""
    return stored(datetime.combine(day, time()))


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """The stored moment of a Shanghai wall-clock time on ``day``."""
    return start_of(day) + timedelta(hours=hour, minutes=minute)


def of_file(path: Path) -> datetime:
    """When the file was last written, as the database keeps moments."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
