"""What follows from a customer's values."""

import pytest

from intranet_crm.customers.rules import budget_words, industry_label, masked_text, name_warning, size_labels


@pytest.mark.parametrize(
    "name",
    [
        "海澜信息技术(深圳)有限公司",
        "北京同仁医院",
        "清华大学",
        "金诚同达律师事务所",
        "创新合伙企业(有限合伙)",
        "红星机械厂",
    ],
)
def test_a_legal_form_at_the_end_is_a_full_name(name):
    assert name_warning("enterprise", name) == ""


def test_an_abbreviation_is_noticed_but_not_for_persons():
    assert "全称" in name_warning("enterprise", "海澜科技")
    assert name_warning("individual", "孙小美") == ""


def test_a_number_goes_before_a_band():
    labels = size_labels("C39", 19, "from_500", None, "")
    assert (labels.s3, labels.band, labels.statistical) == ("小型", "50人以下", "微型")


def test_bands_alone_decide_where_they_can():
    assert size_labels("I65", None, "from_500", None, "").s3 == "大型"
    assert size_labels("I65", None, "from_500", None, "from_5_yi").statistical == "大型"
    assert size_labels("I65", None, "", None, "").statistical == "无法推算"


def test_words_of_budget_and_industry():
    assert budget_words(50_000_000, 80_000_000) == "50–80 万元"
    assert budget_words(50_000_000, None) == "50 万元以上"
    assert budget_words(None, None) == ""
    assert industry_label("OTHER", "太空采矿") == "其他（太空采矿）"


def test_running_text_hides_known_names_and_mobile_numbers():
    text = masked_text("与张三丰通话，手机13812345678，单号113812345678", ["张三", "张三丰"])
    assert text == "与张*通话，手机138****5678，单号113812345678"
