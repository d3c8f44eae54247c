"""The attachments of a need: a panel of its page, the downloads behind the scope check."""

from flask import Blueprint, abort, flash, render_template, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.queries import may_edit, sees_contacts
from intranet_crm.errors import NotAllowed
from intranet_crm.files import attachments
from intranet_crm.files.rules import HINT
from intranet_crm.needs.forms import FilesForm
from intranet_crm.needs.models import Need
from intranet_crm.needs.queries import find_need

KIND = "need"
bp = Blueprint("need_attachments", __name__, url_prefix="/needs/<int:need_id>/attachments")


def panel_of(need: Need, form: FilesForm | None = None, said: str = "") -> dict:
    """What the panel shows to the person who asks."""
    found = attachments.attachments_of(KIND, [need.id])[need.id]
    writes = may_edit(me(), need.customer)
    return {
        "need": need,
        "attachments": found,
        "files_form": (form or FilesForm()) if writes else None,
        "may_open": sees_contacts(me(), need.customer),
        "removable": {each.id for each in found if writes and attachments.may_remove(me(), each)},
        "hint": HINT,
        "said": said,
    }


def _panel(need: Need, form: FilesForm | None = None, said: str = ""):
    template = "needs/_attachments.html" if htmx.is_request() else "needs/attachments.html"
    return render_template(template, **panel_of(need, form, said))


def _done(need: Need, said: str):
    if htmx.is_request():
        return _panel(need, said=said)
    flash(said, "success")
    return htmx.go_to(url_for("needs.show", need_id=need.id))


def _need(need_id: int, *, to_write: bool = False) -> Need:
    need = find_need(me(), need_id) or abort(404)
    if to_write and not may_edit(me(), need.customer):
        raise NotAllowed("你可以查看这项需求，但不能修改它的附件，请联系客户的负责人。")
    return need


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def index(need_id: int):
    return _panel(_need(need_id))


@bp.post("")
@requires(P.EDIT_CUSTOMERS)
def upload(need_id: int):
    need, form = _need(need_id, to_write=True), FilesForm()
    if not form.validate():
        return _panel(need, form), 422
    made = attachments.attach(KIND, need.id, form.files.data, me())
    return _done(need, f"已上传 {len(made)} 个附件。")


@bp.get("/<int:attachment_id>")
@requires(P.SEE_CUSTOMERS)
def download(need_id: int, attachment_id: int):
    need = _need(need_id)
    attachment = attachments.find_attachment(KIND, need.id, attachment_id) or abort(404)
    if not sees_contacts(me(), need.customer):  # minutes name people and numbers (C3)
        raise NotAllowed("附件里可能有联系方式，下载需要「查看完整联系方式」权限。")
    return attachments.send_attachment(attachment, me())


@bp.post("/<int:attachment_id>/removal")
@requires(P.EDIT_CUSTOMERS)
def remove(need_id: int, attachment_id: int):
    need = _need(need_id, to_write=True)
    attachment = attachments.find_attachment(KIND, need.id, attachment_id) or abort(404)
    attachments.remove(attachment, me())
    return _done(need, f"已移除附件「{attachment.name}」。")
