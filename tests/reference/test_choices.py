import re

import pytest

from intranet_crm.reference import choices
from intranet_crm.reference.choices import Choices

LISTS = {name: value for name, value in vars(choices).items() if isinstance(value, Choices)}


@pytest.mark.parametrize("name", LISTS)
def test_keys_are_ascii_and_both_sides_are_unique(name):
    values = LISTS[name]
    assert all(re.fullmatch(r"[a-z0-9_]+", key) for key, _ in values)
    assert len(set(values.keys())) == len(set(values.labels())) == len(values)


@pytest.mark.parametrize("name", LISTS)
def test_every_word_leads_to_its_key_and_back(name):
    values = LISTS[name]
    assert [values.key(label) for label in values.labels()] == list(values.keys())
    assert [values.label(key) for key, _ in values] == list(values.labels())


def test_words_on_screen():
    assert choices.CUSTOMER_STATUSES.labels() == ("潜在客户", "意向客户", "成交客户", "暂停合作", "流失客户")
    assert choices.FOLLOWUP_STAGES.labels() == ("初次接触", "需求确认", "方案报价", "商务谈判", "签约")
    assert choices.EMPLOYEE_BANDS.labels() == ("50人以下", "50-200人", "200-500人", "500人以上")
    assert choices.DECISION_ROLES.label("purchaser") == "采购者"


def test_by_key_and_by_number():
    assert choices.FORMS_OF_ADDRESS["ms"] == "女士"
    assert choices.FORMS_OF_ADDRESS[0] == ("mr", "先生")
    assert dict(choices.FORMS_OF_ADDRESS) == {"mr": "先生", "ms": "女士"}
    with pytest.raises(KeyError):
        choices.FORMS_OF_ADDRESS["nobody"]


def test_lenient_at_the_edges():
    assert choices.PRIORITIES.key(" 高 ") == choices.PRIORITIES.key("high") == "high"
    assert choices.PRIORITIES.key("特高") is None
    assert choices.PRIORITIES.key(None) is None
    assert choices.PRIORITIES.label("retired_key") == "retired_key"
    assert choices.PRIORITIES.label(None) == ""
