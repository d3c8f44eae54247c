"""The archive room 档案: records within reach, their sheets as sealed, and the archivist's entries."""

from io import BytesIO

from flask import Blueprint, abort, flash, render_template, request, send_file, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.archive import queries
from intranet_crm.archive.forms import ArchiveFilter, FilingForm
from intranet_crm.archive.models import ArchiveRecord, may_file
from intranet_crm.archive.proofs import BROKEN, DESTROYED, SOUND, WAITING, WORDS, faults_of, state_of
from intranet_crm.archive.rules import FILING_STATES
from intranet_crm.errors import DomainError, NotAllowed, StaleVersion
from intranet_crm.files import store
from intranet_crm.files.answers import pdf_stored
from intranet_crm.files.attachments import find_attachment, send_attachment
from intranet_crm.intake import editions
from intranet_crm.intake.attached import SUBJECT, attached_to
from intranet_crm.intake.rules import STATES
from intranet_crm.intake.sheet import DECISIONS
from intranet_crm.reference.choices import CONFIDENTIALITY_LEVELS
from intranet_crm.signatures import pades
from intranet_crm.signatures.rules import ROLES

bp = Blueprint("archive", __name__)
blueprints = [bp]

USES = {"view": "查看归档表", "download": "下载归档表"}
MEANINGS = {SOUND: "success", WAITING: "info", BROKEN: "danger", DESTROYED: "neutral"}


@bp.get("/archive")
@requires(P.SEE_SHEETS, P.SEE_AUDIT)
def index():
    before = request.args.get("before", type=whole_number)
    if not me().may(P.SEE_SHEETS):
        found = queries.proofs(before)
        return render_template(
            "archive/proofs.html", **_paged(found), state_of=state_of, words=WORDS, meanings=MEANINGS
        )
    form = ArchiveFilter(request.args)
    records = queries.filtered(me(), **(form.data if form.validate() else {}))
    return render_template(
        "archive/_list.html" if htmx.is_request() else "archive/index.html",
        **_paged(queries.page_of(records, before)),
        form=form,
        count=queries.count_up_to(records),
        states=FILING_STATES,
        levels=CONFIDENTIALITY_LEVELS,
    )


def _paged(found: list[ArchiveRecord]) -> dict:
    return {"page": found[: queries.PAGE], "more": len(found) > queries.PAGE}


@bp.get("/archive/<int:record_id>")
@requires(P.SEE_SHEETS)
def show(record_id: int):
    record = _found(record_id)
    return _page(record, FilingForm(obj=record))


def _page(record: ArchiveRecord, form: FilingForm) -> str:
    return render_template(
        "archive/record.html",
        record=record,
        form=form,
        may_file=may_file(me()),
        rounds=queries.rounds_of(record),
        attachments=attached_to(record.form),
        editions=queries.editions_of(me(), record),
        may_amend=not record.is_destroyed and editions.offers_change(record.form, me()),
        faults=faults_of(record),
        states=STATES,
        filing_states=FILING_STATES,
        decisions=DECISIONS,
        levels=CONFIDENTIALITY_LEVELS,
    )


@bp.post("/archive/<int:record_id>/filing")
@requires(P.SEE_SHEETS)
def file(record_id: int):
    record, form = _found(record_id), FilingForm(request.form)
    if not may_file(me()):
        raise NotAllowed("存放位置和密级由档案员登记，你没有这项权限。")
    if not form.validate():
        return _page(record, form), 422
    entries = {"place": form.place.data, "confidentiality": form.confidentiality.data}
    archiving = request.form.get("next") == "archive"
    verb = record.file if archiving else record.shelve
    try:
        verb(**entries, seen=form.version.data, by=me())
    except StaleVersion as stale:
        flash(f"{stale}你填的仍在下面。", "error")
        form.version.data = _found(record_id).version
        return _page(_found(record_id), form), 409
    flash(f"{record.number} 已归档。" if archiving else "存放信息已保存。", "success")
    return htmx.go_to(url_for("archive.show", record_id=record.id))


@bp.get("/archive/<int:record_id>/sheet.pdf")
@requires(P.SEE_SHEETS)
def sheet(record_id: int):
    record = _found(record_id)
    use = request.args.get("for", "view")
    if record.sheet_id is None or use not in USES:
        abort(404)
    record.note_use(USES[use], me())
    name = f"{record.title}（{record.number}）.pdf"
    return pdf_stored(record.sheet, name, save=use == "download")


@bp.get("/archive/<int:record_id>/submissions/<int:number>.pdf")
@requires(P.SEE_SHEETS)
def submission(record_id: int, number: int):
    record = _found(record_id)
    found = queries.round_of(record, number) or abort(404)
    record.note_use(f"查看送审稿第{number}次", me())
    return pdf_stored(found.paper, f"{record.title}（送审稿第{number}次）.pdf")


@bp.get("/archive/<int:record_id>/attachments/<int:attachment_id>")
@requires(P.SEE_SHEETS)
def attachment(record_id: int, attachment_id: int):
    record = _found(record_id)
    return send_attachment(find_attachment(SUBJECT, record.form_id, attachment_id) or abort(404), me())


@bp.get("/archive/<int:record_id>/signatures")
@requires(P.SEE_SHEETS)
def signatures(record_id: int):
    """The electronic signatures, checked against the company's CA now."""
    record = _found(record_id)
    if record.submission.signed_id is None:
        abort(404)
    page = "archive/_signatures.html" if htmx.is_request() else "archive/signatures.html"
    seals, fault = [], ""
    try:
        seals = pades.checked(store.read(record.submission.signed))
    except DomainError as error:  # the very thing that this panel is there to tell
        fault = str(error)
    return render_template(page, record=record, seals=seals, fault=fault, roles=ROLES)


@bp.get("/archive/<int:record_id>/data.json")
@requires(P.SEE_SHEETS)
def data(record_id: int):
    record = _found(record_id)
    if record.is_destroyed:
        abort(404)
    record.note_use("下载归档数据", me())
    name = f"{record.title}（{record.number}）.json"
    content = BytesIO(record.snapshot.encode())
    return send_file(content, "application/json", as_attachment=True, download_name=name, etag=record.digest)


def _found(record_id: int) -> ArchiveRecord:
    return queries.find_record(me(), record_id) or abort(404)
