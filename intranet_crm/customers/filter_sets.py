"""Filter sets: for each value of each filter of the list, the customers that have it, as a bitmap (G1).

What a combination of filters finds is what its sets have in common, in the time of a few ANDs, be it rare,
common or contradictory. A writer only marks the customer as changed, in its own transaction; the worker
brings the sets up to date (filter_folding.py). Until then a reader asks the database about the marked ones
(filter_match.py), so the list is right at once.
"""

from collections.abc import Iterable

from peewee import BlobField, CharField, CompositeKey, DateTimeField, IntegerField

from intranet_crm import background, clock
from intranet_crm.database import BaseModel

FOLD, REBUILD = "customers.fold", "customers.rebuild_sets"
EARLY = 200  # so many marks are folded at once, not only when the minute is over

Name = tuple[str, str]  # of a set: the filter and its value


class BitsField(BlobField):
    field_type = "MEDIUMBLOB"  # MariaDB's BLOB ends at 64 kB; a set of 1,000,000 customers may have 128


class FilterSet(BaseModel):
    """The customers that have one value of one filter; ``epoch`` is when it was written last."""

    id = None
    field = CharField(16)
    value = CharField(40)
    bits = BitsField()  # a serialised BitMap of ids
    epoch = IntegerField(index=True)

    class Meta:
        primary_key = CompositeKey("field", "value")


class FilterMark(BaseModel):
    """A customer that was changed since the sets were written; one row a change, so that nobody waits."""

    customer = IntegerField()


class FilterClock(BaseModel):
    """The one row that whoever writes sets locks first; ``epoch`` counts how often that was."""

    epoch = IntegerField(default=0)
    whole = IntegerField(default=0)  # the epoch in which all sets were written anew
    rebuilding_until = DateTimeField(null=True)


def mark(ids: Iterable[int]) -> None:
    """These customers were changed in something that the list is filtered or ordered by.

    Call it in the transaction of the change, after it. ``TimelineEntry.note`` does, so most verbs need not.
    """
    rows, last = [(key,) for key in ids], 0
    for at in range(0, len(rows), 1000):
        last = FilterMark.insert_many(rows[at : at + 1000], [FilterMark.customer]).execute()
    if len(rows) >= EARLY or (last and last % EARLY == 0):
        background.enqueue(FOLD, last, f"{FOLD}:{last}:{clock.now():%Y%m%d%H%M%S}")
