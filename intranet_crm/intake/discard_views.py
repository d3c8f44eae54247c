"""「删除草稿」 on the page of a form that was never submitted."""

from flask import Blueprint, abort, flash, redirect

from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.intake import discarding, queries

bp = Blueprint("discarding", __name__)


@bp.post("/intake/<int:form_id>/discard")
@requires(P.COLLECT)
def discard(form_id: int):
    found = queries.find_own_form(me(), form_id) or abort(404)
    gone = discarding.discard(found.id, by=me())
    flash(f"草稿 {gone.number} 已删除。", "success")
    return redirect(f"/intake/{gone.amends_id}" if gone.amends_id else "/intake", 303)
