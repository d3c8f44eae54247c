"""The verbs of 二级复核 (S4 二(四), O4, O5): 通过, 退回, 否决. Each is one transaction of the named head."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from intranet_crm import background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers import timeline
from intranet_crm.database import database
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.intake import deputy_tasks, signing
from intranet_crm.intake.drafts import decide, record, remember, stands_in
from intranet_crm.intake.editions import supersede
from intranet_crm.intake.entry_clock import due_words
from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.models import IntakeForm, ReturnItem, Review, Submission
from intranet_crm.intake.review_drafts import ReviewDraft
from intranet_crm.intake.rules import MOVES, STATES
from intranet_crm.intake.verdicts import (
    Judgements,
    ReturnedField,
    approval_obstacles,
    entry_due,
    rejection_obstacles,
    return_obstacles,
)
from intranet_crm.notices.models import notify
from intranet_crm.pdf import missing_glyphs
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

ANSWER_WORKING_DAYS = 2  # no source names a day for answering a return; the entry's clock serves


@dataclass(frozen=True)
class FullJudgements(Judgements):
    """The three judgements with what binds nothing: how the customer confirmed, and the grade."""

    truth_note: str = ""
    fit_grade: str = ""


UNJUDGED = FullJudgements()


class Unfinished(DomainError):
    """What is still missing for a verdict; ``by_input`` holds a sentence for each input."""

    def __init__(self, by_input: dict[str, str]):
        super().__init__("".join(by_input.values()))
        self.by_input = by_input


def approve(
    form_id: int,
    given: FullJudgements,
    *,
    opinion: str,
    seen: str,
    by: Person,
    sealed: signing.Sealed | None = None,
) -> Review:
    """「通过」: starts the entry clock and asks for the archive sheet.

    ``seen`` is the digest of the submission that was read, ``sealed`` its document with the head's
    signature, where the department signs electronically. Raises NotAllowed, IllegalMove, StaleVersion
    when another round came meanwhile, and Unfinished.
    """
    with database.atomic():
        form, submission = _before_the_head(form_id, "approve", seen, by)
        _require(_unsigned(form, submission, sealed))
        _require(
            approval_obstacles(
                given,
                pdf_ready=submission.document_id is not None,
                collected_on=form.collected_on,
                today=clock.today(),
            )
            | _unprintable(given, opinion)
        )
        if sealed:
            signing.keep(submission, "reviewer", sealed, by=by)
        due = entry_due(clock.today())
        review = _judge(form, submission, "approve", by, opinion, given)
        _move(form, review, by, entry_due_on=due.day, entry_due_is_expected=due.expected)
        supersede(form, by=by, at=review.at)
        words = due_words(due.day, due.expected)
        _ask_collector(form, "entry", f"录入「{form.customer_name}」的采集表", words, due.day, due.expected)
        _tell_collector(form, review, f"「{form.customer_name}」的采集表已通过复核，{words}")
        background.enqueue("archive.record", form.id)
    return review


def _unsigned(form: IntakeForm, submission: Submission, sealed: signing.Sealed | None) -> dict[str, str]:
    """What an approval still lacks where the department signs electronically."""
    if not signing.wants_signatures(form):
        return {}
    if "collector" not in signing.signed_roles(submission):
        return {"pdf": f"采集人 {form.collector.name} 还没有电子签署，签署之后才能通过。"}
    return {} if sealed else {"signing_password": "请输入签署口令，通过时会以你的证书签署这份文件。"}


def return_(
    form_id: int,
    items: Iterable[ReturnedField],
    *,
    opinion: str,
    seen: str,
    by: Person,
    judged: FullJudgements = UNJUDGED,
) -> Review:
    """「退回」 with the fields to be mended; raises as ``approve`` does.

    ``judged``: what had been judged by then, kept with the review.
    """
    items = list(items)
    with database.atomic():
        form, submission = _before_the_head(form_id, "return", seen, by)
        remarks = {f"remark-{item.field}": item.remark for item in items}
        _require(return_obstacles(opinion, items) | _unprintable(judged, opinion, **remarks))
        review = _judge(form, submission, "return", by, opinion, judged)
        for item in items:
            ReturnItem.create(review=review, field=item.field, remark=item.remark)
        _move(form, review, by)
        labels = "、".join(FIELDS[item.field].label for item in items)
        due = add_working_days(clock.today(), ANSWER_WORKING_DAYS)
        reason = f"{review.by_words}退回：{labels}"
        title = f"修改并重新提交「{form.customer_name}」的采集表"
        _ask_collector(form, "return", title, reason, due.day, due.expected)
        _tell_collector(form, review, f"「{form.customer_name}」的采集表被退回，请修改：{labels}")
    return review


def reject(form_id: int, *, opinion: str, seen: str, by: Person, judged: FullJudgements = UNJUDGED) -> Review:
    """「否决」: the end of this form; raises as ``approve`` does."""
    with database.atomic():
        form, submission = _before_the_head(form_id, "reject", seen, by)
        _require(rejection_obstacles(opinion) | _unprintable(judged, opinion))
        review = _judge(form, submission, "reject", by, opinion, judged)
        _move(form, review, by)
        _tell_collector(form, review, f"「{form.customer_name}」的采集表被否决")
    return review


def _before_the_head(form_id: int, move: str, seen: str, by: Person) -> tuple[IntakeForm, Submission]:
    """The form, locked, and the submission it stands on: the one the head has read."""
    form = IntakeForm.locked_by_id(form_id)
    decide(move, form, by)
    submission = Submission.get((Submission.form == form.id) & (Submission.round == form.round))
    if submission.digest != seen:
        raise StaleVersion(
            f"这份采集表在你打开之后又提交过，现在是第{form.round}次提交，"
            "内容可能不同。请看过新的内容再作结论。"
        )
    return form, submission


def _require(obstacles: dict[str, str]) -> None:
    if obstacles:
        raise Unfinished(obstacles)


def _unprintable(given: FullJudgements, opinion: str, **remarks: str) -> dict[str, str]:
    """What the sheet could not show as it was written (P1): input name → sentence."""
    notes = {name: getattr(given, name) for name in ("truth_note", "sensitive_note", "fit_note")}
    found = {name: missing_glyphs(text) for name, text in (notes | remarks | {"opinion": opinion}).items()}
    return {
        name: f"这里的「{'、'.join(missing)}」没有可打印的字形，请改用其他写法。"
        for name, missing in found.items()
        if missing
    }


def _judge(
    form: IntakeForm, submission: Submission, decision: str, by: Person, opinion: str, given: FullJudgements
) -> Review:
    judged = asdict(given)
    review = Review.create(
        submission=submission,
        by=by,
        at=clock.now(),
        decision=decision,
        opinion=opinion,
        instead_of=stands_in(form, by) or "",
        **judged,
    )
    record(
        f"复核{MOVES[decision].word}",
        form,
        by,
        old={"state": STATES.label(form.state)},
        new={
            "by": review.by_words,
            "round": form.round,
            "digest": submission.digest,
            "opinion": opinion,
            **judged,
        },
    )
    return review


def _move(form: IntakeForm, review: Review, by: Person, **changes: Any) -> None:
    """The new state, its line in the history and on the customer's timeline; the head's task is done."""
    move = MOVES[review.decision]
    told = {"by": by, "at": review.at, "note": review.opinion, "instead_of": review.instead_of}
    remember(form, review.decision, form.state, move.target, **told)
    form.claim_version(form.version, state=move.target, decided_at=review.at, updated_at=review.at, **changes)
    ReviewDraft.drop(form)
    deputy_tasks.is_over(form, by=by, outcome=move.word)
    if form.customer_id:
        timeline.note(
            form.customer,
            kind="review",
            title=f"采集表 {form.number} 复核{move.word}"
            + (f"，{review.by_words}" if review.instead_of else ""),
            by=by,
            summary=review.opinion,
            subject_kind="intake_form",
            subject_id=form.id,
            at=review.at,
        )


def _ask_collector(
    form: IntakeForm, kind: str, title: str, reason: str, due_on: date, expected: bool
) -> None:
    Task.ask(
        form.collector,
        kind=kind,
        title=title,
        reason=reason,
        due_on=due_on,
        due_is_expected=expected,
        remind_at=_reminder(due_on),
        subject_kind="intake_form",
        subject_id=form.id,
        address=f"/intake/{form.id}/entry" if kind == "entry" else f"/intake/{form.id}",
        key=f"intake:{form.id}:{kind}:{form.round}",
    )


def _reminder(due_on: date) -> datetime | None:
    """09:00 of the working day before, where that still lies ahead (E5)."""
    moment = reminder_time(due_on)
    return moment if moment > clock.now() else None


def _tell_collector(form: IntakeForm, review: Review, title: str) -> None:
    notify(
        form.collector,
        title,
        key=f"intake:{form.id}:{review.decision}:{form.round}",
        address=f"/intake/{form.id}",
        body=review.opinion,
        action=review.decision != "reject",
    )
