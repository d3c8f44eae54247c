"""Budgets and decision chains as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet_crm.needs.wording import budget_words, chain_words, excerpts

FEN = 1_000_000  # in 万元


@pytest.mark.parametrize(
    ("low", "high", "pending", "words"),
    [
        (50 * FEN, 80 * FEN, False, "50–80 万元"),
        (50 * FEN, 50 * FEN, False, "50 万元"),
        (12_500_000, None, False, "12.5 万元以上"),
        (None, 80 * FEN, False, "不超过 80 万元"),
        (None, None, True, "待确认"),
        (None, None, False, ""),
        (1200 * FEN, 1500 * FEN, False, "1,200–1,500 万元"),
    ],
)
def test_budget_words(low, high, pending, words):
    assert budget_words(low, high, pending) == words


def test_chain_words():
    chain = [
        {"name": "王总", "role": "decision_maker"},
        {"name": "李工", "role": ""},
        {"name": "", "role": ""},
    ]
    assert chain_words(chain) == "王总（决策者）、李工"
    assert chain_words(chain, in_full=False) == "王*（决策者）、李*"


def test_a_long_text_is_cut_down_to_where_it_changed():
    text = "建设耗材库存系统，按诊疗项目自动生成随访计划，来电与短信留痕，2027年6月30日前在4家门诊启用"
    assert excerpts(text, text + "，另加移动端审批") == (
        "…月30日前在4家门诊启用",
        "…月30日前在4家门诊启用，另加移动端审批",
    )
    old, new = excerpts(text, text.replace("短信", "电子邮件"))
    assert (old, new) == (
        "…自动生成随访计划，来电与短信留痕，2027年6月30…",
        "…自动生成随访计划，来电与电子邮件留痕，2027年6月30…",
    )
    assert excerpts("80 万元", "90 万元") == ("80 万元", "90 万元")
    assert excerpts("", text) == ("", text)


@given(st.text(alphabet="甲乙", max_size=60), st.text(alphabet="甲乙", max_size=60))
def test_what_differs_is_always_shown(old, new):
    shown = excerpts(old, new, 2)
    assert (shown[0] == shown[1]) is (old == new)
