"""A customer's service issues: the panel of the dossier, and recording a new one in its place."""

from flask import Blueprint, abort, flash, render_template, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.contact_queries import contact_cards
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, sees_contacts
from intranet_crm.errors import NotAllowed
from intranet_crm.service_issues import queries
from intranet_crm.service_issues.forms import IssueForm
from intranet_crm.service_issues.models import ServiceIssue

bp = Blueprint("customer_service_issues", __name__, url_prefix="/customers/<int:key>/service-issues")


def _readable(key: int) -> Customer:
    return find_customer(me(), key) or abort(404)


def _writable(key: int) -> Customer:
    customer = _readable(key)
    if not queries.may_record(me(), customer):
        raise NotAllowed("你可以查看这位客户，但不能记录它的服务问题，请联系客户的负责人或客服。")
    return customer


def _panel(customer: Customer, said: str = ""):
    issues, more = queries.of_customer(me(), customer)
    return render_template(
        f"service_issues/{'_panel' if htmx.is_request() else 'customer'}.html",
        customer=customer,
        issues=issues,
        more=more,
        may_record=queries.may_record(me(), customer),
        said=said,
    )


def _form(customer: Customer) -> IssueForm:
    people = queries.handlers(me(), customer)
    return IssueForm(people, contact_cards(customer, sees_contacts(me(), customer)), default=me())


def _ask(customer: Customer, form: IssueForm):
    template = "service_issues/_new.html" if htmx.is_request() else "service_issues/new.html"
    in_place = htmx.is_request()
    return render_template(template, customer=customer, form=form, in_place=in_place)


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def index(key: int):
    return _panel(_readable(key))


@bp.get("/new")
@requires(P.RECORD_ISSUES)
def new(key: int):
    customer = _writable(key)
    return _ask(customer, _form(customer))


@bp.post("")
@requires(P.RECORD_ISSUES)
def report(key: int):
    customer = _writable(key)
    form = _form(customer)
    if not form.validate_on_submit():
        return _ask(customer, form), 422
    issue = ServiceIssue.report(customer, by=me(), result=form.result.data, **form.facts())
    said = (
        f"已记录{issue.kind_words}，{'已解决' if form.result.data else '由' + issue.person.name + '处理'}。"
    )
    if htmx.is_request():
        return _panel(customer, said)
    flash(said, "success")
    return htmx.go_to(url_for("customers.show", key=key, _anchor="service-issues"))
