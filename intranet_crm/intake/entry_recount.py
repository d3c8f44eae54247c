"""The day of the entry, counted anew once a year of the calendar is entered (F4)."""

from collections.abc import Iterator

from intranet_crm import clock
from intranet_crm.database import database
from intranet_crm.intake.models import IntakeForm
from intranet_crm.reference.calendars import look_anew
from intranet_crm.tasks.recount import counted_anew


def recount_entries(year: int) -> Iterator[int]:
    """Each approved form whose day of entry was only expected; may be run again."""
    look_anew()
    waiting = (IntakeForm.state == "approved") & (IntakeForm.entry_due_is_expected == True)  # noqa: E712
    keys = [key for (key,) in IntakeForm.select(IntakeForm.id).where(waiting).tuples()]
    for key in keys:
        with database.atomic():
            form = IntakeForm.locked_by_id(key)
            if form.state != "approved" or not form.entry_due_is_expected:
                continue
            due = counted_anew(clock.local(form.decided_at).date(), form.entry_due_on, year)
            facts = {"entry_due_on": due.day, "entry_due_is_expected": due.expected}
            form.claim_version(form.version, **facts, updated_at=form.updated_at)
        yield key
