"""Times in order, and how long it took."""

from datetime import datetime, timedelta

import pytest

from intranet_crm.service_issues.rules import faults, took_words

NOON = datetime(2026, 11, 20, 12)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("reported", "replied", "solved", "wrong"),
    [
        (NOON, None, None, {}),
        (NOON, NOON, NOON, {}),
        (NOON, NOON - HOUR, None, {"replied_at": "答复时间不能早于报告时间。"}),
        (NOON, NOON + HOUR, NOON, {"solved_at": "解决时间不能早于答复时间。"}),
        (NOON, None, NOON - HOUR, {"solved_at": "解决时间不能早于报告时间。"}),
        (NOON + 9 * HOUR, None, None, {"reported_at": "报告时间不能晚于现在。"}),
        (NOON, NOON + 9 * HOUR, None, {"replied_at": "答复时间不能晚于现在。"}),
    ],
)
def test_times_stand_in_order(reported, replied, solved, wrong):
    assert faults(reported, replied, solved, NOON + 8 * HOUR) == wrong


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=20), "1 分钟"),
        (timedelta(minutes=25), "25 分钟"),
        (timedelta(hours=3, minutes=50), "3 小时"),
        (timedelta(days=2, hours=4), "2 天 4 小时"),
        (timedelta(days=2, minutes=5), "2 天"),
    ],
)
def test_how_long_it_took(gap, words):
    assert took_words(NOON, NOON + gap) == words


def test_while_it_goes_on_nothing_is_said():
    assert took_words(NOON, None) == ""
