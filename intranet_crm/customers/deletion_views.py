"""The recycle bin (B15): deleting a customer after a look at what goes with it, restoring, asking for one."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from intranet_crm import htmx, secrecy
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers import belongings
from intranet_crm.customers.deletion_queries import (
    PAGE,
    Lookalike,
    bin_page,
    find_deletion,
    lookalikes,
)
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.forms import CustomerForm
from intranet_crm.customers.list_forms import place_of, place_text
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, reached
from intranet_crm.reference.form_fields import SentenceField
from intranet_crm.reference.form_text import line

bp = Blueprint("deletions", __name__, url_prefix="/customers")


class DeletionForm(FlaskForm):
    reason = SentenceField("删除原因", required=True, longest=300)


def may_delete(customer: Customer) -> bool:
    return bool(reached(me(), P.DELETE, [customer.id]))


@bp.route("/<int:key>/deletion", methods=["GET", "POST"])
@requires(P.DELETE)
def delete(key: int):
    customer = find_customer(me(), key) or abort(404)
    if not may_delete(customer):
        abort(404)
    form = DeletionForm()
    if form.validate_on_submit():
        Deletion.put_away(customer, reason=form.reason.data, by=me())
        flash(f"「{customer.name}」已放进回收站，可以随时恢复。", "success")
        return redirect(url_for(".index"), 303)
    gone, stays = belongings.counted(key)
    shown = {"customer": customer, "form": form, "gone": gone, "stays": stays}
    return render_template("customers/deletions/new.html", **shown), 422 if form.errors else 200


@bp.get("/deleted")
@requires(P.DELETE)
def index():
    text = line(request.args.get("q"))
    found = bin_page(me(), text, place_of(request.args.get("after")))
    page, next_url = found[:PAGE], None
    if len(found) > PAGE:
        next_url = url_for(".index", q=text or None, after=place_text((page[-1].at, page[-1].id)))
    template = "customers/deletions/_list.html" if htmx.is_request() else "customers/deletions/index.html"
    return render_template(template, page=page, text=text, next_url=next_url)


@bp.post("/<int:key>/restoration")
@requires(P.DELETE)
def restore(key: int):
    deletion = find_deletion(me(), key) or abort(404)
    customer = deletion.restore(by=me())
    flash("客户已恢复，联系人、需求、跟进和未办结的待办都回来了。", "success")
    return htmx.go_to(url_for("customers.show", key=customer.id))


def lookalikes_of(form: CustomerForm) -> list[Lookalike]:
    """Who in the bin resembles the customer that is typed in."""
    number = None if form.is_enterprise else form.citizen_id.data
    return lookalikes(
        me(),
        kind=form.kind_of or "",
        name=form.name.data or "",
        credit_code=form.credit_code.data if form.is_enterprise else None,
        citizen_id_hash=secrecy.keyed_hash(number) if number and "*" not in number else None,
    )


def knows_of(found: list[Lookalike]) -> bool:
    """Whether the page that was sent had shown all of them: then a new customer is meant."""
    return {str(each.customer_id) for each in found} <= set(request.form.getlist("aware"))


@bp.post("/deleted/matches")
@requires(P.EDIT_CUSTOMERS)
def matches():
    """Beside the form of a new customer, when name or code was typed."""
    found = lookalikes_of(CustomerForm())
    return render_template("customers/deletions/_lookalikes.html", lookalikes=found)


@bp.post("/<int:key>/restoration-requests")
@requires(P.EDIT_CUSTOMERS)
def ask_back(key: int):
    """Ask for a customer that resembles the one typed in, and come back to the form."""
    form = CustomerForm()
    found = lookalikes_of(form)
    if key not in {each.customer_id for each in found}:
        abort(404)
    Deletion.get((Deletion.customer == key) & Deletion.restored_at.is_null()).ask_back(by=me())
    flash("已请管理员恢复；恢复后原负责人会收到通知。这里填写的内容还没有保存。", "success")
    return render_template("customers/form.html", form=form, lookalikes=found, asked=key)
