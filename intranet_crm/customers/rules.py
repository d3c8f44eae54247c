"""What follows from a customer's values: warnings, derived columns and labels; no Flask, no Peewee."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any

from intranet_crm.formatting import ten_thousands
from intranet_crm.reference.choices import CUSTOMER_STATUSES, EMPLOYEE_BANDS, FOLLOWUP_STAGES, Choices
from intranet_crm.reference.identifiers import mask_citizen_id
from intranet_crm.reference.industries import OTHER, industries, section_of
from intranet_crm.reference.phones import check_phone, mask_email, mask_name, mask_phone
from intranet_crm.reference.size import employee_band, size_label_s3, statistical_class

# The columns a person may edit, with the words on screen.
LABELS = {
    "name": "客户名称",
    "short_name": "简称",
    "credit_code": "统一社会信用代码",
    "credit_code_reason": "信用代码核对说明",
    "citizen_id_masked": "身份证号",
    "industry": "所属行业",
    "industry_note": "行业说明",
    "employees": "员工人数",
    "employee_band": "企业规模",
    "revenue": "年营收",
    "revenue_band": "年营收区间",
    "occupation": "个人身份",
    "registered_region": "注册地址",
    "registered_street": "注册地址的街道",
    "region": "地址",
    "address": "详细地址",
    "phone": "联系电话",
    "landline": "固定电话",
    "email": "邮箱",
    "founded": "成立时间",
    "main_business": "主营业务",
    "source": "客户来源",
    "first_contact_on": "首次接触时间",
    "cooperation_from": "合作开始日",
    "cooperation_to": "合作终止日",
    "budget_low": "预算下限",
    "budget_high": "预算上限",
    "budget_pending": "预算待确认",
    "notes": "备注",
    "success_manager_id": "客户成功经理",
    "confidentiality": "密级",
    "processing_basis": "处理依据",
}
TO_BE_CONFIRMED = "待确认"
SIZE = ("industry", "employees", "employee_band", "revenue", "revenue_band")
EDITABLE = frozenset(LABELS) - {"citizen_id_masked"} | {"kind", "citizen_id"}

PROSE = frozenset(("notes", "main_business", "reason", "credit_code_reason", "address", "registered_street"))

REVENUE_BANDS = Choices(
    (
        ("under_500", "500万元以下"),
        ("500_to_2000", "500-2000万元"),
        ("2000_to_10000", "2000-10000万元"),
        ("1_to_5_yi", "1-5亿元"),
        ("from_5_yi", "5亿元以上"),
    )
)
ONLY_ENTERPRISE = {"credit_code": None, "credit_code_reason": "", "employees": None, "employee_band": ""}
ONLY_INDIVIDUAL = {"occupation": ""}

LEGAL_SUFFIX = re.compile(
    r"(公司|集团|厂|合伙企业|合伙|合作社|联社|事务所|中心|医院|诊所|学校|大学|学院|中学|小学|幼儿园|银行|"
    r"信用社|局|厅|部|委|委员会|政府|法院|检察院|协会|学会|商会|联合会|基金会|研究院|研究所|设计院|院|所|"
    r"站|馆|社|店|行|场|队|办公室|办事处|代表处|个体工商户)(\([^()]*\))?$"
)


def name_warning(kind: str, name: str) -> str:
    """A sentence when an enterprise's name ends in no legal form and so is hardly the full name (B2)."""
    if kind == "individual" or not name or LEGAL_SUFFIX.search(name):
        return ""
    return (
        "客户名称没有「公司」「厂」「医院」等组织形式结尾，请核对是否为营业执照上的全称；简称请填在「简称」。"
    )


def derived(values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the values, but for the ID number: what the kind does not have is blank, the section
    follows the industry. Raises KeyError for what cannot be edited."""
    if foreign := set(values) - EDITABLE:
        raise KeyError(f"not editable: {', '.join(sorted(foreign))}")
    kind = values.get("kind", "enterprise")
    without = ONLY_INDIVIDUAL if kind == "enterprise" else ONLY_ENTERPRISE
    columns = {name: without.get(name, value) for name, value in values.items() if name != "citizen_id"}
    if "credit_code" in columns:
        columns["credit_code"] = columns["credit_code"] or None
    if "industry" in columns:
        section = section_of(columns["industry"])
        columns["industry_section"] = section if len(section) == 1 else ""  # 「其他」 has none
        if columns["industry"] != OTHER.code and "industry_note" in columns:
            columns["industry_note"] = ""
    return columns


def audited(values: Mapping[str, Any], kind: str, names: list[str]) -> dict[str, Any]:
    """The values as the audit log may keep them: persons, phones and e-mail masked, no ID number.

    ``names`` are those of the persons that running text may name.
    """
    masks = {"phone": mask_phone, "landline": mask_phone, "email": mask_email}
    masks["name"] = partial(shown_name, kind, full=False)
    return {
        name: masks[name](value) if name in masks else masked_text(value, names) if name in PROSE else value
        for name, value in values.items()
        if name not in ("citizen_id_hash", "citizen_id_cipher")
    }


def status_sentence(what: str, old: str, new: str) -> str:
    words, noun = (CUSTOMER_STATUSES, "客户状态") if what == "status" else (FOLLOWUP_STAGES, "跟进阶段")
    return f"{noun}：{words.label(old)} → {words.label(new)}"


def access_words(may_write: bool, until: date | None) -> str:
    """A collaborator's access (A6): 「可编辑，至 2026-12-31」「只读」."""
    return ("可编辑" if may_write else "只读") + (f"，至 {until:%Y-%m-%d}" if until else "")


@dataclass(frozen=True, slots=True)
class SizeLabels:
    """What the known numbers and bands say about the size (B5); 「无法推算」 where they do not decide."""

    s3: str
    band: str
    statistical: str
    reason: str


def size_labels(
    industry: str, employees: int | None, band: str, revenue: int | None, revenue_band: str
) -> SizeLabels:
    """The derived labels; a number goes before a band, revenue is in fen."""
    people = employees if employees is not None else band or None
    turnover = revenue / 1_000_000 if revenue is not None else REVENUE_BANDS.label(revenue_band) or None
    verdict = statistical_class(industry, people, turnover)
    return SizeLabels(size_label_s3(people), employee_band(people), verdict.label, verdict.reason or "")


def industry_label(code: str, note: str = "") -> str:
    """「I65 软件和信息技术服务业」, with the note of 「其他」."""
    found = _industry_words().get(code, code)
    return f"{found}（{note}）" if note else found


@cache
def _industry_words() -> dict[str, str]:
    return {industry.code: industry.label for industry in industries()}


def budget_words(low: int | None, high: int | None, pending: bool | int = False) -> str:
    """「50–80 万元」「50 万元以上」「80 万元以下」 of fen, 「待确认」 while not settled, '' when unknown."""
    if low is None and high is None:
        return TO_BE_CONFIRMED if pending else ""
    if low is None or high is None:
        return f"{ten_thousands(low)} 万元以上" if high is None else f"{ten_thousands(high)} 万元以下"
    return f"{ten_thousands(low)}–{ten_thousands(high)} 万元" if low != high else f"{ten_thousands(low)} 万元"


def employees_words(employees: int | None, band: str) -> str:
    return f"{employees} 人" if employees is not None else EMPLOYEE_BANDS.label(band)


def revenue_words(revenue: int | None, band: str) -> str:
    return f"{ten_thousands(revenue)} 万元" if revenue is not None else REVENUE_BANDS.label(band)


def shown_name(kind: str, name: str, full: bool) -> str:
    """The customer's name as a reader may see it: a person's name is masked, a company's never (C3)."""
    return name if full or kind == "enterprise" else mask_name(name)


CITIZEN_IDS = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
PHONES = re.compile(
    r"(?<![0-9])(?:1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}|0[1-9][0-9]{1,2}[- ]?[0-9]{7,8}"
    r"|[48]00[- ]?[0-9]{3}[- ]?[0-9]{4})(?![0-9])"
)
EMAILS = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


def masked_text(text: str, names: list[str]) -> str:
    """Running text for a reader without the right: known names of persons, phones and e-mails masked (C3)."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    text = CITIZEN_IDS.sub(lambda found: mask_citizen_id(found[0]), text)
    text = PHONES.sub(lambda found: mask_phone(check_phone(found[0]).text), text)
    return EMAILS.sub(lambda found: mask_email(found[0]), text)


def clean_tag(name: str) -> str:
    """A tag's name as it is kept: NFKC, without the spaces around it and with single ones inside."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def moved(things: list[Any], thing: Any, step: int) -> list[Any]:
    """The things with one of them ``step`` places further down; at an end it stays."""
    at = things.index(thing) if thing in things else -1
    to = at + step
    if at < 0 or not 0 <= to < len(things):
        return things
    rest = things[:at] + things[at + 1 :]
    return [*rest[:to], thing, *rest[to:]]
