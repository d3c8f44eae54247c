"""Reading the filter sets: each process keeps those it uses, and asks only which have changed.

``read`` answers a question about the sets as they stood together at one moment; no fold comes in between.
"""

from bisect import insort
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from threading import Lock
from typing import TypeVar

from pyroaring import BitMap

from intranet_crm.customers.filter_sets import FilterClock, Name
from intranet_crm.database import database, locked

MOST_BYTES = 64 << 20  # that a process keeps; the sets of 1,000,000 customers are about half of it
TRIES = 5
STATE = "SELECT 0, epoch, whole FROM filter_clock UNION ALL SELECT 1, customer, 0 FROM filter_mark"

Answer = TypeVar("Answer")


class _Moved(Exception):
    """The sets were written while they were read."""


class Sets:
    """The sets as they stood at one moment. What it gives is shared: change none of it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.marked = BitMap()  # customers that the sets may be wrong about
        self.forget()

    def forget(self) -> None:
        self._whole, self.epoch, self._bytes = -1, -1, 0
        self._kept: OrderedDict[Name, tuple[BitMap, int]] = OrderedDict()
        self._values: dict[str, list[str]] = defaultdict(list)
        self._known: set[Name] = set()

    def values(self, field: str) -> list[str]:
        """The values that the field has sets for, sorted."""
        return self._values[field]

    def everything(self) -> dict[Name, BitMap]:
        return {
            (field, value): bits
            for field, values in self._values.items()
            for value, bits in zip(values, self.of(field, values), strict=True)
        }

    def of(self, field: str, values: Iterable[str]) -> list[BitMap]:
        """The sets of these values; a value that nobody has or had is passed over."""
        names = [(field, value) for value in values if (field, value) in self._known]
        missing = [value for name, value in names if (name, value) not in self._kept]
        found = self._load(field, missing) if missing else {}
        for name in names:
            if name not in found:
                self._kept.move_to_end(name)
                found[name] = self._kept[name][0]
        return [found[name] for name in names]

    def union(self, field: str, values: Iterable[str]) -> BitMap:
        return BitMap.union(BitMap(), *self.of(field, values))

    def catch_up(self) -> None:
        """Take in what was written since. The marks come first or together: folded later, they are here."""
        rows = database.execute_sql(STATE).fetchall()
        _, epoch, whole = next(row for row in rows if row[0] == 0)
        self.marked = BitMap([customer for kind, customer, _ in rows if kind == 1])
        if whole != self._whole:
            self.forget()
        if epoch != self.epoch:
            written = database.execute_sql(
                f"SELECT field, value, epoch FROM filter_set WHERE epoch > {self.epoch}"  # noqa: S608 - a number
            ).fetchall()
            if any(each > epoch for *_, each in written):
                raise _Moved
            for field, value, _ in written:
                self._drop((field, value))
                if (field, value) not in self._known:
                    self._known.add((field, value))
                    insort(self._values[field], value)
        self._whole, self.epoch = whole, epoch

    def _load(self, field: str, values: list[str]) -> dict[Name, BitMap]:
        found = {}
        for at in range(0, len(values), 500):
            part = values[at : at + 500]
            marks = ",".join([database.param] * len(part))
            rows = database.execute_sql(
                f"SELECT value, epoch, bits FROM filter_set WHERE field = {database.param}"  # noqa: S608
                f" AND value IN ({marks})",
                [field, *part],
            )
            for value, epoch, data in rows:
                if epoch > self.epoch:
                    raise _Moved
                found[field, value] = BitMap.deserialize(data)
                self._keep((field, value), found[field, value], len(data))
        if len(found) < len(values):
            raise _Moved
        return found

    def _keep(self, name: Name, bits: BitMap, size: int) -> None:
        self._kept[name] = (bits, size)
        self._bytes += size
        while self._bytes > MOST_BYTES and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1][1]

    def _drop(self, name: Name) -> None:
        if name in self._kept:
            self._bytes -= self._kept.pop(name)[1]


_shared = Sets()
forget = _shared.forget


def read(question: Callable[[Sets], Answer]) -> Answer:
    """The answer to a question that looks at the sets, and at nothing that it would change."""
    if not database.in_transaction():
        for _ in range(TRIES):
            try:
                with _shared.lock:
                    _shared.catch_up()
                    return question(_shared)
            except _Moved:
                continue
    # Nothing uncommitted may stay behind in what the process keeps; and here nobody writes meanwhile.
    with database.atomic():
        locked(FilterClock.select()).get()
        alone = Sets()
        alone.catch_up()
        return question(alone)
