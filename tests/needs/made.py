"""A need as the tests of this feature want one."""

from typing import Any

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.needs.models import Need

FACTS = {
    "type": "custom_service",
    "background": "业务规模扩大，现有系统无法支持多部门协同",
    "detail": "客户数据实时同步，3个部门80名用户同时在线",
    "priority": "high",
}


def a_need(customer: Customer, by: Person, **facts: Any) -> Need:
    return Need.record(customer, by=by, **FACTS | facts)
