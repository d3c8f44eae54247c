"""The customer's timeline (E2): one table for all features, written by the verb that causes the entry."""

from intranet_crm.customers.models import TimelineEntry
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


note = TimelineEntry.note
