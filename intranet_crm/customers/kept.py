"""What is derived from a customer and kept beside it: its search keys (R1) and its days of care (C4)."""

from typing import TYPE_CHECKING

from intranet_crm.customers import search_keys
from intranet_crm.customers.care_days import keep_days

if TYPE_CHECKING:
    from intranet_crm.customers.models import Customer


def keep_customer(customer: "Customer") -> None:
    """Bring it up to the customer as stored, in the transaction that changes it."""
    search_keys.keep_customer(customer)
    keep_days(customer)
