"""The archive room's shelves: boxes, loans, terms and holds; each act is the archivist's."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm import clock, htmx
from intranet_crm.accounts.access import me, requires, signed_in
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.archive.models import ArchiveRecord, may_file
from intranet_crm.archive.queries import find_record
from intranet_crm.errors import DomainError, StaleVersion, beside_field
from intranet_crm.files.answers import pdf_made
from intranet_crm.keeping import booklets, disposal_views, models, queries
from intranet_crm.keeping.forms import BoxForm, IntoBoxForm, LoanForm, ReasonForm, TermForm
from intranet_crm.keeping.models import Box, Hold, Loan
from intranet_crm.keeping.rules import TERM_WORDS, YEARS
from intranet_crm.keeping.terms import kept

bp = Blueprint("keeping", __name__, url_prefix="/archive")
blueprints = [bp, disposal_views.bp]
sees = requires(P.SEE_SHEETS)


def _record(key: int) -> ArchiveRecord:
    return find_record(me(), key) or abort(404)


def _box(key: int) -> Box:
    return Box.get_or_none(Box.id == key) if may_file(me()) else abort(404)


@bp.route("/boxes", methods=["GET", "POST"])
@sees
def boxes():
    form = BoxForm()
    if form.validate_on_submit():
        box = Box.open(title=form.title.data, shelf=form.shelf.data, by=me())
        flash(f"已新建卷盒 {box.number}。", "success")
        return redirect(url_for(".box", key=box.id), 303)
    q = request.args.get("q", "").strip()
    found = queries.boxes(request.args.get("after", ""), q)
    page = found[: queries.PAGE]
    more = url_for(".boxes", q=q, after=page[-1][0].number) if len(found) > queries.PAGE else None
    shown = {"page": page, "next_url": more, "form": form, "q": q, "may_file": may_file(me())}
    return render_template("keeping/boxes.html", **shown), 422 if form.errors else 200


@bp.route("/boxes/<int:key>", methods=["GET", "POST"])
@sees
def box(key: int):
    found = _box(key) or abort(404)
    form = BoxForm(obj=found) if request.method == "GET" else BoxForm()
    status = 200
    if form.validate_on_submit():
        try:
            found.revise(title=form.title.data, shelf=form.shelf.data, seen=form.version.data, by=me())
        except StaleVersion as stale:
            flash(f"{stale}你填的仍在下面。", "error")
            form.version.data, status = Box.get_by_id(key).version, 409
        else:
            flash("卷盒已保存。", "success")
            return redirect(url_for(".box", key=key), 303)
    shown = {"box": found, "form": form, "kept": queries.kept_in(found)}
    return render_template("keeping/box.html", **shown), 422 if form.errors else status


@bp.get("/boxes/<int:key>/catalogue.pdf")
@sees
def catalogue(key: int):
    found = _box(key) or abort(404)
    kept_there = queries.kept_in(found)
    found.note_print("打印卷内目录", me())
    content = booklets.catalogue(found, kept_there, queries.lengths_of(kept_there))
    return pdf_made(content, f"卷内目录 {found.number}.pdf")


@bp.get("/boxes/spines.pdf")
@sees
def spines():
    keys = request.args.getlist("box", type=whole_number)[:100]
    found = list(Box.select().where(Box.id.in_(keys or [0])).order_by(Box.number)) if may_file(me()) else []
    if not found:
        abort(404)
    for each in found:
        each.note_print("打印脊背标签", me())
    content = booklets.spines(found, queries.spans_of(found))
    return pdf_made(content, "脊背标签.pdf")


@bp.get("/loans")
@signed_in
def loans():
    returned = "returned" in request.args
    found = queries.loans(me(), returned=returned, after=request.args.get("after", type=whole_number))
    page = found[: queries.PAGE]
    kept_on = {"returned": 1} if returned else {}
    more = url_for(".loans", after=page[-1].id, **kept_on) if len(found) > queries.PAGE else None
    return render_template(
        "keeping/loans.html", page=page, next_url=more, returned=returned, today=clock.today(),
        may_file=may_file(me()),
    )  # fmt: skip


@bp.get("/<int:record_id>/keeping")
@sees
def panel(record_id: int):
    record = _record(record_id)
    return _panel(record)


def _panel(record: ArchiveRecord, wrong: dict | None = None):
    keeping = queries.keeping_of(record)
    standing = kept([record.id])[record.id]
    forms = {
        "into": IntoBoxForm(formdata=None),
        "term": TermForm(
            formdata=None, data={"years": str(standing.years), "ended_on": keeping and keeping.ended_on}
        ),
        "hold": ReasonForm(formdata=None),
        "loan": LoanForm(formdata=None),
    } | (wrong or {})
    page = render_template(
        "keeping/_panel.html" if htmx.is_request() else "keeping/record.html",
        record=record,
        keeping=keeping,
        standing=standing,
        loans=queries.loans_of(record),
        holds=queries.holds_of(record),
        may_file=may_file(me()),
        years=YEARS,
        terms=TERM_WORDS,
        forms=forms,
    )
    return page, 422 if wrong else 200


@bp.post("/<int:record_id>/box")
@sees
def into_box(record_id: int):
    record, form = _record(record_id), IntoBoxForm()
    if form.validate():
        found = Box.get_or_none(Box.number == form.box.data.upper())
        if found:
            models.put_into(found, record, by=me())
            return _kept(record, f"{record.number} 已装入 {found.number}。")
        form.box.errors = ["没有这个盒号，请在「卷盒」里核对或新建。"]
    return _panel(record, {"into": form})


@bp.post("/<int:record_id>/term")
@sees
def set_term(record_id: int):
    record, form = _record(record_id), TermForm()
    if not form.validate():
        return _panel(record, {"term": form})
    models.keep_for(record, years=int(form.years.data), ended_on=form.ended_on.data, by=me())
    return _kept(record, "保管期限已保存。")


@bp.post("/<int:record_id>/holds")
@sees
def hold(record_id: int):
    record, form = _record(record_id), ReasonForm()
    if not form.validate():
        return _panel(record, {"hold": form})
    Hold.place(record, reason=form.reason.data, by=me())
    return _kept(record, f"{record.number} 已冻结，解除之前任何人都不能销毁。")


@bp.post("/<int:record_id>/holds/<int:key>/lifting")
@sees
def lift(record_id: int, key: int):
    record, form = _record(record_id), ReasonForm()
    found = Hold.get_or_none((Hold.id == key) & (Hold.record == record.id)) or abort(404)
    if not form.validate():
        return _panel(record, {"hold": form})
    found.lift(reason=form.reason.data, by=me())
    return _kept(record, "已解除冻结。")


@bp.post("/<int:record_id>/loans")
@sees
def lend(record_id: int):
    record, form = _record(record_id), LoanForm()
    if form.validate():
        borrower = form.people[int(form.borrower.data)]
        try:
            Loan.lend(record, borrower=borrower, purpose=form.purpose.data, due_on=form.due_on.data, by=me())
        except DomainError as error:
            form.due_on.errors = [beside_field(error)]
        else:
            return _kept(record, f"已借给 {borrower.name}，{form.due_on.data} 前归还。")
    return _panel(record, {"loan": form})


@bp.post("/loans/<int:key>/return")
@sees
def take_back(key: int):
    loan = Loan.get_or_none(Loan.id == key) or abort(404)
    record = _record(loan.record_id)
    loan.take_back(by=me())
    return _kept(record, f"{record.number} 已归还。")


def _kept(record: ArchiveRecord, said: str):
    flash(said, "success")
    return htmx.go_to(url_for("archive.show", record_id=record.id))
