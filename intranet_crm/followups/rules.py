"""What a follow-up must hold, when it is late, how its tasks are worded (T4), and the mix of a quarter."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import NamedTuple

from intranet_crm.reference.choices import FOLLOWUP_METHODS, FOLLOWUP_PURPOSES

RECORD_WITHIN = timedelta(hours=24)  # S0: 「24小时内录入」
CARE_TARGET = 30  # percent of contacts in a quarter that are not about business, S1 (E4)


class Step(NamedTuple):
    """One line of 下一步计划."""

    what: str
    due_on: date | None
    person_id: int


class Move(NamedTuple):
    """A change of 客户状态 and 跟进阶段 made in the follow-up's form (E6)."""

    status: str
    stage: str
    reason: str
    seen: tuple[str, str]  # the pair that the person had before the eyes


@dataclass(frozen=True)
class Mix:
    """A customer's contacts in a quarter, and how many of them were not about business (E4)."""

    contacts: int
    care: int
    target = CARE_TARGET

    @property
    def percent(self) -> int:
        """Whole percent, cut off: 29.9 % is not yet the target."""
        return 100 * self.care // self.contacts if self.contacts else 0

    @property
    def reached(self) -> bool:
        return self.contacts > 0 and 100 * self.care >= CARE_TARGET * self.contacts

    @property
    def wanting(self) -> int:
        """How many more non-business contacts would reach the target."""
        if not self.contacts:
            return 1
        return max(0, ceil((CARE_TARGET * self.contacts - 100 * self.care) / (100 - CARE_TARGET)))

    @property
    def sentence(self) -> str:
        if not self.contacts:
            return "本季度还没有联系过这位客户。"
        told = f"本季度联系 {self.contacts} 次，其中非业务 {self.care} 次"
        if self.reached:
            return f"{told}，达到 {CARE_TARGET}% 的目标。"
        return f"{told}，不到 {CARE_TARGET}% 的目标，再有 {self.wanting} 次非业务联系即可达到。"


def start_of_quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def periods(today: date) -> list[tuple[str, date, date]]:
    """(word, first day, last day) of the spans that a report offers, this month first."""
    month, quarter = today.replace(day=1), start_of_quarter(today)
    last_month, last_quarter = month - timedelta(days=1), quarter - timedelta(days=1)
    return [
        ("本月", month, today),
        ("上月", last_month.replace(day=1), last_month),
        ("本季度", quarter, today),
        ("上季度", start_of_quarter(last_quarter), last_quarter),
    ]


def share_words(part: int, whole: int) -> str:
    """「12%」; some but less than half a percent is 「<1%」, none of nothing 「—」."""
    if not whole:
        return "—"
    percent = (200 * part + whole) // (2 * whole)
    return "<1%" if part and not percent else f"{percent}%"


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
