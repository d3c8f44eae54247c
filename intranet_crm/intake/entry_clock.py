"""The clock of the entry in words (F4, O7, S4 二(五)): how long is left, or by how much it is late."""

from dataclasses import dataclass
from datetime import date

from intranet_crm.formatting import WEEKDAYS
from intranet_crm.reference.workdays import WorkCalendar, late_words


@dataclass(frozen=True)
class EntryClock:
    """Words for people and the meaning of their badge: info, warning (due today) or danger (overdue)."""

    words: str
    meaning: str


def due_words(due_on: date, expected: bool = False) -> str:
    """「须于 11月24日（周二）前录入」; 「预计」 when a year not yet published was counted through."""
    day = f"{due_on.month}月{due_on.day}日（周{WEEKDAYS[due_on.weekday()]}）"
    return f"{'预计' if expected else ''}须于 {day}前录入"


def entry_clock(
    due_on: date, today: date, expected: bool = False, calendar: WorkCalendar | None = None
) -> EntryClock:
    """Where the entry of an approved form stands on ``today``; it may be made until the end of ``due_on``."""
    if today < due_on:
        return EntryClock(due_words(due_on, expected), "info")
    if today == due_on:
        return EntryClock(f"{due_words(due_on, expected)}，今天到期", "warning")
    words = late_words(due_on, today, calendar)
    return EntryClock(f"{words}（{'预计' if expected else '应于'} {due_on.month}月{due_on.day}日）", "danger")
