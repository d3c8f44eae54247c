"""What the worker does to customers: the operations of batches (G2), and the to-dos of care each day (C4)."""

from datetime import date

from intranet_crm import clock
from intranet_crm.background import each_day, in_turns
from intranet_crm.customers import bulk_columns, bulk_tags, care, tag_batches

__all__ = ["bulk_columns", "bulk_tags", "tag_batches"]
CARE = "customers.care"


@each_day(CARE)
def ask_care(day: int) -> None:
    today = clock.today()
    if date.fromordinal(day) == today:  # one of a day that is over is done by today's
        in_turns(CARE, day, care.ask(today))
