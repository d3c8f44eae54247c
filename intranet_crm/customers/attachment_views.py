"""A customer's attachments: a panel of the dossier, the downloads behind the scope check."""

from flask import Blueprint, abort, flash, render_template, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.attachments import KIND, UploadForm, attach_to, take_off
from intranet_crm.customers.models import Customer
from intranet_crm.customers.org_chart import CHART_TYPES, org_chart_of
from intranet_crm.customers.queries import find_customer, may_edit, sees_contacts
from intranet_crm.errors import NotAllowed
from intranet_crm.files.attachments import attachments_of, find_attachment, may_remove, send_attachment
from intranet_crm.files.rules import HINT

bp = Blueprint("customer_attachments", __name__, url_prefix="/customers/<int:customer_id>/attachments")


def _customer(customer_id: int) -> Customer:
    return find_customer(me(), customer_id) or abort(404)


def _editable(customer_id: int) -> Customer:
    customer = _customer(customer_id)
    if not may_edit(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能修改它的附件，请联系客户的负责人。")
    return customer


def _panel(customer: Customer, form: UploadForm | None = None, said: str = ""):
    found = attachments_of(KIND, [customer.id])[customer.id]
    writes, chart = may_edit(me(), customer), org_chart_of(customer)
    return render_template(
        f"customers/attachments/{'_panel' if htmx.is_request() else 'index'}.html",
        customer=customer,
        attachments=found,
        form=(form or UploadForm()) if writes else None,
        may_open=sees_contacts(me(), customer),
        removable={each.id for each in found if writes and may_remove(me(), each)},
        hint=HINT,
        said=said,
        org_chart=chart and chart.id,
        charts=CHART_TYPES,
    )


def _done(customer: Customer, said: str):
    if htmx.is_request():
        return _panel(customer, said=said)
    flash(said, "success")
    return htmx.go_to(url_for("customer_attachments.index", customer_id=customer.id))


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def index(customer_id: int):
    return _panel(_customer(customer_id))


@bp.post("")
@requires(P.EDIT_CUSTOMERS)
def upload(customer_id: int):
    customer, form = _editable(customer_id), UploadForm()
    if not form.validate():
        return _panel(customer, form), 422
    made = attach_to(customer, form.files.data, me())
    return _done(customer, f"已上传 {len(made)} 个附件。")


@bp.get("/<int:attachment_id>")
@requires(P.SEE_CUSTOMERS)
def download(customer_id: int, attachment_id: int):
    customer = _customer(customer_id)
    attachment = find_attachment(KIND, customer.id, attachment_id) or abort(404)
    if not sees_contacts(me(), customer):  # a card shows what the page masks (C3)
        raise NotAllowed("附件里可能有联系方式，下载需要「查看完整联系方式」权限。")
    return send_attachment(attachment, me())


@bp.post("/<int:attachment_id>/removal")
@requires(P.EDIT_CUSTOMERS)
def remove(customer_id: int, attachment_id: int):
    customer = _editable(customer_id)
    attachment = find_attachment(KIND, customer.id, attachment_id) or abort(404)
    take_off(customer, attachment, me())
    return _done(customer, f"已移除附件「{attachment.name}」。")
