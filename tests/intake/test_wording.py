"""Words that leave something open are marked; good business prose is left alone."""

import pytest

from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.settings import CheckSettings, VagueWord
from intranet_crm.intake.wording import check_wording, yearless_quarters


def codes(text, settings=CheckSettings()):  # noqa: B008, it is frozen
    return [finding.code for finding in check_wording(FIELDS["detail"], text, settings)]


@pytest.mark.parametrize(
    "text",
    [
        "采购手持条码终端120台，含3年维保，1000并发下单成功率99.9%，80名用户同时在线",
        "评估系统扩展的可能性，该方案不可能推迟",
        "由对应该岗位的人员审批，供应该地区的门店",
        "统一些口径；左右两侧各装一台；最近3年的订单；最近一次升级",
        "预算约50万元，预算50-80万，费用1,200元，成本降低20%",
        "预算3个月内批准，预算2027年1月下达，预算编号2027-03，预算30（万元）",
        "2027年第二季度上线，2027年Q3验收，2027Q4付款",
        "2027年Q1至Q2部署，2027年第一、二季度培训，2027年一季度和二季度回款",
        "每季度巡检一次，上一季度的报表，明年第三季度，FAQ1，型号IQ3",
        "整个系统分三期建设，购买一批终端",
    ],
)
def test_good_prose_is_left_alone(text):
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code", "marked"),
    [
        ("客户可能采购", "vague:可能", "可能"),
        ("尽可能便宜", "vague:尽可能", "尽可能"),
        ("最近要用", "vague:最近", "最近"),
        ("应该支持报表", "vague:应该", "应该"),
        ("做个小工具统计库存", "colloquial:做个小工具", "做个小工具"),
        ("预算30左右", "amount_without_unit", "30"),
        ("预算大约 50-80", "amount_without_unit", "50-80"),
        ("报价：1,200，含税", "amount_without_unit", "1,200"),
        ("费用不超过３０。", "amount_without_unit", "３０"),
        ("Q3交付", "quarter_without_year", "Q3"),
        ("第三季度交付", "quarter_without_year", "第三季度"),
        ("2027年Q1上线，Q3验收", "quarter_without_year", "Q3"),
    ],
)
def test_open_words_are_marked(text, code, marked):
    (found,) = [
        finding for finding in check_wording(FIELDS["detail"], text, CheckSettings()) if finding.code == code
    ]
    start, end = found.span
    assert text[start:end] == marked
    assert found.level == "warning"
    assert marked in found.excerpt


def test_colloquial_word_offers_the_standard_term():
    (found,) = check_wording(FIELDS["background"], "想买个系统", CheckSettings())
    assert found.suggestion == "采购信息系统"
    assert found.message == "「需求背景简述」里的「买个系统」是口语，请改写为「采购信息系统」。"


def test_the_lists_are_data():
    settings = CheckSettings(
        vague_words=(VagueWord("改天", "time", ("修改天数",)),), colloquial=(("整一个", "定制"),)
    )
    assert codes("可能改天整一个，修改天数", settings) == ["vague:改天", "colloquial:整一个"]


def test_quarters_share_the_year_only_while_they_are_joined():
    assert yearless_quarters("2027年Q1、Q2") == ()
    assert yearless_quarters("Q1、2027年Q2") == ((0, 2),)
