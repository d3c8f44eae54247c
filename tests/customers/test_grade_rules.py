"""Judging a grade: points by facts, missing ones left out and named."""

import json
from dataclasses import replace
from datetime import date

import pytest

from intranet_crm.customers.grade_facts import facts, full_years
from intranet_crm.customers.grade_rules import Fact, Judgement, Scheme, faults, judged, plan_words
from intranet_crm.customers.models import Customer

WAN = 1_000_000
TODAY = date(2026, 11, 20)
RULES = Scheme(
    bands={
        "employees": ((500, 20), (100, 10)),
        "revenue": ((1000, 10),),
        "contribution": ((100, 20), (20, 10)),
        "activity": ((6, 10),),
        "history": ((3, 10), (1, 5)),
    },
    depth={"won": 20, "potential": 2},
    industries=("C", "I"),
    industry_points=10,
    other_points=4,
    vip_from=70,
    promising_from=60,
    known_from=50,
)
BEST = {
    "employees": Fact("800 人", 800),
    "revenue": Fact("2 亿", 20000),
    "contribution": Fact("150 万元", 150),
    "industry": Fact("I65", "I65"),
    "depth": Fact("成交客户", "won"),
    "activity": Fact("9 次", 9),
    "history": Fact("满 4 年", 4),
}
UNKNOWN = Fact("未填", None)


def test_the_best_of_everything_is_vip():
    found = judged(RULES, BEST)
    assert (found.grade, found.score, found.promise) == ("vip", 100, 100)
    assert found.because == "总分 100，达到VIP客户的 70 分"


def test_each_criterion_shows_its_fact_and_its_points():
    lines = {line.label: line for line in judged(RULES, BEST | {"employees": Fact("120 人", 120)}).lines}
    line = lines["客户规模：员工人数"]
    assert (line.words, line.points, line.most) == ("120 人", 10, 20)


def test_a_missing_fact_is_named_and_not_counted_as_zero():
    found = judged(RULES, BEST | {"employees": UNKNOWN, "contribution": UNKNOWN})
    assert found.score == 100
    assert "未知、未计入：员工人数、预算" in found.because
    assert [line.points for line in found.lines if line.label == "贡献度：预算"] == [None]
    poor = judged(RULES, BEST | {"employees": Fact("9 人", 9), "contribution": Fact("1 万元", 1)})
    assert poor.score == 60


def test_a_large_prospect_that_has_not_bought_yet_is_promising():
    new = {
        "depth": Fact("潜在客户", "potential"),
        "history": Fact("尚未合作", 0),
        "activity": Fact("0 次", 0),
    }
    found = judged(RULES, BEST | new)
    assert (found.grade, found.promise) == ("promising", 100)
    assert found.score < 70


def test_what_reaches_neither_line_is_regular():
    small = {key: Fact("9", 9) for key in ("employees", "contribution", "revenue")}
    found = judged(RULES, BEST | small)
    assert found.grade == "regular"
    assert "未到VIP客户的 70 分和潜力客户的 60 分" in found.because


def test_with_too_little_known_nothing_is_suggested():
    found = judged(RULES, dict.fromkeys(BEST, UNKNOWN) | {"depth": BEST["depth"]})
    assert found.grade == ""
    assert "已知的资料只占 20%，不足 50%" in found.because


@pytest.mark.parametrize(("value", "points"), [(99, 0), (100, 10), (499.5, 10), (500, 20)])
def test_lower_bounds_count_in(value, points):
    assert RULES.points("employees", value) == points


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"bands": RULES.bands | {"history": ((3, 5), (3, 9))}}, "history"),
        ({"bands": RULES.bands | {"history": ((3, 5), (1, 9))}}, "history"),
        ({"industry_points": 2}, "industry_points"),
        (
            {"bands": dict.fromkeys(RULES.bands, ()), "depth": {}, "industries": (), "other_points": 0},
            "depth",
        ),
    ],
)
def test_rules_that_make_no_sense_are_told_by_their_field(change, where):
    assert list(faults(replace(RULES, **change))) == [where]
    assert faults(RULES) == {}


def test_rules_and_judgements_come_back_from_what_is_kept():
    assert Scheme.from_json(json.loads(json.dumps(RULES.as_json()))) == RULES
    found = judged(RULES, BEST)
    assert Judgement.from_json(json.loads(json.dumps(found.as_json()))) == found


def a_customer(**facts) -> Customer:
    return Customer(**{"kind": "enterprise", "industry": "C34", "status": "won"} | facts)


def test_a_band_counts_by_its_lower_end_and_says_so():
    found = facts(a_customer(employee_band="50_to_200", revenue_band="500_to_2000"), None, 0, TODAY)
    assert found["employees"] == Fact("50-200人，按下限计", 50)
    assert found["revenue"] == Fact("500-2000万元，按下限计", 500)


def test_the_larger_budget_counts_and_tells_where_it_stands():
    found = facts(a_customer(budget_low=30 * WAN), 80 * WAN, 0, TODAY)["contribution"]
    assert found == Fact("80 万元（需求）", 80)
    assert facts(a_customer(budget_high=90 * WAN), 80 * WAN, 0, TODAY)["contribution"].value == 90
    assert facts(a_customer(), None, 0, TODAY)["contribution"].value is None


@pytest.mark.parametrize(
    ("known", "fact"),
    [
        ({"status": "potential"}, Fact("尚未合作", 0)),
        ({}, Fact("合作开始日未填", None)),
        ({"cooperation_from": date(2023, 11, 20)}, Fact("2023-11-20 起，满 3 年", 3)),
        ({"cooperation_from": date(2023, 11, 21)}, Fact("2023-11-21 起，满 2 年", 2)),
        (
            {"cooperation_from": date(2020, 1, 1), "cooperation_to": date(2022, 6, 1)},
            Fact("2020-01-01 至 2022-06-01，满 2 年", 2),
        ),
        ({"cooperation_from": date(2027, 1, 1)}, Fact("2027-01-01 起，不满 1 年", 0)),
    ],
)
def test_the_history_is_counted_in_full_years(known, fact):
    assert facts(a_customer(**known), None, 0, TODAY)["history"] == fact


def test_a_person_is_not_asked_for_employees():
    found = facts(a_customer(kind="individual"), None, None, TODAY)
    assert set(found) == {"contribution", "industry", "depth", "history"}


def test_full_years_over_a_leap_day():
    assert full_years(date(2024, 2, 29), date(2025, 2, 28)) == 0
    assert full_years(date(2024, 2, 29), date(2025, 3, 1)) == 1


@pytest.mark.parametrize(
    ("days", "months", "words"),
    [
        (30, 1, "签约后 30 天内首次拜访，之后每月拜访"),
        (30, 3, "签约后 30 天内首次拜访，之后每季度拜访"),
        (None, 2, "每 2 个月拜访"),
        (15, None, "签约后 15 天内首次拜访，之后不定期拜访"),
    ],
)
def test_the_rhythm_in_words(days, months, words):
    assert plan_words(days, months) == words
