"""The clock of a waiting review: on the queue, on the desk and for the collector (O8, F4)."""

from datetime import date, datetime

import pytest

from intranet_crm import clock
from intranet_crm.intake.review_due import review_clock, review_clocks
from intranet_crm.tasks.models import Task
from tests.intake.in_review import submitted

DUE = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("today", "words", "meaning"),
    [
        (date(2026, 11, 20), "11月23日前复核", "info"),
        (date(2026, 11, 23), "复核今天到期", "warning"),
        (date(2026, 11, 25), "复核已逾期 2 个工作日（11月23日）", "danger"),
    ],
)
def test_it_is_said_by_working_days(today, words, meaning):
    assert (review_clock(DUE, today).words, review_clock(DUE, today).meaning) == (words, meaning)


def test_a_year_not_yet_published_is_expected():
    assert review_clock(date(2031, 1, 2), date(2030, 12, 31), expected=True).words == "预计 1月2日前复核"


def test_the_queue_the_desk_and_the_collector_see_it(people, sign_in):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        form = submitted(people["chenjing"])
        assert review_clocks([form])[form.id].words == "11月23日前复核"
    with clock.as_of(clock.stored(datetime(2026, 11, 24, 10))):
        for who, address, words in (
            ("zhoufang", "/reviews", "逾期 1 个工作日"),
            ("zhoufang", f"/reviews/{form.id}", "复核已逾期 1 个工作日（11月23日）"),
            ("chenjing", f"/intake/{form.id}", "复核已逾期 1 个工作日（11月23日）"),
        ):
            assert words in sign_in(who).get(address).text
    Task.update(done_at=clock.now()).execute()
    assert review_clocks([form]) == {}
