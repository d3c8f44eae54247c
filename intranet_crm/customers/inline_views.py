"""Status, stage and grade changed in the row of the list."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from wtforms import HiddenField

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers import lists
from intranet_crm.customers.bulk import open_to
from intranet_crm.customers.grading import set_grade
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, may_edit, sees_contacts
from intranet_crm.customers.saved_lists import columns_for
from intranet_crm.customers.whose import Reaches
from intranet_crm.errors import NotAllowed
from intranet_crm.reference.choices import CUSTOMER_GRADES, CUSTOMER_STATUSES, FOLLOWUP_STAGES
from intranet_crm.reference.form_fields import SentenceField, options, select

bp = Blueprint("inline", __name__, url_prefix="/customers/<int:key>/row")

CHOICES = {
    "status": ("客户状态", CUSTOMER_STATUSES),
    "stage": ("跟进阶段", FOLLOWUP_STAGES),
    "grade": ("客户分级", CUSTOMER_GRADES),
}


class CellForm(FlaskForm):
    """One value of one customer, with the one that the person had before the eyes."""

    value = select("", (), required=True)
    reason = SentenceField("原因", required=True, longest=300)
    seen = HiddenField()

    def __init__(self, customer: Customer, what: str):
        current = getattr(customer, what)
        super().__init__(data={"value": current, "seen": current})
        label, choices = CHOICES[what]
        self.value.label.text = label
        self.value.choices = options(choices, None if current else "未分级")
        for field in self:  # several rows may stand open in one page
            field.id = field.label.field_id = f"{what}-{field.short_name}-{customer.id}"


def _editable(key: int) -> Customer:
    customer = find_customer(me(), key) or abort(404)
    if not may_edit(me(), customer) or not sees_contacts(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能修改，请联系客户的负责人。")
    return customer


@bp.route("/<what>", methods=["GET", "POST"])
@requires(P.EDIT_CUSTOMERS)
def cell(key: int, what: str):
    if what not in CHOICES:
        abort(404)
    customer = _editable(key)
    form = CellForm(customer, what)
    if form.validate_on_submit():
        _change(customer, what, form)
        return row(key) if htmx.is_request() else redirect(url_for("customers.show", key=key), 303)
    page = render_template(
        f"customers/lists/{'_cell' if htmx.is_request() else 'cell'}.html",
        form=form,
        customer=customer,
        here=request.path,
    )
    if not form.errors:
        return page
    return htmx.into(page, f"#{what}-{key}", 422)  # the form asks for its row, which it is to be no more


def _change(customer: Customer, what: str, form: CellForm) -> None:
    value, seen = form.value.data, form.seen.data or ""
    if what == "grade":
        set_grade(customer, value, seen=seen, reason=form.reason.data, by=me())
        return
    wanted = {"status": customer.status, "stage": customer.stage}
    customer.change_status(
        **(wanted | {what: value}),
        reason=form.reason.data,
        by=me(),
        seen=tuple((wanted | {what: seen}).values()),
    )


@bp.get("")
@requires(P.EDIT_CUSTOMERS)
def row(key: int):
    """The row as it is now."""
    if not htmx.is_request():
        return redirect(url_for("customers.show", key=key))
    rows = lists.rows_of(Reaches(me()), [_editable(key).id])
    operations = open_to(me())
    return render_template(
        "customers/lists/_row.html", row=rows[0], columns=columns_for(me()), operations=operations
    )
