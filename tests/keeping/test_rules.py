"""When a record may go: three years after the cooperation ended, never before."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.keeping.rules import (
    EXPIRED,
    NOT_BEGUN,
    PERMANENT,
    RUNNING,
    end_of,
    obstacles,
    term,
    years_later,
)

TODAY = date(2026, 11, 22)


def test_term_does_not_run_while_the_cooperation_does():
    assert term(None, 3, TODAY).state == NOT_BEGUN
    assert term(TODAY + timedelta(days=1), 3, TODAY).state == NOT_BEGUN


def test_last_day_of_the_term_still_belongs_to_it():
    assert term(date(2023, 11, 22), 3, TODAY).state == RUNNING
    assert term(date(2023, 11, 21), 3, TODAY).state == EXPIRED


def test_leap_day_loses_no_day():
    assert years_later(date(2024, 2, 29), 3) == date(2027, 3, 1)


def test_the_written_end_counts_unless_the_cooperation_was_resumed_after_it():
    old, resumed, lost = date(2021, 6, 30), date(2023, 1, 5), date(2026, 11, 20)
    assert end_of(old, None, None) == old
    assert end_of(old, lost, None) == old  # the page was put right late
    assert end_of(None, lost, resumed) == lost
    assert end_of(old, lost, resumed) == lost
    assert end_of(date(2026, 10, 1), lost, resumed) == date(2026, 10, 1)


def test_permanent_never_expires():
    assert term(date(1990, 1, 1), 0, TODAY).state == PERMANENT


@given(st.dates(date(1990, 1, 1), TODAY), st.sampled_from([3, 5, 10, 30]))
def test_nothing_goes_before_its_years_are_over(ended_on, years):
    found = term(ended_on, years, TODAY)
    if found.state == EXPIRED:
        assert (TODAY - ended_on).days > 365 * years
        assert obstacles(found) == []
        assert obstacles(found, held="诉讼")
    else:
        assert obstacles(found)
