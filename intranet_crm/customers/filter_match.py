"""Which customers a filter finds within a person's reach: by the filter sets, and where they do not know."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import product
from operator import and_

from peewee import Expression, Field
from pyroaring import BitMap

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.filter_reading import Sets, read
from intranet_crm.customers.filter_values import ALL, NEVER, PLAIN, amount, is_round
from intranet_crm.customers.filters import Filters, place_prefix
from intranet_crm.customers.models import Customer
from intranet_crm.customers.whose import Reaches, Whose
from intranet_crm.database import database, one_of
from intranet_crm.reference.choices import NEED_TYPES, PRIORITIES

DAY, AMOUNT = (4, 7, 10), (2, 3, 4, 5)  # how long the names of their sets are, see filter_values.py
FAR = "9999-12-31"
AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """Those that the sets are sure of, and those that the database must be asked about."""

    sure: BitMap
    unsure: BitMap


def match(sets: Sets, filters: Filters, whose: Whose) -> Found:
    """What the sets know of a filter: never sure of a customer that was changed since they were written."""
    parts = sorted([sets.union(ALL[0], ALL[1:]), *_within(sets, whose), *_wanted(sets, filters)], key=len)
    sure, border = reduce(and_, parts), BitMap()
    if filters.budget:
        enough, border = _budget(sets, filters.budget)
        sure, border = sure & enough, sure & border
    unsure = sets.marked | border
    return Found(sure - unsure, unsure)


def found_ids(person: Person, filters: Filters) -> BitMap:
    """The ids of all that the filter finds among the customers that the person may see."""
    whose = Reaches(person)[P.SEE_CUSTOMERS]
    found = read(lambda sets: match(sets, filters, whose))
    asked = ask(found.unsure, [*filters.conditions(), *whose.conditions()], Customer.id)
    return found.sure | BitMap([key for (key,) in asked])


def ask(ids: Iterable[int], conditions: list[Expression], *columns: Field) -> list[tuple]:
    """Those of the customers that fulfil the conditions, as the driver gives them."""
    keys, rows = list(ids), []
    for at in range(0, len(keys), AT_ONCE):
        among = one_of(Customer.id, keys[at : at + AT_ONCE])
        rows += database.execute(Customer.select(*columns).where(among, *conditions)).fetchall()
    return rows


def _within(sets: Sets, whose: Whose) -> Iterator[BitMap]:
    if whose.people is not None:
        names = list(map(str, whose.people))
        parts = (sets.of("owner", names), sets.of("success_manager", names))
        yield BitMap.union(BitMap(whose.shared), *(bits for part in parts for bits in part))


def _wanted(sets: Sets, filters: Filters) -> Iterator[BitMap]:
    for field in (*PLAIN, "size", "industry"):
        if values := getattr(filters, field):
            yield sets.union(field, map(str, values))
    if filters.region:
        yield sets.union("region", map(place_prefix, filters.region))
    yield from _days(sets, "created", filters.created_since(), filters.created_to)
    yield from _days(sets, "followed", filters.followed_from, filters.followed_to)
    if filters.idle:
        before = list(_days(sets, "followed", None, filters.idle_since()))
        yield BitMap.union(sets.union("followed", {NEVER} & {*filters.idle}), *before)
    yield from (sets.union("tag", [str(key)]) for key in filters.tag)
    yield from _needs(sets, filters)
    if filters.chosen:
        yield BitMap(filters.chosen)


def _needs(sets: Sets, filters: Filters) -> Iterator[BitMap]:
    """By type and priority, or by tag, type and priority, of one and the same need."""
    kinds = product(filters.need_type or NEED_TYPES.keys(), filters.need_priority or PRIORITIES.keys())
    if filters.need_tag:
        named = product(filters.need_tag, kinds)
        yield sets.union("need_tag", [f"{tag}/{kind}/{priority}" for tag, (kind, priority) in named])
    elif filters.need_type or filters.need_priority:
        yield sets.union("need", map("/".join, kinds))


def _days(sets: Sets, field: str, first: date | None, last: date | None) -> Iterator[BitMap]:
    if first or last:
        span = (first.isoformat() if first else "", last.isoformat() if last else FAR)
        yield sets.union(field, cover(sets.values(field), *span, DAY))


def _budget(sets: Sets, low: int) -> tuple[BitMap, BitMap]:
    """Those with at least so much, and those where the first digits do not tell."""
    least, names = amount(low), sets.values("budget")
    border = sets.union("budget", [least])
    enough = sets.union("budget", cover(names, least, "~", AMOUNT))
    return (enough, BitMap()) if is_round(low) else (enough - border, border)


def cover(names: Iterable[str], first: str, last: str, lengths: tuple[int, ...]) -> list[str]:
    """As few of the names as hold all from first to last: a month for its days, a year for its months."""

    def inside(name: str) -> bool:
        length = len(name)
        if length == lengths[-1]:
            return first <= name <= last
        return first[:length] < name < last[:length]

    def wider(name: str) -> Iterator[str]:
        return (name[:length] for length in lengths if length < len(name))

    return [name for name in names if inside(name) and not any(map(inside, wider(name)))]
