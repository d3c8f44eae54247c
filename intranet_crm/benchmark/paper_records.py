"""Ten thousand archive records with their files, in a minute.

Real: the first ``drawn`` sheets, made by the renderer for these very records, codes and all. Multiplied: the
other records are rows of the seeding with data, digests and seals of their own; their files are the bytes of
a real sheet with a line of their own behind its end, so that no two are the same and each still opens.
"""

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice

from intranet_crm import clock, seeding
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import row_digest
from intranet_crm.audit import chain
from intranet_crm.audit_log import AuditEntry
from intranet_crm.database import database
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.sheet import filing_part, review_part, sheet_pdf
from intranet_crm.intake.snapshot import canonical_json, digest
from intranet_crm.seeding.rows import insert, next_id

PDF = "application/pdf"
CHUNK = 500  # records in a transaction
FORMS_A_RECORD = 1.08  # of a hundred seeded forms some seven have not been approved


def make(records: int, drawn: int) -> list[ArchiveRecord]:
    """Write at least so many records, oldest first, into the empty database; the first ``drawn`` are real."""
    papers = int(records * FORMS_A_RECORD) + 20
    seeding.seed(papers, 0, 1, papers)
    with database.connection_context():
        models = None
        for rows in _chunks():
            texts = [_completed(record) for record in rows]
            if models is None:
                models = cycle(_drawn(rows[:drawn], texts))
                sheets = list(islice(models, drawn))
                sheets += [_copy(next(models), record) for record in rows[drawn:]]
            else:
                sheets = [_copy(next(models), record) for record in rows]
            _keep(rows, texts, sheets)
        chain.seal()
        for _ in chain.read_through(clock.today()):  # as the worker does each day
            pass
        return list(ArchiveRecord.select().order_by(ArchiveRecord.id).limit(records))


def _chunks() -> Iterator[list[ArchiveRecord]]:
    after = 0
    found = ArchiveRecord.select(ArchiveRecord, Submission, IntakeForm).join(Submission)
    found = found.join_from(ArchiveRecord, IntakeForm)
    while rows := list(found.where(ArchiveRecord.id > after).order_by(ArchiveRecord.id).limit(CHUNK)):
        yield rows
        after = rows[-1].id


def _completed(record: ArchiveRecord) -> str:
    """The data as the approval freezes them: with review and archive number."""
    data = json.loads(record.snapshot)
    review = review_part(
        decision="approve", opinion="同意", truth_method="phone", is_sensitive=False, fits=True
    )
    data["review"] = {"fields": review, "submission_digest": record.submission.digest}
    data["archive"] = {"number": record.number, "fields": filing_part(number=record.number)}
    return canonical_json(data)


def _drawn(rows: list[ArchiveRecord], texts: list[str]) -> list[bytes]:
    def one(record: ArchiveRecord, text: str) -> bytes:
        given = {"record": record.form_id, "version": record.submission.round, "made": record.created_at}
        return sheet_pdf(text, kind="archive", **given)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(one, rows, texts))


def _copy(sheet: bytes, record: ArchiveRecord) -> bytes:
    return sheet + f"% {record.number}\n".encode()


def _keep(rows: list[ArchiveRecord], texts: list[str], sheets: list[bytes]) -> None:
    """Files and rows: each record's sheet, and the document that the head approved."""
    documents = [sheet + b"% submission\n" for sheet in sheets]
    moment, first = clock.now(), next_id(StoredFile)
    contents = sheets + documents
    with database.atomic():
        insert(
            StoredFile,
            [
                {"id": first + at, "sha256": _write(content), "size": len(content), "media_type": PDF,
                 "created_at": moment}
                for at, content in enumerate(contents)
            ],
        )  # fmt: skip
        for at, (record, text) in enumerate(zip(rows, texts, strict=True)):
            record.snapshot, record.digest = text, digest(text)
            record.sheet_id, record.sheet_made_at = first + at, moment
            record.seal = row_digest(record)
            record.save(only=["snapshot", "digest", "sheet", "sheet_made_at", "seal"])
            approved = Submission.id == record.submission_id
            Submission.update(document=first + len(rows) + at).where(approved).execute()
        _log(rows)


def _write(content: bytes) -> str:
    """As the store keeps them, but without waiting for the disk; the sum."""
    sha256 = store.sha256_of(content)
    path = store.path_of(sha256)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return sha256


def _log(rows: list[ArchiveRecord]) -> None:
    entries = [
        {"at": record.created_at, "actor_name": "系统", "action": "建立档案", "address": "", "request_id": "",
         "subject_kind": "archive", "subject_id": record.id, "subject_title": record.number,
         "values_digest": ""}
        for record in rows
    ]  # fmt: skip
    insert(AuditEntry, entries)
