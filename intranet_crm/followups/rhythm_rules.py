"""When a customer that has signed is to be visited, and why (F3, S1 二(四)); no Flask, no Peewee."""

import calendar
from datetime import date, datetime, timedelta
from typing import NamedTuple

from intranet_crm import clock
from intranet_crm.customers.grade_rules import rhythm_words

VISITS = ("visit", "offline_meeting")  # methods of follow-ups that are visits
RETURN_VISIT = "return_visit"  # the purpose that is one whatever the method


class Rhythm(NamedTuple):
    """The days and months of a grade's strategy; None where nothing is planned."""

    grade: str
    word: str
    first_days: int | None
    months: int | None

    @property
    def key(self) -> str:
        """What tells one rhythm from another: 「vip 30 1」."""
        return f"{self.grade or '-'} {self.first_days or 0} {self.months or 0}"


class Known(NamedTuple):
    """What is known of a customer that has signed."""

    signed_at: datetime
    visited_at: datetime | None = None  # the latest visit
    ticked_on: date | None = None  # the latest to-do that was ticked off without a visit recorded

    @property
    def signed_on(self) -> date:
        return clock.local(self.signed_at).date()

    @property
    def visited_on(self) -> date | None:
        """The latest visit since the signing; one before it belongs to the selling."""
        after = self.visited_at and self.visited_at > self.signed_at
        return clock.local(self.visited_at).date() if after else None

    @property
    def last_on(self) -> date | None:
        ticked = self.ticked_on if self.ticked_on and self.ticked_on >= self.signed_on else None
        return max(filter(None, (self.visited_on, ticked)), default=None)


def next_visit(rhythm: Rhythm, known: Known) -> date | None:
    """The day by which to visit; None when the strategy plans none."""
    if known.last_on is None and rhythm.first_days is not None:
        return known.signed_on + timedelta(days=rhythm.first_days)
    if rhythm.months is None:
        return None
    return months_on(known.last_on or known.signed_on, rhythm.months)


def months_on(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def why(rhythm: Rhythm, known: Known) -> str:
    """「VIP客户每月拜访，上次 2026-10-02」「签约后 30 天内首次拜访，2026-10-02 签约」"""
    if known.last_on is None and rhythm.first_days is not None:
        return f"签约后 {rhythm.first_days} 天内首次拜访，{known.signed_on} 签约"
    since = f"上次 {known.last_on}" if known.last_on else f"{known.signed_on} 签约"
    return f"{rhythm.word}{rhythm_words(rhythm.months)}，{since}"
