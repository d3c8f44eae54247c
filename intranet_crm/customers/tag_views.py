"""A customer's tags, in the dossier and in the list (G4)."""

from flask import Blueprint, abort, redirect, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.conflicts import was_saved
from intranet_crm.customers import tags
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, may_tag
from intranet_crm.customers.tag_forms import PutOnForm
from intranet_crm.customers.tags import Tag
from intranet_crm.errors import NotAllowed

bp = Blueprint("customer_tags", __name__, url_prefix="/customers/<int:key>/tags")


def _taggable(key: int) -> Customer:
    customer = find_customer(me(), key) or abort(404)
    if not may_tag(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能改它的标签，请联系客户的负责人。")
    return customer


@bp.get("")
@requires(P.TAG_IN_BULK)
def of_customer(key: int):
    """To be changed, in place or on a page; ``?read`` gives the tags as they are read, in place."""
    customer = _taggable(key)
    if "read" in request.args and htmx.is_request():
        found = tags.tags_of([key]).get(key, [])
        return render_template("customers/tags/_shown.html", key=key, tags=found, may_tag=True)
    return _shown(customer, PutOnForm())


@bp.post("")
@requires(P.TAG_IN_BULK)
def put_on(key: int):
    customer, form = _taggable(key), PutOnForm()
    if was_saved(form, lambda: Tag.coin(form.name.data, by=me()).put_on(customer, by=me())):
        return _changed(customer)
    return _shown(customer, form), 422


@bp.post("/<int:tag_key>/removal")
@requires(P.TAG_IN_BULK)
def take_off(key: int, tag_key: int):
    customer = _taggable(key)
    tag = Tag.get_or_none(Tag.id == tag_key) or abort(404)
    tag.take_off(customer, by=me())
    return _changed(customer)


def _changed(customer: Customer):
    if htmx.is_request():
        return _shown(customer, PutOnForm(formdata=None))
    return redirect(url_for("customers.show", key=customer.id), 303)


def _shown(customer: Customer, form: PutOnForm):
    """The tags with their form: in place, or as a page of its own."""
    return render_template(
        "customers/tags/_edit.html" if htmx.is_request() else "customers/tags/page.html",
        customer=customer,
        tags=tags.tags_of([customer.id]).get(customer.id, []),
        usable=tags.usable_tags(),
        form=form,
    )
