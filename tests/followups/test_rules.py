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
