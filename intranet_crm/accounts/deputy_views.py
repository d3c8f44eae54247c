"""Deputies: a head names the own, an administrator also those of a head who is away."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, ValidationError
from wtforms.validators import InputRequired

from intranet_crm import clock
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.deputies import (
    Deputy,
    UnfitDeputy,
    UnfitStart,
    appointments,
    deputies_between,
    represented_by,
    reviewers,
)
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.errors import DomainError

bp = Blueprint("deputies", __name__)


class _DayField(DateField):
    def __init__(self, label: str, **options: Any):
        required = [InputRequired(f"请填写{label}。")]
        super().__init__(label, required, format=["%Y-%m-%d", "%Y/%m/%d"], **options)

    def process_formdata(self, values: list[str]) -> None:
        try:
            super().process_formdata(values)
        except ValueError:
            raise ValueError("日期不对，请填写年-月-日，如 2026-03-05。") from None


class _PersonField(SelectField):
    """Nobody until one is chosen: a deputy reviews in the head's name."""

    def __init__(self, label: str, **options: Any):
        super().__init__(label, [InputRequired(f"请选择{label}。")], coerce=str, **options)

    def pre_validate(self, form: FlaskForm) -> None:
        if self.data not in {value for value, *_ in self.iter_choices()}:
            raise ValidationError(f"{self.label.text}没有这一项，请重新选择。")


class SpanForm(FlaskForm):
    starts_on = _DayField("开始日期", default=clock.today)
    ends_on = _DayField("结束日期")

    def show(self, refusal: DomainError) -> None:
        """Put the sentence beside what it is about."""
        about = getattr(self, "deputy", None) if isinstance(refusal, UnfitDeputy) else None
        about = self.starts_on if isinstance(refusal, UnfitStart) else about
        (about or self.ends_on).errors = [str(refusal)]


class DeputyForm(SpanForm):
    head = _PersonField("负责人")
    deputy = _PersonField("代理人")

    def __init__(self, head: Person | None):
        super().__init__()
        named = [("", "请选择"), *((str(each.id), each.name) for each in reviewers())]
        self.deputy.choices = [each for each in named if not head or each[0] != str(head.id)]
        if head:
            del self.head
        else:
            self.head.choices = named


@bp.route("/account/deputies", methods=["GET", "POST"])
@requires(P.REVIEW)
def own():
    return _page(me(), "deputies.own")


@bp.route("/admin/deputies", methods=["GET", "POST"])
@requires(P.CONFIGURE)
def of_all():
    return _page(None, "deputies.of_all")


def _page(head: Person | None, endpoint: str):
    form = DeputyForm(head)
    if form.validate_on_submit():
        deputy = Person.get_by_id(int(form.deputy.data))
        try:
            span = form.starts_on.data, form.ends_on.data
            Deputy.appoint(head or Person.get_by_id(int(form.head.data)), deputy, *span, by=me())
        except DomainError as refusal:
            form.show(refusal)
        else:
            flash(f"已指定{deputy.name}代理复核，期间作出的结论会写明由谁代理。", "success")
            for away in deputies_between(deputy, *span):
                flash(_not_passed_on(away), "warning")
            return redirect(url_for(endpoint), 303)
    standing_in = [Person.get_by_id(key).name for key in represented_by(me())] if head else []
    page = render_template(
        "accounts/deputies.html",
        form=form,
        head=head,
        rows=appointments(head),
        standing_in=standing_in,
    )
    return page, 422 if form.errors else 200


def _not_passed_on(away: Deputy) -> str:
    """A deputy's own deputy reviews the deputy's own forms only."""
    name = away.head.name
    return (
        f"{name}在 {away.starts_on} 至 {away.ends_on} 也指定了{away.deputy.name}代理，"
        f"代理不会再往下传：这些采集表只有{name}本人可以代理复核，请与{name}确认。"
    )


@bp.route("/account/deputies/<int:key>", methods=["GET", "POST"])
@requires(P.REVIEW, P.CONFIGURE)
def reschedule(key: int):
    found = _found(key)
    form = SpanForm(obj=found)
    if form.validate_on_submit():
        try:
            found.reschedule(form.starts_on.data, form.ends_on.data, by=me())
        except DomainError as refusal:
            form.show(refusal)
        else:
            flash(f"{found.deputy.name}的代理期限已改为 {found.starts_on} 至 {found.ends_on}。", "success")
            return redirect(_list_of(found), 303)
    page = render_template("accounts/deputy.html", form=form, deputy=found, back=_list_of(found))
    return page, 422 if form.errors else 200


@bp.post("/account/deputies/<int:key>/end")
@requires(P.REVIEW, P.CONFIGURE)
def end(key: int):
    found = _found(key)
    found.end(by=me())
    flash("这段代理已结束。", "success")
    return redirect(_list_of(found), 303)


def _found(key: int) -> Deputy:
    """The person's own appointment; an administrator's any."""
    found = Deputy.get_or_none(Deputy.id == key)
    if found is None or (found.head_id != me().id and not me().may(P.CONFIGURE)):
        abort(404)
    return found


def _list_of(found: Deputy) -> str:
    return url_for("deputies.own" if found.head_id == me().id else "deputies.of_all")
