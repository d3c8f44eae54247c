from datetime import date, datetime

from intranet_crm import clock


def test_within_a_retold_history_the_clock_stands_at_its_moment():
    evening = datetime(2026, 3, 1, 16, 30)
    with clock.as_of(evening):
        assert clock.now() == evening
        assert clock.today() == date(2026, 3, 2), "half past midnight in Shanghai"
    assert clock.now() > evening
