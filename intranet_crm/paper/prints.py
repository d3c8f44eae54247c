"""Printing (P3, P7): copies are numbered and logged at the press, the PDF is made by the worker."""

import os
from collections.abc import Sequence
from datetime import timedelta

from peewee import fn

from intranet_crm import audit_log, background, clock, documents, pages, pdf
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.database import database, locked
from intranet_crm.errors import DomainError
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.files.shelves import Shelf
from intranet_crm.formatting import moment
from intranet_crm.paper.models import PrintedCopy, PrintRun
from intranet_crm.paper.rules import COMES_BACK, MOST_COPIES, PURPOSES, copy_mark

shelf = Shelf(".pdf", timedelta(days=1))


def print_out(records: Sequence[ArchiveRecord], *, purpose: str, note: str, by: Person) -> PrintRun:
    """Number a copy of each record's sheet, in this order, and ask the worker for their PDF.

    Raises DomainError when there is nothing to print, too much, or a sheet is still being made.
    """
    if not records:
        raise DomainError("没有选中可以打印的归档表。")
    if len(records) > MOST_COPIES:
        raise DomainError(f"一次最多打印 {MOST_COPIES} 份，现在是 {len(records)} 份，请缩小范围。")
    unmade = [record.number for record in records if record.sheet_id is None]
    if unmade:
        raise DomainError(f"{'、'.join(unmade[:5])} 的归档表还在生成，请稍后再打印。")
    at = clock.now()
    awaited = at if purpose == COMES_BACK else None
    with database.atomic():
        keys = sorted(record.id for record in records)
        list(locked(ArchiveRecord.select(ArchiveRecord.id).where(ArchiveRecord.id.in_(keys))).tuples())
        last = _last_numbers(keys)
        run = PrintRun.create(by=by, at=at, purpose=purpose, note=note)
        for record in records:
            number = last.get(record.id, 0) + 1
            PrintedCopy.create(run=run, record=record, number=number, awaited_since=awaited)
            audit_log.record(
                "打印归档表", by=by, kind="archive", subject_id=record.id, title=record.number,
                new={"copy": number, "purpose": PURPOSES.label(purpose), "note": note,
                     "digest": record.digest},
            )  # fmt: skip
        background.enqueue("paper.print", run.id)
    return run


def _last_numbers(keys: Sequence[int]) -> dict[int, int]:
    found = PrintedCopy.select(PrintedCopy.record, fn.MAX(PrintedCopy.number))
    return dict(found.where(PrintedCopy.record.in_(keys)).group_by(PrintedCopy.record).tuples())


def copies_of(run: PrintRun) -> list[PrintedCopy]:
    """The run's copies in the order of printing, each with its record and the sheet's file."""
    return list(
        PrintedCopy.select(
            PrintedCopy, ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title,
            ArchiveRecord.collected_on, ArchiveRecord.customer_name, StoredFile,
        )
        .join(ArchiveRecord)
        .join(StoredFile)
        .where(PrintedCopy.run == run.id)
        .order_by(PrintedCopy.id)
    )  # fmt: skip


def make(run: PrintRun) -> None:
    """Write the run's PDF: a cover list when there are several, then each sheet with its copy's mark."""
    copies = copies_of(run)
    try:
        for copy in copies:
            store.prove(copy.record.sheet)  # what is printed is what was sealed
        marks = [_mark(run, copy) for copy in copies]
        distinct = list(dict.fromkeys(marks))
        overlay, covers = _overlay(run, copies, distinct)
        sheets = [
            pages.Sheet(str(store.path_of(copy.record.sheet.sha256)), covers + distinct.index(mark))
            for copy, mark in zip(copies, marks, strict=True)
        ]
        draft = shelf.path_of(run).with_suffix(".draft")
        number = pages.stacked(overlay, covers, sheets, draft)
    except DomainError as error:
        PrintRun.update(error=str(error)[:300]).where(PrintRun.id == run.id).execute()
        return
    os.replace(draft, shelf.path_of(run))
    PrintRun.update(pages=number, made_at=clock.now()).where(PrintRun.id == run.id).execute()


def _mark(run: PrintRun, copy: PrintedCopy) -> str:
    return copy_mark(copy.number, run.purpose, run.by.name, moment(run.at))


def _overlay(run: PrintRun, copies: Sequence[PrintedCopy], marks: Sequence[str]) -> tuple[bytes, int]:
    """The PDF of the cover list and, after it, one page for each mark; how many are covers."""
    made = {"run": run, "copies": copies, "marks": marks, "purpose": PURPOSES.label(run.purpose)}
    text = documents.written("paper/overlay.html", **made)
    content = pdf.render_in_child(text, documents.style("paper/overlay.css"), title=f"打印清单 {run.id}")
    draft = shelf.path_of(run).with_suffix(".cover")
    draft.write_bytes(content)
    try:
        return content, pages.count(draft) - len(marks)
    finally:
        draft.unlink()
