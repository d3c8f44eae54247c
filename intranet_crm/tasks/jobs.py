"""Reminders: each due one is delivered once, and a missed one is caught up at the next minute (F2)."""

from intranet_crm import clock
from intranet_crm.background import each_minute, in_turns, job
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.recount import recount_tasks

BATCH = 200


@each_minute
def remind() -> None:
    """Remind of every open task whose time has come, each in a transaction of its own."""
    moment, last = clock.now(), 0
    waiting = (Task.remind_at <= moment) & Task.reminded_at.is_null() & Task.done_at.is_null()
    while batch := list(
        Task.select(Task.id).where(waiting & (Task.id > last)).order_by(Task.id).limit(BATCH)
    ):
        for task in batch:
            task.remind(moment)
        last = batch[-1].id


@job("tasks.recount")
def recount(year: int) -> None:
    """A year of the calendar was entered: what was only expected is counted anew."""
    in_turns("tasks.recount", year, recount_tasks(year))
