"""Customers of known owners, for the tests of contacts, needs and attachments."""

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer


def customer_of(owner: Person, name: str = "海澜信息技术(深圳)有限公司") -> Customer:
    return Customer.open(
        {"kind": "enterprise", "name": name, "industry": "I65", "source": "exhibition"}, by=owner
    )
