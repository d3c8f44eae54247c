"""Writing the audit log: one call in the transaction of the act it records.

The worker seals the rows in order (``audit/jobs.py``), so that writers never queue for the chain.
The chain holds the digest of the values; the values themselves can be erased by law.
"""

import hashlib
import json
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, TextField

from intranet_crm import clock
from intranet_crm.database import BaseModel, database


class Actor(Protocol):
    id: int
    name: str


@dataclass(frozen=True)
class Origin:
    """Where an act came from."""

    address: str = ""
    request_id: str = ""


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - frozen


class AuditEntry(BaseModel):
    at = DateTimeField(index=True)
    actor_id = IntegerField(null=True, index=True)  # no foreign key: the log outlives people
    actor_name = CharField(64)
    address = CharField(64)
    request_id = CharField(32)
    action = CharField(48, index=True)
    subject_kind = CharField(32)
    subject_id = IntegerField(null=True)
    subject_title = CharField(200)
    values_digest = CharField(64)
    position = IntegerField(null=True, unique=True)
    digest = CharField(64, null=True)

    class Meta:
        indexes = ((("subject_kind", "subject_id"), False),)


class AuditValues(BaseModel):
    entry = ForeignKeyField(AuditEntry, unique=True, on_delete="RESTRICT")
    old = TextField(null=True)
    new = TextField(null=True)


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def canonical(values: dict[str, Any] | None) -> str | None:
    if values is None:
        return None
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def values_digest(old: str | None, new: str | None) -> str:
    return hashlib.sha256(f"{old or ''}\n{new or ''}".encode()).hexdigest()


def record(
    action: str,
    *,
    by: Actor | None,
    kind: str,
    subject_id: int | None = None,
    title: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> AuditEntry:
    """One row: who did what to which record, from where, with old and new values.

    ``action`` is a Chinese verb phrase such as 「修改客户」; ``by`` is None for the system itself.
    Values are stored as given: mask personal data first.
    """
    where = origin.get()
    before, after = canonical(old), canonical(new)
    with database.atomic():
        entry = AuditEntry.create(
            at=clock.now(),
            actor_id=by.id if by else None,
            actor_name=by.name if by else "系统",
            address=where.address,
            request_id=where.request_id,
            action=action,
            subject_kind=kind,
            subject_id=subject_id,
            subject_title=title[:200],
            values_digest=values_digest(before, after),
        )
        if before is not None or after is not None:
            AuditValues.create(entry=entry, old=before, new=after)
    return entry


def changed(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs, as (old, new)."""
    keys = [key for key in after if before.get(key) != after[key]]
    return {key: before.get(key) for key in keys}, {key: after[key] for key in keys}
