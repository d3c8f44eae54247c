import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.reference.size import (
    ANY,
    SIZE_ROWS,
    Span,
    employee_band,
    employees_span,
    revenue_span,
    size_label_s3,
    statistical_class,
)


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        (120, Span(120, 120)),
        ("120人", Span(120, 120)),
        ("1,200", Span(1200, 1200)),
        ("50-200人", Span(50, 200)),
        ("50～200人", Span(50, 200)),
        ("50人以下", Span(0, 50)),
        ("500人以上", Span(500, math.inf)),
        ("50_to_200", Span(50, 200)),
        ("under_50", Span(0, 50)),
        ("大型企业(500人以上)", Span(500, math.inf)),
        ("100-500人/年营收1-5亿", Span(100, 500)),
        ("年营收1-5亿/不详", ANY),
        ("", ANY),
        (None, ANY),
        ("不详", ANY),
    ],
)
def test_employees_are_read_as_number_or_band(typed, span):
    assert employees_span(typed) == span


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        (3000, Span(3000, 3000)),
        ("3000万元", Span(3000, 3000)),
        ("年营收1-5亿", Span(10_000, 50_000)),
        ("5000万-1亿元", Span(5000, 10_000)),
        ("1亿以上", Span(10_000, math.inf)),
        ("500万元以下", Span(0, 500)),
        ("1.5亿", Span(15_000, 15_000)),
        ("100-500人/年营收1-5亿", Span(10_000, 50_000)),
        ("8000000元", Span(800, 800)),
        ("待确认", ANY),
    ],
)
def test_revenue_is_read_in_ten_thousands(typed, span):
    assert revenue_span(typed) == span


@pytest.mark.parametrize(
    ("employees", "band", "label"),
    [
        (0, "50人以下", "小型"),
        (49, "50人以下", "小型"),
        (50, "50-200人", "小型"),
        (99, "50-200人", "小型"),
        (100, "50-200人", "中型"),
        (199, "50-200人", "中型"),
        (200, "200-500人", "中型"),
        (499, "200-500人", "中型"),
        (500, "500人以上", "大型"),
        ("50人以下", "50人以下", "小型"),
        ("50-200人", "50-200人", "无法推算"),
        ("200-500人", "200-500人", "中型"),
        ("500人以上", "500人以上", "大型"),
        ("100-500人", "无法推算", "中型"),
        ("500-1000人", "500人以上", "大型"),
        (None, "无法推算", "无法推算"),
    ],
)
def test_lower_bounds_count_in(employees, band, label):
    assert employee_band(employees) == band
    assert size_label_s3(employees) == label


@pytest.mark.parametrize(
    ("code", "numbers", "label"),
    [
        ("6513", {"employees": 103, "revenue": 15735.28}, "中型"),
        ("3741", {"employees": 1000, "revenue": 40000}, "大型"),
        ("3741", {"employees": 1000, "revenue": 39999.99}, "中型"),
        ("3741", {"employees": 999, "revenue": 1999}, "小型"),
        ("3741", {"employees": 19, "revenue": 50000}, "微型"),
        ("5179", {"employees": 5, "revenue": 1000}, "小型"),
        ("7249", {"employees": 300, "assets": 120000}, "大型"),
        ("7010", {"revenue": 200000, "assets": 9999}, "中型"),
        ("0111", {"revenue": 49.99}, "微型"),
        ("5310", {"employees": 10, "revenue": 10}, "无法推算"),
        ("6621", {"employees": 10, "revenue": 10}, "无法推算"),
        ("8810", {"employees": 9}, "微型"),
        ("5910", {"employees": 1000, "revenue": 30000}, "大型"),
        ("5920", {"employees": 200, "revenue": 30000}, "大型"),
        ("C", {"employees": "500人以上", "revenue": "1亿"}, "中型"),
        ("F51", {"employees": 4}, "微型"),
    ],
)
def test_the_statistical_class_of_2017(code, numbers, label):
    assert statistical_class(code, **numbers).label == label


@pytest.mark.parametrize(
    ("code", "numbers", "said"),
    [
        ("I65", {"employees": "50-200人", "revenue": 5000}, "具体数字"),
        ("I65", {"employees": 120}, "缺少营业收入"),
        ("L72", {"employees": 120, "revenue": 5000}, "缺少资产总额"),
        ("G59", {"employees": 250, "revenue": 30000}, "更细的行业"),
        ("K70", {"employees": 250, "revenue": 30000}, "更细的行业"),
        ("P83", {"employees": 250, "revenue": 30000}, "不适用"),
        ("OTHER", {"employees": 250}, "行业代码"),
        ("", {"employees": 250}, "行业代码"),
        (None, {"employees": 250}, "行业代码"),
    ],
)
def test_what_cannot_be_decided_says_why(code, numbers, said):
    verdict = statistical_class(code, **numbers)
    assert verdict.label == "无法推算"
    assert said in verdict.reason


def test_a_broad_industry_is_decided_when_its_rows_agree():
    assert statistical_class("G59", 10, 50).label == "微型"
    assert statistical_class("H", 50, 500).label == "小型"


@given(st.sampled_from(sorted(SIZE_ROWS)), st.integers(0, 3000), st.integers(0, 3000), st.floats(0, 300_000))
def test_more_people_never_make_a_smaller_company(code, fewer, more, money):
    order = ("无法推算", "微型", "小型", "中型", "大型")
    fewer, more = sorted((fewer, more))
    small, large = (statistical_class(code, people, money, money).label for people in (fewer, more))
    assert order.index(small) <= order.index(large)


@given(st.sampled_from(sorted(SIZE_ROWS)), st.integers(0, 3000), st.integers(0, 300_000))
def test_a_decided_band_holds_for_every_number_in_it(code, people, money):
    band = statistical_class(code, employee_band(people), money, money).label
    if band != "无法推算":
        assert statistical_class(code, people, money, money).label == band
