"""Sealing the log: each row gets its place and a digest over the row before it; and checking the seal."""

from collections.abc import Iterator
from datetime import timedelta

from peewee import JOIN, ModelSelect

from intranet_crm.audit.rules import link
from intranet_crm.audit_log import AuditEntry, AuditValues, values_digest
from intranet_crm.background import hold, release
from intranet_crm.database import database

BATCH = 500


def facts(entry: AuditEntry, position: int) -> list:
    """All that the digest covers; the values themselves only by their digest, so that they can be erased."""
    return [
        position,
        entry.id,
        entry.at,
        entry.actor_id,
        entry.actor_name,
        entry.address,
        entry.request_id,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.subject_title,
        entry.values_digest,
    ]


def seal() -> int:
    """Give every unsealed row its place, in order of id; returns how many. One worker at a time does it."""
    if not hold("audit_seal", timedelta(minutes=1)):
        return 0
    try:
        return sum(iter(_seal_batch, 0))
    finally:
        release("audit_seal")


def _seal_batch() -> int:
    with database.atomic():
        last = AuditEntry.select().where(AuditEntry.position.is_null(False))
        last = last.order_by(AuditEntry.position.desc()).first()
        position, digest = (last.position, last.digest) if last else (0, "")
        rows = list(
            AuditEntry.select().where(AuditEntry.position.is_null()).order_by(AuditEntry.id).limit(BATCH)
        )
        for entry in rows:
            position += 1
            digest = link(digest, facts(entry, position))
            AuditEntry.update(position=position, digest=digest).where(AuditEntry.id == entry.id).execute()
    return len(rows)


def first_fault() -> str | None:
    """The first row at which the chain does not hold, as a sentence; None when all is as it was sealed."""
    digest = ""
    for expected, entry in enumerate(_sealed(), 1):
        if entry.position != expected:
            return f"审计日志第 {expected} 条缺失（其后为第 {entry.position} 条）。"
        digest = link(digest, facts(entry, expected))
        if entry.digest != digest:
            return f"审计日志第 {expected} 条（{entry.action}，编号 {entry.id}）与链上摘要不符。"
        values = getattr(entry, "auditvalues", None)
        if values and values.id and values_digest(values.old, values.new) != entry.values_digest:
            return f"审计日志第 {expected} 条（{entry.action}，编号 {entry.id}）的新旧值被改动。"
    return None


def _sealed() -> Iterator[AuditEntry]:
    after = 0
    while rows := list(_page_after(after)):
        yield from rows
        after = rows[-1].position


def _page_after(position: int) -> ModelSelect:
    return (
        AuditEntry.select(AuditEntry, AuditValues)
        .join(AuditValues, JOIN.LEFT_OUTER)
        .where(AuditEntry.position > position)
        .order_by(AuditEntry.position)
        .limit(BATCH)
    )
