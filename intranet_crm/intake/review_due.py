"""The clock of a waiting review in words (O8, F4): by when the head is to decide, or how late it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intranet_crm import clock
from intranet_crm.intake.models import IntakeForm
from intranet_crm.reference.workdays import late_words, working_days_late
from intranet_crm.tasks.models import Task


@dataclass(frozen=True)
class ReviewDue:
    """Words for a sentence, fewer for a row of a list, and the meaning of their badge."""

    words: str
    short: str
    meaning: str


def review_clock(due_on: date, today: date, expected: bool = False) -> ReviewDue:
    """Where a review that is due by the end of ``due_on`` stands on ``today``."""
    day = f"{'预计 ' if expected else ''}{due_on.month}月{due_on.day}日"
    if today < due_on:
        return ReviewDue(f"{day}前复核", f"{day}前", "info")
    if today == due_on:
        return ReviewDue("复核今天到期", "今天到期", "warning")
    late = working_days_late(due_on, today)
    short = f"逾期 {late} 个工作日" if late else "已逾期"
    return ReviewDue(f"复核{late_words(due_on, today)}（{day}）", short, "danger")


def review_clocks(forms: Iterable[IntakeForm]) -> dict[int, ReviewDue]:
    """By form: the clock of the to-do of its reviewer, where it waits for one; one query."""
    reviewers = {form.id: form.reviewer_id for form in forms if form.state == "in_review"}
    about = (Task.subject_kind == "intake_form") & (Task.kind == "review") & Task.done_at.is_null()
    shown = Task.subject_id, Task.person, Task.due_on, Task.due_is_expected
    found = Task.select(*shown).where(about & Task.subject_id.in_(list(reviewers))) if reviewers else ()
    today = clock.today()
    return {
        task.subject_id: review_clock(task.due_on, today, bool(task.due_is_expected))
        for task in found
        if task.person_id == reviewers[task.subject_id]
    }
