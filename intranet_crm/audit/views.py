"""The audit log's screen, for auditors only."""

import json

from flask import Blueprint, flash, redirect, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission
from intranet_crm.addresses import whole_number
from intranet_crm.audit import chain, queries
from intranet_crm.audit.forms import AuditFilter
from intranet_crm.audit.models import ChainCheck

bp = Blueprint("audit", __name__)
blueprints = [bp]


@bp.get("/audit")
@requires(Permission.SEE_AUDIT)
def index():
    form = AuditFilter(request.args)
    wanted = form.data if form.validate() else {}
    found = queries.entries(**wanted, before=request.args.get("before", type=whole_number))
    page, more = found[: queries.PAGE], len(found) > queries.PAGE
    template = "audit/_list.html" if htmx.is_request() else "audit/index.html"
    return render_template(
        template, form=form, page=page, more=more, differences=differences, check=ChainCheck.latest()
    )


@bp.post("/audit/checks")
@requires(Permission.SEE_AUDIT)
def read_again():
    chain.read_again(by=me())
    flash("已安排重新核对，完成后这里会更新。", "success")
    return redirect(url_for(".index"), 303)


def differences(entry) -> list[tuple[str, object, object]]:
    """(name, old, new) of each value that the entry keeps."""
    values = getattr(entry, "auditvalues", None)
    if not values or not values.id:
        return []
    old, new = json.loads(values.old or "{}"), json.loads(values.new or "{}")
    return [(name, old.get(name), new.get(name)) for name in {**old, **new}]
