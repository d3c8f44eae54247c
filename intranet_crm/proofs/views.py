"""Checks of a record and of a month, and packages, for the archivist; reports also for the auditor."""

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.archive.models import ArchiveRecord, may_file
from intranet_crm.archive.queries import find_record
from intranet_crm.errors import DomainError
from intranet_crm.keeping.models import archivist
from intranet_crm.proofs import checks, packages
from intranet_crm.proofs.forms import PackageForm, RecordPackageForm
from intranet_crm.proofs.models import CheckReport, Package
from intranet_crm.proofs.rules import BY_HAND, FAILED, NOT_HERE, PASSED, PROPERTIES, RESULTS

bp = Blueprint("proofs", __name__, url_prefix="/archive")
blueprints = [bp]
PAGE = 20
MEANINGS = {PASSED: "success", FAILED: "danger", BY_HAND: "neutral", NOT_HERE: "neutral"}
WORDS = {"properties": PROPERTIES, "outcomes": RESULTS, "meanings": MEANINGS}


@bp.route("/<int:record_id>/checks", methods=["GET", "POST"])
@requires(P.SEE_SHEETS)
def of_record(record_id: int):
    record = find_record(me(), record_id) or abort(404)
    if request.method == "POST":
        archivist(me())
        report = checks.check(ArchiveRecord.get_by_id(record.id), by=me())
        said = "四性检测有不合格的项目，请看报告。" if report.failed else "四性检测全部合格。"
        flash(said, "error" if report.failed else "success")
        return redirect(url_for(".of_record", record_id=record_id), 303)
    return _of_record(record, RecordPackageForm(formdata=None))


def _of_record(record: ArchiveRecord, form: RecordPackageForm):
    reports = CheckReport.select(CheckReport, Person).left_outer_join(Person)
    latest = reports.where(CheckReport.record == record.id).order_by(CheckReport.id.desc()).first()
    page = "proofs/_record_panel.html" if htmx.is_request() else "proofs/record.html"
    shown = {"record": record, "report": latest, "may_file": may_file(me()), "form": form}
    return render_template(page, **shown, **WORDS), 422 if form.errors else 200


@bp.get("/checks")
@requires(P.SEE_SHEETS, P.SEE_AUDIT)
def index():
    _only_keepers()
    before = request.args.get("before", type=whole_number)
    found = CheckReport.select().where(CheckReport.month.is_null(False))
    found = found.where(CheckReport.id < before) if before else found
    rows = list(found.order_by(CheckReport.id.desc()).limit(PAGE + 1))
    more = url_for(".index", before=rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render_template("proofs/index.html", page=rows[:PAGE], next_url=more)


@bp.route("/checks/<month>", methods=["GET", "POST"])
@requires(P.SEE_SHEETS, P.SEE_AUDIT)
def of_month(month: str):
    """The month's report; a POST asks the worker to check the month again."""
    _only_keepers()
    report = CheckReport.get_or_none(CheckReport.month == month) or abort(404)
    if request.method == "POST":
        checks.ask_again(report, by=me())
        flash("已安排重新检测，完成后会有消息。", "success")
        return redirect(url_for(".of_month", month=month), 303)
    allowed = {"may_open": me().may(P.SEE_SHEETS), "may_check": may_file(me())}
    return render_template("proofs/month.html", report=report, **allowed, **WORDS)


@bp.route("/packages", methods=["GET", "POST"])
@requires(P.SEE_SHEETS)
def package_list():
    if not may_file(me()):
        abort(404)
    form = PackageForm()
    if form.validate_on_submit():
        try:
            package = packages.ask(by=me(), purpose=form.purpose.data, month=form.first())
        except DomainError as error:
            form.month.errors = [str(error)]
        else:
            return redirect(url_for(".package", key=package.id), 303)
    before = request.args.get("before", type=whole_number)
    found = Package.select(Package, Person).join(Person)
    found = found.where(Package.id < before) if before else found
    rows = list(found.order_by(Package.id.desc()).limit(PAGE + 1))
    more = url_for(".package_list", before=rows[PAGE - 1].id) if len(rows) > PAGE else None
    shown = {"form": form, "page": rows[:PAGE], "next_url": more}
    return render_template("proofs/packages.html", **shown), 422 if form.errors else 200


@bp.post("/<int:record_id>/package")
@requires(P.SEE_SHEETS)
def package_of(record_id: int):
    record = find_record(me(), record_id) or abort(404)
    archivist(me())
    form = RecordPackageForm()
    if not form.validate():
        return _of_record(record, form)
    package = packages.ask(by=me(), purpose=form.purpose.data, records=[record])
    return redirect(url_for(".package", key=package.id), 303)


@bp.get("/packages/<int:key>")
@requires(P.SEE_SHEETS)
def package(key: int):
    found = _package(key)
    return render_template("proofs/package.html", package=found, there=packages.shelf.holds(found))


@bp.get("/packages/<int:key>/progress")
@requires(P.SEE_SHEETS)
@not_activity
def progress(key: int):
    found = _package(key)
    answer = render_template("proofs/_progress.html", package=found, there=packages.shelf.holds(found))
    return (answer, {"HX-Refresh": "true"}) if found.made_at or found.error else answer


@bp.get("/packages/<int:key>.zip")
@requires(P.SEE_SHEETS)
def download(key: int):
    found = _package(key)
    path = packages.shelf.path_of(found)
    if found.made_at is None or not path.exists():
        abort(404)
    packages.note_download(found, me())
    name = f"档案数据包 {found.month or found.id}.zip"
    return send_file(path, "application/zip", as_attachment=True, download_name=name)


def _package(key: int) -> Package:
    return packages.find_package(me(), key) or abort(404)


def _only_keepers() -> None:
    if not (may_file(me()) or me().may(P.SEE_AUDIT)):
        abort(404)
