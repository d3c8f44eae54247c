"""Deputies: a head names the own, an administrator also those of a head who is away."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired

from intranet_crm import clock
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.deputies import Deputy, appointments, represented_by, reviewers
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.errors import DomainError

bp = Blueprint("deputies", __name__)


class SpanForm(FlaskForm):
    starts_on = DateField("开始日期", [InputRequired("请填写开始日期。")], default=clock.today)
    ends_on = DateField("结束日期", [InputRequired("请填写结束日期。")])


class DeputyForm(SpanForm):
    head = SelectField("负责人", [InputRequired("请选择负责人。")], coerce=int)
    deputy = SelectField("代理人", [InputRequired("请选择代理人。")], coerce=int)

    def __init__(self, head: Person | None):
        super().__init__()
        named = [(each.id, each.name) for each in reviewers()]
        self.deputy.choices = [each for each in named if not head or each[0] != head.id]
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
        deputy = Person.get_by_id(form.deputy.data)
        try:
            span = form.starts_on.data, form.ends_on.data
            Deputy.appoint(head or Person.get_by_id(form.head.data), deputy, *span, by=me())
        except DomainError as refusal:
            form.ends_on.errors = [str(refusal)]
        else:
            flash(f"已指定{deputy.name}代理复核，期间作出的结论会写明由谁代理。", "success")
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


@bp.route("/account/deputies/<int:key>", methods=["GET", "POST"])
@requires(P.REVIEW, P.CONFIGURE)
def reschedule(key: int):
    found = _found(key)
    form = SpanForm(obj=found)
    if form.validate_on_submit():
        try:
            found.reschedule(form.starts_on.data, form.ends_on.data, by=me())
        except DomainError as refusal:
            form.ends_on.errors = [str(refusal)]
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
