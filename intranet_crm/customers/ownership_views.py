"""Who works on a customer (A6): a panel of the dossier; changing owner and collaborators."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from markupsafe import Markup

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers import ownership_queries as queries
from intranet_crm.customers.bulk_forms import owners_for
from intranet_crm.customers.models import Collaboration, Customer
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.customers.ownership_forms import CollaborationForm, OwnerForm
from intranet_crm.customers.queries import find_customer, shown_texts
from intranet_crm.errors import DomainError, NotAllowed, StaleVersion

bp = Blueprint("ownership", __name__, url_prefix="/customers/<int:key>")


def _shared_by_me(key: int) -> Customer:
    customer = find_customer(me(), key) or abort(404)
    if not queries.may_share(me(), customer):
        raise NotAllowed("协作人由客户的负责人、所在团队的主管或管理员添加，请联系负责人。")
    return customer


@bp.get("/ownership")
@requires(P.SEE_CUSTOMERS)
def panel(key: int):
    return _panel(find_customer(me(), key) or abort(404))


def _panel(customer: Customer, said: str = "") -> str:
    return render_template(
        f"customers/ownership/{'_panel' if htmx.is_request() else 'index'}.html",
        customer=customer,
        collaborations=queries.collaborations_of(customer),
        changes=queries.owner_changes(customer, shown_texts(me(), [customer.id])[customer.id]),
        may_share=queries.may_share(me(), customer),
        may_reassign=queries.may_reassign(me(), customer),
        said=said,
    )


def _saved(customer: Customer, said: str):
    if htmx.is_request():
        return _panel(customer, said)
    flash(said, "success")
    return redirect(url_for(".panel", key=customer.id), 303)


def _form(form: CollaborationForm, customer: Customer, **more: Any) -> str:
    in_place = htmx.is_request()
    template = f"customers/ownership/{'_form' if in_place else 'form'}.html"
    return render_template(template, form=form, customer=customer, in_place=in_place, **more)


@bp.get("/collaborators/new")
@requires(P.EDIT_CUSTOMERS, P.REASSIGN)
def new(key: int):
    customer = _shared_by_me(key)
    return _form(CollaborationForm(queries.possible_collaborators(customer)), customer)


@bp.post("/collaborators")
@requires(P.EDIT_CUSTOMERS, P.REASSIGN)
def share(key: int):
    customer = _shared_by_me(key)
    form = CollaborationForm(queries.possible_collaborators(customer))
    if not form.validate():
        return _form(form, customer), 422
    person = form.chosen()
    try:
        Collaboration.share(customer, person, may_write=form.may_write, until=form.until.data, by=me())
    except DomainError as refused:
        form.person.errors = [str(refused)]
        return _form(form, customer), 422
    return _saved(customer, f"已添加协作人{person.name}，并通知了对方。")


@bp.route("/collaborators/<int:person_id>", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS, P.REASSIGN)
def revise(key: int, person_id: int):
    customer = _shared_by_me(key)
    found = queries.find_collaboration(customer, person_id) or abort(404)
    form = CollaborationForm([], found)
    if not form.validate_on_submit():
        return _form(form, customer, found=found), 422 if form.errors else 200
    try:
        found.revise(may_write=form.may_write, until=form.until.data, seen=form.seen.data or "", by=me())
    except StaleVersion as stale:
        form.seen.data = found.state
        form.access.errors = [f"{stale}（现在是：{found.words}）"]
        return _form(form, customer, found=found), 409
    except DomainError as refused:
        form.access.errors = [str(refused)]
        return _form(form, customer, found=found), 422
    return _saved(customer, f"已修改{found.person.name}的协作。")


@bp.post("/collaborators/<int:person_id>/removal")
@requires(P.EDIT_CUSTOMERS, P.REASSIGN)
def remove(key: int, person_id: int):
    customer = _shared_by_me(key)
    found = queries.find_collaboration(customer, person_id) or abort(404)
    found.end(seen=request.form.get("seen") or found.state, by=me())
    return _saved(customer, f"已移除协作人{found.person.name}。")


@bp.route("/owner", methods=["GET", "POST"])
@requires(P.REASSIGN)
def owner(key: int):
    customer = find_customer(me(), key) or abort(404)
    if not queries.may_reassign(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能变更负责人，请联系所在团队的主管。")
    form, status = OwnerForm(customer, owners_for(me())), 200
    if form.validate_on_submit():
        try:
            change = OwnerChange.make(
                customer,
                form.chosen(),
                reason=form.reason.data,
                seen=form.seen_owner(),
                by=me(),
                with_tasks=form.with_tasks.data,
            )
        except DomainError as refused:
            form.owner.errors = [str(refused)]
            form.seen.data, status = customer.owner_id, refused.status
        else:
            flash(_changed(change), "success")
            return redirect(url_for("customers.show", key=key), 303)
    return render_template("customers/ownership/owner.html", form=form, customer=customer), (
        422 if form.errors and status == 200 else status
    )


def _changed(change: OwnerChange) -> Markup:
    """What was done, and the way to the booklet that both sign, where the customer is still within reach."""
    said = Markup("负责人已改为{}，双方都收到了通知。").format(change.new.name)
    if find_customer(me(), change.customer_id) is None:
        return said
    way = url_for("booklets.new", key=change.customer_id, to=change.new_id, **{"from": change.old_id})
    return said + Markup('<a href="{}">打印客户交接册</a>').format(way)
