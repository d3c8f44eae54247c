"""Customers by name, initials, number, credit code and phone, the latest touched first (R1).

What is asked leads by its keys to the customers that have it; those within reach are put in order. When they
are too many for that, the latest customers are looked through until enough are found, for then they are
dense; only when these hold too few, all customers of a small reach are, or all that have the rarest key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

from peewee import Expression, ModelSelect

from intranet_crm.customers.models import Customer
from intranet_crm.customers.reach import Condition, Scope, in_order
from intranet_crm.customers.search_keys import (
    COMMON_GRAMS,
    INITIALS,
    PHONE,
    Gram,
    SearchKey,
    SearchText,
    grams_of,
)
from intranet_crm.database import ids_of, one_of, one_ofs
from intranet_crm.search.reach import Sight
from intranet_crm.search.rules import Asked, after_all

FEW = 1000  # customers that are put in order by their rows
MANY = 8000  # customers whose keys are fetched


@dataclass(frozen=True, slots=True)
class Way:
    """One meaning of what was asked: keys that lead to the customers, and the test of each of them."""

    keys: tuple[ModelSelect, ...]  # of customer ids; none when every name may hold it
    test: Expression  # on SearchText
    proven: bool = True  # whether the keys lead to nobody else
    reveals_name: bool = True


def customer_ids(sight: Sight, asked: Asked, most: int) -> list[int]:
    """The customers that are meant, at most ``most``, those found by a phone first."""
    by_phone = _by_phone(sight, asked.tail, most)
    ways = _ways(asked)
    found = _by_ways(sight, ways, most) if ways else []
    return list(dict.fromkeys([*by_phone, *found]))[:most]


def _ways(asked: Asked) -> list[Way]:
    ways = []
    if asked.words:
        test = reduce(and_, (SearchText.text.contains(word) for word in asked.words))
        ways.append(Way(_name_keys(asked.words), test, proven=len("".join(asked.words)) <= 2))
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


def _by_phone(sight: Sight, tail: str, most: int) -> list[int]:
    if not tail:
        return []
    own = keys_of(PHONE, tail, SearchKey.customer).where(SearchKey.contact == 0)
    return first_of(sight, sight.personal, set(ids_of(own, MANY)), most)


def _by_ways(sight: Sight, ways: list[Way], most: int) -> list[int]:
    keys = gathered(way.keys for way in ways)
    if keys is None:
        return _many(sight, ways, most)
    proven = sight.sees_names and all(way.proven for way in ways)
    return first_of(sight, sight.customers, keys, most, () if proven else ways)


def gathered(several: Iterable[tuple[ModelSelect, ...]]) -> set[int] | None:
    """The customers that the keys lead to; None when they are more than ``MANY``."""
    keys: set[int] = set()
    for queries in several:
        for query in queries:
            found = ids_of(query, MANY + 1)
            if len(found) > MANY:
                return None
            keys.update(found)
        if not queries:
            return None
    return keys


def first_of(sight: Sight, scope: Scope, keys: set[int], most: int, ways: Sequence[Way] = ()) -> list[int]:
    """The first of these customers that are within the scope and, if ways are given, meant in one of them."""
    if len(keys) > FEW and scope.is_small:
        keys = keys.intersection(scope.ids())
    found: list[int] = []
    if len(keys) > FEW:
        for ids in sight.windows(scope, most):
            theirs = [key for key in ids if key in keys]
            found += _passed(sight, ways, theirs) if ways else theirs
            if len(found) >= most:
                return found[:most]
        if sight.has_seen_all(scope, most):
            return found
    if not keys:
        return []
    within = Customer.select().where(one_of(Customer.id, sorted(keys)), scope.holds())
    return in_order([_tested(sight, ways, within) if ways else within], most)


def _many(sight: Sight, ways: list[Way], most: int) -> list[int]:
    scope, found = sight.customers, []
    for ids in sight.windows(scope, most):
        found += _passed(sight, ways, ids)
        if len(found) >= most:
            return found[:most]
    if sight.has_seen_all(scope, most):
        return found
    if scope.is_small or not all(way.keys for way in ways):
        parts = (Customer.select().where(way) for way in scope.ways())
    else:
        keys = reduce(or_, (each.distinct() for way in ways for each in way.keys)).alias("keyed")
        parts = [Customer.select().join(keys, on=(keys.c.customer == Customer.id)).where(scope.holds())]
    return in_order((_tested(sight, ways, part) for part in parts), most)


def _passed(sight: Sight, ways: Sequence[Way], ids: list[int]) -> list[int]:
    """Those of the customers that are meant, in their order."""
    passed: set[int] = set()
    for part in one_ofs(SearchText.customer, ids):
        found = SearchText.select(SearchText.customer).where(part, _test(sight, ways))
        if not sight.sees_names:
            found = found.join(Customer, on=(SearchText.customer == Customer.id))
        passed.update(key for (key,) in found.tuples())
    return [key for key in ids if key in passed]


def _tested(sight: Sight, ways: Sequence[Way], found: ModelSelect) -> ModelSelect:
    found = found.join_from(Customer, SearchText, on=(SearchText.customer == Customer.id))
    return found.where(_test(sight, ways))


def _test(sight: Sight, ways: Sequence[Way]) -> Condition:
    shown = sight.shows_name()
    return reduce(or_, (way.test & shown if way.reveals_name else way.test for way in ways))
