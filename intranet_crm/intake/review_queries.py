"""What the review desk shows: the queues, the paper as it was submitted, and what changed between rounds."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import JOIN, Expression, ModelSelect

from intranet_crm.accounts.deputies import represented_by
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import departments_within
from intranet_crm.accounts.rules import Permission, Reach
from intranet_crm.addresses import whole_number
from intranet_crm.background import Job
from intranet_crm.customers.queries import present
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.attached import files_changed, frozen_files
from intranet_crm.intake.diff import Change, changes
from intranet_crm.intake.models import IntakeEvent, IntakeForm, ReturnItem, Review, Submission
from intranet_crm.intake.rules import STATES

PAGE = 20
RECENT = 10
MOST_COUNTED = 1000

Collector = Person.alias()
Reviewer = Person.alias()


@dataclass(frozen=True)
class QueueRow:
    """A submitted form in one line of a queue."""

    form: IntakeForm
    situation: str
    warnings: int
    has_document: bool
    decision: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True)
class QueuePage:
    rows: list[QueueRow]
    next_key: str = ""


def reviewable_forms(person: Person) -> ModelSelect:
    """The submitted forms a head may read: those put before the person, and those of the departments."""
    mine = for_verdict_of(person)
    if person.reach(Permission.REVIEW) >= Reach.TEAM:
        mine |= IntakeForm.department.in_(departments_within(person))
    return IntakeForm.select().where((IntakeForm.round > 0) & mine & present(IntakeForm.customer))


def for_verdict_of(person: Person) -> Expression:
    """The forms put before the person, or before a head whose deputy the person is today (O4)."""
    own = IntakeForm.reviewer == person.id
    if not (heads := represented_by(person)):
        return own
    return own | (IntakeForm.reviewer.in_(heads) & (IntakeForm.collector != person.id))


def find_reviewable(person: Person, form_id: int) -> IntakeForm | None:
    """The form with its collector and reviewer, when the person may read it on the desk."""
    found = reviewable_forms(person).select(IntakeForm, Collector, Reviewer)
    return _with_people(found).where(IntakeForm.id == form_id).first()


def waiting_for(person: Person, after: str = "") -> QueuePage:
    """The forms that wait for the person's own verdict, the longest waiting first."""
    return _queue(_waiting().where(for_verdict_of(person)), after)


def waiting_around(person: Person, after: str = "") -> QueuePage:
    """The forms of the person's departments that wait for somebody else."""
    others = ~for_verdict_of(person) & IntakeForm.department.in_(departments_within(person))
    return _queue(_waiting().where(others), after)


def count_waiting(person: Person) -> int:
    """How many wait for the person, counted up to 1000."""
    mine = for_verdict_of(person) & (IntakeForm.state == "in_review")
    waiting = IntakeForm.select(IntakeForm.id).where(mine, present(IntakeForm.customer))
    return waiting.limit(MOST_COUNTED).count()


def _waiting() -> ModelSelect:
    latest = (Submission.form == IntakeForm.id) & (Submission.round == IntakeForm.round)
    submitted = Submission.snapshot, Submission.values, Submission.digest, Submission.document
    return (
        _with_people(IntakeForm.select(*_shown(), *submitted))
        .join_from(IntakeForm, Submission, on=latest, attr="submission")
        .where((IntakeForm.state == "in_review") & present(IntakeForm.customer))
    )


def _shown() -> tuple:
    form = IntakeForm
    return (
        form.id, form.number, form.edition, form.state, form.customer_name, form.customer, form.round,
        form.submitted_at,
        form.department,
        Collector.id, Collector.name, Reviewer.id, Reviewer.name,
    )  # fmt: skip


def _with_people(query: ModelSelect) -> ModelSelect:
    return query.join_from(IntakeForm, Collector, on=IntakeForm.collector).join_from(
        IntakeForm, Reviewer, on=IntakeForm.reviewer
    )


def _queue(query: ModelSelect, after: str) -> QueuePage:
    """A page of a queue; its key is the moment and the id of the last row."""
    if last := _queue_key(after):
        at, form_id = last
        later = (IntakeForm.submitted_at > at) | ((IntakeForm.submitted_at == at) & (IntakeForm.id > form_id))
        query = query.where((IntakeForm.submitted_at >= at) & later)
    found = list(query.order_by(IntakeForm.submitted_at, IntakeForm.id).limit(PAGE + 1))
    rows = [_row(form, form.submission) for form in found[:PAGE]]
    more = len(found) > PAGE
    return QueuePage(rows, f"{rows[-1].form.submitted_at.isoformat()}_{rows[-1].form.id}" if more else "")


def _queue_key(text: str) -> tuple[datetime, int] | None:
    moment, _, form_id = text.partition("_")
    try:
        return datetime.fromisoformat(moment), whole_number(form_id)
    except ValueError:
        return None


def _row(form: IntakeForm, submission: Submission, **decided: Any) -> QueueRow:
    frozen = json.loads(submission.snapshot)
    words = {each["key"]: each["words"] for section in frozen["sections"] for each in section["fields"]}
    warnings = sum(each["level"] == "warning" for each in frozen["self_check"]["findings"])
    return QueueRow(form, words.get("situation", ""), warnings, submission.document_id is not None, **decided)


def decided_by(person: Person, before: int | None = None) -> QueuePage:
    """What the person decided, the latest first."""
    query = (
        _with_people(
            Review.select(
                Review.id, Review.at, Review.decision, *_shown(),
                Submission.id, Submission.round, Submission.snapshot, Submission.document,
            )
            .join(Submission)
            .join(IntakeForm)
        )
        .where((Review.by == person.id) & present(IntakeForm.customer))
    )  # fmt: skip
    if before:
        query = query.where(Review.id < before)
    found = list(query.order_by(Review.id.desc()).limit(RECENT + 1))
    rows = [
        _row(each.submission.form, each.submission, decision=each.decision, decided_at=each.at)
        for each in found[:RECENT]
    ]
    return QueuePage(rows, str(found[RECENT - 1].id) if len(found) > RECENT else "")


@dataclass(frozen=True)
class PaperField:
    """One field of the paper: its words, what the self-check found, what changed, what was sent back."""

    key: str
    label: str
    words: str
    required: bool
    is_long: bool
    findings: list[Mapping[str, str]]
    change: Change | None
    returned: ReturnItem | None
    earlier: str | None = None  # the words of the earlier version, where this one differs


@dataclass(frozen=True)
class Desk:
    """All that the desk shows of one form."""

    form: IntakeForm
    submission: Submission
    frozen: dict[str, Any]
    sections: list[tuple[str, str, list[PaperField]]]
    changes: list[Change]
    returned: list[ReturnItem]
    review: Review | None
    events: list[IntakeEvent] = field(default_factory=list)

    @property
    def warnings(self) -> list[Mapping[str, str]]:
        return [each for each in self.frozen["self_check"]["findings"] if each["level"] == "warning"]

    @property
    def edition(self) -> Mapping[str, Any] | None:
        """The version that this one amends and what differs from it, as frozen; None for a first version."""
        return self.frozen.get("edition")

    @property
    def state_word(self) -> str:
        return STATES.label(self.form.state)


def submission_of(form: IntakeForm, round: int | None = None) -> Submission | None:
    """What was submitted in a round, by default the latest, with its document."""
    wanted = form.round if round is None else round
    return (
        Submission.select(Submission, StoredFile)
        .join(StoredFile, JOIN.LEFT_OUTER, on=Submission.document)
        .where((Submission.form == form.id) & (Submission.round == wanted))
        .first()
    )


def desk_of(form: IntakeForm) -> Desk:
    """The desk over the latest submission of a form that was submitted at least once."""
    submission = submission_of(form)
    frozen = json.loads(submission.snapshot)
    changed = _changes(form, submission) if form.round > 1 else []
    returned = _answered(form) if form.round > 1 else []
    decided = Review.select(Review, Person).join(Person).where(Review.submission == submission.id)
    return Desk(
        form=form,
        submission=submission,
        frozen=frozen,
        sections=_sections(frozen, changed, returned),
        changes=changed,
        returned=returned,
        review=None if form.state == "in_review" else decided.first(),
        events=list(
            IntakeEvent.select(IntakeEvent, Person.id, Person.name)
            .join(Person)
            .where(IntakeEvent.form == form.id)
            .order_by(IntakeEvent.id.desc())
            .limit(PAGE)
        ),
    )


def _changes(form: IntakeForm, submission: Submission) -> list[Change]:
    """What reads differently from the round before."""
    before = Submission.get((Submission.form == form.id) & (Submission.round == form.round - 1))
    files = files_changed(frozen_files(before.snapshot), frozen_files(submission.snapshot))
    return changes(before.values, submission.values) + files


def _answered(form: IntakeForm) -> list[ReturnItem]:
    """The items of the last return before the latest submission, with the collector's answers."""
    items = list(
        ReturnItem.select(ReturnItem)
        .join(Review)
        .join(Submission)
        .where((Submission.form == form.id) & (Submission.round < form.round))
        .order_by(ReturnItem.id)
    )
    return [item for item in items if item.review_id == items[-1].review_id]


def _sections(
    frozen: dict[str, Any], changed: list[Change], returned: list[ReturnItem]
) -> list[tuple[str, str, list[PaperField]]]:
    """(number, title, fields) of each part that has fields."""
    change_at = {each.field: each for each in changed}
    item_at = {each.field: each for each in returned}
    earlier = {each["field"]: each["old"] for each in frozen.get("edition", {}).get("changes", ())}
    findings = frozen["self_check"]["findings"]
    return [
        (
            section["number"],
            section["title"],
            [
                PaperField(
                    key=each["key"],
                    label=each["label"],
                    words=each["words"],
                    required=each["required"],
                    is_long=each["kind"] == "long_text",
                    findings=[found for found in findings if found["field"] == each["key"]],
                    change=change_at.get(each["key"]),
                    returned=item_at.get(each["key"]),
                    earlier=earlier.get(each["key"]),
                )
                for each in section["fields"]
            ],
        )
        for section in frozen["sections"]
        if section["fields"]
    ]


def document_failed(submission: Submission) -> bool:
    """Whether the worker has given up making the PDF of this submission."""
    about = (Job.kind == "intake.document") & (Job.subject_id == submission.id)
    return Job.select().where(about & Job.failed_at.is_null(False)).exists()
