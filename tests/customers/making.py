"""Customers as the tests of this feature need them."""

from intranet_crm.customers.models import Customer

CODES = ("914403001922038216", "91110000600037341L", "9144030071526726XG")
BASICS = {"kind": "enterprise", "industry": "I65", "source": "exhibition", "phone": "13800008000"}


def opened(owner, name="海澜信息技术(深圳)有限公司", contact=None, **values) -> Customer:
    """A customer of this owner; ``contact`` is the name of its first contact."""
    first = {"name": contact, "post": "信息部主任", "mobile": "13911112222"} if contact else None
    return Customer.open(BASICS | {"name": name} | values, by=owner, first_contact=first)


def posted(**fields) -> dict:
    """What the form of a new customer posts."""
    return {
        "kind": "enterprise",
        "name": "海澜信息技术(深圳)有限公司",
        "industry": "I65 软件和信息技术服务业",
        "source": "exhibition",
        "phone": "13800008000",
    } | fields
