"""The visits of a customer: the last one, the next one and why (F3)."""

from flask import Blueprint, abort, render_template

from intranet_crm import clock, htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.grades import strategy_of
from intranet_crm.customers.queries import find_customer
from intranet_crm.followups.rhythm import outlook

bp = Blueprint("visits", __name__)


@bp.get("/customers/<int:key>/visits")
@requires(P.SEE_CUSTOMERS)
def of_customer(key: int):
    customer = find_customer(me(), key) or abort(404)
    return render_template(
        f"followups/{'_visits' if htmx.is_request() else 'visits'}.html",
        customer=customer,
        outlook=outlook(customer),
        strategy=strategy_of(customer),
        today=clock.today(),
    )
