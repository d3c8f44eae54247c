"""The columns that the list of customers can show, and what stands in them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from intranet_crm.customers.rules import budget_words, employees_words, industry_label, shown_name
from intranet_crm.formatting import day
from intranet_crm.reference.choices import (
    CUSTOMER_GRADES,
    CUSTOMER_KINDS,
    CUSTOMER_STATUSES,
    FOLLOWUP_STAGES,
    SOURCE_CHANNELS,
)
from intranet_crm.reference.phones import mask_email, mask_name, mask_phone
from intranet_crm.reference.regions import full_name


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    label: str
    css: str = ""
    by_default: bool = False


COLUMNS = (
    Column("name", "客户名称", "", by_default=True),
    Column("number", "客户编号", "code", by_default=True),
    Column("short_name", "简称"),
    Column("kind", "客户类型"),
    Column("industry", "所属行业", "short", by_default=True),
    Column("status", "客户状态", by_default=True),
    Column("grade", "客户分级"),
    Column("tags", "标签", ""),
    Column("way", "联系方式", by_default=True),
    Column("first_contact_on", "首次接触时间", "date", by_default=True),
    Column("source", "客户来源", by_default=True),
    Column("key_contact", "关键联系人", by_default=True),
    Column("stage", "跟进阶段", by_default=True),
    Column("last_followup_at", "最后跟进时间", "date", by_default=True),
    Column("owner", "负责人", by_default=True),
    Column("success_manager", "客户成功经理"),
    Column("size", "客户规模"),
    Column("region", "地区", "short"),
    Column("budget", "预算范围"),
    Column("created_at", "创建日期", "date"),
    Column("cooperation_to", "合作终止日", "date"),
    Column("main_business", "主营业务", "rest"),
    Column("notes", "备注", "rest", by_default=True),
)
DEFAULT = tuple(column.key for column in COLUMNS if column.by_default)  # S2's twelve
ALWAYS = "name"  # it leads to the customer


BY_KEY = {column.key: column for column in COLUMNS}


def columns_named(keys: list[str] | tuple[str, ...]) -> tuple[Column, ...]:
    """The columns of these keys in their order, the name first; unknown keys are passed over."""
    wanted = dict.fromkeys((ALWAYS, *keys))
    return tuple(BY_KEY[key] for key in wanted if key in BY_KEY)


def cells(found: Any, full: bool, shown: Callable[[str], str]) -> dict[str, str]:
    """What stands in each column of one row, masked where the reader has no right to the full value (C3)."""
    contact = found.contact_name or (found.name if found.kind == "individual" else "")
    return {
        "number": found.number,
        "name": shown_name(found.kind, found.name, full),
        "short_name": found.short_name,
        "kind": CUSTOMER_KINDS.label(found.kind),
        "industry": industry_label(found.industry, found.industry_note),
        "status": CUSTOMER_STATUSES.label(found.status),
        "grade": CUSTOMER_GRADES.label(found.grade),
        "way": _way(found, full),
        "first_contact_on": day(found.first_contact_on),
        "source": SOURCE_CHANNELS.label(found.source),
        "key_contact": contact if full else mask_name(contact),
        "stage": FOLLOWUP_STAGES.label(found.stage),
        "last_followup_at": day(found.last_followup_at),
        "owner": found.owner_name,
        "success_manager": found.manager_name or "",
        "size": employees_words(found.employees, found.employee_band),
        "region": full_name(found.region),
        "budget": budget_words(found.budget_low, found.budget_high),
        "created_at": day(found.created_at),
        "cooperation_to": day(found.cooperation_to),
        # Masked before they are cut: half a number would not be known as one.
        "main_business": shown(found.main_business)[:40],
        "notes": shown(found.notes)[:40],
    }


def _way(found: Any, full: bool) -> str:
    """The first way to reach the customer that is known: a phone of its own, of its contact, an e-mail."""
    phone = found.phone or found.landline or found.contact_mobile or found.contact_landline
    if phone:
        return phone if full else mask_phone(phone)
    email = found.email or found.contact_email or ""
    return email if full else mask_email(email)
