"""Budgets and decision chains as people read them."""

import pytest

from intranet_crm.needs.wording import budget_words, chain_words

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
