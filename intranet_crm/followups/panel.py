"""Adding a follow-up: the panel on the customer's page, the page without script, choosing the customer."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from intranet_crm import clock, htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers import timeline
from intranet_crm.customers.contact_queries import contact_cards
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, may_edit, sees_contacts
from intranet_crm.errors import NotAllowed, StaleVersion
from intranet_crm.followups import queries
from intranet_crm.followups.forms import FollowUpForm
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.to_confirm import to_confirm
from intranet_crm.reference.form_text import line

bp = Blueprint("customer_followups", __name__)


def _editable(key: int) -> Customer:
    customer = find_customer(me(), key) or abort(404)
    if not may_edit(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能添加跟进，请联系客户的负责人。")
    return customer


def _form(customer: Customer, **options: bool) -> FollowUpForm:
    in_full = sees_contacts(me(), customer)
    people = queries.choosable(me(), customer.owner)
    cards = [card for card in contact_cards(customer, in_full) if card.is_here]
    return FollowUpForm(me(), people, cards, moved=customer if in_full else None, **options)


def _show(customer: Customer, form: FollowUpForm | None, status: int = 200):
    """The panel for the page that pulled it, or a page around it."""
    template = "followups/_panel.html" if htmx.is_request() else "followups/customer.html"
    in_full = sees_contacts(me(), customer)
    entries = [] if htmx.is_request() else timeline.entries(customer, "followup", in_full=in_full)
    shown = {"customer": customer, "form": form, "entries": entries} | _state(customer)
    return render_template(template, **shown), status


def _state(customer: Customer) -> dict[str, Any]:
    """The last contact, and the quarter's mix of business and care (E4)."""
    return {
        "last": queries.last_of(customer),
        "mix": queries.mix_of(customer, clock.today()),
        "to_confirm": to_confirm(customer),
    }


@bp.get("/customers/<int:key>/followups")
@requires(P.SEE_CUSTOMERS)
def panel(key: int):
    customer = find_customer(me(), key) or abort(404)
    return _show(customer, _form(customer) if may_edit(me(), customer) else None)


@bp.post("/customers/<int:key>/followups")
@requires(P.EDIT_CUSTOMERS)
def add(key: int):
    customer = _editable(key)
    form = _form(customer)
    if "add_step" in request.form:
        form.add_row()
        return _show(customer, form)
    if not form.validate_on_submit():
        return _show(customer, form, 422)
    move = form.move()
    try:
        saved = FollowUp.record(
            customer, key=form.key.data, by=me(), move=move, **form.facts(), **form.parts()
        )
    except StaleVersion:
        now = _editable(key)
        form.tell_moved(now)
        return _show(now, form, 409)
    sentence = "跟进已添加。" if not move else "跟进已添加，客户状态已更改。"
    sentence = "这条跟进已经保存过，没有重复添加。" if saved.repeated else sentence
    if saved.purpose == "return_visit":
        sentence += "业务有变化时，请一并更新客户的需求。"
    if move or not htmx.is_request():  # the page's head shows the status too
        flash(sentence, "success")
        return htmx.go_to(f"/customers/{customer.id}")
    asked_on = htmx.page_shown()
    if asked_on and not asked_on.startswith(f"/customers/{customer.id}"):  # in a to-do's dialog
        flash(sentence, "success")
        return htmx.go_to(asked_on)
    return render_template(
        "followups/_added.html",
        customer=customer,
        form=_form(customer, posted=False),
        **_state(customer),
        entry=None if saved.repeated else queries.entry_of(saved),
        sentence=sentence,
        offers_needs=saved.purpose == "return_visit",
    )


@bp.get("/customers/<int:key>/followups/row")
@requires(P.EDIT_CUSTOMERS)
def step_row(key: int):
    """One more line of next steps, and the button that asks for the one after it."""
    customer = _editable(key)
    if not htmx.is_request():
        return redirect(url_for(".panel", key=key))
    form, index = _form(customer), min(max(request.args.get("index", 0, whole_number), 0), 50)
    while len(form.steps) <= index:
        form.add_row()
    return render_template(
        "followups/_more_steps.html", customer=customer, row=form.steps[index], index=index + 1
    )


@bp.get("/followups/new")
@requires(P.EDIT_CUSTOMERS)
def new():
    """Which customer the follow-up is about."""
    text = line(request.args.get("name"))
    template = "followups/_choices.html" if htmx.is_request() else "followups/new.html"
    return render_template(template, text=text, customers=queries.writable_named(me(), text))
