"""Where a scanned page belongs: by its code, or by hand; and when a record's signed copy is whole."""

import logging

from intranet_crm import audit_log, background, clock, pages
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord, may_file
from intranet_crm.archive.queries import visible_records
from intranet_crm.customers.timeline import note
from intranet_crm.database import database, insert_ignoring_repeats
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.snapshot import PageCode, parse_qr_payload
from intranet_crm.notices.models import notify
from intranet_crm.paper.models import PrintedCopy, ScanFile, ScanPage, ScanStack, SignedCopy
from intranet_crm.paper.rules import ASIDE, FILED, PAGE_STATES, TRAY

log = logging.getLogger(__name__)


def arrive(stack: ScanStack, file: ScanFile, position: int, seen: pages.Seen) -> ScanPage:
    """Put a page just read where its code says, or into the tray; in the reader's transaction."""
    ours = [text for text in seen.texts if parse_qr_payload(text)]
    text = (ours or list(seen.texts) or [""])[0]
    record, number, reason = _meant(text, stack.by)
    page = ScanPage.create(
        stack=stack,
        position=position,
        file=file,
        turn=seen.turn,
        code=text[:60],
        state=TRAY if reason else FILED,
        reason=reason,
        record=record,
        page=number,
        settled_at=None if reason else clock.now(),
    )
    if not reason:
        _completed(record, stack.by)
    return page


def _meant(text: str, by: Person | None) -> tuple[ArchiveRecord | None, int | None, str]:
    """The record and page that a code names, and why the page cannot go there, or ''."""
    code = parse_qr_payload(text)
    if code is None:
        return None, None, "foreign" if text else "no_code"
    found = _record_of(code)
    if found is None:
        known = IntakeForm.select().where(IntakeForm.id == code.record).exists()
        return None, None, "wrong_version" if known else "unknown"
    record = ArchiveRecord.locked_by_id(found.id)
    if by and not visible_records(by).where(ArchiveRecord.id == record.id).exists():
        return record, code.page, "out_of_reach"
    if not record.digest.startswith(code.digest_head):  # the sheet put before the head, not the archived one
        return record, code.page, "wrong_version"
    if record.sheet_id is None:
        return None, None, "destroyed"
    try:
        pages_there = pages_of(record)
    except DomainError:
        return record, code.page, "no_sheet"
    if not 1 <= code.page <= pages_there:
        return record, None, "no_such_page"
    return record, code.page, "repeat" if _filed(record, code.page) else ""


def _record_of(code: PageCode) -> ArchiveRecord | None:
    sealed = (Submission.form == code.record) & (Submission.round == code.version)
    return ArchiveRecord.select(ArchiveRecord.id).join(Submission).where(sealed).first()


def pages_of(record: ArchiveRecord) -> int:
    """How many pages the record's sheet has, counted once; raises DomainError when it cannot be opened."""
    if record.sheet_pages is None:
        try:
            record.sheet_pages = pages.count(store.path_of(record.sheet.sha256))
        except DomainError:
            log.exception("the sheet of record %d cannot be opened", record.id)
            raise DomainError("这份档案的归档表打不开，可能已损坏，请联系管理员。") from None
        known = ArchiveRecord.id == record.id
        ArchiveRecord.update(sheet_pages=record.sheet_pages).where(known).execute()
    return record.sheet_pages


def _filed(record: ArchiveRecord, number: int | None = None) -> list[ScanPage]:
    """The pages filed to the record, in their order."""
    found = ScanPage.select().where((ScanPage.record == record.id) & (ScanPage.state == FILED))
    return list((found.where(ScanPage.page == number) if number else found).order_by(ScanPage.page))


def _completed(record: ArchiveRecord, by: Person | None) -> None:
    """Once every page is there: the signed copy, whose PDF the worker binds; the paper is back."""
    if len(_filed(record)) < pages_of(record):
        return
    moment = clock.now()
    if not insert_ignoring_repeats(SignedCopy, record=record.id, pages=pages_of(record), completed_at=moment):
        return
    out = (PrintedCopy.record == record.id) & PrintedCopy.awaited_since.is_null(False)
    PrintedCopy.update(awaited_since=None, returned_at=moment).where(out).execute()
    background.enqueue("paper.bind", record.id, key=f"paper.bind:{record.id}:{moment.isoformat()}")
    _record("回收签署件", record, by, pages=pages_of(record))
    form = IntakeForm.get_by_id(record.form_id)
    if form.customer_id:
        title = f"{record.number} 的签署件已回收，共 {record.sheet_pages} 页"
        note(
            form.customer, kind="review", title=title, by=by or record.collector,
            subject_kind="archive", subject_id=record.id,
        )  # fmt: skip
    notify(
        record.collector,
        f"「{record.title}」的签署件已回收",
        key=f"signed:{record.id}:{moment.isoformat()}",
        address=f"/archive/{record.id}",
    )


def bind(record: ArchiveRecord) -> None:
    """One PDF of the signed pages, upright and in order; repeated, it makes the same."""
    signed = SignedCopy.get_or_none(SignedCopy.record == record.id)
    if signed is None or signed.document_id is not None:
        return
    parts = [
        pages.Part(str(store.path_of(sha256)), position - first, turn)
        for sha256, position, first, turn in ScanPage.select(
            StoredFile.sha256, ScanPage.position, ScanFile.first, ScanPage.turn
        )
        .join(ScanFile)
        .join(StoredFile)
        .where((ScanPage.record == record.id) & (ScanPage.state == FILED))
        .order_by(ScanPage.page)
        .tuples()
    ]
    content = pages.joined(parts)
    with database.atomic():
        document = store.keep(content, "application/pdf")
        SignedCopy.update(document=document).where(SignedCopy.id == signed.id).execute()


def file_by_hand(page: ScanPage, record: ArchiveRecord, number: int, *, by: Person) -> None:
    """Put a page from the tray into its place; one already there goes aside. Twice is once.

    Raises NotAllowed, IllegalMove for a page that has left the tray for elsewhere, and DomainError for one
    that the sheet does not have.
    """
    with database.atomic():
        record, page = ArchiveRecord.locked_by_id(record.id), _settleable(page, by)
        if (page.state, page.record_id, page.page) == (FILED, record.id, number):
            return
        _must_lie_in_tray(page)
        if record.sheet_id is None:
            raise DomainError(f"{record.number} 没有归档表，可能已按期销毁，不能归入扫描页。")
        if not 1 <= number <= pages_of(record):
            raise DomainError(f"{record.number} 的归档表只有 {pages_of(record)} 页，请核对页码。")
        for earlier in _filed(record, number):
            _settle(earlier, ASIDE, by)
        _undo_completion(record, by)
        _settle(page, FILED, by, record=record.id, page=number)
        _record("手工归入扫描页", record, by, scan=page.id, page=number)
        _completed(record, by)


def turn(page: ScanPage, *, by: Person) -> ScanPage:
    """A quarter clockwise, for a page whose code did not say how it lies; it is bound as it stands then.

    Raises NotAllowed, and IllegalMove for a page that has left the tray.
    """
    with database.atomic():
        page = _must_lie_in_tray(_settleable(page, by))
        page.turn = (page.turn + 90) % 360
        ScanPage.update(turn=page.turn).where(ScanPage.id == page.id).execute()
        title = f"第 {page.position + 1} 页"
        new = {"turn": page.turn}
        audit_log.record("转动扫描页", by=by, kind="scan", subject_id=page.stack_id, title=title, new=new)
    return page


def set_aside(page: ScanPage, *, by: Person) -> None:
    """The page belongs to no record: a cover list, a blank back, a stray sheet. Twice is once.

    Raises NotAllowed, and IllegalMove for a page that has been filed.
    """
    with database.atomic():
        page = _settleable(page, by)
        if page.state == ASIDE:
            return
        _settle(_must_lie_in_tray(page), ASIDE, by)
        title = f"第 {page.position + 1} 页"
        audit_log.record("扫描页不归入", by=by, kind="scan", subject_id=page.stack_id, title=title)


def take_out(page: ScanPage, *, by: Person) -> None:
    """Back into the tray, from its record or from aside; a signed copy then is no longer whole.

    Raises NotAllowed, and IllegalMove when it was settled anew meanwhile.
    """
    with database.atomic():
        record = ArchiveRecord.locked_by_id(page.record_id) if page.record_id else None
        current = _settleable(page, by)
        if current.state == TRAY:
            return
        if current.state == FILED:
            if record is None or current.record_id != record.id:
                raise IllegalMove("这一页刚才又归入了别处，请刷新后再看。")
            _undo_completion(record, by)
            _record("取出扫描页", record, by, scan=current.id, page=current.page)
        _settle(current, TRAY, by, reason=current.reason or "repeat")


def _undo_completion(record: ArchiveRecord, by: Person) -> None:
    if SignedCopy.delete().where(SignedCopy.record == record.id).execute():
        back = (PrintedCopy.record == record.id) & PrintedCopy.returned_at.is_null(False)
        PrintedCopy.update(awaited_since=PrintedCopy.returned_at, returned_at=None).where(back).execute()
        _record("签署件缺页，重新等待回收", record, by)


def _settleable(page: ScanPage, by: Person) -> ScanPage:
    """The page as it is now, locked; after its record's lock, which is always taken first."""
    page = ScanPage.locked_by_id(page.id)
    if not may_file(by) and page.stack.by_id != by.id:
        raise NotAllowed("这叠扫描件由上传人或档案员处理。")
    return page


def _must_lie_in_tray(page: ScanPage) -> ScanPage:
    if page.state != TRAY:
        where = f"{page.record.number} 第 {page.page} 页" if page.state == FILED else ""
        raise IllegalMove(
            f"这一页已经处理过：{PAGE_STATES.label(page.state)}{where}。要改，请先在它那一叠里「放回待处理」。"
        )
    return page


def _settle(scan: ScanPage, state: str, by: Person, **more: object) -> None:
    changes = {"state": state, "settled_by": by.id, "settled_at": clock.now()} | more
    ScanPage.update(**changes).where(ScanPage.id == scan.id).execute()


def _record(action: str, record: ArchiveRecord, by: Person | None, **new: object) -> None:
    audit_log.record(action, by=by, kind="archive", subject_id=record.id, title=record.number, new=new)
