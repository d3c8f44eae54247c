"""Free and worked days as an administrator types them."""

from datetime import date

import pytest

from intranet_crm.reference.free_days import days_of, differing


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("2月6日至2月12日 春节", date(2027, 2, 6), date(2027, 2, 12)),
        ("2月6日至12日", date(2027, 2, 6), date(2027, 2, 12)),
        ("2027-02-06 至 2027-02-12", date(2027, 2, 6), date(2027, 2, 12)),
        ("2027年10月1日-10月7日（国庆节）", date(2027, 10, 1), date(2027, 10, 7)),
        ("1月1日 元旦", date(2027, 1, 1), date(2027, 1, 1)),
        ("2/14", date(2027, 2, 14), date(2027, 2, 14)),
    ],
)
def test_a_line_is_a_day_or_a_span(line, first, last):
    days = days_of(line, 2027)
    assert (days[0], days[-1], len(days)) == (first, last, (last - first).days + 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("春节放假", "看不出是哪天"),
        ("2月30日", "没有这一天"),
        ("2026-02-06", "不在 2027 年"),
        ("2月12日至2月6日", "起止日期不对"),
        ("1月1日至3月1日", "起止日期不对"),
        ("1月1日\n1月1日", "写了两次"),
    ],
)
def test_what_makes_no_sense_is_said(text, said):
    with pytest.raises(ValueError, match=said):
        days_of(text, 2027)


def test_only_what_differs_is_kept():
    free, worked = days_of("1月1日至3日", 2027), days_of("1月9日", 2027)
    assert differing(free, worked, 2027) == {date(2027, 1, 1): False, date(2027, 1, 9): True}
    for wrong_free, wrong_worked, said in (
        ([date(2027, 5, 1)], [], "元旦"),
        (free, [date(2027, 1, 2)], "既写了放假又写了上班"),
        (free, [date(2027, 1, 6)], "不是周末"),
    ):
        with pytest.raises(ValueError, match=said):
            differing(wrong_free, wrong_worked, 2027)
