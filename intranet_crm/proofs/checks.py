"""Gathering what the four-nature checks ask for, and keeping what they said."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from intranet_crm import audit_log, background, clock, pages, pdf_safety
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_with_role
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Role
from intranet_crm.archive.editions import chain_fault
from intranet_crm.archive.models import ArchiveRecord, may_file
from intranet_crm.archive.rules import file_system_name
from intranet_crm.archive.seals import is_sealed
from intranet_crm.audit import chain
from intranet_crm.audit_log import AuditEntry
from intranet_crm.database import database
from intranet_crm.errors import DomainError
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.attached import attached_to
from intranet_crm.intake.models import IntakeEvent, Submission
from intranet_crm.keeping.models import archivist
from intranet_crm.notices.models import notify, settle
from intranet_crm.paper.models import SignedCopy
from intranet_crm.proofs import rules
from intranet_crm.proofs.models import CheckReport
from intranet_crm.signatures import pades

PDF = "application/pdf"
AGAIN = "proofs.month_again"


class RecordFile(NamedTuple):
    """A file that belongs to a record: its name on screen and in a package."""

    name: str
    file: StoredFile
    file_name: str
    as_it_came: bool = False  # not made by us, so it need not be PDF/A


def files_of(record: ArchiveRecord) -> list[RecordFile]:
    """Everything that belongs to the record: its sheet, submissions, signed copy, and attachments."""
    found = [RecordFile("归档表", record.sheet, "归档表.pdf")] if record.sheet_id else []
    for each in Submission.select().where(Submission.form == record.form_id).order_by(Submission.round):
        if each.paper:
            name = f"送审稿第{each.round}次"
            found.append(RecordFile(name, each.paper, f"{name}.pdf"))
    signed = SignedCopy.get_or_none(SignedCopy.record == record.id)
    if signed and signed.document_id:
        found.append(RecordFile("签署件", signed.document, "签署件.pdf", as_it_came=True))
    for number, each in enumerate(attached_to(record.form), 1):
        stem, ending = os.path.splitext(each.name)
        file_name = file_system_name(f"附件{number} {stem}", ending)
        found.append(RecordFile(f"附件「{each.name}」", each.file, file_name, as_it_came=True))
    return found


def facts_of(record: ArchiveRecord, *, chain_holds: bool) -> rules.RecordFacts:
    """All that the checks of one record ask for; ``chain_holds``: the audit log's chain was found whole."""
    form = record.form
    prefix, _, last = record.number.rpartition("-")
    before = f"{prefix}-{int(last) - 1:0{len(last)}d}" if last.isdigit() else ""
    same = (ArchiveRecord.number == record.number) | (ArchiveRecord.title == record.title)
    steps = IntakeEvent.select(IntakeEvent.move).where(IntakeEvent.form == form.id)
    logged = (AuditEntry.subject_kind == "archive") & (AuditEntry.subject_id == record.id)
    return rules.RecordFacts(
        number=record.number,
        title=record.title,
        twins=ArchiveRecord.select().where(same & (ArchiveRecord.id != record.id)).count(),
        neighbour=last.isdigit()
        and (int(last) == 1 or ArchiveRecord.select().where(ArchiveRecord.number == before).exists()),
        customer_name=record.customer_name,
        collected_on=record.collected_on,
        created_at=clock.local(record.created_at).replace(tzinfo=None),
        sheet_made_at=record.sheet_made_at,
        filed_on=record.filed_at and clock.local(record.filed_at).date(),
        entered_on=form.entered_at and clock.local(form.entered_at).date(),
        snapshot=record.snapshot,
        digest=record.digest,
        sealed=is_sealed(record),
        steps=tuple(move for (move,) in steps.tuples()),
        state=form.state,
        overtaken=form.superseded_by_id is not None and form.entered_at is None,
        files=tuple(_file(each) for each in files_of(record)),
        signatures_hold=_signatures(record),
        logged=chain_holds and AuditEntry.select().where(logged).exists(),
        chain_fault=chain_fault(record),
        today=clock.today(),
        data=rules.load(record.snapshot),
    )


def _file(held: RecordFile) -> rules.FileFacts:
    stored, path = held.file, store.path_of(held.file.sha256)
    is_pdf = stored.media_type == PDF
    known = {"name": held.name, "registered_size": stored.size, "sha256": stored.sha256, "is_pdf": is_pdf}
    if not path.exists():
        return rules.FileFacts(**known, size=None, whole=False, opens=False)
    content = path.read_bytes()
    return rules.FileFacts(
        **known,
        size=len(content),
        whole=store.sha256_of(content) == stored.sha256,
        opens=not is_pdf or _opens(path),
        pdf_a=held.as_it_came or b"pdfaid:part" in content,
        active=is_pdf and bool(content) and pdf_safety.acts(path),
    )


def _opens(path: Path) -> bool:
    try:
        return pages.count(path) > 0
    except DomainError:
        return False


def _signatures(record: ArchiveRecord) -> bool | None:
    if record.submission.signed_id is None:
        return None
    try:
        return all(seal.holds for seal in pades.checked(store.read(record.submission.signed)))
    except DomainError:
        return False


def check(record: ArchiveRecord, *, by: Person | None) -> CheckReport:
    """Check one record now and keep the report; raises IllegalMove once it was destroyed."""
    ArchiveRecord.standing(record.id)
    found = rules.results(facts_of(record, chain_holds=not chain.standing()))
    failed = rules.faults(found)
    with database.atomic():
        report = CheckReport.create(
            record=record,
            by=by,
            at=clock.now(),
            checked=1,
            failed=int(bool(failed)),
            results={"items": [asdict(each) for each in found]},
        )
        audit_log.record(
            "四性检测", by=by, kind="archive", subject_id=record.id, title=record.number,
            new={"failed": [each.id for each in failed]},
        )  # fmt: skip
    return report


def check_month(first: date) -> CheckReport:
    """The report of all records made in the month of ``first``; one that is there already is kept."""
    month = f"{first:%Y-%m}"
    if existing := CheckReport.get_or_none(CheckReport.month == month):
        return existing
    facts = _month_facts(first)
    with database.atomic():
        report = CheckReport.create(month=month, at=clock.now(), **facts)
        if report.failed:
            _tell_of(report)
    return report


def _tell_of(report: CheckReport) -> None:
    """Whoever keeps the archive, watches over it or can mend it: the month's check found something."""
    title = f"{report.month} 的四性检测：{report.failed} 份不合格"
    body = "请看月报里点名的档案和原因；问题处理后由档案员重新检测。"
    for person in people_with_role(Role.ARCHIVIST, Role.AUDITOR, Role.ADMIN):
        reads = person.may(P.SEE_AUDIT) or may_file(person)
        address = f"/archive/checks/{report.month}" if reads else ""
        key = f"proofs.month:{report.id}:{person.id}"
        notify(person, title, key=key, address=address, body=body, action=True)


def ask_again(report: CheckReport, *, by: Person) -> None:
    """Ask the worker to check a month again; raises NotAllowed for whoever does not keep the archive."""
    archivist(by)
    with database.atomic():
        audit_log.record("要求重新检测", by=by, kind="check_report", subject_id=report.id, title=report.month)
        background.enqueue(AGAIN, report.id, key=f"{AGAIN}:{report.id}:{report.at.isoformat()}")


def check_month_again(report: CheckReport) -> None:
    """Once what failed was put right: the month's report anew; what it said before stays in the log."""
    facts = _month_facts(date.fromisoformat(f"{report.month}-01"))
    old = {"at": report.at, "failed": report.failed, "results": report.results.get("records")}
    with database.atomic():
        CheckReport.update(at=clock.now(), **facts).where(CheckReport.id == report.id).execute()
        audit_log.record(
            "重新检测四性月报", by=None, kind="check_report", subject_id=report.id, title=report.month,
            old=old, new={"checked": facts["checked"], "failed": facts["failed"]},
        )  # fmt: skip
        said = f"{facts['failed']} 份不合格" if facts["failed"] else "全部合格"
        if not facts["failed"]:
            settle(f"proofs.month:{report.id}:")
        for person in people_with_role(Role.ARCHIVIST):
            key, address = (
                f"{AGAIN}:{report.id}:{report.at.isoformat()}:{person.id}",
                f"/archive/checks/{report.month}",
            )
            notify(person, f"{report.month} 的档案已重新检测：{said}", key=key, address=address)


def _month_facts(first: date) -> dict[str, Any]:
    """How many records were checked, how many failed, and what each item came to."""
    whole, counted, bad, checked = not chain.standing(), Counter(), [], 0
    for record in records_of_month(first):
        found = rules.results(facts_of(record, chain_holds=whole))
        counted.update((each.id, each.outcome) for each in found)
        checked += 1
        if failed := rules.faults(found):
            bad.append(
                {"id": record.id, "number": record.number, "said": [f"{e.name}：{e.said}" for e in failed]}
            )
    items = [
        {"id": key, "name": name} | {word: counted[key, word] for word in rules.RESULTS.keys()}  # noqa: SIM118
        for key, name, _ in rules.ITEMS
    ]
    return {"checked": checked, "failed": len(bad), "results": {"items": items, "records": bad[:500]}}


def records_of_month(first: date) -> Iterator[ArchiveRecord]:
    """Every record established in the month, a few at a time; what was destroyed is not checked."""
    following = (first.replace(day=28) + (date(2000, 1, 5) - date(2000, 1, 1))).replace(day=1)
    begun = (ArchiveRecord.created_at >= clock.start_of(first)) & (
        ArchiveRecord.created_at < clock.start_of(following)
    )
    last = 0
    while batch := list(
        ArchiveRecord.select()
        .where(begun & (ArchiveRecord.id > last) & (ArchiveRecord.snapshot != ""))
        .order_by(ArchiveRecord.id)
        .limit(50)
    ):
        yield from batch
        last = batch[-1].id
