"""The parts of a customer's page that draw on all features, and the dossier on paper."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from intranet_crm import htmx
from intranet_crm.accounts.access import me, requires
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.contact_queries import contact_cards
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import find_customer, may_edit, reached, sees_contacts, shown_texts
from intranet_crm.customers.sections import checks_of
from intranet_crm.dossier import booklet_views, document, queries
from intranet_crm.errors import NotAllowed
from intranet_crm.files.answers import pdf_made

bp = Blueprint("dossier", __name__, url_prefix="/customers/<int:key>")
blueprints = [bp, booklet_views.bp]


def _customer(key: int) -> Customer:
    return find_customer(me(), key) or abort(404)


def _part(name: str, customer: Customer, title: str, **shown: Any) -> str:
    """A part of the customer's page for HTMX, else a page around it."""
    template = f"dossier/{name}.html" if htmx.is_request() else "dossier/part.html"
    return render_template(template, part=f"dossier/{name}.html", customer=customer, title=title, **shown)


@bp.get("/summary")
@requires(P.SEE_CUSTOMERS)
def summary(key: int):
    customer = _customer(key)
    in_full = sees_contacts(me(), customer)
    contacts, needs = contact_cards(customer, in_full), queries.ranked_needs(customer)
    return _part(
        "_summary",
        customer,
        "概况与完整度",
        counts=queries.counts(me(), customer),
        completeness=queries.completeness_of(customer, contacts, needs),
        stale=[check for check in checks_of(customer).values() if check.is_stale],
        may_edit=in_full and may_edit(me(), customer),
    )


@bp.get("/core-needs")
@requires(P.SEE_CUSTOMERS)
def core_needs(key: int):
    customer = _customer(key)
    in_full = sees_contacts(me(), customer)
    shown = shown_texts(me(), [customer.id])[customer.id]
    core = queries.core_need(customer, queries.ranked_needs(customer), shown, in_full=in_full)
    return _part(
        "_core_needs",
        customer,
        "核心需求",
        core=core,
        check=checks_of(customer)["needs"],
        may_edit=in_full and may_edit(me(), customer),
    )


@bp.get("/sheets")
@requires(P.SEE_SHEETS)
def sheets(key: int):
    customer = _customer(key)
    return _part("_sheets", customer, "档案", records=queries.sheets_of(me(), customer))


@bp.get("/dossier.pdf")
@requires(P.SEE_CUSTOMERS)
def pdf(key: int):
    customer, use = _customer(key), request.args.get("for", "print")
    if use not in document.USES:
        abort(404)
    if use == "export" and customer.id not in reached(me(), P.EXPORT, [customer.id]):
        raise NotAllowed("导出需要「导出」权限，由系统管理员开通；你可以打印这份档案。")
    content = document.made_for(me(), customer, use)
    return pdf_made(content, f"客户档案 {customer.number}.pdf", save=use == "export")
