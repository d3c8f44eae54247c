"""When a task reminds, and where it stands today."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from intranet_crm import clock
from intranet_crm.reference.workdays import WorkCalendar, late_words, previous_working_day

REMIND_HOUR = 9

# Steps on the way of an intake form, of a collection, a service issue or a need's change. They end by that
# act alone.
BOUND_KINDS = frozenset(
    {"collect", "review", "escalation", "return", "entry", "service_issue", "need_change"}
)

KIND_WORDS = {
    "next_followup": "下次跟进",
    "next_step": "下一步计划",
    "collect": "采集",
    "review": "复核",
    "escalation": "接手复核",
    "return": "退回修改",
    "entry": "录入",
    "pending": "待补充",
}


class Span(StrEnum):
    """Where a task stands, in the words of the filter."""

    OVERDUE = "逾期"
    TODAY = "今天"
    WEEK = "本周"
    LATER = "以后"
    DONE = "已完成"


def reminder_time(due_on: date, calendar: WorkCalendar | None = None) -> datetime:
    """The stored moment of 09:00 on the working day before ``due_on`` (E5)."""
    return clock.at(previous_working_day(due_on, calendar), REMIND_HOUR)


def end_of_week(today: date) -> date:
    """The Sunday of the week of ``today``."""
    return today + timedelta(days=6 - today.weekday())


def lateness(kind: str, due_on: date, today: date) -> str:
    """How late a step on the way of a record is, by working days as its clock counts (F4); else nothing."""
    return late_words(due_on, today) if kind in BOUND_KINDS and due_on < today else ""


def span_of(due_on: date, today: date) -> Span:
    if due_on < today:
        return Span.OVERDUE
    if due_on == today:
        return Span.TODAY
    return Span.WEEK if due_on <= end_of_week(today) else Span.LATER
