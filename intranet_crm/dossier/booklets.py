"""The hand-over booklet (客户交接册) as PDF: all that its maker may see of a customer, to be signed by three.

The worker makes it, since fifty follow-ups take seconds; what it holds is read with the maker's own rights.
"""

import hashlib
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from intranet_crm import clock, documents, pages, pdf
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.contact_queries import ContactCard, contact_cards
from intranet_crm.customers.models import Customer
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.customers.ownership_queries import collaborations_of, owner_changes
from intranet_crm.customers.queries import (
    Shown,
    as_it_is,
    find_customer,
    hide_contacts,
    masking,
    sees_contacts,
)
from intranet_crm.database import database
from intranet_crm.dossier import document, promises, queries, telling
from intranet_crm.dossier.models import Booklet
from intranet_crm.errors import DomainError
from intranet_crm.files.shelves import Shelf
from intranet_crm.intake.sheet import rows_of
from intranet_crm.needs import history
from intranet_crm.needs.tags import tags_of as need_tags_of
from intranet_crm.needs.wording import need_words
from intranet_crm.reference.choices import (
    DECISION_ROLES,
    ISSUE_KINDS,
    ISSUE_STATES,
)

KEPT_FOR = timedelta(days=1)
MOST_CONTACTS, MOST_NEEDS, MOST_CHANGES = 60, 30, 40
NOT_YOURS = "这位客户已不在你的权限范围内，交接册没有生成。"
PRINT = "dossier/print/booklet/booklet"
shelf = Shelf(".pdf", KEPT_FOR)


def find_booklet(person: Person, customer: Customer, key: int) -> Booklet | None:
    """The person's own booklet about a customer in reach; a full one with the right to contact details."""
    own = (Booklet.id == key) & (Booklet.by == person.id) & (Booklet.customer == customer.id)
    found = Booklet.get_or_none(own)
    return found if found and (not found.in_full or sees_contacts(person, customer)) else None


def made_today(person: Person, customer: Customer) -> list[Booklet]:
    """The person's own booklets of the customer whose PDFs still lie there, the latest first."""
    own = (Booklet.by == person.id) & (Booklet.customer == customer.id)
    recent = Booklet.at >= clock.now() - KEPT_FOR
    found = Booklet.select().where(own & recent).order_by(Booklet.id.desc()).limit(5)
    return list(found)


def former_owners(customer: Customer) -> set[int]:
    """The ids of those who answered for the customer before."""
    rows = OwnerChange.select(OwnerChange.old).where(OwnerChange.customer == customer.id).distinct()
    return {key for (key,) in rows.tuples()}


def make(booklet: Booklet) -> None:
    """Write the booklet's PDF, or what went wrong; nothing when the maker lost the right meanwhile."""
    customer = find_customer(booklet.by, booklet.customer_id)
    try:
        if customer is None or (booklet.in_full and not sees_contacts(booklet.by, customer)):
            raise DomainError(NOT_YOURS)
        content = drawn(contents_of(booklet, customer), f"客户交接册 {customer.number}")
    except DomainError as error:
        Booklet.update(error=str(error)[:300]).where(Booklet.id == booklet.id).execute()
        return
    draft = shelf.path_of(booklet).with_suffix(".draft")
    draft.write_bytes(content)
    number = pages.count(draft)
    os.replace(draft, shelf.path_of(booklet))
    with database.atomic():
        Booklet.update(pages=number, made_at=clock.now()).where(Booklet.id == booklet.id).execute()
        booklet.log(
            "生成客户交接册", customer, None, sha256=hashlib.sha256(content).hexdigest(), pages=number
        )


def drawn(contents: dict[str, Any], title: str) -> bytes:
    """The PDF/A of these contents; raises what ``pdf`` raises."""
    text = documents.written(f"{PRINT}.html", **contents)
    return pdf.render_in_child(text, documents.style(f"{PRINT}.css"), title=title)


def contents_of(booklet: Booklet, customer: Customer) -> dict[str, Any]:
    """All that stands in the booklet, by the functions that the screen asks too, as its maker may see it.

    ``customer`` comes from ``find_customer`` for the maker.
    """
    person, in_full = booklet.by, booklet.in_full
    shown = as_it_is if in_full else masking([customer.id])[customer.id]
    chosen = not in_full and sees_contacts(person, customer)
    if chosen:
        hide_contacts(customer)
    contacts, records = contact_cards(customer, in_full), _records(person, customer)
    return {
        "booklet": booklet,
        "customer": customer,
        "in_full": in_full,
        "hidden_by_choice": chosen,
        "shown": shown,
        "may_see_sheets": person.may(P.SEE_SHEETS),
        "records": records,
        "files": telling.files_about(customer, shown),
        "followups": telling.last_told(customer, booklet.followups, shown, in_full=in_full),
        "counts": {word: number for word, number, _ in queries.counts(person, customer)},
        "collaborations": collaborations_of(customer),
        "owners": owner_changes(customer, shown),
        "rows_of": _rows,
        **document.printed_about(customer, shown),
        **_contacts(contacts),
        **_needs(customer, shown, in_full),
        **_open(person, customer, shown, records),
    }


def _contacts(cards: Sequence[ContactCard]) -> dict[str, Any]:
    here = [card for card in cards if card.is_here]
    roles = [(word, [card for card in here if card.decision_role == word]) for _, word in DECISION_ROLES]
    return {
        "contacts": cards[:MOST_CONTACTS],
        "more_contacts": max(len(cards) - MOST_CONTACTS, 0),
        "roles": roles,
        "without_role": [card for card in here if not card.decision_role],
        "decides": any(card.decides for card in cards),
    }


def _needs(customer: Customer, shown: Shown, in_full: bool) -> dict[str, Any]:
    found = queries.ranked_needs(customer)
    needs, tags = found[:MOST_NEEDS], need_tags_of([need.id for need in found[:MOST_NEEDS]])
    changes = history.of_customer(customer, shown, most=MOST_CHANGES)
    return {
        "needs": [
            (need, need_words(need, in_full, shown), [tag.name for tag in tags.get(need.id, ())])
            for need in needs
        ],
        "more_needs": max(len(found) - MOST_NEEDS, 0),
        "changes": changes[:MOST_CHANGES],
        "more_changes": len(changes) > MOST_CHANGES,
    }


def _open(person: Person, customer: Customer, shown: Shown, records: list[telling.Kept]) -> dict[str, Any]:
    return {
        "todos": promises.tasks_about(customer, shown),
        "issues": promises.unsolved_issues(customer, shown),
        "forms": promises.forms_on_the_way(person, customer),
        "paper": promises.paper_out([each.record for each in records]),
        "most": promises.MOST,
        "issue_kinds": ISSUE_KINDS,
        "issue_states": ISSUE_STATES,
        "today": clock.today(),
    }


def _records(person: Person, customer: Customer) -> list[telling.Kept]:
    return telling.records_about(person, customer) if person.may(P.SEE_SHEETS) else []


def _rows(facts: Sequence[tuple[str, str | None]]) -> list[list[dict[str, str]]]:
    """Facts as rows of the four-column grid; what nobody filled in is left out of a booklet."""
    return rows_of([{"label": label, "words": words} for label, words in facts if words])
