"""Every value reads as words."""

import pytest

from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.labels import is_blank, label_of
from intranet_crm.intake.settings import FEN_PER_WAN

NANSHAN = {"province": "440000", "city": "440300", "district": "440305", "street": "创新路739号"}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("need_type", "custom_service", "服务定制"),
        ("info_sources", ["website", "annual_report"], "官网、年报"),
        ("satisfaction", "4", "4 分"),
        ("industry", "I65", "I65 软件和信息技术服务业"),
        ("industry", "OTHER", "其他"),
        ("founded", "2015-03", "2015年3月"),
        ("founded", "2015-03-04", "2015年3月4日"),
        ("budget", {"low": 50 * FEN_PER_WAN, "high": 80 * FEN_PER_WAN}, "50–80 万元"),
        ("budget", {"low": 1_505_000, "high": None}, "1.505 万元以上"),
        ("budget", {"low": None, "high": 200 * FEN_PER_WAN}, "不超过 200 万元"),
        ("budget", {"low": 30 * FEN_PER_WAN, "high": 30 * FEN_PER_WAN}, "30 万元"),
        ("budget", {"low": None, "high": None, "pending": True}, "待确认"),
        ("address", NANSHAN, "广东省深圳市南山区创新路739号"),
        ("address", {"province": "110000", "city": "", "district": "110108"}, "北京市海淀区"),
        (
            "decision_chain",
            [{"name": "王总", "role": "decision_maker"}, {"name": "李工"}],
            "王总（决策者）、李工",
        ),
        ("citizen_id", "440524188001010014", "440***********0014"),
        ("expected_finish", "2027年Q3", "2027年Q3"),
    ],
)
def test_words_of_a_value(key, value, words):
    assert label_of(FIELDS[key], {key: value}) == words


def test_blank_is_silent_unless_it_waits():
    assert label_of(FIELDS["founded"], {}) == ""
    assert label_of(FIELDS["founded"], {"founded": " ", "pending": ["founded"]}) == "待补充"


@pytest.mark.parametrize(
    "value", [None, " ", [], {}, {"low": None, "high": None, "pending": False}, [{"name": ""}]]
)
def test_blank_values(value):
    assert is_blank(value)


def test_zero_is_not_blank():
    assert not is_blank({"low": 0, "high": None})
