"""Sealing the log: each row gets its place and a digest over the row before it; and checking the seal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from peewee import JOIN, ModelSelect

from intranet_crm import audit_log, clock
from intranet_crm.audit.models import ChainCheck
from intranet_crm.audit.rules import link
from intranet_crm.audit_log import AuditEntry, AuditValues, values_digest
from intranet_crm.background import enqueue, hold, release
from intranet_crm.database import database
from intranet_crm.errors import IllegalMove
from intranet_crm.formatting import moment

CHECK = "audit.check"
BATCH = 500
STRIDE = 5_000  # rows between two notes of how far a check came


def facts(entry: Any, position: int) -> list:
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


def first_fault(tell: Callable[[], None] = lambda: None) -> str | None:
    """The first row at which the chain does not hold, as a sentence; None when all is as it was sealed.

    ``tell`` is called for each row that was looked at.
    """
    return walked(tell=tell).fault or _forgotten() or None


@dataclass(frozen=True)
class Walk:
    """How far the chain was read: the last row that holds, and what is wrong with the next one."""

    position: int
    digest: str
    fault: str = ""


def walked(
    position: int = 0, digest: str = "", most: int | None = None, tell: Callable[[], None] = lambda: None
) -> Walk:
    """Read the chain on from a row that holds, to its end or ``most`` rows."""
    for entry in islice(_sealed(position), most):
        expected = position + 1
        if entry.position != expected:
            return Walk(position, digest, f"审计日志第 {expected} 条缺失（其后为第 {entry.position} 条）。")
        following = link(digest, facts(entry, expected))
        if entry.digest != following:
            return Walk(position, digest, f"{_named(entry)}与链上摘要不符。")
        if entry.valued and values_digest(entry.old, entry.new) != entry.values_digest:
            return Walk(position, digest, f"{_named(entry)}的新旧值被改动。")
        position, digest = expected, following
        tell()
    return Walk(position, digest)


def _named(entry: Any) -> str:
    return f"审计日志第 {entry.position} 条（{entry.action}，编号 {entry.id}）"


def _forgotten() -> str:
    """A row that an earlier check found right and that is not there any more, or not the same."""
    same = (AuditEntry.position == ChainCheck.position) & (AuditEntry.digest == ChainCheck.digest)
    checks = ChainCheck.select().join(AuditEntry, JOIN.LEFT_OUTER, on=same)
    lost = checks.where(AuditEntry.id.is_null() & (ChainCheck.position > 0)).order_by(ChainCheck.position)
    found = lost.first()
    if found is None:
        return ""
    return f"审计日志第 {found.position} 条与 {moment(found.began_at)} 的核对结果不同，日志被截短或重写。"


def read_through(day: date) -> Iterator[None]:
    """The day's check of the whole chain, in steps that keep how far they came."""
    while (check := ChainCheck.of(day)).done_at is None:
        walk = walked(check.position, check.digest, STRIDE)
        reached = {"position": walk.position, "digest": walk.digest}
        if walk.fault or walk.position - check.position < STRIDE:
            lost = "" if walk.fault else _forgotten()
            if lost:  # where another log ends is nothing to hold later ones against
                reached = {"position": 0, "digest": ""}
            reached |= {"fault": (walk.fault or lost)[:300], "done_at": clock.now()}
        ChainCheck.update(**reached).where(ChainCheck.id == check.id).execute()
        yield


def read_again(*, by: audit_log.Actor) -> None:
    """Have the worker read on from the row before the fault, which stands until it comes to the end.

    Raises IllegalMove when there is no fault, or when it is being read again already.
    """
    with database.atomic():
        check = ChainCheck.latest()
        check = check and ChainCheck.locked_by_id(check.id)
        if not check or not check.fault or check.done_at is None:
            raise IllegalMove("审计链没有等待重新核对的问题，或正在重新核对。")
        audit_log.record(
            "要求重新核对审计链", by=by, kind="chain_check", subject_id=check.id, title=f"{check.day}",
            new={"fault": check.fault},
        )  # fmt: skip
        ChainCheck.update(done_at=None).where(ChainCheck.id == check.id).execute()
        enqueue(CHECK, check.day.toordinal(), f"{CHECK}:{check.day}:{check.done_at:%H%M%S%f}")


def standing() -> str:
    """What is wrong with the chain, or '': by the last whole check and what was sealed after it."""
    check = ChainCheck.latest()
    if check is None:  # not a day old
        return walked().fault
    return check.fault or walked(check.position, check.digest).fault


def _sealed(after: int) -> Iterator[Any]:
    while rows := list(_page_after(after)):
        yield from rows
        after = rows[-1].position


def _page_after(position: int) -> ModelSelect:
    """Rows with what they say and, unless they were erased, the values; as tuples, for there are many."""
    columns = AuditEntry._meta.sorted_fields
    return (
        AuditEntry.select(*columns, AuditValues.id.alias("valued"), AuditValues.old, AuditValues.new)
        .join(AuditValues, JOIN.LEFT_OUTER)
        .where(AuditEntry.position > position)
        .order_by(AuditEntry.position)
        .limit(BATCH)
        .namedtuples()
    )
