"""When to visit next, and why."""

from datetime import date, datetime

import pytest

from intranet_crm import clock
from intranet_crm.followups.rhythm_rules import Known, Rhythm, months_on, next_visit, why

VIP = Rhythm("vip", "VIP客户", 30, 1)
REGULAR = Rhythm("regular", "普通客户", 30, 3)
SIGNED = clock.stored(datetime(2026, 9, 1, 15))


def at(month: int, day: int, hour: int = 10) -> datetime:
    return clock.stored(datetime(2026, month, day, hour))


@pytest.mark.parametrize(
    ("rhythm", "known", "due", "reason"),
    [
        (VIP, Known(SIGNED), date(2026, 10, 1), "签约后 30 天内首次拜访，2026-09-01 签约"),
        (VIP, Known(SIGNED, at(10, 2)), date(2026, 11, 2), "VIP客户每月拜访，上次 2026-10-02"),
        (REGULAR, Known(SIGNED, at(10, 2)), date(2027, 1, 2), "普通客户每季度拜访，上次 2026-10-02"),
        (VIP, Known(SIGNED, at(8, 20)), date(2026, 10, 1), "签约后 30 天内首次拜访，2026-09-01 签约"),
        (VIP, Known(SIGNED, at(9, 1, 11)), date(2026, 10, 1), "签约后 30 天内首次拜访，2026-09-01 签约"),
        (VIP, Known(SIGNED, at(9, 1, 16)), date(2026, 10, 1), "VIP客户每月拜访，上次 2026-09-01"),
        (
            VIP,
            Known(SIGNED, at(10, 2), date(2026, 11, 3)),
            date(2026, 12, 3),
            "VIP客户每月拜访，上次 2026-11-03",
        ),
        (
            Rhythm("", "成交客户", None, 2),
            Known(SIGNED),
            date(2026, 11, 1),
            "成交客户每 2 个月拜访，2026-09-01 签约",
        ),
    ],
)
def test_the_next_visit_and_its_reason(rhythm, known, due, reason):
    assert next_visit(rhythm, known) == due
    assert why(rhythm, known) == reason


def test_a_strategy_may_plan_the_first_visit_only_or_none():
    once = Rhythm("regular", "普通客户", 15, None)
    assert next_visit(once, Known(SIGNED)) == date(2026, 9, 16)
    assert next_visit(once, Known(SIGNED, at(9, 10))) is None
    assert next_visit(Rhythm("regular", "普通客户", None, None), Known(SIGNED)) is None


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 2, 10), 12, date(2027, 2, 10)),
    ],
)
def test_months_end_where_the_month_ends(day, months, then):
    assert months_on(day, months) == then


def test_the_day_of_a_visit_is_shanghai_s():
    late = clock.stored(datetime(2026, 10, 31, 23, 30))
    assert next_visit(VIP, Known(SIGNED, late)) == date(2026, 11, 30)


def test_rhythms_are_told_apart_by_their_keys():
    keys = {each.key for each in (VIP, REGULAR, Rhythm("", "成交客户", 30, 3), VIP._replace(months=None))}
    assert len(keys) == 4
    assert max(map(len, keys)) <= 24
