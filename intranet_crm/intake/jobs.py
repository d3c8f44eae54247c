"""What the worker does for intake: the PDF that the head reads and approves."""

from intranet_crm.background import each_day, in_turns, job
from intranet_crm.database import database
from intranet_crm.files import store
from intranet_crm.intake import deputy_tasks
from intranet_crm.intake.entry_recount import recount_entries
from intranet_crm.intake.escalation import escalate_all
from intranet_crm.intake.models import Submission
from intranet_crm.intake.sheet import sheet_pdf


@job("intake.document")
def make_document(submission_id: int) -> None:
    """Render a submission once. A second worker, or a run after a crash, finds it there or makes the same."""
    submission = Submission.get_or_none(Submission.id == submission_id)
    if submission is None or submission.document_id is not None:
        return
    content = sheet_pdf(
        submission.snapshot,
        kind="submission",
        record=submission.form_id,
        version=submission.round,
        made=submission.at,
    )
    with database.atomic():
        document = store.keep(content, "application/pdf")
        Submission.update(document=document).where(
            (Submission.id == submission_id) & Submission.document.is_null()
        ).execute()


@each_day("intake.escalation")
def escalate_reviews(_day: int) -> None:
    """Ask the next head upward about the forms whose head stays away; one asked before is not asked again."""
    escalate_all()


@job("intake.deputy")
def pass_on_deputyship(deputy_id: int) -> None:
    """Tell of a deputyship as it now is, and give or take back the deputy's to-dos."""
    deputy_tasks.appointed(deputy_id)


@each_day("intake.deputies")
def follow_deputyships(_day: int) -> None:
    """Deputyships begin and end with the day: to-dos come and go with them."""
    deputy_tasks.each_morning()


@job("intake.recount")
def recount(year: int) -> None:
    """A year of the calendar was entered: the entry of approved forms is due by it (F4)."""
    in_turns("intake.recount", year, recount_entries(year))
