"""The administrator's page for the clocks of review, and who reviews for which department (O4, F4)."""

from flask import Blueprint, flash, redirect, render_template, request
from wtforms import Form, IntegerField
from wtforms.validators import InputRequired, NumberRange

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.intake.review_clock import LONGEST, ReviewClock, administrators, ways_upward

bp = Blueprint("review_clock", __name__)


def _days(label: str) -> IntegerField:
    words = f"请填 1 到 {LONGEST} 之间的整数。"
    return IntegerField(label, [InputRequired(words), NumberRange(1, LONGEST, words)])


class ClockForm(Form):
    review_days = _days("复核时限")
    absent_days = _days("逾期后提请上级接手")
    version = IntegerField(default=0)

    def validate(self, extra_validators=None) -> bool:
        fine = super().validate(extra_validators)
        for days in (self.review_days, self.absent_days):
            if days.process_errors:  # not a number at all: one sentence is enough
                days.errors = [f"请填 1 到 {LONGEST} 之间的整数。"]
        return fine


@bp.route("/admin/reviews", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def edit():
    current = []
    form = ClockForm(request.form if request.method == "POST" else None, obj=ReviewClock.current())
    if request.method == "POST" and form.validate():
        days = form.review_days.data, form.absent_days.data
        try:
            ReviewClock.write(*days, seen=form.version.data or 0, by=me())
        except StaleVersion as stale:
            now = ReviewClock.current()
            form.version.data, form.absent_days.errors = now.version, [str(stale)]
            current = [
                (each.label.text, f"{getattr(now, each.name)} 个工作日")
                for each in (form.review_days, form.absent_days)
            ]
        except DomainError as refusal:
            form.absent_days.errors = [str(refusal)]
        else:
            flash("复核时限已保存，以后提交的采集表按新的天数计时。", "success")
            return redirect("/admin/reviews", 303)
    page = render_template(
        "intake/reviews/clock.html",
        form=form,
        current=current,
        ways=ways_upward(),
        administrators="、".join(each.name for each in administrators()),
    )
    return page, 422 if form.errors else 200
