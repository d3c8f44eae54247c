"""What the head and the collector must give before a verdict or a resubmission counts."""

from dataclasses import replace
from datetime import date

import pytest

from intranet_crm.intake.verdicts import (
    Judgements,
    ReturnedField,
    approval_obstacles,
    entry_due,
    rejection_obstacles,
    resubmission_obstacles,
    return_obstacles,
)

COLLECTED, TODAY = date(2026, 11, 2), date(2026, 11, 21)
GIVEN = Judgements("phone", date(2026, 11, 5), is_sensitive=False, fits=True)


def obstacles(**changes):
    pdf_ready = changes.pop("pdf_ready", True)
    given = replace(GIVEN, **changes)
    return approval_obstacles(given, pdf_ready=pdf_ready, collected_on=COLLECTED, today=TODAY)


def test_complete_judgements_allow_approval():
    assert obstacles() == {}
    assert obstacles(is_sensitive=True, sensitive_note="合同金额隐去") == {}
    assert obstacles(fits=False, fit_note="总经理特批") == {}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"pdf_ready": False}, "pdf"),
        ({"truth_method": ""}, "truth_method"),
        ({"truth_on": None}, "truth_on"),
        ({"truth_on": date(2026, 11, 22)}, "truth_on"),
        ({"truth_on": date(2026, 11, 1)}, "truth_on"),
        ({"is_sensitive": None}, "is_sensitive"),
        ({"is_sensitive": True, "sensitive_note": " "}, "sensitive_note"),
        ({"fits": None}, "fits"),
        ({"fits": False}, "fit_note"),
    ],
)
def test_missing_judgement_is_named(changes, name):
    found = obstacles(**changes)
    assert list(found) == [name]
    assert found[name].endswith("。")


def test_a_return_needs_an_opinion_and_fields_with_questions():
    assert set(return_obstacles(" ", [])) == {"opinion", "items"}
    assert set(return_obstacles("请补充", [ReturnedField("detail", "")])) == {"remark-detail"}
    assert set(return_obstacles("请补充", [ReturnedField("colour", "为何")])) == {"items"}
    assert return_obstacles("请补充", [ReturnedField("detail", "数量是多少")]) == {}


def test_a_rejection_needs_its_reason():
    assert set(rejection_obstacles("")) == {"opinion"}
    assert rejection_obstacles("不在经营范围") == {}


def test_each_returned_item_is_answered_before_resubmission():
    items = [ReturnedField("detail", "数量是多少", "120台"), ReturnedField("budget", "含税吗")]
    assert resubmission_obstacles(items) == {
        "answer-budget": "退回意见要求修改「预算范围」，请答复后再提交。"
    }


@pytest.mark.parametrize(
    ("approved", "due", "expected"),
    [
        (date(2026, 11, 20), date(2026, 11, 24), False),  # over a weekend
        (date(2026, 9, 30), date(2026, 10, 9), False),  # over 国庆节
        (date(2026, 12, 31), date(2027, 1, 4), True),  # into a year not yet published
    ],
)
def test_entry_is_due_on_the_second_working_day(approved, due, expected):
    clock = entry_due(approved)
    assert (clock.day, clock.expected) == (due, expected)
