"""Seeing an ID number in full: a right of its own, and each look is logged (B3)."""

from flask import Blueprint, abort, render_template

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.identity import revealed
from intranet_crm.customers.queries import find_customer

bp = Blueprint("identity", __name__, url_prefix="/customers")


@bp.post("/<int:key>/citizen-id/readings")
@requires(P.REVEAL_ID)
def reveal(key: int):
    customer = find_customer(me(), key, P.REVEAL_ID) or abort(404)
    number = revealed(customer, by=me())
    page = "customers/_citizen_id.html" if htmx.is_request() else "customers/citizen_id.html"
    return render_template(page, customer=customer, number=number)
