"""What a follow-up must hold, when it counts as late, and how its tasks are worded (T4)."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from intranet_crm.reference.choices import FOLLOWUP_METHODS, FOLLOWUP_PURPOSES

RECORD_WITHIN = timedelta(hours=24)  # S0: 「24小时内录入」


class Step(NamedTuple):
    """One line of 下一步计划."""

    what: str
    due_on: date | None
    person_id: int


def faults(
    *, happened_at: datetime, purpose: str, business_change: str, next_at: datetime | None, now: datetime
) -> dict[str, str]:
    """What is wrong, by field name, as sentences; empty when all is well."""
    found = {}
    if happened_at > now:
        found["happened_at"] = "跟进日期不能晚于现在；尚未发生的跟进请写在「下次跟进时间」。"
    if purpose == "return_visit" and not business_change:
        found["business_change"] = "回访必须填写业务变化；没有变化请写「无变化」。"
    if next_at and next_at <= happened_at:
        found["next_at"] = "下次跟进时间应晚于跟进日期。"
    return found


def late_by(happened_at: datetime, recorded_at: datetime) -> timedelta | None:
    """How long after the contact it was recorded, when that is more than 24 hours (F4)."""
    gap = recorded_at - happened_at
    return gap if gap > RECORD_WITHIN else None


def gap_words(gap: timedelta) -> str:
    """「3 天 4 小时」, whole hours."""
    days, hours = divmod(int(gap.total_seconds() // 3600), 24)
    return " ".join(f"{number} {word}" for number, word in ((days, "天"), (hours, "小时")) if number)


def headline(method: str, subject: str, late_words: str = "") -> str:
    """The timeline's title: 「电话跟进：续约意向」, with 「补录」 when it was recorded late."""
    late = f"（补录，晚 {late_words}）" if late_words else ""
    return f"{FOLLOWUP_METHODS.label(method)}跟进" + (f"：{subject}" if subject else "") + late


def kind_words(method: str, purpose: str) -> str:
    """「电话 · 回访」."""
    return " · ".join(filter(None, (FOLLOWUP_METHODS.label(method), FOLLOWUP_PURPOSES.label(purpose))))


def day_words(day: date, today: date) -> str:
    """「3月15日」, with the year when it is another one."""
    year = "" if day.year == today.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def next_title(customer_name: str, day: date, today: date) -> str:
    """E5: 「客户X需在3月15日前跟进」."""
    return f"客户{customer_name}需在{day_words(day, today)}前跟进"
