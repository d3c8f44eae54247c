"""Customers by name, initials, number, credit code and phone, the latest touched first (R1).

What few customers have is looked up in the key tables. What many have (more than ``FEW``) stands in nearly
every name, so the customers are walked in the order of the list until enough are found; only when the latest
hold too few are all that have the rarest key put in order.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from peewee import Expression, ModelSelect, Source

from intranet_crm.customers.models import Customer
from intranet_crm.customers.search_keys import (
    COMMON_GRAMS,
    INITIALS,
    PHONE,
    Gram,
    SearchKey,
    SearchText,
    grams_of,
)
from intranet_crm.database import one_of
from intranet_crm.search.reach import HIDDEN_ORDER, Scope, Sight
from intranet_crm.search.rules import Asked, after_all

FEW = 1000
WALKS = (30, 250)  # customers looked at for each one wanted: most words are common enough for the first
ALL_OF_THEM = 10**7


@dataclass(frozen=True, slots=True)
class Way:
    """One meaning of what was asked: keys that lead to the customers, and the test of each of them."""

    keys: tuple[ModelSelect, ...]  # of customer ids; none when every name may hold it
    test: Expression  # on SearchText
    reveals_name: bool = True


def customer_ids(sight: Sight, asked: Asked, most: int) -> list[int]:
    """The customers that are meant, at most ``most``, those found by a phone first."""
    by_phone = _by_phone(sight.personal, asked.tail, most)
    ways = _ways(asked)
    found = _by_ways(sight, ways, most) if ways else []
    return list(dict.fromkeys([*by_phone, *found]))[:most]


def _ways(asked: Asked) -> list[Way]:
    ways = []
    if asked.words:
        test = reduce(and_, (SearchText.text.contains(word) for word in asked.words))
        ways.append(Way(_name_keys(asked.words), test))
    if asked.initials:
        test = SearchText.initials.contains(f" {asked.initials}")
        ways.append(Way((keys_of(INITIALS, asked.initials, SearchKey.customer),), test))
    if asked.number:
        test = SearchText.numbers.contains(f" {asked.number.lower()}")
        ways.append(Way(_number_keys(asked.number), test, reveals_name=False))
    return ways


def _name_keys(words: Iterable[str]) -> tuple[ModelSelect, ...]:
    """The way to the fewest customers that have one of the grams."""
    grams = [_having(gram) for word in words for gram in _asked_grams(word)]
    if not grams:
        return ()
    return (min(grams, key=_size) if len(grams) > 1 else grams[0],)


def _asked_grams(word: str) -> list[str]:
    """The grams that tell something; a last character alone is one only when it is the whole word."""
    if len(word) == 1:
        return [] if any(gram.startswith(word) for gram in COMMON_GRAMS) else [word]
    return sorted(gram for gram in grams_of(word) if len(gram) == 2)


def _having(gram: str) -> ModelSelect:
    is_it = Gram.g == gram if len(gram) == 2 else (Gram.g >= gram) & (Gram.g < after_all(gram))
    return Gram.select(Gram.customer).where(is_it)


def _size(keys: ModelSelect) -> int:
    return keys.limit(FEW + 1).count()


def _number_keys(number: str) -> tuple[ModelSelect, ...]:
    numbers = [(Customer.number, number), (Customer.credit_code, number)]
    if number.isdigit():
        numbers.append((Customer.number, f"CUST{number}"))
    return tuple(
        Customer.select(Customer.id).where((column >= begins) & (column < after_all(begins)))
        for column, begins in numbers
    )


def keys_of(kind: str, begins: str, *columns: Expression) -> ModelSelect:
    """The search keys of a kind that begin so."""
    it = (SearchKey.kind == kind) & (SearchKey.key >= begins) & (SearchKey.key < after_all(begins))
    return SearchKey.select(*columns).where(it)


def _by_phone(scope: Scope, tail: str, most: int) -> list[int]:
    if not tail:
        return []
    own = keys_of(PHONE, tail, SearchKey.customer).where(SearchKey.contact == 0)
    keys = sorted({key for (key,) in own.limit(FEW).tuples()})
    return _few(scope, keys, most) if keys else []


def _few(scope: Scope, keys: Iterable[int], most: int, test: Expression | None = None) -> list[int]:
    """Those of the keys within reach that pass, the latest touched first."""
    found = Customer.select(Customer.id).where(one_of(Customer.id, keys), scope.holds())
    if test is not None:
        found = found.join(SearchText, on=(SearchText.customer == Customer.id)).where(test)
    # The order hidden from its index: the keys are few, the index is everybody.
    return [key for (key,) in found.order_by(*HIDDEN_ORDER).limit(most).tuples()]


def _by_ways(sight: Sight, ways: list[Way], most: int) -> list[int]:
    keys: set[int] = set()
    for way in ways:
        for each in way.keys or (None,):
            found = [key for (key,) in each.limit(FEW + 1).tuples()] if each is not None else range(FEW + 1)
            if len(found) > FEW:
                return _many(sight, ways, most)
            keys.update(found)
    test = _test(sight, ways, Customer.kind, Customer.id)
    return _few(sight.customers, sorted(keys), most, test) if keys else []


def _test(sight: Sight, ways: list[Way], kind: Expression, key: Expression) -> Expression:
    shown = sight.shows_name(kind, key)
    return reduce(or_, (way.test & shown if way.reveals_name else way.test for way in ways))


def _many(sight: Sight, ways: list[Way], most: int) -> list[int]:
    scope, has_keys = sight.customers, all(way.keys for way in ways)
    for latest in steps(scope, most, whole=not has_keys):
        found = _walked(sight, ways, most, latest)
        if len(found) >= most:
            return found
    if scope.is_small or not has_keys:
        return found
    return _in_order(sight, ways, most)


def steps(scope: Scope, most: int, whole: bool = False) -> Iterator[Source]:
    """The customers to be looked through: the very latest, then more, then all when those are few."""
    yield scope.glance(most * WALKS[0])
    yield scope.latest(ALL_OF_THEM if scope.is_small else most * WALKS[1])
    if whole and not scope.is_small:
        yield scope.latest(ALL_OF_THEM)


def _walked(sight: Sight, ways: list[Way], most: int, latest: Source) -> list[int]:
    found = (
        SearchText.select(SearchText.customer)
        .join(latest, on=(latest.c.id == SearchText.customer))
        .where(_test(sight, ways, latest.c.kind, latest.c.id))
        .order_by(latest.c.touched_at.desc(), latest.c.id.desc())
    )
    return [key for (key,) in found.limit(most).tuples()]


def _in_order(sight: Sight, ways: list[Way], most: int) -> list[int]:
    """All that have one of the keys, within reach, put in order."""
    keys = reduce(or_, (each.distinct() for way in ways for each in way.keys)).alias("keyed")
    found = (
        Customer.select(Customer.id)
        .join(keys, on=(keys.c.customer == Customer.id))
        .join(SearchText, on=(SearchText.customer == Customer.id))
        .where(sight.customers.holds(), _test(sight, ways, Customer.kind, Customer.id))
    )
    return [key for (key,) in found.order_by(*HIDDEN_ORDER).limit(most).tuples()]
