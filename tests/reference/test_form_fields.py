"""What people type into the shared fields, and what comes out."""

from datetime import date, timedelta

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from intranet_crm import clock
from intranet_crm.reference.choices import CUSTOMER_KINDS, SOURCE_CHANNELS
from intranet_crm.reference.form_fields import (
    CitizenIdField,
    CreditCodeField,
    DayField,
    IndustryField,
    LandlineField,
    LineField,
    MobileField,
    PartialDateField,
    ProseField,
    TenThousandsField,
    radios,
    select,
)
from intranet_crm.reference.region_field import RegionField


class EveryField(Form):
    name = LineField("客户名称", required=True, longest=12)
    notes = ProseField("备注")
    industry = IndustryField("所属行业")
    mobile = MobileField("手机号")
    landline = LandlineField("固定电话")
    code = CreditCodeField("统一社会信用代码")
    citizen = CitizenIdField("身份证号")
    money = TenThousandsField("年营收")
    founded = PartialDateField("成立时间")
    day = DayField("首次接触时间")
    source = select("客户来源", SOURCE_CHANNELS)
    kind = radios("客户类型", CUSTOMER_KINDS)
    region = RegionField("地址")


def typed(**values) -> EveryField:
    form = EveryField(MultiDict({"name": "甲公司"} | values))
    form.validate()
    return form


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("name", "  （深圳）　海澜 ", "(深圳) 海澜"),
        ("notes", "第一段，有标点。\r\n\r\n第二段 ", "第一段，有标点。\n\n第二段"),
        ("industry", "软件", "I65"),
        ("industry", "i65 软件和信息技术服务业", "I65"),
        ("industry", "其他", "OTHER"),
        ("mobile", "+86 138-0000-8000", "13800008000"),
        ("landline", "（010）62881234转801", "010-62881234-801"),
        ("code", "9144030019220382 16", "914403001922038216"),
        ("citizen", "440524188001010014", "440524188001010014"),
        ("citizen", "110***********002X", "110***********002X"),
        ("money", "1,000.5 万元", 1_000_500_000),
        ("money", "0.0001", 100),
        ("founded", "2015年3月", "2015-03"),
        ("founded", "2015", "2015"),
        ("founded", "2015/3/21", "2015-03-21"),
        ("day", "2026/3/5", date(2026, 3, 5)),
        ("source", "exhibition", "exhibition"),
    ],
)
def test_text_becomes_the_value_that_is_stored(field, text, value):
    form = typed(**{field: text})
    assert form[field].data == value
    assert not form.errors


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("name", " ", "请填写客户名称。"),
        ("name", "很长很长很长很长很长很长的名称", "客户名称最多12字，现在多出3字，请精简。"),
        ("industry", "没这行", "没有行业“没这行”，请从列表中选择，或填写代码，如 I65。"),
        ("mobile", "1380000", "手机号应为11位数字，现在是7位，请核对。"),
        ("money", "五十", "请填写数字，单位万元，如 50 或 12.5。"),
        ("money", "1.00001", "金额最多四位小数（精确到元），请核对。"),
        ("money", "1e400", "请填写数字，单位万元，如 50 或 12.5。"),
        ("founded", "2015-13", "日期不对，请填写年、年-月或年-月-日，如 2015-03。"),
        ("founded", "2999", "成立时间不能在今天之后，请核对。"),
        ("day", "2026-02-30", "日期不对，请填写年-月-日，如 2026-03-05。"),
        ("source", "nowhere", "客户来源没有这一项，请重新选择。"),
        ("kind", "robot", "客户类型没有这一项，请重新选择。"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_and_stays_as_typed(field, text, sentence):
    form = typed(**{field: text})
    assert form.errors == {field: [sentence]}
    if form[field].type not in ("ChoiceField", "RadiosField"):
        assert text.strip() in form[field]()


def test_a_wrong_check_digit_alone_waits_for_a_reason():
    form = typed(code="914403001922038217")
    assert form.code.wrong_check_digit
    assert "校验位不对" in form.code.error
    assert not form.errors


def test_a_founding_day_may_be_today_but_not_tomorrow():
    assert not typed(founded=clock.today().isoformat()).errors
    assert typed(founded=(clock.today() + timedelta(days=1)).isoformat()).errors


class Stored:
    mobile, region, money, industry = "13800008000", "440305", 50_000_000, "I65"


def test_a_masked_number_posted_back_keeps_the_stored_one():
    form = EveryField(MultiDict({"mobile": "138****8000"}), obj=Stored)
    assert form.mobile.data == "13800008000"
    other = EveryField(MultiDict({"mobile": "139****8000", "name": "甲"}), obj=Stored)
    assert not other.validate()


def test_stored_values_come_back_as_people_write_them():
    form = EveryField(None, obj=Stored)
    assert 'value="50"' in form.money()
    assert 'value="I65 软件和信息技术服务业"' in form.industry()
    assert 'selected value="440305"' in form.region.form.district()


def region(province="", city="", district="") -> EveryField:
    return typed(**{"region-province": province, "region-city": city, "region-district": district})


@pytest.mark.parametrize(
    ("codes", "deepest"),
    [
        (("440000", "440300", "440305"), "440305"),
        (("110000", "", "110108"), "110108"),
        (("420000", "429004", ""), "429004"),
        (("810000", "", ""), "810000"),
        (("", "", ""), ""),
    ],
)
def test_a_place_is_its_deepest_code(codes, deepest):
    form = region(*codes)
    assert form.region.data == deepest
    assert not form.errors


def test_a_city_of_another_province_is_refused_and_the_right_ones_are_offered():
    form = region("330000", "440300")
    assert form.errors["region"]["province"] == ["所选城市不在浙江省，请重新选择城市。"]
    assert "杭州市" in form.region.form.city()
