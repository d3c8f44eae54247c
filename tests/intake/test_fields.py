"""The catalogue of T1 is whole, and the situation decides what is asked."""

from intranet_crm.intake.fields import FIELDS, SECTIONS, is_required, may_be_pending, shown_fields

EVERYTHING = {"customer_id": 7, "industry": "OTHER", "need_type": "other", "method": "indirect"}
STARRED = {
    "客户名称", "统一社会信用代码", "身份证号", "所属行业", "联系方式", "职务", "客户来源",
    "需求类型", "需求背景简述", "具体需求描述", "需求优先级", "牵头部门", "采集人", "采集日期",
}  # fmt: skip


def shown(**values):
    return {field.key for field in shown_fields(values)}


def required(**values):
    return {key for key, field in FIELDS.items() if is_required(field, values)}


def test_six_parts_with_their_titles():
    assert [section.number + section.title for section in SECTIONS] == [
        "（一）客户基本信息", "（二）核心需求信息", "（三）合作与变化",
        "（四）采集信息", "（五）审核", "（六）录入与归档",
    ]  # fmt: skip


def test_stars_of_the_template():
    assert {field.label for field in FIELDS.values() if field.required} == STARRED | {"客户类型"}


def test_every_field_has_a_home_and_choices_where_it_chooses():
    for field in FIELDS.values():
        assert field.home.split(".")[0] in ("customer", "contact", "need")
        assert (field.kind in ("choice", "choices", "score", "people")) == (field.choices is not None)


def test_kind_of_customer_decides():
    assert {"credit_code", "employee_band"} <= shown(customer_kind="enterprise")
    assert {"citizen_id", "occupation"} <= shown(customer_kind="individual")
    assert not {"credit_code", "employee_band"} & shown(customer_kind="individual")
    assert "contact_name" in required(customer_kind="enterprise")
    assert "contact_name" not in required(customer_kind="individual")


def test_situation_decides_about_changes():
    assert "renewal_intention" not in shown(situation="new_customer")
    assert "renewal_intention" not in shown(situation="cross_department")
    for situation in ("return_visit", "upgrade_survey", "high_value"):
        assert "renewal_intention" in shown(situation=situation)
    assert "renewal_intention" in shown(situation="cross_department", customer_id=7)


def test_choices_add_required_fields():
    added = {"industry_note", "need_type_note", "info_sources", "change_kind"}
    assert required(**EVERYTHING) - required() == added


def test_reason_is_asked_for_only_beside_a_doubtful_code():
    assert "credit_code_reason" in shown(credit_code="91500112956042301A")
    assert "credit_code_reason" not in shown(credit_code="91440305763170665M")


def test_only_optional_fields_may_wait():
    assert may_be_pending(FIELDS["founded"], {})
    assert not may_be_pending(FIELDS["name"], {})
    assert not may_be_pending(FIELDS["change_kind"], {"customer_id": 7})
