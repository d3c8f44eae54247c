"""The administrator's page of the working-day calendar: the years that are not known by themselves (F4)."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from wtforms import Form, IntegerField

from intranet_crm import clock
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.reference.calendars import UnfitWorked, WorkYear
from intranet_crm.reference.form_fields import ProseField, Required
from intranet_crm.reference.workdays import PUBLISHED_YEARS

bp = Blueprint("calendar", __name__)
AHEAD = 2  # years for which a page is offered


class YearForm(Form):
    version = IntegerField(default=0)
    free = ProseField(
        "放假的日期", Required("请按国务院办公厅的通知写放假的日期。"), longest=2000, render_kw={"rows": 8}
    )
    worked = ProseField("调休上班的日期", longest=1000, render_kw={"rows": 5})


@bp.get("/admin/calendar")
@requires(P.CONFIGURE)
def index():
    this = clock.today().year
    entered = {each.year: each for each in WorkYear.select()}
    years = [(year, year in PUBLISHED_YEARS, entered.get(year)) for year in range(this, this + AHEAD + 1)]
    return render_template("reference/calendar.html", years=years)


@bp.route("/admin/calendar/<int:year>", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def edit(year: int):
    if year in PUBLISHED_YEARS or not 0 <= year - clock.today().year <= AHEAD:
        abort(404)
    stored = WorkYear.get_or_none(WorkYear.year == year)
    current = []
    form = YearForm(request.form if request.method == "POST" else None, obj=stored)
    if request.method == "POST" and form.validate():
        words = {"free": form.free.data, "worked": form.worked.data or ""}
        try:
            WorkYear.enter(year, **words, seen=form.version.data or 0, by=me())
        except StaleVersion as stale:
            now = WorkYear.get(WorkYear.year == year)
            form.version.data, form.free.errors = now.version, [str(stale)]
            current = [(form.free.label.text, now.free), (form.worked.label.text, now.worked)]
        except DomainError as refusal:
            about = form.worked if isinstance(refusal, UnfitWorked) else form.free
            about.errors = [str(refusal)]
        else:
            flash(f"{year} 年的工作日历已保存，预计的期限正在重新计算。", "success")
            return redirect("/admin/calendar", 303)
    page = render_template("reference/calendar_year.html", form=form, year=year, current=current)
    return page, 422 if form.errors else 200
