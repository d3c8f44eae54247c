"""Due days that were counted through a year not yet published, counted anew once it is entered (F4)."""

from collections.abc import Iterator
from datetime import date

from intranet_crm import clock
from intranet_crm.database import database
from intranet_crm.reference.calendars import calendar_without, look_anew
from intranet_crm.reference.workdays import DueDay, add_working_days, working_days_late
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time


def counted_anew(begun: date, due_on: date, year: int) -> DueDay:
    """As many working days after ``begun`` as there were before the year was entered."""
    return add_working_days(begun, working_days_late(begun, due_on, calendar_without(year)))


def recount_tasks(year: int) -> Iterator[int]:
    """Each open task that was only expected, in a transaction of its own; may be run again."""
    look_anew()
    waiting = Task.done_at.is_null() & (Task.due_is_expected == 1)
    keys = [key for (key,) in Task.select(Task.id).where(waiting).order_by(Task.id).tuples()]
    for key in keys:
        with database.atomic():
            task = Task.locked_by_id(key)
            if task.done_at or not task.due_is_expected:
                continue
            due = counted_anew(clock.local(task.created_at).date(), task.due_on, year)
            facts = {"due_on": due.day, "due_is_expected": int(due.expected)}
            if due.day != task.due_on and task.remind_at:
                facts |= {"remind_at": reminder_time(due.day)}
            task.claim_version(task.version, **facts, updated_at=clock.now())
        yield key
