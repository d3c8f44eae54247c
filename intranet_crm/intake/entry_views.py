"""The entry page (O7): an approved form beside the customer's file, field by field."""

from flask import Blueprint, abort, flash, redirect, render_template, request

from intranet_crm import clock
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission
from intranet_crm.customers.deletion_queries import Lookalike, lookalikes
from intranet_crm.customers.queries import find_customer, may_edit
from intranet_crm.errors import DomainError, IllegalMove
from intranet_crm.intake import entry, queries
from intranet_crm.intake.entry_clock import entry_clock
from intranet_crm.intake.entry_plan import Plan, known_customer, plan_of
from intranet_crm.intake.models import IntakeForm

bp = Blueprint("entry", __name__)

WHO = (Permission.COLLECT, Permission.EDIT_CUSTOMERS)


@bp.get("/intake/<int:form_id>/entry")
@requires(*WHO)
def show(form_id: int):
    form = _found(form_id)
    if form.entered_at:
        return _after(form, form.customer_id)
    try:
        entry.refuse_stranger(form, known_customer(form), me())
    except IllegalMove as refusal:
        if not form.superseded_by_id:
            raise
        flash(str(refusal), "warning")
        return redirect(f"/intake/{form.id}", 303)  # where the newer version is linked
    return _page(plan_of(form))


@bp.post("/intake/<int:form_id>/entry")
@requires(*WHO)
def enter(form_id: int):
    form = _found(form_id)
    taken = {key.removeprefix("take-") for key, choice in request.form.items() if choice == "form"}
    try:
        customer = entry.enter(form_id, by=me(), seen=request.form.get("seen", ""), taken=taken)
    except DomainError as refusal:
        if refusal.status == 403 or form.state != "approved":
            raise
        return _page(plan_of(_found(form_id)), str(refusal), taken), refusal.status
    flash(f"已录入客户档案，客户编号 {customer.number}。", "success")
    return _after(form, customer.id)


def _found(form_id: int) -> IntakeForm:
    """A form the person may read, or whose customer the person may edit."""
    form = queries.find_form(me(), form_id)
    if form is None:
        form = IntakeForm.get_or_none(IntakeForm.id == form_id) or abort(404)
        customer = known_customer(form) if form.round else None
        if customer is None or not may_edit(me(), customer):
            abort(404)
    return form


def _after(form: IntakeForm, customer_id: int):
    """The customer's page for whom it is in reach, else the form's."""
    reached = find_customer(me(), customer_id)
    return redirect(f"/customers/{customer_id}" if reached else f"/intake/{form.id}", 303)


def _page(plan: Plan, refusal: str = "", taken: set[str] | None = None) -> str:
    form = plan.form
    return render_template(
        "intake/entry/page.html",
        plan=plan,
        form=form,
        refusal=refusal,
        taken=taken,
        differing=[row for row in plan.rows if row.differs],
        equal=[(row.label, row.form_words) for row in plan.rows if not row.differs],
        lookalikes=[] if plan.customer else _in_bin(form),
        clock=entry_clock(form.entry_due_on, clock.today(), form.entry_due_is_expected),
    )


def _in_bin(form: IntakeForm) -> list[Lookalike]:
    """Who in the recycle bin resembles the customer that the entry would make (B15)."""
    return lookalikes(
        me(),
        kind=form.values.get("customer_kind", ""),
        name=form.customer_name,
        credit_code=form.values.get("credit_code"),
        citizen_id_hash=form.citizen_id_hash,
    )
