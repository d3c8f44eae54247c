"""Proof that nothing kept has changed: files, frozen forms, archive records and the audit chain (P6)."""

from collections.abc import Iterator
from datetime import timedelta

from peewee import Field, ModelSelect

from intranet_crm import clock
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import is_sealed
from intranet_crm.audit import chain
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import DomainError
from intranet_crm.files import store
from intranet_crm.files.models import Attachment, StoredFile
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.snapshot import digest
from intranet_crm.keeping.models import Disposal, DisposalItem, Keeping

BATCH = 200
TIME_TO_MAKE = timedelta(minutes=15)  # a record or sheet may be on its way for so long


def verify() -> int:
    """Print every difference with the record it is in, and the sum; 0 when all is as it was kept, else 1."""
    with database.connection_context():
        faults = 0
        for fault in differences():
            faults += 1
            print(fault, flush=True)
        checked = (
            f"文件 {StoredFile.select().count()} 个，送审稿 {Submission.select().count()} 份，"
            f"档案 {ArchiveRecord.select().count()} 份，审计链"
        )
    print(f"已核对{checked}：{f'有 {faults} 处不一致' if faults else '全部一致'}。")
    return 1 if faults else 0


def differences() -> Iterator[str]:
    """A sentence for everything that is not as it was kept."""
    yield from _files()
    yield from _submissions()
    yield from _records()
    yield from _unrecorded()
    if fault := chain.first_fault():
        yield fault


def _files() -> Iterator[str]:
    for stored in _all(StoredFile.select()):
        try:
            store.read(stored)
        except DomainError as error:
            yield f"{_used_by(stored)}：{error}"


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
    return f"附件「{attachment.name}」" if attachment else "未被引用的文件"


def _submissions() -> Iterator[str]:
    gone = _destroyed(ArchiveRecord.form)
    for submission in _all(Submission.select(Submission, IntakeForm).join(IntakeForm)):
        if submission.form_id in gone and not submission.snapshot:
            continue
        if digest(submission.snapshot) != submission.digest:
            yield f"采集表 {submission.form.number} 送审稿第 {submission.round} 次：数据与登记的摘要不符"


def _records() -> Iterator[str]:
    late, gone = clock.now() - TIME_TO_MAKE, _destroyed(Keeping.record)
    for record in _all(ArchiveRecord.select()):
        if not is_sealed(record):
            yield f"档案 {record.number}：著录与登记的摘要不符"
        if record.id in gone and not record.snapshot:
            continue
        if digest(record.snapshot) != record.digest:
            yield f"档案 {record.number}：数据与登记的摘要不符"
        if record.sheet_id is None and record.created_at < late:
            yield f"档案 {record.number}：归档表没有生成"


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


def _all(query: ModelSelect) -> Iterator[BaseModel]:
    """Every row of a query, in batches, so that memory stays bounded."""
    model: type[BaseModel] = query.model
    after = 0
    while rows := list(query.where(model.id > after).order_by(model.id).limit(BATCH)):
        yield from rows
        after = rows[-1].id
