"""「核实」 of a section, and the list of dossiers that want it (B12)."""

from flask import Blueprint, abort, flash, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers import stale
from intranet_crm.customers.list_forms import place_of, place_text
from intranet_crm.customers.queries import find_customer, may_edit, sees_contacts
from intranet_crm.customers.sections import SECTIONS, checks_of, sections_of, verify
from intranet_crm.customers.settings import STALE_AFTER
from intranet_crm.errors import NotAllowed

bp = Blueprint("sections", __name__, url_prefix="/customers")


@bp.post("/<int:key>/sections/<section>/verification")
@requires(P.EDIT_CUSTOMERS)
def verification(key: int, section: str):
    customer = find_customer(me(), key) or abort(404)
    if section not in sections_of(customer.kind):
        abort(404)
    if not (may_edit(me(), customer) and sees_contacts(me(), customer)):
        raise NotAllowed("你可以查看这位客户，但不能核实它的资料，请联系客户的负责人。")
    verify(customer, section, by=me())
    said = f"已核实{SECTIONS[section]}。"
    if htmx.is_request():
        check = checks_of(customer)[section]
        return render_template("customers/_verified.html", customer=customer, check=check, said=said)
    flash(said, "success")
    return htmx.go_to(url_for("customers.show", key=key))


@bp.get("/stale")
@requires(P.SEE_CUSTOMERS)
def index():
    page = stale.page(me(), place_of(request.args.get("after")))
    more = url_for(".index", after=place_text(page.after)) if page.after else None
    return render_template("customers/stale.html", rows=page.rows, next_url=more, days=STALE_AFTER.days)
