"""Printing one sheet or many, the ledger of print runs, and what is still out (P3, P7)."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm import clock, htmx
from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.archive.forms import ArchiveFilter
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.queries import find_record
from intranet_crm.customers.list_forms import place_of, place_text
from intranet_crm.errors import DomainError
from intranet_crm.files.answers import pdf_made
from intranet_crm.paper import prints, queries, rules
from intranet_crm.paper.filing import pages_of
from intranet_crm.paper.forms import PrintForm
from intranet_crm.paper.models import PrintRun

bp = Blueprint("prints", __name__)


@bp.get("/prints")
@requires(P.SEE_SHEETS)
def index():
    found = queries.runs_of(me(), request.args.get("before", type=whole_number))
    page = found[: queries.PAGE]
    more = url_for(".index", before=page[-1][0].id) if len(found) > queries.PAGE else None
    return render_template("paper/prints.html", page=page, next_url=more, purposes=rules.PURPOSES)


@bp.route("/prints/new", methods=["GET", "POST"])
@requires(P.SEE_SHEETS)
def new():
    """The records are chosen one by one (``record``, several) or by the archive's filter (``all=1``)."""
    records, form = _chosen(), PrintForm()
    if form.validate_on_submit():
        try:
            run = prints.print_out(records, purpose=form.purpose.data, note=form.note.data, by=me())
        except DomainError as error:
            form.form_errors = [str(error)]
        else:
            flash(f"已登记打印 {len(records)} 份。", "success")
            return redirect(url_for(".show", key=run.id), 303)
    return render_template(
        "paper/new_print.html",
        form=form,
        records=records[:50],
        count=len(records),
        most=rules.MOST_COPIES,
        pairs=list(request.args.items(multi=True)),
        query=request.query_string.decode(),
    ), 422 if form.errors else 200


def _chosen() -> list[ArchiveRecord]:
    if request.args.get("all"):
        filters = ArchiveFilter(request.args)
        return queries.all_to_print(me(), filters.data if filters.validate() else {})
    return queries.to_print(me(), request.args.getlist("record", type=whole_number))


@bp.get("/prints/<int:key>")
@requires(P.SEE_SHEETS)
def show(key: int):
    run = _found(key)
    copies = prints.copies_of(run)
    return render_template(
        "paper/print_run.html",
        run=run,
        copies=copies[:50],
        count=len(copies),
        purposes=rules.PURPOSES,
        there=prints.shelf.holds(run),
    )


@bp.get("/prints/<int:key>/progress")
@requires(P.SEE_SHEETS)
@not_activity
def progress(key: int):
    """The state again, while it is being made; the whole page once it is there."""
    run = _found(key)
    answer = render_template("paper/_print_progress.html", run=run, there=prints.shelf.holds(run))
    return (answer, {"HX-Refresh": "true"}) if run.made_at or run.error else answer


@bp.get("/prints/<int:key>.pdf")
@requires(P.SEE_SHEETS)
def document(key: int):
    run = _found(key)
    path = prints.shelf.path_of(run)
    if run.made_at is None or not path.exists():
        abort(404)
    return pdf_made(path, f"归档表打印 {run.id}.pdf", save="save" in request.args)


@bp.get("/prints/outstanding")
@requires(P.SEE_SHEETS)
def outstanding():
    found = queries.outstanding(me(), place_of(request.args.get("after")))
    page = found[: queries.PAGE]
    more = len(found) > queries.PAGE
    place = place_text((page[-1].awaited_since, page[-1].id)) if more else None
    keys = {copy.record_id for copy in page}
    return render_template(
        "paper/outstanding.html",
        page=page,
        next_url=url_for(".outstanding", after=place) if more else None,
        lacking=queries.missing_pages(keys),
        untouched=queries.untouched(keys),
        days={copy.id: rules.waiting_days(copy.awaited_since, clock.now()) for copy in page},
        overdue=rules.OVERDUE_DAYS,
    )


@bp.get("/archive/<int:record_id>/paper")
@requires(P.SEE_SHEETS)
def panel(record_id: int):
    """Copies out and scans back, beside the record."""
    record = find_record(me(), record_id) or abort(404)
    filed = queries.filed_pages_of(record)
    return render_template(
        "paper/_panel.html" if htmx.is_request() else "paper/record.html",
        record=record,
        copies=queries.copies_of(record),
        signed=queries.signed_copy_of(record),
        filed=filed,
        total=pages_of(record) if record.sheet_id and filed else record.sheet_pages,
        purposes=rules.PURPOSES,
    )


def _found(key: int) -> PrintRun:
    return queries.find_run(me(), key) or abort(404)
