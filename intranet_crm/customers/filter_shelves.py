"""The order of the list, kept as shelves: each holds the customers of a stretch of ``touched_at``.

A shelf is a filter set named by the first place on it, and a place is written so that text sorts as the
list does. With them a rare filter does not walk past everybody to find its page, and page 500 begins where
it is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pyroaring import BitMap

from intranet_crm.customers.filter_reading import Sets
from intranet_crm.customers.filter_sets import Name
from intranet_crm.customers.filter_values import Within, living
from intranet_crm.customers.models import Customer
from intranet_crm.database import database, one_of

TOUCHED = "touched"
SHELF = 1024  # customers on a new shelf; at twice as many it is divided
READ = 50_000


def text_of(touched_at: datetime | str, key: int) -> str:
    """A place as a shelf is named: SQLite gives moments as text, and without a fraction if there is none."""
    moment = touched_at if isinstance(touched_at, str) else f"{touched_at:%Y-%m-%d %H:%M:%S.%f}"
    return f"{moment if len(moment) > 19 else f'{moment}.000000'} {key:010}"


def moment_of(place: str) -> datetime:
    return datetime.fromisoformat(place[:26])


def id_of(place: str) -> int:
    return int(place[27:])


def shelf_of(bounds: list[str], place: str) -> str:
    """The name of the shelf that the place is on; the oldest one begins with nothing."""
    return bounds[bisect_right(bounds, place) - 1] if bounds else ""


def sort_in(bounds: list[str], within: Within) -> dict[Name, list[int]]:
    """These customers by shelf."""
    found: dict[Name, list[int]] = {}
    rows = Customer.select(Customer.touched_at, Customer.id).where(within(Customer.id), living())
    for touched_at, key in database.execute(rows):
        found.setdefault((TOUCHED, shelf_of(bounds, text_of(touched_at, key))), []).append(key)
    return found


def divided(bound: str, bits: BitMap) -> dict[Name, BitMap]:
    """A shelf that has grown too long as several."""
    rows = Customer.select(Customer.touched_at, Customer.id).where(one_of(Customer.id, bits))
    places = sorted(text_of(*row) for row in database.execute(rows))
    shelves = {}
    for at in range(0, len(places), SHELF):
        part = places[at : at + SHELF]
        shelves[TOUCHED, part[0] if at else bound] = BitMap([id_of(place) for place in part])
    return shelves


def all_shelves() -> Iterator[tuple[Name, BitMap]]:
    """Everybody, in the order of the list, on shelves of equal length."""
    last = None
    while True:
        rows = Customer.select(Customer.touched_at, Customer.id).where(living())
        if last:
            at, key = last
            later = (Customer.touched_at > at) | (Customer.id > key)
            rows = rows.where((Customer.touched_at >= at) & later)
        found = database.execute(rows.order_by(Customer.touched_at, Customer.id).limit(READ)).fetchall()
        for start in range(0, len(found), SHELF):
            part = found[start : start + SHELF]
            yield (TOUCHED, text_of(*part[0]) if last or start else ""), BitMap([key for _, key in part])
        if len(found) < READ:
            return
        last = found[-1]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the list: those of a set that stand there, and where it ends; None is the end of the list."""

    ids: BitMap
    edge: str | None

    def holds(self, place: str, backward: bool) -> bool:
        """Whether a place is not beyond the end."""
        return self.edge is None or (place < self.edge if backward else place >= self.edge)


def stretch(sets: Sets, bits: BitMap, place: str | None, enough: int, backward: bool) -> Stretch:
    """From the place on as many shelves as it takes to find enough of the set.

    The first one does not count, since all of it may lie before the place. Forward is to the older ones.
    """
    bounds = sets.values(TOUCHED)
    if backward:
        names = bounds[max(bisect_right(bounds, place) - 1, 0) :]
    else:
        names = bounds[: bisect_left(bounds, place) if place else None][::-1]
    found, counted, passed, many = BitMap(), 0, 0, 2
    while passed < len(names) and counted < enough:
        for shelf in sets.of(TOUCHED, names[passed : passed + many]):
            there = bits & shelf
            found |= there
            counted += len(there) if passed or not place else 0
            passed += 1
            if counted >= enough:
                break
        many = min(many * 2, 64)
    if passed == len(names):
        return Stretch(found, None)
    return Stretch(found, names[passed] if backward else names[passed - 1])
