"""The page of the list: filter, chips, sentence, pinned views, rows."""

from typing import Any
from urllib.parse import urlencode

from flask import url_for
from werkzeug.datastructures import MultiDict

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers import filter_words, lists
from intranet_crm.customers.bulk import open_to
from intranet_crm.customers.filters import Filters
from intranet_crm.customers.list_forms import MOST_CHOSEN, FilterForm, place_of, place_text
from intranet_crm.customers.saved_lists import SavedList, columns_for, faults, pinned_lists, saved_lists_for
from intranet_crm.reference.choices import CUSTOMER_STATUSES

PLACES = ("after", "before")


def shown(person: Person, query: MultiDict) -> dict[str, Any]:
    """All that the template of the list wants."""
    form = FilterForm(query, person)
    filters = form.filters()
    page = lists.page(
        person, filters, after=place_of(query.get("after")), before=place_of(query.get("before"))
    )
    kept = [(name, value) for name, value in query.items(multi=True) if value and name not in PLACES]
    return {
        "form": form,
        "page": page,
        "columns": columns_for(person),
        "filtered": filters != Filters(),
        "sentence": filter_words.sentence(filters, page.count),
        "chips": [
            (chip.words, _without(kept, chip)) for part in filter_words.parts(filters) for chip in part.chips
        ],
        "query_string": urlencode(kept),
        "address": _address([*kept, *((name, query[name]) for name in PLACES if query.get(name))]),
        "number": f"{page.count:,}",
        "most_chosen": MOST_CHOSEN,
        "query_pairs": kept,
        "added": form.added(),
        "statuses": CUSTOMER_STATUSES,
        "next_url": _address([*kept, ("after", place_text(page.after))]) if page.after else None,
        "prev_url": _address([*kept, ("before", place_text(page.before))]) if page.before else None,
        "may_open": person.may(P.EDIT_CUSTOMERS),
        "operations": open_to(person),
    }


def views(person: Person, query_string: str) -> dict[str, Any]:
    """The tabs (name, address, whether it is shown), and what is wrong with the view that is shown."""
    pinned = pinned_lists(person)
    tabs = [("全部", ""), *((saved.name, saved.query) for saved in pinned)]
    shown = list(saved_lists_for(person).where(SavedList.query == query_string)) if query_string else []
    return {
        "tabs": [(name, _path(query), query == query_string) for name, query in tabs],
        "faults": [sentence for said in faults(shown).values() for sentence in said],
    }


def _path(query: str) -> str:
    return url_for("customers.index") + (f"?{query}" if query else "")


def _address(pairs: list[tuple[str, Any]]) -> str:
    return _path(urlencode(pairs))


def _without(kept: list[tuple[str, str]], chip: filter_words.Chip) -> str:
    """The list without this condition."""
    return _address(
        [
            (name, value)
            for name, value in kept
            if name not in chip.names or (chip.value and value != chip.value)
        ]
    )
