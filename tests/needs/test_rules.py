"""The time node a customer names becomes a span of dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.needs.rules import UnclearTime, parse_time_node

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("2027-03-31", date(2027, 3, 31), date(2027, 3, 31), "2027年3月31日"),
        ("2027年3月31日", date(2027, 3, 31), date(2027, 3, 31), "2027年3月31日"),
        ("2027/3/1", date(2027, 3, 1), date(2027, 3, 1), "2027年3月1日"),
        ("2027年3月", date(2027, 3, 1), date(2027, 3, 31), "2027年3月"),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29), "2028年2月"),
        ("2027年Q3", date(2027, 7, 1), date(2027, 9, 30), "2027年第三季度"),
        ("2024Q3", date(2024, 7, 1), date(2024, 9, 30), "2024年第三季度"),
        ("2027年第三季度", date(2027, 7, 1), date(2027, 9, 30), "2027年第三季度"),
        ("2027年四季度", date(2027, 10, 1), date(2027, 12, 31), "2027年第四季度"),
        ("２０２７年 上半年", date(2027, 1, 1), date(2027, 6, 30), "2027年上半年"),
        ("2027年下半年", date(2027, 7, 1), date(2027, 12, 31), "2027年下半年"),
        ("2027年", date(2027, 1, 1), date(2027, 12, 31), "2027年"),
    ],
)
def test_time_node_is_a_span(text, start, end, words):
    span = parse_time_node(text, TODAY)
    assert (span.start, span.end, span.words) == (start, end, words)


@pytest.mark.parametrize("text", ["Q3", "第三季度", "三季度", "上半年", "3月", "3月15日", "3月底"])
def test_missing_year_is_asked_for_with_an_example(text):
    with pytest.raises(UnclearTime, match=f"没有写年份.*2027年{text}"):
        parse_time_node(text, TODAY)


@pytest.mark.parametrize("text", ["2027年2月30日", "2027年13月", "2027-00-10"])
def test_impossible_dates_are_told(text):
    with pytest.raises(UnclearTime, match="不是真实存在的日期"):
        parse_time_node(text, TODAY)


@pytest.mark.parametrize("text", ["尽快", "明年", "客户上线前", ""])
def test_other_words_get_examples(text):
    with pytest.raises(UnclearTime, match="2027年Q3"):
        parse_time_node(text, TODAY)


@given(st.text(alphabet="2027年月日Qq第一三季度上下半-/.13 09", max_size=14))
def test_any_text_gives_a_span_in_order_or_a_sentence(text):
    try:
        span = parse_time_node(text, TODAY)
    except UnclearTime as error:
        assert str(error).endswith("。")  # noqa: PT017
    else:
        assert span.start <= span.end
        assert parse_time_node(span.words, TODAY) == span
