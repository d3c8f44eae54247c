"""What the customer's page says about it, group by group, in words; only what is known."""

from intranet_crm.customers.models import Customer
from intranet_crm.customers.rules import (
    SIZE,
    budget_words,
    employees_words,
    industry_label,
    revenue_words,
    size_labels,
)
from intranet_crm.formatting import day, moment
from intranet_crm.reference.choices import CUSTOMER_KINDS, OCCUPATIONS, SOURCE_CHANNELS
from intranet_crm.reference.regions import full_name

Fact = tuple[str, str | None]
Group = tuple[str, list[Fact], str]


def facts(customer: Customer) -> list[Group]:
    """(title, facts, hint) of each group that has something to say."""
    groups = [
        ("基本信息", _base(customer), ""),
        ("联系方式与地址", _ways(customer), ""),
        ("归属与来源", _story(customer), ""),
        ("客户规模", *_size(customer)),
    ]
    known = [(title, [fact for fact in found if fact[1]], hint) for title, found, hint in groups]
    return [group for group in known if group[1]]


def _base(customer: Customer) -> list[Fact]:
    return [
        ("客户编号", customer.number),
        ("客户类型", CUSTOMER_KINDS.label(customer.kind)),
        ("简称", customer.short_name),
        ("统一社会信用代码", customer.credit_code),
        ("信用代码核对说明", customer.credit_code_reason),
        ("身份证号", customer.citizen_id_masked),
        ("个人身份", OCCUPATIONS.label(customer.occupation)),
        ("所属行业", industry_label(customer.industry, customer.industry_note)),
        ("成立时间", customer.founded),
        ("主营业务", customer.main_business),
        ("备注", customer.notes),
    ]


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
        ("客户成功经理", customer.success_manager.name if customer.success_manager_id else ""),
        ("客户来源", SOURCE_CHANNELS.label(customer.source)),
        ("首次接触时间", day(customer.first_contact_on)),
        ("最后跟进时间", moment(customer.last_followup_at)),
        ("合作起止", f"{first or '未填'} 至 {last or '今'}" if first or last else ""),
        ("预算范围", budget_words(customer.budget_low, customer.budget_high)),
        ("创建日期", day(customer.created_at)),
    ]


def _size(customer: Customer) -> tuple[list[Fact], str]:
    known = [
        ("员工人数", employees_words(customer.employees, customer.employee_band)),
        ("年营收", revenue_words(customer.revenue, customer.revenue_band)),
    ]
    if not any(value for _, value in known):
        return [], ""
    labels = size_labels(*(getattr(customer, name) for name in SIZE))
    derived = [("规模", labels.s3), ("人数区间", labels.band), ("统计划型", labels.statistical)]
    return known + derived, labels.reason
