"""The customer's timeline (E2): one table for all features, written by the verb that causes the entry."""

from datetime import datetime

from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.queries import masking
from intranet_crm.reference.choices import Choices

KINDS = Choices(
    (
        ("followup", "跟进"),
        ("status", "状态与阶段"),
        ("need", "需求"),
        ("issue", "服务问题"),
        ("review", "采集与审核"),
        ("file", "附件"),
        ("contact", "联系人"),
        ("customer", "客户资料"),
    )
)
PAGE = 15

note = TimelineEntry.note


def entries(
    customer: Customer, kind: str = "", before: tuple[datetime, int] | None = None, *, in_full: bool = True
) -> list[TimelineEntry]:
    """A page of the timeline and one more, the latest first; masked for readers without the right (C3)."""
    about = TimelineEntry.customer == customer.id
    found = TimelineEntry.select().where(about & (TimelineEntry.kind == kind) if kind else about)
    if before:
        at, key = before
        found = found.where((TimelineEntry.at <= at) & ((TimelineEntry.at < at) | (TimelineEntry.id < key)))
    page = list(found.order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc()).limit(PAGE + 1))
    return page if in_full else _masked(page, customer)


def _masked(page: list[TimelineEntry], customer: Customer) -> list[TimelineEntry]:
    shown = masking([customer.id])[customer.id]
    for entry in page:
        entry.title, entry.summary = shown(entry.title), shown(entry.summary)
    return page
