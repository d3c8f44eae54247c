from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.reference.workdays import (
    DueDay,
    WorkCalendar,
    add_working_days,
    is_working_day,
    previous_working_day,
)

SPRING_2027 = {2027: {date(2027, 2, 8): False, date(2027, 2, 20): True}}


def test_weekends_are_skipped():
    assert add_working_days(date(2026, 11, 20), 2) == DueDay(date(2026, 11, 24), expected=False)


def test_a_worked_saturday_counts_and_a_free_weekday_does_not():
    assert is_working_day(date(2026, 2, 14))  # 调休 before Spring Festival
    assert not is_working_day(date(2026, 2, 17))  # Spring Festival, a Tuesday
    assert add_working_days(date(2026, 9, 30), 2).day == date(2026, 10, 9)
    assert add_working_days(date(2026, 9, 30), 3).day == date(2026, 10, 10)  # a Saturday, worked


def test_an_unpublished_year_is_expected_and_never_raises():
    assert add_working_days(date(2026, 12, 30), 1) == DueDay(date(2026, 12, 31), expected=False)
    assert add_working_days(date(2026, 12, 31), 2) == DueDay(date(2027, 1, 4), expected=True)
    assert add_working_days(date(2027, 2, 5), 1) == DueDay(date(2027, 2, 8), expected=True)


def test_a_year_entered_by_the_administrator_is_published():
    calendar = WorkCalendar(SPRING_2027)
    assert add_working_days(date(2027, 2, 5), 1, calendar) == DueDay(date(2027, 2, 9), expected=False)
    assert is_working_day(date(2027, 2, 20), calendar)
    assert not is_working_day(date(2027, 2, 21), calendar)


def test_an_entered_day_overrules_a_known_year():
    calendar = WorkCalendar({2026: {date(2026, 11, 23): False}})
    assert add_working_days(date(2026, 11, 20), 1, calendar).day == date(2026, 11, 24)


def test_previous_working_day():
    assert previous_working_day(date(2026, 11, 23)) == date(2026, 11, 20)
    assert previous_working_day(date(2026, 10, 8)) == date(2026, 9, 30)
    assert previous_working_day(date(2027, 1, 4)) == date(2027, 1, 1)  # unknown yet, so Mon–Fri


def test_no_days_means_today_or_the_next_working_day():
    assert add_working_days(date(2026, 11, 20), 0).day == date(2026, 11, 20)
    assert add_working_days(date(2026, 11, 21), 0).day == date(2026, 11, 23)
    with pytest.raises(ValueError, match="不能为负"):
        add_working_days(date(2026, 11, 20), -1)


@given(st.dates(date(1990, 1, 1), date(2040, 1, 1)), st.integers(0, 30))
def test_the_due_day_is_a_working_day_with_as_many_in_between(start, days):
    due = add_working_days(start, days)
    assert is_working_day(due.day)
    between = [start + timedelta(days=n) for n in range(1, (due.day - start).days + 1)]
    if days:
        assert sum(is_working_day(day) for day in between) == days
