"""Contacts by name, initials and phone, those of the customers touched last first (R1).

Only contacts that the person sees in full: to find one by a number would confirm the number (C3).
"""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from peewee import Expression, ModelSelect, fn

from intranet_crm.customers.models import Customer
from intranet_crm.customers.reach import hidden, in_order
from intranet_crm.customers.search_keys import CONTACT_INITIALS, CONTACT_NAME, LONGEST_KEY, PHONE, SearchKey
from intranet_crm.database import one_ofs
from intranet_crm.search.customers import first_of, gathered, keys_of
from intranet_crm.search.reach import Sight
from intranet_crm.search.rules import Asked, after_all

Way = tuple[str, str]  # the kind of a key and how it begins


def contact_ids(sight: Sight, asked: Asked, most: int) -> list[int]:
    """The contacts that are meant, at most ``most``."""
    sought = (CONTACT_NAME, asked.name[:LONGEST_KEY]), (CONTACT_INITIALS, asked.initials), (PHONE, asked.tail)
    ways = [way for way in sought if way[1] and sight.personal.reach]
    customers = gathered((_keyed(way),) for way in ways)
    if customers is None:
        return _many(sight, ways, most)
    return _of(ways, first_of(sight, sight.personal, customers, most), most)


def _keyed(way: Way) -> ModelSelect:
    return keys_of(*way, SearchKey.customer).where(SearchKey.contact > 0)


def _of(ways: list[Way], customers: list[int], most: int) -> list[int]:
    """The contacts of these customers that are meant, in the order of the customers."""
    contacts: dict[int, set[int]] = {}
    for part in one_ofs(SearchKey.customer, customers):
        found = SearchKey.select(SearchKey.customer, SearchKey.contact)
        for customer, contact in found.where(part, SearchKey.contact > 0, _test(ways)).tuples():
            contacts.setdefault(customer, set()).add(contact)
    return [contact for key in customers for contact in sorted(contacts.get(key, ()))][:most]


def _test(ways: Iterable[Way]) -> Expression:
    # Hidden from the index that leads to everybody's contacts: those of a customer are few.
    kind, key = hidden(SearchKey.kind), hidden(SearchKey.key)
    return reduce(or_, ((kind == it) & (key >= begins) & (key < after_all(begins)) for it, begins in ways))


def _many(sight: Sight, ways: list[Way], most: int) -> list[int]:
    scope, found = sight.personal, []
    for ids in sight.windows(scope, most):
        found += _of(ways, ids, most - len(found))
        if len(found) >= most:
            return found
    if sight.has_seen_all(scope, most):
        return found
    if scope.is_small:
        its = SearchKey.select().where(SearchKey.customer == Customer.id, SearchKey.contact > 0, _test(ways))
        parts = [Customer.select().where(way, fn.EXISTS(its)) for way in scope.ways()]
    else:
        keys = reduce(or_, (_keyed(way).distinct() for way in ways)).alias("keyed")
        parts = [Customer.select().join(keys, on=(keys.c.customer == Customer.id)).where(scope.holds())]
    return _of(ways, in_order(parts, most), most)
