"""The changes of a customer's needs (D6): the whole history, and how far the answer to one is."""

from datetime import datetime

from flask import Blueprint, abort, flash, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.queries import find_customer, may_edit, sees_contacts, shown_texts
from intranet_crm.errors import NotAllowed, StaleVersion
from intranet_crm.needs import history
from intranet_crm.needs.forms import ResponseForm
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.queries import find_need

bp = Blueprint("need_changes", __name__)


@bp.get("/customers/<int:customer_id>/needs/changes")
@requires(P.SEE_CUSTOMERS)
def index(customer_id: int):
    customer = find_customer(me(), customer_id) or abort(404)
    shown = shown_texts(me(), [customer.id])[customer.id]
    found = history.of_customer(customer, shown, before=_moment(request.args.get("before")))
    page = found[: history.PAGE]
    more = url_for(".index", customer_id=customer.id, before=page[-1].at.isoformat())
    return render_template(
        "needs/changes.html",
        customer=customer,
        history=page,
        next_url=more if len(found) > history.PAGE else None,
        may_edit=may_edit(me(), customer),
    )


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text or "").replace(tzinfo=None)
    except ValueError:
        return None


def _change(need_id: int, key: int) -> tuple[Need, NeedChange]:
    need = find_need(me(), need_id) or abort(404)
    if not may_edit(me(), need.customer) or not sees_contacts(me(), need.customer):
        raise NotAllowed("你可以查看这项需求，但不能登记答复，请联系客户的负责人。")
    return need, history.find_change(need, key) or abort(404)


@bp.get("/needs/<int:need_id>/changes/<int:key>")
@requires(P.EDIT_CUSTOMERS)
def show(need_id: int, key: int):
    """The change again, when the person thinks better of answering it; its page is the need's."""
    need, change = _change(need_id, key)
    return _shown(need, change) if htmx.is_request() else htmx.go_to(_place(need, change))


@bp.route("/needs/<int:need_id>/changes/<int:key>/response", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def respond(need_id: int, key: int):
    need, change = _change(need_id, key)
    form = ResponseForm(change)
    if form.validate_on_submit():
        try:
            change.respond(form.progress.data, response=form.response.data, seen=form.version.data, by=me())
        except StaleVersion as error:
            form.bring_up_to(history.find_change(need, key), str(error))
        else:
            if htmx.is_request():
                return _shown(need, history.find_change(need, key))
            flash("响应进度已更新。", "success")
            return htmx.go_to(_place(need, change))
    template = "needs/_response.html" if htmx.is_request() else "needs/response.html"
    item = history.item_of(change, shown_texts(me(), [need.customer_id])[need.customer_id])
    return render_template(template, need=need, item=item, form=form), 422 if form.errors else 200


def _shown(need: Need, change: NeedChange):
    item = history.item_of(change, shown_texts(me(), [need.customer_id])[need.customer_id])
    return render_template("needs/_change.html", item=item, may_edit=True)


def _place(need: Need, change: NeedChange) -> str:
    return url_for("needs.show", need_id=need.id, _anchor=f"change-{change.id}")
