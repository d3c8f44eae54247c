"""The organisation chart of a customer: its picture on the dossier, and which attachment it is."""

from io import BytesIO

from flask import Blueprint, abort, flash, send_file, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.attachments import KIND
from intranet_crm.customers.org_chart import choose, org_chart_of
from intranet_crm.customers.queries import find_customer, may_edit, sees_contacts
from intranet_crm.errors import NotAllowed
from intranet_crm.files import store
from intranet_crm.files.attachments import find_attachment

bp = Blueprint("org_charts", __name__, url_prefix="/customers/<int:customer_id>")


@bp.get("/org-chart")
@requires(P.SEE_CUSTOMERS)
def picture(customer_id: int):
    """The picture itself, for the page; a file of another kind is downloaded as an attachment."""
    customer = find_customer(me(), customer_id) or abort(404)
    chart = org_chart_of(customer) or abort(404)
    if not sees_contacts(me(), customer):  # it names people (C3)
        raise NotAllowed("组织架构图里有姓名，查看需要「查看完整联系方式」权限。")
    if not chart.file.media_type.startswith("image/"):
        abort(404)
    content = BytesIO(store.read(chart.file))
    response = send_file(content, chart.file.media_type, etag=chart.file.sha256, conditional=True)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@bp.post("/attachments/<int:attachment_id>/org-chart")
@requires(P.EDIT_CUSTOMERS)
def mark(customer_id: int, attachment_id: int):
    customer = find_customer(me(), customer_id) or abort(404)
    if not may_edit(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能设置它的组织架构图，请联系客户的负责人。")
    attachment = find_attachment(KIND, customer.id, attachment_id) or abort(404)
    choose(customer, attachment, by=me())
    flash(f"「{attachment.name}」已设为组织架构图。", "success")
    return htmx.go_to(url_for("customers.show", key=customer.id))
