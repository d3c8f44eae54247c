"""A service issue in the fewest words."""

from typing import Any

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.service_issues.models import ServiceIssue


def an_issue(customer: Customer, by: Person, **facts: Any) -> ServiceIssue:
    usual = {"person": by, "kind": "fault", "detail": "扫码枪连不上系统，仓库停了", "reporter": "李梅"}
    return ServiceIssue.report(customer, by=by, **usual | facts)
