"""Scanned stacks: handing them in, watching them being read, and the tray for what needs a hand (P3)."""

from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for

from intranet_crm import htmx, pages
from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.archive.models import may_file
from intranet_crm.archive.queries import find_record
from intranet_crm.errors import DomainError
from intranet_crm.files import store
from intranet_crm.files.answers import pdf_stored
from intranet_crm.paper import filing, queries, stacks
from intranet_crm.paper.forms import FilingForm, ScanForm
from intranet_crm.paper.models import ScanPage, ScanStack
from intranet_crm.paper.rules import PAGE_STATES, REASONS
from intranet_crm.security import takes_up_to

bp = Blueprint("scans", __name__)

MOST_UPLOADED = 400 * 1024 * 1024  # bytes in one go
WIDTHS = {"small": 240, "large": 1100}  # pixels


@bp.get("/scans")
@requires(P.SEE_SHEETS)
def index():
    return _index(ScanForm())


def _index(form: ScanForm):
    found = queries.stacks_of(me(), request.args.get("before", type=whole_number))
    page = found[: queries.PAGE]
    return render_template(
        "paper/scans.html",
        form=form,
        page=page,
        counts=queries.counts_of(page),
        rejected=stacks.unreadable() + stacks.rejected() if may_file(me()) else [],
        next_url=url_for(".index", before=page[-1].id) if len(found) > queries.PAGE else None,
    )


@bp.post("/scans")
@takes_up_to(MOST_UPLOADED)
@requires(P.SEE_SHEETS)
def hand_in():
    form = ScanForm()
    if form.validate_on_submit():
        try:
            stack = stacks.take_in(form.scans(), by=me())
        except DomainError as error:
            form.files.errors = [*form.files.errors, str(error)]
        else:
            return redirect(url_for(".show", key=stack.id), 303)
    return _index(form), 422


@bp.get("/scans/<int:key>")
@requires(P.SEE_SHEETS)
def show(key: int):
    stack = _stack(key)
    found = queries.pages_in(me(), stack, request.args.get("after", type=whole_number))
    page = found[: 2 * queries.PAGE]
    more = len(found) > 2 * queries.PAGE
    return render_template(
        "paper/stack.html",
        stack=stack,
        page=page,
        states=PAGE_STATES,
        reasons=REASONS,
        counts=queries.counts_of([stack])[stack.id],
        next_url=url_for(".show", key=key, after=page[-1].position) if more else None,
    )


@bp.get("/scans/<int:key>/progress")
@requires(P.SEE_SHEETS)
@not_activity
def progress(key: int):
    stack = _stack(key)
    answer = render_template("paper/_scan_progress.html", stack=stack)
    return (answer, {"HX-Refresh": "true"}) if stack.done_at else answer


@bp.get("/scans/tray")
@requires(P.SEE_SHEETS)
def tray():
    found = queries.tray(me(), request.args.get("after", type=whole_number))
    page = found[: queries.PAGE]
    more = url_for(".tray", after=page[-1].id) if len(found) > queries.PAGE else None
    suggested = queries.suggestions(me(), page)
    rows = [(each, _form(each, suggested), suggested.get(each.id)) for each in page]
    return render_template("paper/tray.html", rows=rows, reasons=REASONS, next_url=more)


def _form(page: ScanPage, suggested: dict) -> FilingForm:
    record, number = suggested.get(page.id, (None, None))
    form = FilingForm(formdata=None, data={"number": record.number if record else "", "page": number})
    return _named(form, page)


def _named(form: FilingForm, page: ScanPage) -> FilingForm:
    for field in form:
        field.id = f"page-{page.id}-{field.short_name}"  # many on one screen
    return form


@bp.get("/scans/pages/<int:key>.jpg")
@requires(P.SEE_SHEETS)
def picture(key: int):
    page = _page(key)
    size = "large" if request.args.get("size") == "large" else "small"
    path = store.path_of(page.file.file.sha256)
    content = pages.picture(path, page.position - page.file.first, page.turn, WIDTHS[size])
    response = send_file(BytesIO(content), "image/jpeg")
    if size == "small":  # too small to be read
        response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@bp.post("/scans/pages/<int:key>/filing")
@requires(P.SEE_SHEETS)
def file(key: int):
    page, form = _page(key), FilingForm()
    if form.validate():
        record = queries.record_by_number(me(), form.number.data.upper())
        if record is None:
            form.number.errors = ["没有这个档号，或不在你能查看的范围里，请核对。"]
        else:
            try:
                filing.file_by_hand(page, record, form.page.data, by=me())
            except DomainError as error:
                form.page.errors = [str(error)]
            else:
                return _settled(page, f"已归入 {record.number} 第 {form.page.data} 页")
    return _row(page, form), 422


@bp.post("/scans/pages/<int:key>/turning")
@requires(P.SEE_SHEETS)
def turn(key: int):
    """The row again, with what was typed in it."""
    page = _page(key)
    page.turn = filing.turn(page, by=me()).turn
    return _row(page, FilingForm())


def _row(page: ScanPage, form: FilingForm) -> str:
    template = "_tray_row" if htmx.is_request() else "tray_page"
    suggests = queries.suggestions(me(), [page]).get(page.id)
    return render_template(
        f"paper/{template}.html", page=page, form=_named(form, page), reasons=REASONS, suggests=suggests
    )


@bp.post("/scans/pages/<int:key>/setting-aside")
@requires(P.SEE_SHEETS)
def set_aside(key: int):
    page = _page(key)
    filing.set_aside(page, by=me())
    return _settled(page, "不归入任何档案")


@bp.post("/scans/pages/<int:key>/taking-out")
@requires(P.SEE_SHEETS)
def take_out(key: int):
    page = _page(key)
    filing.take_out(page, by=me())
    flash("这一页已放回待处理。", "success")
    return redirect(url_for(".tray"), 303)


def _settled(page: ScanPage, said: str):
    if htmx.is_request():
        return render_template("paper/_tray_settled.html", page=page, said=said)
    flash(f"{said}。", "success")
    return redirect(url_for(".tray"), 303)


@bp.get("/archive/<int:record_id>/signed.pdf")
@requires(P.SEE_SHEETS)
def signed(record_id: int):
    record = find_record(me(), record_id) or abort(404)
    copy = queries.signed_copy_of(record)
    if copy is None or copy.document_id is None:
        abort(404)
    record.note_use("查看签署件", me())
    return pdf_stored(copy.document, f"{record.title}（{record.number} 签署件）.pdf")


def _stack(key: int) -> ScanStack:
    return queries.find_stack(me(), key) or abort(404)


def _page(key: int) -> ScanPage:
    return queries.scanned_pages(me()).where(ScanPage.id == key).first() or abort(404)
