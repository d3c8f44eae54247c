"""The administrator's page of grades: the rules with a preview, their editions, the strategies (B8)."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.conflicts import differences
from intranet_crm.customers.grade_forms import SchemeForm, StrategyForm
from intranet_crm.customers.grade_preview import preview
from intranet_crm.customers.grades import GradeScheme, GradeStrategy, editions
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.reference.choices import CUSTOMER_GRADES

bp = Blueprint("admin_grades", __name__, url_prefix="/admin/grades")


@bp.route("", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def index():
    latest = GradeScheme.latest()
    form = SchemeForm(_chosen(latest))
    if not form.is_submitted():
        form.seen.data = latest.number
        return _page(form, latest)
    if not form.validate():
        return _page(form, latest), 422
    if request.form.get("intent") != "save":
        return _page(form, latest, samples=preview(me(), latest.scheme, form.scheme()))
    if not form.note.data:
        form.note.errors = ["请写明为什么修改，日后看得懂每一版。"]
        return _page(form, latest), 422
    try:
        edition = GradeScheme.publish(form.scheme(), note=form.note.data, seen=form.seen.data, by=me())
    except StaleVersion as error:
        form.seen.data, form.seen.raw_data = latest.number, None
        form.form_errors = [f"{error} 你填写的内容还在，再次保存将以它为准。"]
        return _page(form, latest), error.status
    except DomainError as error:
        form.form_errors = [str(error)]
        return _page(form, latest), error.status
    flash(f"第 {edition.number} 版分级规则已生效，客户档案上的建议随之更新；已确定的分级不变。", "success")
    return redirect(url_for(".index"), 303)


def _chosen(latest: GradeScheme) -> GradeScheme:
    """The edition to begin from: an earlier one may be taken up again."""
    number = request.args.get("from", 0, whole_number)
    return GradeScheme.get_or_none(GradeScheme.number == number) or latest


def _page(form: SchemeForm, latest: GradeScheme, **more) -> str:
    return render_template(
        "admin/grades.html",
        form=form,
        latest=latest,
        editions=editions(),
        strategies=GradeStrategy.select().order_by(GradeStrategy.id),
        grades=CUSTOMER_GRADES,
        **more,
    )


@bp.route("/strategies/<grade>", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def strategy(grade: str):
    found = GradeStrategy.get_or_none(GradeStrategy.grade == grade) or abort(404)
    form = StrategyForm(obj=found)
    if not form.validate_on_submit():
        return _strategy_page(form, found), 422 if form.errors else 200
    try:
        found.revise(seen=form.version.data, by=me(), **form.facts())
    except StaleVersion:
        return _strategy_page(form, found, differences=differences(form, found)), 409
    flash(f"{found.label}的维护策略已保存，拜访待办在次日一早随之改期。", "success")
    return redirect(url_for(".index"), 303)


def _strategy_page(form: StrategyForm, found: GradeStrategy, **more) -> str:
    return render_template("admin/grade_strategy.html", form=form, strategy=found, **more)
