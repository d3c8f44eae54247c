"""Contacts by name, initials and phone, those of the customers touched last first (R1).

Only contacts that the person sees in full: to find one by a number would confirm the number (C3).
"""

from functools import reduce
from operator import or_

from peewee import ModelSelect, Source

from intranet_crm.customers.models import Customer
from intranet_crm.customers.search_keys import CONTACT_INITIALS, CONTACT_NAME, LONGEST_KEY, PHONE, SearchKey
from intranet_crm.database import one_of
from intranet_crm.search.customers import FEW, keys_of, steps
from intranet_crm.search.reach import HIDDEN_ORDER, Scope, Sight, hidden
from intranet_crm.search.rules import Asked, after_all

Way = tuple[str, str]  # the kind of a key and how it begins


def contact_ids(sight: Sight, asked: Asked, most: int) -> list[int]:
    """The contacts that are meant, at most ``most``."""
    sought = (CONTACT_NAME, asked.name[:LONGEST_KEY]), (CONTACT_INITIALS, asked.initials), (PHONE, asked.tail)
    ways = [way for way in sought if way[1] and sight.personal.reach]
    found: dict[int, int] = {}  # contact: customer
    for way in ways:
        some = list(_keys(way).limit(FEW + 1).tuples())
        if len(some) > FEW:
            return _many(sight.personal, ways, most)
        found.update((contact, customer) for customer, contact in some)
    return _few(sight.personal, found, most) if found else []


def _keys(way: Way) -> ModelSelect:
    return keys_of(*way, SearchKey.customer, SearchKey.contact).where(SearchKey.contact > 0)


def _few(scope: Scope, found: dict[int, int], most: int) -> list[int]:
    within = Customer.select(Customer.id).where(one_of(Customer.id, set(found.values())), scope.holds())
    places = {key: place for place, (key,) in enumerate(within.order_by(*HIDDEN_ORDER).tuples())}
    reached = [(places[customer], contact) for contact, customer in found.items() if customer in places]
    return [contact for _, contact in sorted(reached)[:most]]


def _many(scope: Scope, ways: list[Way], most: int) -> list[int]:
    for latest in steps(scope, most):
        found = _walked(ways, most, latest)
        if len(found) >= most:
            return found
    return found if scope.is_small else _in_order(scope, ways, most)


def _walked(ways: list[Way], most: int, latest: Source) -> list[int]:
    # Hidden from their index, which leads to everybody's contacts: those of the customer are few.
    kind, key = hidden(SearchKey.kind), hidden(SearchKey.key)
    test = reduce(or_, ((kind == it) & (key >= begins) & (key < after_all(begins)) for it, begins in ways))
    found = (
        SearchKey.select(SearchKey.contact)
        .join(latest, on=(latest.c.id == SearchKey.customer))
        .where((SearchKey.contact > 0) & test)
        .order_by(latest.c.touched_at.desc(), latest.c.id.desc(), SearchKey.contact)
    )
    return _apart(found, most)


def _in_order(scope: Scope, ways: list[Way], most: int) -> list[int]:
    keyed = reduce(or_, (_keys(way).distinct() for way in ways)).alias("keyed")
    found = Customer.select(keyed.c.contact).join(keyed, on=(keyed.c.customer == Customer.id))
    return _apart(found.where(scope.holds()).order_by(*HIDDEN_ORDER, keyed.c.contact), most)


def _apart(found: ModelSelect, most: int) -> list[int]:
    """The first contacts, each once: one may have several keys that begin so."""
    return list(dict.fromkeys(key for (key,) in found.limit(most * 3).tuples()))[:most]
