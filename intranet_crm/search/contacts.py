"""Contacts by name, initials and phone, those of the customers touched last first (R1).

Only contacts that the person sees in full: to find one by a number would confirm the number (C3).
"""

from functools import reduce
from operator import or_

from peewee import ModelSelect

from intranet_crm.customers.lists import one_of
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.search_keys import CONTACT_INITIALS, CONTACT_NAME, LONGEST_KEY, PHONE, SearchKey
from intranet_crm.search.customers import ALL_OF_THEM, FEW, HIDDEN_ORDER, WALKED, keys_of
from intranet_crm.search.reach import Scope, Sight
from intranet_crm.search.rules import Asked


def contact_ids(sight: Sight, asked: Asked, most: int) -> list[int]:
    """The contacts that are meant, at most ``most``."""
    ways = _ways(asked)
    keys: set[int] = set()
    for way in ways:
        found = [contact for (contact,) in way.select(SearchKey.contact).limit(FEW + 1).tuples()]
        if len(found) > FEW:
            return _many(sight.personal, ways, most)
        keys.update(found)
    return _few(sight.personal, sorted(keys), most) if keys else []


def _ways(asked: Asked) -> list[ModelSelect]:
    sought = [
        (CONTACT_NAME, asked.name[:LONGEST_KEY]),
        (CONTACT_INITIALS, asked.initials),
        (PHONE, asked.tail),
    ]
    return [keys_of(kind, begins).where(SearchKey.contact > 0) for kind, begins in sought if begins]


def _few(scope: Scope, keys: list[int], most: int) -> list[int]:
    found = (
        scope.customers()
        .select(Contact.id)
        .join(Contact, on=(Contact.customer == Customer.id))
        .where(one_of(Contact.id, keys))
    )
    return [key for (key,) in found.order_by(*HIDDEN_ORDER, Contact.id).limit(most).tuples()]


def _many(scope: Scope, ways: list[ModelSelect], most: int) -> list[int]:
    found = _walked(scope, ways, most, WALKED)
    if len(found) >= most:
        return found
    return _walked(scope, ways, most, ALL_OF_THEM) if scope.is_own else _in_order(scope, ways, most)


def _walked(scope: Scope, ways: list[ModelSelect], most: int, walked: int) -> list[int]:
    latest = scope.latest(walked)
    if latest is None:
        return []
    test = reduce(or_, (way._where for way in ways))
    found = (
        SearchKey.select(SearchKey.contact)
        .join(latest, on=(latest.c.id == SearchKey.customer))
        .where(test)
        .order_by(latest.c.touched_at.desc(), latest.c.id.desc(), SearchKey.contact)
    )
    return _apart(found, most)


def _in_order(scope: Scope, ways: list[ModelSelect], most: int) -> list[int]:
    keys = reduce(or_, (way.select(SearchKey.customer, SearchKey.contact).distinct() for way in ways))
    keyed = keys.alias("keyed")
    found = scope.customers().select(keyed.c.contact).join(keyed, on=(keyed.c.customer == Customer.id))
    return _apart(found.order_by(*HIDDEN_ORDER, keyed.c.contact), most)


def _apart(found: ModelSelect, most: int) -> list[int]:
    """The first contacts, each once: one may have several keys that begin so."""
    return list(dict.fromkeys(key for (key,) in found.limit(most * 3).tuples()))[:most]
