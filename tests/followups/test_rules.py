"""What a follow-up must hold and how it is worded."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.followups import rules

NOW = datetime(2026, 3, 10, 4, 0)


def faults(**changed):
    usual = {"happened_at": NOW, "purpose": "", "business_change": "", "next_at": None, "now": NOW}
    return rules.faults(**usual | changed)


def test_a_contact_of_this_minute_is_fine():
    assert faults() == {}


def test_what_has_not_happened_is_no_followup():
    assert "不能晚于现在" in faults(happened_at=NOW + timedelta(minutes=1))["happened_at"]


def test_a_return_visit_tells_what_changed():
    assert "业务变化" in faults(purpose="return_visit")["business_change"]
    assert faults(purpose="return_visit", business_change="新增门店") == {}


def test_the_next_time_lies_after_this_one():
    assert "晚于跟进日期" in faults(next_at=NOW)["next_at"]


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(hours=24), None),
        (timedelta(hours=25), "1 天 1 小时"),
        (timedelta(days=3), "3 天"),
    ],
)
def test_more_than_24_hours_is_late(gap, words):
    late = rules.late_by(NOW, NOW + gap)
    assert (rules.gap_words(late) if late else None) == words


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_a_late_record_always_says_by_how_much(gap):
    late = rules.late_by(NOW, NOW + gap)
    assert (late is None) == (gap <= timedelta(hours=24))
    assert late is None or rules.gap_words(late)


def test_the_reminder_is_worded_as_the_guide_words_it():
    assert rules.next_title("云帆", date(2026, 3, 15), date(2026, 3, 1)) == "客户云帆需在3月15日前跟进"
    assert rules.next_title("云帆", date(2027, 1, 5), date(2026, 12, 30)) == "客户云帆需在2027年1月5日前跟进"


@pytest.mark.parametrize(
    ("contacts", "care", "percent", "reached", "wanting"),
    [
        (0, 0, 0, False, 1),
        (10, 3, 30, True, 0),
        (10, 2, 20, False, 2),
        (1000, 299, 29, False, 2),  # 29.9 % is not yet 30
        (3, 3, 100, True, 0),
        (1, 0, 0, False, 1),
    ],
)
def test_the_mix_of_a_quarter(contacts, care, percent, reached, wanting):
    mix = rules.Mix(contacts, care)
    assert (mix.percent, mix.reached, mix.wanting) == (percent, reached, wanting)


@given(st.integers(0, 500), st.integers(0, 500))
def test_what_is_wanting_reaches_the_target_and_one_less_does_not(business, care):
    mix = rules.Mix(business + care, care)
    more = rules.Mix(mix.contacts + mix.wanting, care + mix.wanting)
    assert more.reached
    if mix.wanting:
        assert not rules.Mix(more.contacts - 1, more.care - 1).reached
    assert mix.sentence


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "—"), (0, 9, "0%"), (1, 400, "<1%"), (1, 200, "1%"), (1, 8, "13%"), (3, 3, "100%")],
)
def test_a_share_in_words(part, whole, words):
    assert rules.share_words(part, whole) == words


def test_quarters_begin_in_january_april_july_and_october():
    days = [date(2026, month, 17) for month in range(1, 13)]
    assert [rules.start_of_quarter(day).month for day in days] == [1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10]
