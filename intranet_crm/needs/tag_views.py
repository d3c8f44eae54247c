"""A need's tags, changed in place (D1)."""

from flask import Blueprint, abort, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.conflicts import was_saved
from intranet_crm.customers.queries import may_edit
from intranet_crm.customers.tag_forms import PutOnForm
from intranet_crm.errors import NotAllowed
from intranet_crm.needs import tags
from intranet_crm.needs.models import Need
from intranet_crm.needs.queries import find_need
from intranet_crm.needs.tags import NeedTag

bp = Blueprint("need_tags", __name__, url_prefix="/needs/<int:need_id>/tags")


def _taggable(need_id: int) -> Need:
    need = find_need(me(), need_id) or abort(404)
    if not may_edit(me(), need.customer):
        raise NotAllowed("你可以查看这项需求，但不能改它的标签，请联系客户的负责人。")
    return need


@bp.get("")
@requires(P.EDIT_CUSTOMERS)
def of_need(need_id: int):
    """To be changed, in place or on a page; ``?read`` gives the tags as they are read, in place."""
    need = _taggable(need_id)
    if "read" in request.args and htmx.is_request():
        found = tags.tags_of([need.id]).get(need.id, [])
        return render_template("needs/tags/_shown.html", need=need, tags=found, may_edit=True)
    return _shown(need, PutOnForm())


@bp.post("")
@requires(P.EDIT_CUSTOMERS)
def put_on(need_id: int):
    need, form = _taggable(need_id), PutOnForm()
    if was_saved(form, lambda: tags.put_on(need, [form.name.data], by=me())):
        return _changed(need)
    return _shown(need, form), 422


@bp.post("/<int:key>/removal")
@requires(P.EDIT_CUSTOMERS)
def take_off(need_id: int, key: int):
    need = _taggable(need_id)
    (NeedTag.get_or_none(NeedTag.id == key) or abort(404)).take_off(need, by=me())
    return _changed(need)


def _changed(need: Need):
    if htmx.is_request():
        return _shown(need, PutOnForm(formdata=None))
    return htmx.go_to(url_for("needs.show", need_id=need.id))


def _shown(need: Need, form: PutOnForm):
    """The tags with their form: in place, or as a page of its own."""
    return render_template(
        "needs/tags/_edit.html" if htmx.is_request() else "needs/tags/page.html",
        need=need,
        tags=tags.tags_of([need.id]).get(need.id, []),
        usable=NeedTag.offered(),
        form=form,
    )
