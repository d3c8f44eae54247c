"""一级自查 finds exactly what the twelve sample forms hold, and says how to mend it."""

from datetime import date

import pytest

from intranet_crm.intake.checks import pending_fields, self_check
from intranet_crm.intake.findings import group_verdicts, unresolved
from intranet_crm.intake.settings import FEN_PER_WAN, CheckSettings

TODAY = date(2026, 11, 21)

MINI_PROGRAM = {
    "need_type": "joint_development",
    "background": "计划在2027年第二季度推出面向门店的会员小程序,内部缺少后端开发人员",
    "detail": "联合开发会员积分与储值模块,交付源代码与接口文档,验收标准为1000并发下单成功率99.9%",
    "budget": {"low": 120 * FEN_PER_WAN, "high": 150 * FEN_PER_WAN},
    "priority": "high",
    "complexity": "high",
}
COLLABORATION = {
    "need_type": "custom_service",
    "background": "因业务规模扩大,现有客户管理系统无法支持多部门协同,需定制开发新模块",
    "detail": "需实现客户数据实时同步、自动化工单分配、多维度数据报表功能,"
    "支持3个部门80名用户同时在线,2027年3月31日前上线",
    "budget": {"low": 50 * FEN_PER_WAN, "high": 80 * FEN_PER_WAN},
    "priority": "high",
    "complexity": "medium",
}
VAGUE = {
    "need_type": "custom_service",
    "background": "客户说近期想买个系统,大概明年用",
    "detail": "功能差不多就行,可能要支持报表,尽快上线",
    "budget": {"low": 5 * FEN_PER_WAN, "high": 8 * FEN_PER_WAN},
    "priority": "high",
    "complexity": "high",
}
SCANNERS = {
    "need_type": "product_purchase",
    "background": "现有仓储条码设备已使用6年,故障率达到每月4次,影响出库效率",
    "detail": "采购手持条码终端120台,含3年维保,要求2027年1月15日前到货并完成培训",
    "budget": {"low": 30 * FEN_PER_WAN, "high": 36 * FEN_PER_WAN},
    "priority": "medium",
    "complexity": "low",
}
SHELVES = {
    "need_type": "product_purchase",
    "background": "仓库扩容,需要一批货架",
    "detail": "采购货架200组,Q3交付,预算30左右",
    "budget": {"low": 30 * FEN_PER_WAN, "high": 30 * FEN_PER_WAN},
    "priority": "medium",
    "complexity": "low",
}
VAGUE_FINDINGS = [
    "vague:近期",
    "vague:大概",
    "vague:差不多",
    "vague:可能",
    "vague:尽快",
    "budget_vs_complexity",
    "colloquial:买个系统",
]
SHELVES_FINDINGS = ["vague:左右", "quarter_without_year", "amount_without_unit"]

SHENZHEN = {"province": "440000", "city": "440300", "district": "440305", "street": "创新路739号"}
HAIDIAN = {"province": "110000", "city": "", "district": "110108", "street": "创新路291号"}
YUBEI = {"province": "500000", "city": "", "district": "500112", "street": "人民路527号"}
HONGSHAN = {"province": "420000", "city": "420100", "district": "420111", "street": "创新路440号"}
WUHOU = {"province": "510000", "city": "510100", "district": "510107", "street": "人民路884号"}

SAMPLES = [
    ("海澜信息技术(深圳)有限公司", "91440305763170665M", "I65", SHENZHEN, "13800806360", MINI_PROGRAM, []),
    ("瑞禾商贸(北京)有限公司", "91110108068124157L", "F51", HAIDIAN, "13873662585", MINI_PROGRAM, []),
    ("青禾建筑工程(重庆)有限公司", "91500112049996224Q", "E47", YUBEI, "18689068288", COLLABORATION, []),
    ("青禾物流(重庆)有限公司", "915001125088995713", "G59", YUBEI, "13907043419", VAGUE, VAGUE_FINDINGS),
    ("鼎新食品(深圳)有限公司", "91440305577104656J", "C14", SHENZHEN, "13830620278", SCANNERS, []),
    (
        "重庆市璟玥餐饮管理股份有限公司",
        "91500112956042301A",
        "H62",
        YUBEI,
        "13893972980",
        SCANNERS,
        ["uscc_check_digit"],
    ),
    ("海澜物流(武汉)有限公司", "9142011187059640XH", "G59", HONGSHAN, "19985878310", MINI_PROGRAM, []),
    (
        "鼎新食品(北京)有限公司",
        "91110108514397295Y",
        "C14",
        HAIDIAN,
        "17719961983",
        SHELVES,
        SHELVES_FINDINGS,
    ),
    ("重庆龘云信息技术有限公司", "915001124090161041", "I65", YUBEI, "19968484751", COLLABORATION, []),
    ("成都云帆信息技术有限公司", "91510107361481102K", "I65", WUHOU, "13982222541", SCANNERS, []),
    ("北京恒泰医药有限公司", "9111010846820341XY", "C27", HAIDIAN, "16606900592", SHELVES, SHELVES_FINDINGS),
]


def filled(**changes):
    """A form without fault, as the first sample; `changes` replace values, None empties one."""
    values = {
        "customer_kind": "enterprise",
        "name": "海澜信息技术(深圳)有限公司",
        "credit_code": "91440305763170665M",
        "industry": "I65",
        "employee_band": "from_500",
        "address": SHENZHEN,
        "founded": "2005-10-04",
        "contact_name": "罗欣怡",
        "form_of_address": "mr",
        "post": "总经理",
        "phone": "13800806360",
        "decision_role": "purchaser",
        "source": "exhibition",
        "intention": "definite_plan",
        "situation": "return_visit",
        "method": "video_meeting",
        "department": "华东销售一组",
        "collector": "陈静",
        "collected_on": "2026-11-02",
        **MINI_PROGRAM,
        **changes,
    }
    return {key: value for key, value in values.items() if value is not None}


def check(**changes):
    return self_check(filled(**changes), CheckSettings(), TODAY)


def faults(findings):
    return sorted(finding.code for finding in findings if finding.level != "hint")


def only(findings, code):
    (found,) = [finding for finding in findings if finding.code == code]
    return found


@pytest.mark.parametrize(("name", "code", "industry", "address", "phone", "need", "expected"), SAMPLES)
def test_samples_hold_exactly_the_listed_faults(name, code, industry, address, phone, need, expected):
    found = check(name=name, credit_code=code, industry=industry, address=address, phone=phone, **need)
    assert faults(found) == sorted(expected)


def test_individual_sample_is_clean():
    found = check(
        customer_kind="individual",
        name="赵欣怡",
        credit_code=None,
        citizen_id="440305198510102522",
        occupation="business_owner",
        employee_band=None,
    )
    assert faults(found) == []


def test_vague_words_are_marked_in_place():
    vague = only(check(background="客户近期想换设备，近期到货"), "vague:近期")
    assert vague.spans == ((2, 4), (9, 11))
    assert vague.field == "background"
    assert "「需求背景简述」里的「近期」不明确" in vague.message
    assert vague.group == "wording"


def test_wrong_check_digit_passes_with_its_reason():
    doubtful = {"credit_code": "91500112956042301A"}
    (warning,) = unresolved(check(**doubtful), {})
    assert warning.id == "uscc_check_digit@credit_code"
    assert unresolved(check(**doubtful, credit_code_reason="与营业执照原件核对一致"), {}) == []
    assert unresolved(check(**doubtful), {warning.id: "与营业执照原件核对一致"}) == []


def test_blank_reason_does_not_pass():
    findings = check(**VAGUE)
    reasons = {finding.id: "客户原话" for finding in findings}
    assert unresolved(findings, reasons) == []
    assert [each.code for each in unresolved(findings, reasons | {"vague:近期@background": " "})] == [
        "vague:近期"
    ]


def test_errors_cannot_be_reasoned_away():
    findings = check(phone="1380080636")
    assert [finding.field for finding in unresolved(findings, {"format@phone": "客户只有这个号码"})] == [
        "phone"
    ]


def test_empty_enterprise_form_asks_for_the_starred_fields():
    findings = self_check({}, CheckSettings(), TODAY)
    assert {finding.code for finding in findings} == {"required"}
    assert [finding.field for finding in findings] == [
        "customer_kind", "name", "credit_code", "industry", "contact_name", "phone", "post", "source",
        "need_type", "background", "detail", "priority", "department", "collector", "collected_on",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"industry": "OTHER"}, "industry_note"),
        ({"need_type": "other"}, "need_type_note"),
        ({"method": "indirect"}, "info_sources"),
        ({"customer_id": 7}, "change_kind"),
    ],
)
def test_a_choice_makes_its_own_field_required(changes, field):
    missing = only(check(**changes), "required")
    assert missing.field == field
    assert missing.group == "completeness"


def test_optional_blank_may_wait_but_a_starred_one_may_not():
    findings = check(founded=None, post=None, pending=["founded", "post"])
    assert only(findings, "required").message == "请填写「职务」，必填项不能标为「待补充」。"
    assert [field.key for field in pending_fields(filled(founded=None, pending=["founded", "name"]))] == [
        "founded"
    ]


def test_budget_against_complexity_has_a_limit_that_can_be_set():
    low = {"budget": {"low": None, "high": 10 * FEN_PER_WAN - 1}, "complexity": "high"}
    assert faults(check(**low)) == ["budget_vs_complexity"]
    assert faults(check(budget={"high": 10 * FEN_PER_WAN}, complexity="high")) == []
    assert faults(check(budget={"pending": True}, complexity="high")) == []
    lenient = CheckSettings(high_complexity_from=FEN_PER_WAN)
    assert faults(self_check(filled(**low), lenient, TODAY)) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"budget": {"low": 80 * FEN_PER_WAN, "high": 50 * FEN_PER_WAN}}, "budget_order"),
        ({"budget": {"low": 0, "high": 50 * FEN_PER_WAN}}, "format"),
        ({"collected_on": "2026-11-22"}, "future_date"),
        ({"founded": "2027-01"}, "future_date"),
        ({"founded": "2015-13"}, "format"),
        ({"collected_on": "2026-11"}, "format"),
        ({"credit_code": "9144030576317066"}, "format"),
        ({"industry": "X99"}, "format"),
        ({"address": SHENZHEN | {"district": "110108"}}, "format"),
        ({"address": SHENZHEN | {"street": "长" * 201}}, "format"),
        ({"priority": "urgent"}, "format"),
        ({"decision_chain": [{"name": "", "role": "user"}]}, "format"),
        ({"background": "长" * 1001}, "format"),
        ({"customer_kind": "individual", "citizen_id": "440305198510102523"}, "format"),
        ({"name": "海澜信息"}, "legal_name"),
        ({"expected_finish": "Q3"}, "quarter_without_year"),
        ({"expected_finish": "尽快"}, "unclear_time"),
        ({"expected_finish": "2025年"}, "finish_in_past"),
    ],
)
def test_faults_are_found(changes, code):
    finding = only(check(**changes), code)
    assert finding.message.endswith("。")


def test_masked_citizen_id_is_accepted():
    assert faults(check(customer_kind="individual", name="赵欣怡", citizen_id="110***********002X")) == []


def test_sheet_shows_a_line_for_each_group():
    findings = check(**SHELVES)
    assert group_verdicts(findings, {}) == [
        ("完整性", "通过"),
        ("逻辑一致性", "通过"),
        ("表述准确性", "未通过"),
    ]
    reasons = {finding.id: "客户原话" for finding in findings}
    assert group_verdicts(findings, reasons)[2] == ("表述准确性", "说明后通过")
