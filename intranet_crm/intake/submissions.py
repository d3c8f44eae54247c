"""Submitting a checked form to the head, and withdrawing it (O4, O5, O6)."""

from typing import Any

from intranet_crm import background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import heads_upward
from intranet_crm.customers import timeline
from intranet_crm.database import database
from intranet_crm.errors import DomainError, IllegalMove, StaleVersion
from intranet_crm.formatting import moment as moment_words
from intranet_crm.intake import deputy_tasks, rules
from intranet_crm.intake.answers import open_items
from intranet_crm.intake.attached import attached_part
from intranet_crm.intake.collection_tasks import KIND as COLLECTION
from intranet_crm.intake.collection_tasks import CollectionTask
from intranet_crm.intake.drafts import STALE, decide, record, remember
from intranet_crm.intake.editions import customer_id_of, edition_part
from intranet_crm.intake.fields import FIELDS, Values, shown_fields
from intranet_crm.intake.models import IntakeForm, ReturnItem, Review, SelfCheck, Submission
from intranet_crm.intake.review_clock import ReviewClock
from intranet_crm.intake.selfchecks import stored_findings
from intranet_crm.intake.snapshot import build_snapshot, canonical_json, digest
from intranet_crm.intake.verdicts import resubmission_obstacles
from intranet_crm.notices.models import notify
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.tasks.models import Task


def find_head(form: IntakeForm) -> Person | None:
    """Who reviews this form: the first head from the 牵头部门 upward who is not its collector (O4)."""
    heads = [head for _, found in heads_upward(form.department) for head in found]
    key = rules.find_reviewer((head.id for head in heads), form.collector_id)
    return next((head for head in heads if head.id == key), None)


def submit(form_id: int, *, by: Person, seen: int | None = None) -> Submission:
    """「提交审核」: freeze the form, put it on the head's desk. Raises IllegalMove, NotAllowed, DomainError.

    The frozen JSON and its digest are written here; the worker makes the document from them.
    """
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        state = decide("submit", form, by)
        if seen is not None and seen != form.version:
            raise StaleVersion(STALE)
        items = open_items(form)
        if obstacles := resubmission_obstacles(items):
            raise DomainError("".join(obstacles.values()))
        head = find_head(form)
        if head is None:
            raise DomainError(rules.NO_REVIEWER)
        checked = last_check(form)
        if checked is None or not checked.passed:
            raise IllegalMove("这份采集表还没有通过自查，请先提交自查。")
        moment, old_state = clock.now(), form.state
        form.customer = customer_id_of(form)
        submission = _freeze(form, head, checked, by, moment)
        form.claim_version(
            form.version,
            state=state,
            values=submission.values,
            customer=form.customer_id,
            round=submission.round,
            reviewer=head,
            submitted_at=moment,
            decided_at=None,
            saved_from="",
            updated_at=moment,
        )
        background.enqueue("intake.document", submission.id)
        note = f"第 {form.round} 次提交，复核人 {head.name}"
        remember(form, "submit", old_state, state, by=by, at=moment, note=note)
        facts = {"round": form.round, "reviewer": head.name, "digest": submission.digest}
        record("提交审核", form, by, new=facts)
        _tell_head(form, head, by)
        Task.settle("intake_form", form.id, "return", by=by, outcome="已修改并重新提交")
        asked = CollectionTask.select(CollectionTask.id).where(CollectionTask.form == form.id)
        Task.settle(COLLECTION, asked, "collect", by=by, outcome="已提交审核")
        _note_for_customer(form, f"采集表 {form.number} 提交审核", by, f"复核人 {head.name}")
    return submission


def withdraw(form_id: int, *, by: Person, seen: int | None = None) -> IntakeForm:
    """「撤回」 until the head has acted. Raises IllegalMove or NotAllowed."""
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        state = decide("withdraw", form, by)
        moment, old_state, head = clock.now(), form.state, form.reviewer
        form.claim_version(form.version, state=state, updated_at=moment)
        remember(form, "withdraw", old_state, state, by=by, at=moment)
        record("撤回采集表", form, by, new={"round": form.round})
        deputy_tasks.is_over(form, by=by, outcome="采集人已撤回")
        notify(
            head,
            f"{by.name}撤回了采集表：{form.customer_name}",
            key=f"intake:{form.id}:withdrawn:{form.version}",
            address=f"/intake/{form.id}",
            body="这份采集表暂时不需要复核，修改后会重新提交。",
        )
        _note_for_customer(form, f"采集表 {form.number} 撤回", by)
    return form


def last_check(form: IntakeForm) -> SelfCheck | None:
    return (
        SelfCheck.select(SelfCheck, Person)
        .join(Person)
        .where(SelfCheck.form == form.id)
        .order_by(SelfCheck.id.desc())
        .first()
    )


def _freeze(form: IntakeForm, head: Person, checked: SelfCheck, by: Person, moment: Any) -> Submission:
    number = form.round + 1
    values = asked_values(form.values)
    snapshot = build_snapshot(
        {
            "number": form.number,
            "round": number,
            "customer_number": form.customer.number if form.customer_id else "",
            "department": form.department.name,
            "collector": by.name,
            "reviewer": head.name,
            "submitted_by": by.name,
            "submitted_at": moment_words(moment),
        },
        values,
        stored_findings(checked),
        checked.reasons,
        past_returns(form),
        self_check={"by": checked.by.name, "at": moment_words(checked.at), "passed": checked.passed},
        edition=edition_part(form, values),
        attachments=attached_part(form),
    )
    text = canonical_json(snapshot)
    return Submission.create(
        form=form, round=number, snapshot=text, digest=digest(text), values=values, by=by, at=moment
    )


def asked_values(values: Values) -> Values:
    """The values of the fields this form asks for: what another choice left behind is not submitted."""
    asked = {field.key for field in shown_fields(values)}
    return {key: value for key, value in values.items() if key in asked or key not in FIELDS}


def past_returns(form: IntakeForm) -> list[dict[str, Any]]:
    """Every item of every return of this form with its answer, in words, oldest first."""
    rows = (
        ReturnItem.select(ReturnItem, Review, Submission, Person)
        .join(Review)
        .join(Submission)
        .switch(Review)
        .join(Person)
        .where(Submission.form == form.id)
        .order_by(ReturnItem.id)
    )
    return [
        {
            "round": item.review.submission.round,
            "field": item.field,
            "label": FIELDS[item.field].label,
            "remark": item.remark,
            "answer": item.answer,
            "by": item.review.by_words,
            "at": moment_words(item.review.at),
        }
        for item in rows
    ]


def _tell_head(form: IntakeForm, head: Person, by: Person) -> None:
    key, address = f"intake:{form.id}:review:{form.round}", f"/reviews/{form.id}"
    again = "重新" if form.round > 1 else ""
    ask_to_review(form, head, reason=f"{by.name}{again}提交，等待复核", key=key)
    title = f"{by.name}{again}提交了采集表，请复核：{form.customer_name}"
    notify(head, title, key=key, address=address, action=True)
    for deputy in deputy_tasks.share(form):
        told = f"{title}（代{head.name}）"
        notify(deputy, told, key=f"{key}:deputy:{deputy.id}", address=address, action=True)


def ask_to_review(form: IntakeForm, head: Person, *, reason: str, key: str) -> None:
    """Put the review of a form on a head's list, in the caller's transaction."""
    due = add_working_days(clock.today(), ReviewClock.current().review_days)
    Task.ask(
        head,
        kind="review",
        title=f"复核采集表：{form.customer_name}",
        reason=reason,
        due_on=due.day,
        due_is_expected=due.expected,
        subject_kind="intake_form",
        subject_id=form.id,
        address=f"/reviews/{form.id}",
        key=key,
    )


def _note_for_customer(form: IntakeForm, title: str, by: Person, summary: str = "") -> None:
    if form.customer_id:
        timeline.note(
            form.customer,
            kind="review",
            title=title,
            by=by,
            summary=summary,
            subject_kind="intake_form",
            subject_id=form.id,
        )
