"""The one box: suggestions while typing, and the page of all that was found (R1)."""

from flask import Blueprint, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, requires
from intranet_crm.search import queries
from intranet_crm.search.rules import asked

bp = Blueprint("search", __name__)
blueprints = [bp]

SUGGESTED, LISTED = 5, 50


@bp.get("/search")
@requires(*queries.SEARCHERS)
def index():
    sought, kinds = asked(request.args.get("q")), queries.kinds_for(me())
    only = request.args.get("kind", "")
    only = only if only in dict(kinds) else ""
    if not only and (address := queries.address_of(me(), sought)):
        return redirect(address, 303)
    groups = queries.found_by(me(), sought, LISTED, only)
    tabs = [
        (label, url_for("search.index", q=sought.text, kind=key or None), key == only)
        for key, label in [("", "全部"), *kinds]
    ]
    return render_template("search/index.html", sought=sought, kinds=tabs, groups=groups, listed=LISTED)


@bp.get("/search/suggestions")
@requires(*queries.SEARCHERS)
def suggestions():
    sought = asked(request.args.get("q"))
    groups = queries.found_by(me(), sought, SUGGESTED)
    return render_template("search/_suggestions.html", sought=sought, groups=groups)
