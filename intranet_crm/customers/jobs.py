"""What the worker does to customers: the operations of batches (G2), the to-dos of care each day (C4), the
upkeep of the filter sets (G1)."""

from datetime import date

from intranet_crm import clock
from intranet_crm.background import each_day, each_minute, in_turns, job
from intranet_crm.customers import bulk_columns, bulk_tags, care, filter_folding, tag_batches
from intranet_crm.customers.filter_sets import FOLD, REBUILD

__all__ = ["bulk_columns", "bulk_tags", "tag_batches"]
CARE = "customers.care"


@each_day(CARE)
def ask_care(day: int) -> None:
    today = clock.today()
    if date.fromordinal(day) == today:  # one of a day that is over is done by today's
        in_turns(CARE, day, care.ask(today))


@job(FOLD)
@each_minute
def fold(_last: int = 0) -> None:
    while filter_folding.fold():
        pass


@each_day(REBUILD)
def rebuild(_day: int) -> None:
    """The shelves are filled up again, and whatever was written past the verbs is found."""
    for _done in filter_folding.rebuild():
        pass
