"""Printing a hand-over booklet: its form, how far it is, its PDF; the maker's own."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from intranet_crm.accounts.access import me, not_activity, requires
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import active_people, people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer
from intranet_crm.customers.ownership_queries import collaborations_of
from intranet_crm.customers.queries import find_customer, sees_contacts
from intranet_crm.dossier import booklets
from intranet_crm.dossier.forms import BookletForm
from intranet_crm.dossier.models import Booklet
from intranet_crm.files.answers import pdf_made

bp = Blueprint("booklets", __name__, url_prefix="/customers/<int:key>/booklets")


def _customer(key: int) -> Customer:
    return find_customer(me(), key) or abort(404)


def _booklet(key: int, booklet_id: int) -> Booklet:
    return booklets.find_booklet(me(), _customer(key), booklet_id) or abort(404)


@bp.route("/new", methods=["GET", "POST"])
@requires(P.SEE_CUSTOMERS)
def new(key: int):
    """The hand-over that has just been made gives ``from`` and ``to`` in the address."""
    customer = _customer(key)
    form = BookletForm(_people(customer), in_full=sees_contacts(me(), customer), **_known(customer))
    if form.validate_on_submit():
        made = Booklet.ask(customer, **form.facts(), by=me())
        return redirect(url_for(".show", key=key, booklet_id=made.id), 303)
    return render_template(
        "dossier/booklet/new.html", customer=customer, form=form, made=booklets.made_today(me(), customer)
    ), 422 if form.errors else 200


def _known(customer: Customer) -> dict[str, Any]:
    giver, taker = request.args.get("from", ""), request.args.get("to", "")
    return {"giver": giver or str(customer.owner_id), "taker": taker}


def _people(customer: Customer) -> list[Person]:
    """Whom a booklet may name: the people within the maker's reach, and who works on the customer or did."""
    near, reach = active_people().select(Person.id), max(me().reach(P.SEE_CUSTOMERS), Reach.TEAM)
    if reach != Reach.ALL:
        near = near.where(Person.id.in_(people_within(me(), reach)))
    ids = {customer.owner_id, customer.success_manager_id, me().id}
    ids |= {row.person_id for row in collaborations_of(customer)}
    ids |= booklets.former_owners(customer)
    found = Person.select(Person, Department).join(Department)
    found = found.where(Person.id.in_(near.order_by()) | Person.id.in_([key for key in ids if key]))
    return list(found.order_by(Department.path, Person.name, Person.id))


@bp.get("/<int:booklet_id>")
@requires(P.SEE_CUSTOMERS)
def show(key: int, booklet_id: int):
    booklet = _booklet(key, booklet_id)
    return render_template("dossier/booklet/show.html", customer=_customer(key), **_state(booklet))


def _state(booklet: Booklet) -> dict[str, Any]:
    return {"booklet": booklet, "there": booklets.shelf.holds(booklet)}


@bp.get("/<int:booklet_id>/progress")
@requires(P.SEE_CUSTOMERS)
@not_activity
def progress(key: int, booklet_id: int):
    """The state again, while it is being made; the whole page once it is there."""
    booklet = _booklet(key, booklet_id)
    answer = render_template("dossier/booklet/_progress.html", customer_id=key, **_state(booklet))
    return (answer, {"HX-Refresh": "true"}) if booklet.made_at or booklet.error else answer


@bp.get("/<int:booklet_id>.pdf")
@requires(P.SEE_CUSTOMERS)
def document(key: int, booklet_id: int):
    customer, booklet = _customer(key), _booklet(key, booklet_id)
    path = booklets.shelf.path_of(booklet)
    if booklet.made_at is None or not path.exists():
        abort(404)
    return pdf_made(path, f"客户交接册 {customer.number}.pdf", save="save" in request.args)
