"""The 客户信息需求采集表 (T1, S4 三): one description for form, self-check, sheet, differences and entry.

`values` is a plain JSON-able dict, by field key:
text, long_text, date, partial_date, time_node: str · choice, score, industry: key · choices: list of keys ·
money_range: {"low": fen, "high": fen} or {"pending": true} · region: {"province", "city", "district": codes,
"street": str} · people: [{"name": str, "role": key}].
Beside the fields it holds `customer_id` (the existing customer, or absent) and `pending` (keys of the fields
marked 「待补充」). `department` and `collector` are names as on the day; their ids are columns of the form.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from intranet_crm.reference import choices as words
from intranet_crm.reference.choices import Choices
from intranet_crm.reference.identifiers import check_credit_code
from intranet_crm.reference.industries import OTHER

TEMPLATE_VERSION = "2026.1"

Values = dict[str, Any]
Condition = Callable[[Values], bool]
Kind = Literal[
    "text", "long_text", "choice", "choices", "industry", "date", "partial_date",
    "money_range", "region", "people", "time_node", "score",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One field of T1.

    `required` is T1's star; `required_when` adds to it. `when` hides a field that has nothing to say.
    `home` is where entry puts the value (O7), as noun.attribute; `need.source_form` stays on the form itself.
    """

    key: str
    label: str
    kind: Kind = "text"
    choices: Choices | None = None
    required: bool = False
    required_when: Condition | None = None
    only: Literal["enterprise", "individual"] | None = None
    when: Condition | None = None
    max_length: int = 200
    hint: str = ""
    example: str = ""
    home: str = "need.source_form"
    section: str = ""


@dataclass(frozen=True)
class Section:
    """One numbered part of the sheet; the last two are filled by the review and the archive."""

    key: str
    number: str
    title: str
    fields: tuple[Field, ...] = ()


def is_individual(values: Values) -> bool:
    return values.get("customer_kind") == "individual"


def is_enterprise(values: Values) -> bool:
    return not is_individual(values)


def concerns_known_customer(values: Values) -> bool:
    return bool(values.get("customer_id"))


def _industry_is_other(values: Values) -> bool:
    return values.get("industry") == OTHER.code


def _need_type_is_other(values: Values) -> bool:
    return values.get("need_type") == "other"


def _is_indirect(values: Values) -> bool:
    return values.get("method") == "indirect"


def _credit_code_is_doubtful(values: Values) -> bool:
    verdict = check_credit_code(values.get("credit_code"))
    return bool(values.get("credit_code_reason")) or verdict.wrong_check_digit


BASIC = (
    Field("customer_kind", "客户类型", "choice", words.CUSTOMER_KINDS, True, home="customer.kind"),
    Field(
        "name", "客户名称", required=True, max_length=120, home="customer.name",
        hint="企业填写营业执照上的全称，个人填写实名", example="海澜信息技术(深圳)有限公司",
    ),
    Field(
        "credit_code", "统一社会信用代码", required=True, only="enterprise", max_length=18,
        home="customer.credit_code", hint="营业执照上的18位代码", example="914403001922038216",
    ),
    Field(
        "credit_code_reason", "信用代码核对说明", only="enterprise", when=_credit_code_is_doubtful,
        home="customer.credit_code_reason", hint="代码与执照一致而校验位不符时，写明核对依据",
    ),
    Field(
        "citizen_id", "身份证号", required=True, only="individual", max_length=18,
        home="customer.citizen_id", hint="18位，显示和打印时只露首三位和末四位",
    ),
    Field(
        "industry", "所属行业", "industry", required=True, home="customer.industry",
        hint="按国家标准行业分类，可输入代码、名称或拼音首字母", example="I65 软件和信息技术服务业",
    ),
    Field(
        "industry_note", "行业说明", required_when=_industry_is_other, when=_industry_is_other,
        max_length=60, home="customer.industry_note", hint="行业选「其他」时写明主营业务",
    ),
    Field(
        "employee_band", "企业规模", "choice", words.EMPLOYEE_BANDS, only="enterprise",
        home="customer.employee_band", hint="按在职员工人数",
    ),
    Field(
        "occupation", "个人身份", "choice", words.OCCUPATIONS, only="individual", home="customer.occupation"
    ),
    Field(
        "address", "注册地址", "region", home="customer.registered_address",
        hint="省、市、区（县）和街道", example="广东省深圳市南山区创新路739号",
    ),
    Field(
        "founded", "成立时间", "partial_date", home="customer.founded",
        hint="年-月或年-月-日", example="2015-03",
    ),
    Field(
        "contact_name", "联系人", required_when=is_enterprise, max_length=60, home="contact.name",
        hint="个人客户留空即为本人",
    ),
    Field(
        "phone", "联系方式", required=True, max_length=40, home="contact.phone",
        hint="手机号11位，或带区号的固定电话；优先登记工作电话", example="13800806360",
    ),
    Field("form_of_address", "称谓", "choice", words.FORMS_OF_ADDRESS, home="contact.form_of_address"),
    Field(
        "post", "职务", required=True, max_length=60, home="contact.post",
        hint="部门及职务", example="信息部主任",
    ),
    Field("decision_role", "决策角色", "choice", words.DECISION_ROLES, home="contact.decision_role"),
    Field(
        "preferred_channel", "偏好沟通方式", "choice", words.PREFERRED_CHANNELS,
        home="contact.preferred_channel",
    ),
    Field("source", "客户来源", "choice", words.SOURCE_CHANNELS, True, home="customer.source"),
)  # fmt: skip

NEEDS = (
    Field("need_type", "需求类型", "choice", words.NEED_TYPES, True, home="need.type"),
    Field(
        "need_type_note", "需求类型说明", required_when=_need_type_is_other, when=_need_type_is_other,
        max_length=60, home="need.type_note", hint="需求类型选「其他」时写明",
    ),
    Field(
        "background", "需求背景简述", "long_text", required=True, max_length=1000, home="need.background",
        hint="需求产生的原因，如业务扩张、效率瓶颈、政策合规",
        example="因业务规模扩大，现有客户管理系统无法支持多部门协同，需定制开发新模块",
    ),
    Field(
        "detail", "具体需求描述", "long_text", required=True, max_length=4000, home="need.detail",
        hint="功能、服务、交付标准，写明数量、单位和时间；可附文档",
        example="需实现客户数据实时同步、自动化工单分配、多维度数据报表功能，支持3个部门80名用户同时在线",
    ),
    Field("priority", "需求优先级", "choice", words.PRIORITIES, True, home="need.priority"),
    Field(
        "budget", "预算范围", "money_range", home="need.budget",
        hint="单位万元；尚未谈到时选「待确认」", example="50–80 万元",
    ),
    Field(
        "expected_finish", "期望完成时间", "time_node", max_length=30, home="need.expected_finish",
        hint="日期、月份、季度或年份，都要写年份", example="2027年Q3",
    ),
    Field(
        "decision_chain", "决策链", "people", words.DECISION_ROLES, home="need.decision_chain",
        hint="逐一列出参与决定的人和角色", example="王总（决策者）、李工（使用者）",
    ),
    Field(
        "pain_points", "业务痛点/隐性需求", "long_text", max_length=1000, home="need.pain_points",
        hint="客户没有明说、从沟通中看出的问题",
    ),
    Field(
        "acceptance", "交付与验收标准", "long_text", max_length=1000, home="need.acceptance",
        example="1000并发下单成功率99.9%，2027年3月31日前完成验收",
    ),
    Field("complexity", "需求复杂度", "choice", words.COMPLEXITIES, home="need.complexity"),
    Field(
        "competitors", "竞品与客户评价", "long_text", max_length=1000, home="need.competitors",
        hint="客户接触过的同类产品和评价",
    ),
    Field("intention", "合作意向", "choice", words.INTENTIONS, home="need.intention"),
    Field(
        "budget_cycle", "预算周期", max_length=100, home="need.budget_cycle",
        hint="客户编制和批准预算的时间", example="每年10月编制，次年1月批准",
    ),
)  # fmt: skip

CHANGES = (
    Field(
        "change_kind", "变化类型", "choice", words.CHANGE_KINDS, required_when=concerns_known_customer,
        home="need.change_kind",
    ),
    Field("project_status", "当前项目状态", "long_text", max_length=200, home="need.project_status"),
    Field(
        "satisfaction", "满意度反馈", "score", words.SATISFACTION_SCORES, home="need.satisfaction",
        hint="1 分很不满意，5 分很满意",
    ),
    Field(
        "renewal_intention", "续约意向", "choice", words.RENEWAL_INTENTIONS, home="need.renewal_intention"
    ),
    Field("cooperation_history", "历史合作", "long_text", max_length=1000, home="need.cooperation_history"),
    Field("bottlenecks", "合作瓶颈", "long_text", max_length=1000, home="need.bottlenecks"),
)  # fmt: skip

COLLECTION = (
    Field("situation", "采集情境", "choice", words.INTAKE_SITUATIONS),
    Field("method", "采集方式", "choice", words.COLLECTION_METHODS),
    Field(
        "info_sources", "信息来源", "choices", words.INFORMATION_SOURCES, required_when=_is_indirect,
        hint="间接补充时必须写明来源",
    ),
    Field("department", "牵头部门", required=True),
    Field("collector", "采集人", required=True),
    Field("collected_on", "采集日期", "date", required=True),
    Field("notice_version", "告知书版本", max_length=40),
    Field("consent", "告知与同意", "choice", words.CONSENTS, home="contact.consent"),
)  # fmt: skip

SECTIONS = tuple(
    Section(key, number, title, tuple(replace(field, section=key) for field in fields))
    for key, number, title, fields in (
        ("basic", "（一）", "客户基本信息", BASIC),
        ("needs", "（二）", "核心需求信息", NEEDS),
        ("changes", "（三）", "合作与变化", CHANGES),
        ("collection", "（四）", "采集信息", COLLECTION),
        ("review", "（五）", "审核", ()),
        ("archive", "（六）", "录入与归档", ()),
    )
)
FIELDS: dict[str, Field] = {field.key: field for section in SECTIONS for field in section.fields}

# S4 一: the situations that speak about a cooperation already begun
SITUATIONS_WITH_CHANGES = frozenset({"return_visit", "upgrade_survey", "high_value"})


def shows_changes(values: Values) -> bool:
    """Whether part （三） belongs to this form: an existing customer, or a situation that speaks of one."""
    return concerns_known_customer(values) or values.get("situation") in SITUATIONS_WITH_CHANGES


def is_shown(field: Field, values: Values) -> bool:
    if field.section == "changes" and not shows_changes(values):
        return False
    kind = "individual" if is_individual(values) else "enterprise"
    return field.only in (None, kind) and (field.when is None or field.when(values))


def shown_fields(values: Values) -> list[Field]:
    """The fields this form asks for, in the order of the sheet; situation and customer decide (O1)."""
    return [field for field in FIELDS.values() if is_shown(field, values)]


def is_required(field: Field, values: Values) -> bool:
    """Whether 「提交自查」 needs this field: T1's stars and what this form's own choices add to them."""
    added = field.required_when is not None and field.required_when(values)
    return is_shown(field, values) and (field.required or added)


def may_be_pending(field: Field, values: Values) -> bool:
    """Whether the collector may leave it blank as 「待补充」 (O2): only what is not required."""
    return not is_required(field, values)
