"""The list of customers, a customer's page, and changing it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers import (
    attachment_views,
    bulk_views,
    contact_views,
    deletion_views,
    grade_admin_views,
    grade_views,
    identity_views,
    inline_views,
    list_column_views,
    list_page,
    org_chart_views,
    ownership_views,
    rules,
    saved_list_views,
    section_views,
    tag_admin_views,
    tag_views,
    timeline,
)
from intranet_crm.customers.course import course_of
from intranet_crm.customers.facts import sections_about
from intranet_crm.customers.forms import CustomerForm, StatusForm
from intranet_crm.customers.identity import Taken
from intranet_crm.customers.list_forms import place_of, place_text
from intranet_crm.customers.merging import last_editor, take_over
from intranet_crm.customers.models import Customer, owner_of
from intranet_crm.customers.org_chart import org_chart_of
from intranet_crm.customers.queries import (
    find_customer,
    may_edit,
    may_tag,
    reached,
    sees_contacts,
    shown_texts,
)
from intranet_crm.customers.sections import checks_of
from intranet_crm.customers.tags import tags_of
from intranet_crm.errors import NotAllowed, StaleVersion
from intranet_crm.reference import choices

bp = Blueprint("customers", __name__, url_prefix="/customers")
blueprints = [
    bp,
    contact_views.bp,
    attachment_views.bp,
    tag_views.bp,
    tag_admin_views.bp,
    saved_list_views.bp,
    list_column_views.bp,
    bulk_views.bp,
    inline_views.bp,
    identity_views.bp,
    grade_views.bp,
    grade_admin_views.bp,
    deletion_views.bp,
    ownership_views.bp,
    section_views.bp,
    org_chart_views.bp,
]


def _readable(key: int) -> Customer:
    return find_customer(me(), key) or abort(404)


def _editable(key: int) -> Customer:
    """The customer, to be changed; one that may only be read is refused with a sentence."""
    customer = _readable(key)
    if not may_edit(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能修改，请联系客户的负责人。")
    if not sees_contacts(me(), customer):
        raise NotAllowed("修改客户需要「查看完整联系方式」权限，请联系系统管理员。")
    return customer


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def index():
    shown = list_page.shown(me(), request.args)
    if htmx.is_request():
        return htmx.push_address(render_template("customers/_list.html", **shown), shown["address"])
    return render_template("customers/index.html", **shown, **list_page.views(me(), shown["query_string"]))


@bp.route("/new", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def new():
    form = CustomerForm()
    found = deletion_views.lookalikes_of(form) if form.is_submitted() else []
    if form.validate_on_submit() and deletion_views.knows_of(found):
        try:
            customer = Customer.open(form.values(), by=me(), first_contact=form.first_contact())
        except Taken as taken:
            form[taken.field].errors = [str(taken)]
        else:
            return _saved(form, customer, f"已新建客户，编号 {customer.number}。")
    status = 422 if form.is_submitted() else 200
    return render_template("customers/form.html", form=form, lookalikes=found), status


@bp.get("/<int:key>")
@requires(P.SEE_CUSTOMERS)
def show(key: int):
    customer = _readable(key)
    return render_template("customers/show.html", **_dossier(customer), **_timeline(customer))


def _dossier(customer: Customer) -> dict[str, Any]:
    in_full = sees_contacts(me(), customer)
    editable = may_edit(me(), customer) and in_full
    return {
        "customer": customer,
        "sections": sections_about(customer),
        "checks": checks_of(customer),
        "org_chart": org_chart_of(customer),
        "course": course_of(customer, shown_texts(me(), [customer.id])[customer.id]),
        "may_open": in_full,
        "may_edit": editable,
        "may_reveal": bool(customer.citizen_id_cipher)
        and me().may(P.REVEAL_ID)
        and find_customer(me(), customer.id, P.REVEAL_ID) is not None,
        "may_export": customer.id in reached(me(), P.EXPORT, [customer.id]),
        "may_see_sheets": me().may(P.SEE_SHEETS),
        "may_collect": editable and me().may(P.COLLECT),
        "status_words": choices.CUSTOMER_STATUSES.label(customer.status),
        "grade_words": choices.CUSTOMER_GRADES.label(customer.grade),
        "status_form": StatusForm(customer) if editable else None,
        "tags": tags_of([customer.id]).get(customer.id, []),
        "may_tag": may_tag(me(), customer),
        "may_delete": deletion_views.may_delete(customer),
    }


@bp.route("/<int:key>/edit", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def edit(key: int):
    customer = _editable(key)
    form, clashes = CustomerForm(customer), None
    if form.validate_on_submit():
        try:
            customer.revise(form.values(), seen=form.version.data, by=me())
        except Taken as taken:
            form[taken.field].errors = [str(taken)]
        except StaleVersion:
            clashes = take_over(form, _editable(key))
        else:
            return _saved(form, customer, "客户资料已保存。")
    return render_template(
        "customers/form.html",
        form=form,
        customer=customer,
        clashes=clashes,
        editor=last_editor(customer) if clashes is not None else None,
    ), 409 if clashes is not None else 422 if form.errors else 200


def _saved(form: CustomerForm, customer: Customer, said: str):
    flash(said, "success")
    for sentence in form.warnings():
        flash(sentence, "warning")
    return redirect(url_for(".show", key=customer.id), 303)


@bp.route("/<int:key>/status", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def status(key: int):
    customer = _editable(key)
    form = StatusForm(customer)
    if form.validate_on_submit():
        customer.change_status(
            form.status.data, form.stage.data, reason=form.reason.data, by=me(), seen=form.seen_pair()
        )
        flash("客户状态已更改。", "success")
        return redirect(url_for(".show", key=key), 303)
    return render_template("customers/status.html", form=form, customer=customer), 422 if form.errors else 200


@bp.get("/<int:key>/timeline")
@requires(P.SEE_CUSTOMERS)
def timeline_of(key: int):
    customer = _readable(key)
    shown = _timeline(customer)
    if not htmx.is_request():
        return render_template("customers/timeline.html", customer=customer, **shown)
    part = "_timeline_more" if request.args.get("before") else "_timeline"
    return render_template(f"customers/{part}.html", customer=customer, **shown)


def _timeline(customer: Customer) -> dict[str, Any]:
    kind = request.args.get("kind", "")
    kind = kind if kind in dict(timeline.KINDS) else ""
    before = place_of(request.args.get("before"))
    found = timeline.entries(customer, kind, before, in_full=sees_contacts(me(), customer))
    page = found[: timeline.PAGE]
    more = place_text((page[-1].at, page[-1].id)) if len(found) > timeline.PAGE else None
    return {"entries": page, "kind": kind, "kinds": timeline.KINDS, "more": more, "begins": before is None}


@bp.get("/credit-code")
@requires(P.EDIT_CUSTOMERS)
def credit_code():
    """Beside the field while it is typed: right, wrong, or taken and by whom (B3)."""
    form = CustomerForm(formdata=request.args, meta={"csrf": False})
    form.credit_code.validate(form)
    own_id = request.args.get("customer", 0, whole_number)
    taken = owner_of("credit_code", form.credit_code.data, own_id)
    return render_template(
        "customers/_credit_code.html",
        form=form,
        said=str(Taken("credit_code", taken)) if taken else form.credit_code.error or "",
        key=own_id,
    )


@bp.get("/size")
@requires(P.EDIT_CUSTOMERS)
def size():
    """The labels that follow from the numbers in the form (B5)."""
    form = CustomerForm(formdata=request.args, meta={"csrf": False})
    for name in rules.SIZE:
        form[name].validate(form)
    return render_template("customers/_size.html", size=form.size())
