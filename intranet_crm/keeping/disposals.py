"""Destruction by two different persons (P5): a list drawn up by the archivist, carried out by a head.

What goes: the bytes of sheets, submissions, signed copies and attachments that no other record needs, and
the frozen data. What stays: the number, the digest, who and when, and the certificate of destruction.
"""

import contextlib
from collections.abc import Sequence

from intranet_crm import audit_log, background, clock, documents, pdf
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import departments_within, people_with_role
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Role
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import reseal
from intranet_crm.database import database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.attached import let_go
from intranet_crm.intake.models import IntakeEvent, IntakeForm, ReturnItem, Review, SelfCheck, Submission
from intranet_crm.intake.review_drafts import ReviewDraft
from intranet_crm.keeping.models import Disposal, DisposalItem, Keeping, archivist, log
from intranet_crm.keeping.terms import kept
from intranet_crm.notices.models import notify, settle
from intranet_crm.numbering import next_number
from intranet_crm.paper.models import ScanFile, ScanPage, SignedCopy

MOST = 500
STYLE = "keeping/keeping.css"


def propose(records: Sequence[ArchiveRecord], *, reason: str, by: Person) -> Disposal:
    """Draw up the list; raises DomainError naming every record that may not go."""
    archivist(by)
    if not 1 <= len(records) <= MOST:
        raise DomainError(f"请选择 1 到 {MOST} 份到期的档案。")
    with database.atomic():
        keys = sorted(record.id for record in records)
        for key in keys:
            ArchiveRecord.locked_by_id(key)
        standing = kept(keys)
        _refuse(records, standing)
        stamp = clock.now()
        disposal = Disposal.create(
            number=next_number(f"XH-{clock.today().year}-"),
            reason=reason,
            proposed_by=by,
            created_at=stamp,
            updated_at=stamp,
        )
        for record in records:
            found = standing[record.id]
            DisposalItem.create(
                disposal=disposal,
                record=record,
                digest=record.digest,
                ended_on=found.ended_on,
                term_ended_on=found.term.ends_on,
            )
            log("列入销毁清单", record, by, disposal=disposal.number)
        for head in people_with_role(Role.HEAD):
            if head.id != by.id and may_decide(head, disposal):
                notify(
                    head,
                    f"销毁清单 {disposal.number} 等待监销，共 {len(records)} 份",
                    key=f"disposal:{disposal.id}:{head.id}",
                    address=f"/archive/disposals/{disposal.id}",
                    action=True,
                )
    return disposal


def _refuse(records: Sequence[ArchiveRecord], standing: dict) -> None:
    bad = [f"{record.number}：{''.join(standing[record.id].obstacles)}" for record in records]
    bad = [line for line, record in zip(bad, records, strict=True) if standing[record.id].obstacles]
    if bad:
        more = f"……等 {len(bad)} 份" if len(bad) > 5 else ""
        raise DomainError(f"下列档案现在不能销毁：{'；'.join(bad[:5])}{more}")


def may_decide(person: Person, disposal: Disposal) -> bool:
    """A head above every department whose records are on the list, and not who drew it up."""
    if person.id == disposal.proposed_by_id or not person.may(P.REVIEW):
        return False
    listed = DisposalItem.select(ArchiveRecord.department).join(ArchiveRecord)
    departments = {key for (key,) in listed.where(DisposalItem.disposal == disposal.id).tuples()}
    within = {key for (key,) in departments_within(person).tuples()}
    return departments <= within


def refuse(disposal: Disposal, *, opinion: str, by: Person) -> None:
    """The list is sent back; nothing is destroyed."""
    with database.atomic():
        current = _undecided(disposal, by)
        _decide(current, "refused", opinion, by)


def carry_out(disposal: Disposal, *, opinion: str, by: Person) -> None:
    """Destroy what is on the list, all of it or nothing; raises NotAllowed, IllegalMove, DomainError.

    Every record is looked at again: a hold, a loan or a resumed cooperation since then stops it.
    """
    with database.atomic():
        current = _undecided(disposal, by)
        records = [
            ArchiveRecord.locked_by_id(item.record_id) for item in current.items.order_by(DisposalItem.id)
        ]
        _decide(current, "done", opinion, by)  # first, so that the list itself is no obstacle
        _refuse(records, kept([record.id for record in records]))
        files = [file for record in records for file in _emptied(record, current, by)]
        background.enqueue("keeping.certificate", current.id)
        unused = [file for file in {file.id: file for file in files}.values() if not _is_used(file)]
        for file in unused:
            StoredFile.delete().where(StoredFile.id == file.id).execute()
    for file in unused:  # after the commit: a crash leaves bytes without a row, never a row without bytes
        with contextlib.suppress(OSError):
            store.path_of(file.sha256).unlink()


def _undecided(disposal: Disposal, by: Person) -> Disposal:
    current = Disposal.locked_by_id(disposal.id)
    if current.proposed_by_id == by.id:
        raise NotAllowed("销毁必须由另一个人监销，清单是你自己列的。")
    if not may_decide(by, current):
        raise NotAllowed("销毁由管辖这些档案的部门负责人监销，你没有这项权限。")
    if current.state != "proposed":
        raise IllegalMove("这份销毁清单已经处理过。")
    return current


def _decide(disposal: Disposal, state: str, opinion: str, by: Person) -> None:
    stamp = clock.now()
    disposal.claim_version(
        disposal.version, state=state, opinion=opinion, decided_by=by, decided_at=stamp, updated_at=stamp
    )
    action, said = ("监销档案", "已监销") if state == "done" else ("退回销毁清单", "被退回")
    audit_log.record(
        action, by=by, kind="disposal", subject_id=disposal.id, title=disposal.number,
        new={"opinion": opinion},
    )  # fmt: skip
    settle(f"disposal:{disposal.id}:")
    notify(
        disposal.proposed_by,
        f"销毁清单 {disposal.number} {said}，{by.name}",
        key=f"disposal:{disposal.id}:{state}",
        address=f"/archive/disposals/{disposal.id}",
        body=opinion,
    )


def _emptied(record: ArchiveRecord, disposal: Disposal, by: Person) -> list[StoredFile]:
    """Blank what the record holds; the files that it pointed at."""
    submissions = list(Submission.select().where(Submission.form == record.form_id))
    signed = SignedCopy.get_or_none(SignedCopy.record == record.id)
    scans = ScanFile.select(ScanFile.file).join(ScanPage).where(ScanPage.record == record.id)
    files = [record.sheet, *([signed.document] if signed else [])]
    files += [file for each in submissions for file in (each.document, each.signed)]
    files += let_go(record.form_id, [record.snapshot, *(each.snapshot for each in submissions)])
    scanned = [scan.file for scan in scans.distinct()]
    ScanPage.delete().where(ScanPage.record == record.id).execute()
    for file in scanned:
        of_file = ScanFile.select(ScanFile.id).where(ScanFile.file == file.id)
        if not ScanPage.select().where(ScanPage.file.in_(of_file)).exists():
            ScanFile.delete().where(ScanFile.file == file.id).execute()
    SignedCopy.delete().where(SignedCopy.record == record.id).execute()
    emptied = {"snapshot": "", "sheet": None, "place": "", "version": ArchiveRecord.version + 1}
    ArchiveRecord.update(**emptied).where(ArchiveRecord.id == record.id).execute()
    _blank(record.form_id)
    keeping = Keeping.of(record)
    Keeping.update(destroyed_at=clock.now(), box=None).where(Keeping.id == keeping.id).execute()
    log("销毁档案", record, by, disposal=disposal.number, digest=record.digest, seal=reseal(record))
    return [file for file in files + scanned if file]


def _blank(form_id: int) -> None:
    """What was filled in, found and answered; who did which step, and when, stays."""
    of_form = Submission.select(Submission.id).where(Submission.form == form_id)
    reviews = Review.select(Review.id).where(Review.submission.in_(of_form))
    ReturnItem.update(remark="", answer="").where(ReturnItem.review.in_(reviews)).execute()
    notes = {"opinion": "", "truth_note": "", "sensitive_note": "", "fit_note": ""}
    Review.update(**notes).where(Review.submission.in_(of_form)).execute()
    ReviewDraft.delete().where(ReviewDraft.form == form_id).execute()
    SelfCheck.update(findings=[], reasons={}).where(SelfCheck.form == form_id).execute()
    emptied = {"snapshot": "", "values": {}, "document": None, "signed": None}
    Submission.update(**emptied).where(Submission.form == form_id).execute()
    IntakeEvent.update(note="").where(IntakeEvent.form == form_id).execute()
    person_number = {"citizen_id_cipher": "", "citizen_id_hash": None}
    IntakeForm.update(values={}, amend_reason="", **person_number).where(IntakeForm.id == form_id).execute()


def _is_used(file: StoredFile) -> bool:
    """Whether any row still points at the stored bytes."""
    pointers = StoredFile._meta.backrefs.items()
    return any(model.select().where(field == file.id).exists() for field, model in pointers)


def items_of(disposal: Disposal) -> list[DisposalItem]:
    found = DisposalItem.select(DisposalItem, ArchiveRecord).join(ArchiveRecord)
    return list(found.where(DisposalItem.disposal == disposal.id).order_by(DisposalItem.id))


def note_print(disposal: Disposal, by: Person) -> None:
    """An audit row that somebody took the certificate (U3)."""
    audit_log.record("查看销毁清册", by=by, kind="disposal", subject_id=disposal.id, title=disposal.number)


def make_certificate(disposal: Disposal) -> None:
    """The certificate of destruction (销毁清册), once; kept like any other file."""
    if disposal.state != "done" or disposal.certificate_id is not None:
        return
    text = documents.written("keeping/certificate.html", disposal=disposal, items=items_of(disposal))
    content = pdf.render_in_child(text, documents.style(STYLE), title=f"销毁清册 {disposal.number}")
    with database.atomic():
        file = store.keep(content, "application/pdf")
        empty = (Disposal.id == disposal.id) & Disposal.certificate.is_null()
        Disposal.update(certificate=file).where(empty).execute()
