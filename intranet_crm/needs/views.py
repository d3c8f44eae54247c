"""Needs: the panel of a dossier, the page of one need, its form."""

from flask import Blueprint, abort, flash, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers.contact_queries import contact_cards
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import (
    as_it_is,
    find_customer,
    may_edit,
    sees_contacts,
    shown_texts,
)
from intranet_crm.database import database
from intranet_crm.errors import DomainError, NotAllowed, StaleVersion
from intranet_crm.files.attachments import attach
from intranet_crm.files.rules import HINT
from intranet_crm.needs import attachment_views, change_views, history, tag_admin_views, tag_views, tags
from intranet_crm.needs.attachment_views import KIND, panel_of
from intranet_crm.needs.forms import NeedForm
from intranet_crm.needs.merging import take_over
from intranet_crm.needs.models import Need
from intranet_crm.needs.queries import find_need, followups_of, needs_of
from intranet_crm.needs.wording import need_words

bp = Blueprint("needs", __name__)
blueprints = [bp, attachment_views.bp, change_views.bp, tag_views.bp, tag_admin_views.bp]
LATEST = 3  # changes in the panel


def _customer(customer_id: int, *, to_write: bool = False) -> Customer:
    customer = find_customer(me(), customer_id) or abort(404)
    if to_write and not may_edit(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能记录它的需求，请联系客户的负责人。")
    return customer


def _need(need_id: int) -> Need:
    return find_need(me(), need_id) or abort(404)


@bp.get("/customers/<int:customer_id>/needs")
@requires(P.SEE_CUSTOMERS)
def panel(customer_id: int):
    customer = _customer(customer_id)
    shown = shown_texts(me(), [customer.id])[customer.id]
    needs = needs_of(customer)
    latest = history.of_customer(customer, shown, most=LATEST)
    return render_template(
        f"needs/{'_panel' if htmx.is_request() else 'index'}.html",
        customer=customer,
        needs=[(need, need_words(need, shown is as_it_is, shown)) for need in needs],
        tags=tags.tags_of([need.id for need in needs]),
        latest=[item for item in latest[:LATEST] if item.rows],
        may_edit=may_edit(me(), customer),
    )


@bp.route("/customers/<int:customer_id>/needs/new", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def new(customer_id: int):
    customer = _customer(customer_id, to_write=True)
    source = request.args.get("followup", None, whole_number)
    entries = followups_of(customer, source)
    source = next((entry for entry in entries if entry.subject_id == source), None)
    form = NeedForm(
        shows_names=sees_contacts(me(), customer),
        followups=entries,
        inferred_from=source and source.subject_id,
    )
    if not form.validate_on_submit():
        return _form(form, customer, source=source), 422 if form.errors else 200
    try:
        with database.atomic():
            need = Need.record(customer, by=me(), **form.told(), **form.facts())
            tags.put_on(need, form.tags(), by=me())
            attach(KIND, need.id, form.files.data, me())
    except DomainError as error:  # a tag that is out of use
        form.free_tags.errors = [str(error)]
        return _form(form, customer, source=source), 422
    flash("需求已保存。", "success")
    return htmx.go_to(url_for("needs.show", need_id=need.id))


@bp.get("/needs/<int:need_id>")
@requires(P.SEE_CUSTOMERS)
def show(need_id: int):
    need = _need(need_id)
    shown = shown_texts(me(), [need.customer_id])[need.customer_id]
    return render_template(
        "needs/show.html",
        words=need_words(need, shown is as_it_is, shown),
        may_edit=may_edit(me(), need.customer),
        tags=tags.tags_of([need.id]).get(need.id, []),
        history=history.of_need(need, shown),
        **panel_of(need),
    )


@bp.route("/needs/<int:need_id>/edit", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def edit(need_id: int):
    need = _need(need_id)
    customer = _customer(need.customer_id, to_write=True)
    if not sees_contacts(me(), customer):  # the form shows what the page masks
        raise NotAllowed("修改需求需要「查看完整联系方式」权限，请联系系统管理员。")
    form = NeedForm(need, followups=followups_of(customer, need.followup_id))
    if not form.validate_on_submit():
        return _form(form, customer, need), 422 if form.errors else 200
    try:
        need.revise(form.version.data, me(), form.cause(), **form.facts())
    except StaleVersion:
        now = _need(need_id)
        clashes, editor = take_over(form, now)
        return _form(form, customer, now, clashes=clashes, editor=editor), 409
    flash("需求已保存。", "success")
    return htmx.go_to(url_for("needs.show", need_id=need.id))


def _form(form: NeedForm, customer: Customer, need: Need | None = None, **more):
    in_full = sees_contacts(me(), customer)
    return render_template(
        "needs/form.html",
        form=form,
        customer=customer,
        need=need,
        hint=HINT,
        contacts=contact_cards(customer, in_full) if in_full else [],
        shown=shown_texts(me(), [customer.id])[customer.id],
        **more,
    )
