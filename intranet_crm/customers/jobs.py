"""What the worker does to customers: the operations of batches (G2), the upkeep of the filter sets (G1)."""

from intranet_crm import background, clock
from intranet_crm.background import each_minute, job
from intranet_crm.customers import bulk_columns, bulk_tags, filter_folding
from intranet_crm.customers.filter_sets import FOLD, REBUILD

__all__ = ["bulk_columns", "bulk_tags"]

NIGHT = 3  # o'clock, when the sets are written anew


@job(FOLD)
@each_minute
def fold(_last: int = 0) -> None:
    while filter_folding.fold():
        pass


@job(REBUILD)
def rebuild(_day: int) -> None:
    for _done in filter_folding.rebuild():
        pass


@each_minute
def rebuild_at_night() -> None:
    """The shelves are filled up again, and whatever was written past the verbs is found."""
    now = clock.local(clock.now())
    if now.hour == NIGHT:
        background.enqueue(REBUILD, 0, f"{REBUILD}:{now:%Y%m%d}")
