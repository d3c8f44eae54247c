"""Bringing the filter sets up to date: each minute what people changed, a batch at once, daily everything.

Whoever writes sets holds the row of FilterClock and puts it one epoch on. The marks are read before the
customers: a mark is committed together with its change, and one that comes later stays for the next time.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import partial

from peewee import fn
from pyroaring import BitMap

from intranet_crm import clock
from intranet_crm.customers.filter_reading import read
from intranet_crm.customers.filter_sets import FilterClock, FilterMark, FilterSet, Name, mark
from intranet_crm.customers.filter_shelves import SHELF, TOUCHED, all_shelves, divided, sort_in
from intranet_crm.customers.filter_values import FIELDS, grouped
from intranet_crm.customers.models import Customer
from intranet_crm.database import database, locked, one_of

MOST = 50_000  # marks in one fold
TRIES = 3
CHUNK = 20_000  # ids at once when everything is read
PATIENCE = timedelta(minutes=10)  # a rebuilding that does no chunk for so long has been killed

Known = dict[Name, BitMap]


def fold() -> int:
    """Take in the customers that are marked; returns how many marks there were. May be repeated.

    All is found out before the transaction, which is done only if nobody has written sets meanwhile.
    """
    for _ in range(TRIES):
        epoch, known = read(lambda sets: (sets.epoch, sets.everything()))
        found = FilterMark.select(FilterMark.id, FilterMark.customer).order_by(FilterMark.id).limit(MOST)
        marks = dict(found.tuples())
        if not marks:
            break
        ids = set(marks.values())
        changed = _changes(known, ids, FIELDS) | _moves(known, ids)
        with database.atomic():
            ours = _locked_clock()
            if ours.epoch == epoch and not _is_rebuilding(ours):
                _write(ours, changed)
                FilterMark.delete().where(one_of(FilterMark.id, marks)).execute()
                return len(marks)
    return 0


def refresh(ids: Collection[int], fields: tuple[str, ...]) -> None:
    """The sets of these fields take in these customers at once, in the caller's transaction.

    For what changes thousands: marks of so many would burden everybody who reads.
    """
    ours = _locked_clock()
    _write(ours, _changes(_stored(fields), ids, fields))
    if _is_rebuilding(ours):
        mark(ids)


def rebuild() -> Iterator[int]:
    """Write all sets anew from what is stored; gives the last id done after each chunk.

    People may work meanwhile: what they mark is folded afterwards. Does nothing while another one is at it.
    """
    until = _claimed(None)
    if not until:
        return
    found: dict[Name, BitMap] = defaultdict(BitMap)
    last = Customer.select(fn.MAX(Customer.id)).scalar() or 0
    for first in range(1, last + 1, CHUNK):
        for name, ids in grouped(lambda column, at=first: column.between(at, at + CHUNK - 1)).items():
            found[name].update(ids)
        until = _claimed(until)
        if not until:
            return
        yield min(first + CHUNK - 1, last)
    found.update(all_shelves())
    with database.atomic():
        ours = _locked_clock()
        if ours.rebuilding_until == until:
            FilterSet.delete().execute()
            _write(ours, found)
            FilterClock.update(whole=FilterClock.epoch, rebuilding_until=None).execute()


def _claimed(held: datetime | None) -> datetime | None:
    """Until when nobody else folds or rebuilds; None when somebody took over from us, who were too slow."""
    with database.atomic():
        ours = _locked_clock()
        if _is_rebuilding(ours) if held is None else ours.rebuilding_until != held:
            return None
        until = clock.now() + PATIENCE
        FilterClock.update(rebuilding_until=until).execute()
    return until


def _locked_clock() -> FilterClock:
    return locked(FilterClock.select()).get()


def _is_rebuilding(ours: FilterClock) -> bool:
    return ours.rebuilding_until is not None and ours.rebuilding_until > clock.now()


def _stored(fields: Collection[str]) -> Known:
    rows = FilterSet.select(FilterSet.field, FilterSet.value, FilterSet.bits)
    found = database.execute(rows.where(FilterSet.field.in_(fields)))
    return {(field, value): BitMap.deserialize(data) for field, value, data in found}


def _changes(known: Known, ids: Collection[int], fields: tuple[str, ...]) -> Known:
    """The sets of these fields that differ from what the customers have now."""
    wanted = grouped(partial(one_of, keys=ids), fields)
    return _differing({name: bits for name, bits in known.items() if name[0] != TOUCHED}, ids, wanted)


def _moves(known: Known, ids: Collection[int]) -> Known:
    """The shelves that differ from where the customers stand now."""
    shelves = {name: bits for name, bits in known.items() if name[0] == TOUCHED}
    wanted = sort_in(sorted(value for _, value in shelves), partial(one_of, keys=ids))
    changed = _differing(shelves, ids, wanted)
    for (_, bound), bits in list(changed.items()):
        if len(bits) > 2 * SHELF:
            changed |= divided(bound, bits)
    return changed


def _differing(known: Known, ids: Collection[int], wanted: dict[Name, list[int]]) -> Known:
    asked = BitMap(ids)
    changed = {}
    for name in known.keys() | wanted.keys():
        bits, has = known.get(name, BitMap()), BitMap(wanted.get(name, ()))
        if (has or bits.intersect(asked)) and bits & asked != has:
            changed[name] = (bits - asked) | has
    return changed


def _write(ours: FilterClock, changed: Known) -> None:
    """Write these sets, be it none, under the next epoch."""
    epoch, place = ours.epoch + 1, database.param
    database.cursor().executemany(
        f"REPLACE INTO filter_set (field, value, bits, epoch) VALUES ({place}, {place}, {place}, {place})",  # noqa: S608
        [(*name, _packed(bits), epoch) for name, bits in changed.items()],
    )
    FilterClock.update(epoch=epoch).execute()


def _packed(bits: BitMap) -> bytes:
    bits.run_optimize()
    return bits.serialize()
