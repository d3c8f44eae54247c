"""The customer's timeline (E2): one table for all features, written by the verb that causes the entry."""

from datetime import datetime

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.database import database
from intranet_crm.reference.choices import Choices

KINDS = Choices(
    (
        ("followup", "跟进"),
        ("status", "状态与阶段"),
        ("need", "需求"),
        ("review", "采集与审核"),
        ("file", "附件"),
        ("contact", "联系人"),
        ("customer", "客户资料"),
    )
)


def note(
    customer: Customer,
    *,
    kind: str,
    title: str,
    by: Person,
    summary: str = "",
    subject_kind: str = "customer",
    subject_id: int | None = None,
    at: datetime | None = None,
) -> TimelineEntry:
    """Write what happened, in the caller's transaction, and move the customer to the top of the list.

    ``at`` is when it happened, by default now; ``kind`` is one of KINDS.
    """
    moment = clock.now()
    with database.atomic():
        entry = TimelineEntry.create(
            customer=customer.id,
            at=at or moment,
            kind=kind,
            title=title[:200],
            summary=summary[:1000],
            subject_kind=subject_kind,
            subject_id=customer.id if subject_id is None else subject_id,
            by_id=by.id,
            by_name=by.name,
        )
        Customer.update(touched_at=moment).where(Customer.id == customer.id).execute()
        customer.touched_at = moment
    return entry
