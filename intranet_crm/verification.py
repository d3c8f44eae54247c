"""Proof that nothing kept has changed: files, frozen forms, archive records and the audit chain (P6)."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from peewee import Field, ModelSelect

from intranet_crm import clock
from intranet_crm.archive.editions import chain_fault
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import is_sealed
from intranet_crm.audit import chain
from intranet_crm.audit_log import AuditEntry
from intranet_crm.database import database
from intranet_crm.errors import DomainError
from intranet_crm.files import store
from intranet_crm.files.models import Attachment, StoredFile
from intranet_crm.intake.attached import SUBJECT, lost
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.snapshot import digest
from intranet_crm.keeping.models import Disposal, DisposalItem, Keeping

BATCH = 200
TIME_TO_MAKE = timedelta(minutes=15)  # a record or sheet may be on its way for so long


EVERY = 3.0  # seconds between two lines of progress on a terminal
Tell = Callable[[], None]


def verify() -> int:
    """Print every difference with the record it is in, and the sum; 0 when all is as it was kept, else 1."""
    with database.connection_context():
        faults = 0
        for fault in differences(Progress):
            faults += 1
            print(fault, flush=True)
        checked = (
            f"文件 {StoredFile.select().count()} 个，送审稿 {Submission.select().count()} 份，"
            f"档案 {ArchiveRecord.select().count()} 份，审计链"
        )
    print(f"已核对{checked}：{f'有 {faults} 处不一致' if faults else '全部一致'}。")
    return 1 if faults else 0


class Progress:
    """Says every few seconds, to whoever sits at a terminal, how far the work is."""

    def __init__(self, word: str, total: int) -> None:
        self.word, self.total, self.done, self.said = word, total, 0, time.monotonic()

    def __call__(self) -> None:
        """One more is done."""
        self.done += 1
        if time.monotonic() - self.said > EVERY:
            self.said = time.monotonic()
            if sys.stderr.isatty():
                print(f"  {self.word} {self.done} / {self.total}", file=sys.stderr, flush=True)


def differences(telling: Callable[[str, int], Tell] = lambda *_: lambda: None) -> Iterator[str]:
    """A sentence for everything that is not as it was kept.

    ``telling`` is given what is looked at and how many there are; what it returns is called after each.
    """
    yield from _files(telling("文件", StoredFile.select().count()))
    yield from _submissions(telling("送审稿", Submission.select().count()))
    yield from _records(telling("档案", ArchiveRecord.select().count()))
    yield from _unrecorded()
    if fault := chain.first_fault(telling("审计日志", AuditEntry.select().count())):
        yield fault


def _files(tell: Tell) -> Iterator[str]:
    """By a thread for each core: reading waits for the disk, and summing lets the others run."""
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        for batch in _batches(StoredFile.select()):
            share = -(-len(batch) // threads)
            shares = [batch[first : first + share] for first in range(0, len(batch), share)]
            for proved in pool.map(_proved, shares):
                for stored, said in proved:
                    if said:
                        yield f"{_used_by(stored)}：{said}"
                    tell()


def _proved(files: list[StoredFile]) -> list[tuple[StoredFile, str]]:
    """Each file with what is wrong with it, or ''."""
    return [(stored, _fault_of(stored)) for stored in files]


def _fault_of(stored: StoredFile) -> str:
    try:
        store.prove(stored)
    except DomainError as error:
        return str(error)
    return ""


def _used_by(stored: StoredFile) -> str:
    """Which record the file belongs to, for people."""
    record = ArchiveRecord.get_or_none(ArchiveRecord.sheet == stored.id)
    if record:
        return f"档案 {record.number} 的归档表"
    drawn_or_signed = (Submission.document == stored.id) | (Submission.signed == stored.id)
    submission = Submission.get_or_none(drawn_or_signed)
    if submission:
        return f"采集表 {submission.form.number} 送审稿第 {submission.round} 次"
    attachment = Attachment.get_or_none(Attachment.file == stored.id)
    if attachment is None:
        return "未被引用的文件"
    of_form = attachment.subject_kind == SUBJECT
    form = IntakeForm.get_or_none(IntakeForm.id == attachment.subject_id) if of_form else None
    return f"{f'采集表 {form.number} 的' if form else ''}附件「{attachment.name}」"


def _submissions(tell: Tell) -> Iterator[str]:
    gone = _destroyed(ArchiveRecord.form)
    columns = (Submission.id, Submission.form, Submission.round, Submission.snapshot, Submission.digest)
    columns += (IntakeForm.id, IntakeForm.number)
    for submission in _all(Submission.select(*columns).join(IntakeForm)):
        tell()
        if submission.form_id in gone and not submission.snapshot:
            continue
        if digest(submission.snapshot) != submission.digest:
            yield f"采集表 {submission.form.number} 送审稿第 {submission.round} 次：数据与登记的摘要不符"


def _records(tell: Tell) -> Iterator[str]:
    late, gone = clock.now() - TIME_TO_MAKE, _destroyed(Keeping.record)
    known = ArchiveRecord, IntakeForm.id, IntakeForm.amends
    for record in _all(ArchiveRecord.select(*known).join(IntakeForm)):
        tell()
        if not is_sealed(record):
            yield f"档案 {record.number}：著录与登记的摘要不符"
        if record.id in gone and not record.snapshot:
            continue
        if digest(record.snapshot) != record.digest:
            yield f"档案 {record.number}：数据与登记的摘要不符"
        for name in lost(record.form_id, record.snapshot):
            yield f"档案 {record.number}：附件「{name}」缺失"
        if record.sheet_id is None and record.created_at < late:
            yield f"档案 {record.number}：归档表没有生成"
        if fault := chain_fault(record):
            yield f"档案 {record.number}：{fault}"


def _destroyed(which: Field) -> set[int]:
    """The ids of what was destroyed by two persons, with a list that says so."""
    found = Keeping.select(which).join(ArchiveRecord).join(DisposalItem).join(Disposal)
    done = (Disposal.state == "done") & Keeping.destroyed_at.is_null(False)
    return {key for (key,) in found.where(done).tuples()}


def _unrecorded() -> Iterator[str]:
    """Approved forms that never reached the archive."""
    approved = IntakeForm.state.in_(("approved", "entered", "archived"))
    recorded = ArchiveRecord.select(ArchiveRecord.form)
    late = clock.now() - TIME_TO_MAKE
    for form in _all(
        IntakeForm.select().where(approved & (IntakeForm.decided_at < late) & IntakeForm.id.not_in(recorded))
    ):
        yield f"采集表 {form.number}：已通过复核，但没有建立档案"


def _all(query: ModelSelect) -> Iterator[Any]:
    for batch in _batches(query):
        yield from batch


def _batches(query: ModelSelect) -> Iterator[list[Any]]:
    """Every row of a query, a few at a time, so that memory stays bounded."""
    key, after = query.model.id, 0
    while rows := list(query.where(key > after).order_by(key).limit(BATCH)):
        yield rows
        after = rows[-1].id
