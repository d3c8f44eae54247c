"""Reading the log: newest first, filtered, paged by key."""

from datetime import date, timedelta

from peewee import JOIN, ModelSelect

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry, AuditValues

PAGE = 50


def entries(
    *,
    actor: str = "",
    action: str = "",
    title: str = "",
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
) -> list[AuditEntry]:
    """Up to a page and one more, newest first, each with its old and new values."""
    query = AuditEntry.select(AuditEntry, AuditValues).join(AuditValues, JOIN.LEFT_OUTER)
    query = _between(query, since, until)
    for column, text in (
        (AuditEntry.actor_name, actor),
        (AuditEntry.action, action),
        (AuditEntry.subject_title, title),
    ):
        if text:
            query = query.where(column.contains(text))
    if before:
        query = query.where(AuditEntry.id < before)
    return list(query.order_by(AuditEntry.id.desc()).limit(PAGE + 1))


def _between(query: ModelSelect, since: date | None, until: date | None) -> ModelSelect:
    if since:
        query = query.where(AuditEntry.at >= clock.start_of(since))
    if until:
        query = query.where(AuditEntry.at < clock.start_of(until + timedelta(days=1)))
    return query
