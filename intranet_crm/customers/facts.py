"""What is known of a customer, section by section, in words: the same on its page and on paper (T2)."""

from dataclasses import dataclass

from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.rules import (
    SIZE,
    budget_words,
    employees_words,
    industry_label,
    revenue_words,
    size_labels,
)
from intranet_crm.customers.sections import SECTIONS
from intranet_crm.formatting import day, moment
from intranet_crm.reference.choices import (
    CONFIDENTIALITY_LEVELS,
    CUSTOMER_KINDS,
    OCCUPATIONS,
    PROCESSING_BASES,
    SOURCE_CHANNELS,
)
from intranet_crm.reference.regions import full_name

Fact = tuple[str, str | None]


@dataclass(frozen=True)
class Section:
    """One section: all the rows that a customer of this kind has, blank ones too."""

    key: str
    facts: list[Fact]
    hint: str = ""

    @property
    def title(self) -> str:
        return SECTIONS[self.key]

    @property
    def known(self) -> list[Fact]:
        return [fact for fact in self.facts if fact[1]]


def sections_about(customer: Customer) -> list[Section]:
    """The sections that hold the customer's own data; contacts and needs have their own queries."""
    enterprise = customer.kind == "enterprise"
    return [
        Section("base", _enterprise(customer) if enterprise else _individual(customer)),
        Section("ways", _ways(customer)),
        *([Section("size", *_size(customer))] if enterprise else []),
        Section("story", _story(customer)),
    ]


def budget_of(customer: Customer) -> str:
    """The customer's own 预算范围 in words."""
    return budget_words(customer.budget_low, customer.budget_high, customer.budget_pending)


def _enterprise(customer: Customer) -> list[Fact]:
    return [
        *_identity(customer),
        ("统一社会信用代码", customer.credit_code),
        *([("信用代码核对说明", customer.credit_code_reason)] if customer.credit_code_reason else []),
        ("所属行业", industry_label(customer.industry, customer.industry_note)),
        ("成立时间", customer.founded),
        *_remarks(customer),
    ]


def _individual(customer: Customer) -> list[Fact]:
    return [
        *_identity(customer),
        ("身份证号", customer.citizen_id_masked),
        ("个人身份", OCCUPATIONS.label(customer.occupation)),
        ("所属行业", industry_label(customer.industry, customer.industry_note)),
        *_remarks(customer),
    ]


def _identity(customer: Customer) -> list[Fact]:
    return [
        ("客户编号", customer.number),
        ("简称", customer.short_name),
        ("客户类型", CUSTOMER_KINDS.label(customer.kind)),
    ]


def _remarks(customer: Customer) -> list[Fact]:
    return [("主营业务", customer.main_business), ("备注", customer.notes)]


def _ways(customer: Customer) -> list[Fact]:
    return [
        ("联系电话", customer.phone),
        ("固定电话", customer.landline),
        ("邮箱", customer.email),
        ("地址", full_name(customer.region) + customer.address),
        ("注册地址", full_name(customer.registered_region) + customer.registered_street),
    ]


def _story(customer: Customer) -> list[Fact]:
    first, last = day(customer.cooperation_from), day(customer.cooperation_to)
    return [
        ("负责人", customer.owner.name),
        ("跟进人", _follower(customer)),
        ("客户成功经理", customer.success_manager.name if customer.success_manager_id else ""),
        ("客户来源", SOURCE_CHANNELS.label(customer.source)),
        ("首次接触时间", day(customer.first_contact_on)),
        ("最后跟进时间", moment(customer.last_followup_at)),
        ("合作起止", f"{first or '未填'} 至 {last or '今'}" if first or last else ""),
        ("密级", CONFIDENTIALITY_LEVELS.label(customer.confidentiality)),
        ("处理依据", PROCESSING_BASES.label(customer.processing_basis)),
        ("创建日期", day(customer.created_at)),
    ]


def _follower(customer: Customer) -> str:
    """Who had the last contact with the customer."""
    about = (TimelineEntry.customer == customer.id) & (TimelineEntry.kind == "followup")
    latest = TimelineEntry.select(TimelineEntry.by_name).where(about)
    found = latest.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).tuples().first()
    return found[0] if found else ""


def _size(customer: Customer) -> tuple[list[Fact], str]:
    known = [
        ("员工人数", employees_words(customer.employees, customer.employee_band)),
        ("年营收", revenue_words(customer.revenue, customer.revenue_band)),
    ]
    if not any(value for _, value in known):
        return [*known, ("规模", ""), ("人数区间", ""), ("统计划型", "")], ""
    labels = size_labels(*(getattr(customer, name) for name in SIZE))
    derived = [("规模", labels.s3), ("人数区间", labels.band), ("统计划型", labels.statistical)]
    return known + derived, labels.reason
