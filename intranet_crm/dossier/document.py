"""The dossier on one page of paper: the same facts as on the screen, for the person who prints it (B13)."""

import hashlib
from typing import Any

from flask import render_template

from intranet_crm import audit_log, clock, documents, pdf
from intranet_crm.accounts.models import Person
from intranet_crm.customers.contact_queries import contact_cards
from intranet_crm.customers.course import course_of
from intranet_crm.customers.facts import sections_about
from intranet_crm.customers.models import Customer
from intranet_crm.customers.org_chart import org_chart_of
from intranet_crm.customers.queries import Shown, sees_contacts, shown_texts
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.sections import checks_of
from intranet_crm.customers.tags import tags_of
from intranet_crm.dossier import queries
from intranet_crm.intake.sheet import rows_of
from intranet_crm.needs.wording import need_words
from intranet_crm.reference.choices import (
    CONFIDENTIALITY_LEVELS,
    CUSTOMER_GRADES,
    CUSTOMER_STATUSES,
    FOLLOWUP_STAGES,
)

USES = {"print": "打印客户档案", "export": "导出客户档案"}
SECONDS = 20  # it takes half a second; whoever waits so long had better try again
MOST_CONTACTS, MOST_NEEDS = 4, 3
STYLE = "dossier/print/dossier.css"


def made_for(person: Person, customer: Customer, use: str) -> bytes:
    """The PDF, masked as the person may see the customer, and logged; raises what ``pdf`` raises.

    ``customer`` comes from ``find_customer``; ``use`` is one of USES.
    """
    contents = contents_for(person, customer)
    content = pdf.render_in_child(
        _html(contents),
        documents.style(STYLE),
        title=f"客户档案 {customer.number}",
        shorter=_html(contents, dense=True),
        seconds=SECONDS,
    )
    title = f"{customer.number} {shown_name(customer.kind, customer.name, full=False)}"
    new = {"sha256": hashlib.sha256(content).hexdigest(), "masked": not contents["in_full"]}
    audit_log.record(USES[use], by=person, kind="customer", subject_id=customer.id, title=title, new=new)
    return content


def _html(contents: dict[str, Any], *, dense: bool = False) -> str:
    """``dense``: smaller type and shorter texts, for a dossier that would need a second page."""
    return documents.drawable(render_template("dossier/print/dossier.html", **contents, dense=dense))


def contents_for(person: Person, customer: Customer) -> dict[str, Any]:
    """All that stands on the page, by the functions that the screen asks too."""
    in_full = sees_contacts(person, customer)
    shown = shown_texts(person, [customer.id])[customer.id]
    contacts, needs = contact_cards(customer, in_full), queries.ranked_needs(customer)
    return {
        "customer": customer,
        "in_full": in_full,
        **printed_about(customer, shown),
        "contacts": contacts[:MOST_CONTACTS],
        "more_contacts": len(contacts) - MOST_CONTACTS,
        "decides": any(card.decides for card in contacts),
        "core": queries.core_need(customer, needs, shown, in_full=in_full),
        "needs": [need_words(need, in_full, shown) for need in needs[:MOST_NEEDS]],
        "more_needs": len(needs) - MOST_NEEDS,
        "followups": queries.last_followups(customer, shown),
        "counts": queries.counts(person, customer),
        "completeness": queries.completeness_of(customer, contacts, needs),
        "printed_by": person.name,
        "printed_at": clock.now(),
        "rows_of": _rows,
    }


def printed_about(customer: Customer, shown: Shown) -> dict[str, Any]:
    """What every paper about the customer says of it, whatever the reader may see."""
    return {
        "status": CUSTOMER_STATUSES.label(customer.status),
        "stage": FOLLOWUP_STAGES.label(customer.stage),
        "grade": CUSTOMER_GRADES.label(customer.grade),
        "confidentiality": CONFIDENTIALITY_LEVELS.label(customer.confidentiality),
        "course": course_of(customer, shown),
        "tags": [tag.name for tag in tags_of([customer.id]).get(customer.id, [])],
        "sections": sections_about(customer),
        "checks": checks_of(customer),
        "org_chart": org_chart_of(customer),
    }


def _rows(facts: list[tuple[str, str | None]]) -> list[list[dict[str, str]]]:
    """Facts as rows of the four-column grid."""
    return rows_of([{"label": label, "words": words or ""} for label, words in facts])
