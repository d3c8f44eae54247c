"""The list of service issues, one of them, and what is done about it: reply, solution, reopening."""

from flask import Blueprint, abort, flash, render_template, request, url_for

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.addresses import whole_number
from intranet_crm.customers.contact_queries import contact_cards
from intranet_crm.customers.list_forms import place_of, place_text
from intranet_crm.customers.queries import find_customer, sees_contacts, shown_texts
from intranet_crm.errors import DomainError, NotAllowed
from intranet_crm.service_issues import panel, queries
from intranet_crm.service_issues.forms import (
    ActForm,
    IssueFilter,
    IssueForm,
    ReopeningForm,
    ReplyForm,
    SolutionForm,
)
from intranet_crm.service_issues.models import ServiceIssue

bp = Blueprint("service_issues", __name__, url_prefix="/service-issues")
blueprints = [bp, panel.bp]


@bp.get("")
@requires(P.SEE_CUSTOMERS)
def index():
    form = IssueFilter(request.args)
    form.person.offer(queries.filterable(), empty="全部")
    wanted, customer = form.wanted(), request.args.get("customer", None, whole_number)
    found = queries.list_page(me(), **wanted, customer=customer, after=place_of(request.args.get("after")))
    page = found[: queries.PAGE]
    last = page[-1][0] if page else None
    kept = {name: value for name, value in request.args.items() if name != "after"}
    more = len(found) > queries.PAGE
    return render_template(
        "service_issues/_list.html" if htmx.is_request() else "service_issues/index.html",
        form=form,
        page=page,
        next_url=url_for(".index", **kept, after=place_text((last.reported_at, last.id))) if more else None,
        filtered=bool(wanted or customer),
        customer=find_customer(me(), customer) if customer else None,
    )


def _found(key: int, *, to_write: bool = False) -> ServiceIssue:
    issue = queries.find_issue(me(), key) or abort(404)
    if to_write and not queries.may_record(me(), issue.customer):
        raise NotAllowed("你可以查看这个服务问题，但不能处理它，请联系处理人或客户的负责人。")
    return issue


@bp.get("/<int:key>")
@requires(P.SEE_CUSTOMERS)
def show(key: int):
    issue = _found(key)
    shown = shown_texts(me(), [issue.customer_id])[issue.customer_id]
    parts = {"issue": issue, "words": queries.words_of(issue, shown)}
    parts["may_record"] = queries.may_record(me(), issue.customer)
    if htmx.is_request():
        return render_template("service_issues/_row.html", **parts)
    return render_template("service_issues/show.html", course=queries.course_of(issue, shown), **parts)


@bp.route("/<int:key>/edit", methods=["GET", "POST"])
@requires(P.RECORD_ISSUES)
def edit(key: int):
    issue = _found(key, to_write=True)
    customer, in_full = issue.customer, sees_contacts(me(), issue.customer)
    people = queries.handlers(me(), customer, issue.person)
    form = IssueForm(
        people, contact_cards(customer, in_full), default=issue.person, issue=issue, in_full=in_full
    )
    if form.validate_on_submit():
        try:
            issue.revise(seen=form.version.data, by=me(), **form.facts())
        except DomainError as error:
            form.kind.errors = [str(error)]
            form.version.process(None, _found(key).version)
        else:
            flash("服务问题已保存。", "success")
            return htmx.go_to(url_for(".show", key=key))
    words = queries.words_of(issue, shown_texts(me(), [customer.id])[customer.id])
    return render_template(
        "service_issues/edit.html", form=form, issue=issue, words=words
    ), 422 if form.errors else 200


@bp.route("/<int:key>/reply", methods=["GET", "POST"])
@requires(P.RECORD_ISSUES)
def reply(key: int):
    return _act(key, ReplyForm)


@bp.route("/<int:key>/solution", methods=["GET", "POST"])
@requires(P.RECORD_ISSUES)
def solve(key: int):
    return _act(key, SolutionForm)


@bp.route("/<int:key>/reopening", methods=["GET", "POST"])
@requires(P.RECORD_ISSUES)
def reopen(key: int):
    return _act(key, ReopeningForm)


def _act(key: int, form_of: type[ActForm]):
    """Ask in the issue's row or on a page of its own, do it, and show the issue as it then is."""
    issue = _found(key, to_write=True)
    form = form_of(issue)
    if form.validate_on_submit():
        try:
            form.act(me())
        except DomainError as error:  # somebody was faster: what was typed stays
            form.said.errors = [str(error)]
            form.version.process(None, _found(key).version)
        else:
            if htmx.is_request():
                return show(key)
            flash(f"已{form.button}。", "success")
            return htmx.go_to(url_for(".show", key=key))
    template = "service_issues/_act.html" if htmx.is_request() else "service_issues/act.html"
    words = queries.words_of(issue, shown_texts(me(), [issue.customer_id])[issue.customer_id])
    return render_template(template, issue=issue, words=words, form=form), 422 if form.errors else 200
