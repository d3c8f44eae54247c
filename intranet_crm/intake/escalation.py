"""Waiting for a head (O4, O5): the collector urges; for one who stays away a named person takes over."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import heads_upward
from intranet_crm.customers.queries import present
from intranet_crm.database import database
from intranet_crm.errors import IllegalMove, NotAllowed
from intranet_crm.intake import deputy_tasks
from intranet_crm.intake.deputy_tasks import open_tasks
from intranet_crm.intake.drafts import record, remember
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.review_clock import ReviewClock, administrators
from intranet_crm.intake.submissions import ask_to_review
from intranet_crm.notices.models import notify
from intranet_crm.reference.workdays import add_working_days, working_day_of, working_days_late
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.urges import Urge, with_urges

KIND = "escalation"


def review_task(form: IntakeForm) -> Task | None:
    """The open to-do of the head before whom the form lies."""
    return open_tasks(form).where(Task.person == form.reviewer_id).first()


def urge(form_id: int, *, by: Person) -> Urge:
    """「催办」 by the collector, once an overdue review and working day. Raises NotAllowed, IllegalMove."""
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        if form.collector_id != by.id:
            raise NotAllowed("只有采集人本人可以催办这份采集表。")
        task = review_task(form) if form.state == "in_review" else None
        if task is None:
            raise IllegalMove("这份采集表现在没有等待复核，不需要催办。")
        if task.due_on >= clock.today():
            raise IllegalMove(f"复核应在 {task.due_on:%m-%d} 前完成，还没有逾期，不需要催办。")
        urged = Urge.one(task, by=by)
        deputy_tasks.share(form)
        for other in open_tasks(form).where(Task.person != form.reviewer_id):
            with suppress(IllegalMove):  # a superior has urged the deputy today
                Urge.one(other, by=by)
        note = f"催办复核人 {form.reviewer.name}"
        remember(form, "urge", form.state, form.state, by=by, note=note)
        record("催办复核", form, by, new={"reviewer": form.reviewer.name})
    return urged


@dataclass(frozen=True)
class Urging:
    """Whether the collector may urge now, or else the sentence of who has urged on this working day."""

    may: bool
    urged: str = ""


def urging(form: IntakeForm, person: Person) -> Urging:
    task = review_task(form) if form.state == "in_review" and form.collector_id == person.id else None
    if task is None or task.due_on >= clock.today():
        return Urging(False)
    latest = with_urges([task])[0].urge
    if latest and latest.working_day == working_day_of(clock.today()):
        return Urging(False, latest.again)
    return Urging(True)


def escalate_all() -> int:
    """Ask the next head upward about each form whose head stays away; returns how many were asked now."""
    before = clock.now() - timedelta(days=ReviewClock.current().absent_days)
    waiting = IntakeForm.select(IntakeForm.id).where(
        (IntakeForm.state == "in_review") & (IntakeForm.updated_at < before) & present(IntakeForm.customer)
    )
    return sum(escalate(key) for (key,) in list(waiting.tuples()))


def escalate(form_id: int) -> bool:
    """Put the form on the next head's list as well; False when it is not time, done, or nobody is above.

    One who was asked and stays away as long is passed over likewise, up to the top; then the administrators
    and the collector are told, once.
    """
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        if form.state != "in_review":
            return False
        waits = open_tasks(form, KIND).order_by(Task.id.desc()).first() or review_task(form)
        days = ReviewClock.current().absent_days
        if waits is None or working_days_late(waits.due_on, clock.today()) <= days:
            return False
        reason = f"{waits.person.name}在到期后 {days} 个工作日内没有处理"
        above = next_head(form, waits.person)
        if above is None:
            _tell_nobody_is_above(form, waits, reason)
            return False
        return _ask(form, above, waits, reason)


def _ask(form: IntakeForm, above: Person, waits: Task, reason: str) -> bool:
    key, address = f"intake:{form.id}:{KIND}:{waits.id}", f"/reviews/{form.id}"
    title = f"接手复核：{form.customer_name}"
    due = add_working_days(clock.today(), ReviewClock.current().review_days)
    asked = Task.ask(
        above,
        kind=KIND,
        title=title,
        reason=reason,
        due_on=due.day,
        due_is_expected=due.expected,
        subject_kind="intake_form",
        subject_id=form.id,
        address=address,
        key=key,
    )
    if asked is None:
        return False
    notify(above, title, key=key, address=address, body=reason, action=True)
    told = f"复核久未处理，已提请 {above.name} 接手：{form.customer_name}"
    notify(form.collector, told, key=f"{key}:told", address=f"/intake/{form.id}")
    _record("复核提请上级接手", form, asked=above.name)
    return True


def _tell_nobody_is_above(form: IntakeForm, waits: Task, reason: str) -> None:
    """Nobody decides in a head's place by time: the administrators are to name a head or a deputy."""
    key = f"intake:{form.id}:nobody-above:{waits.id}"
    body = f"{reason}，上面没有可以接手的负责人。请为{form.reviewer.name}指定复核代理，或为部门指定负责人。"
    title = f"复核无人接手：{form.number}"
    told = [
        notify(each, title, key=f"{key}:{each.id}", address="/admin/reviews", body=body, action=True)
        for each in administrators()
    ]
    words = f"复核久未处理，上面没有可以接手的负责人，已请管理员指定：{form.customer_name}"
    if notify(form.collector, words, key=f"{key}:told", address=f"/intake/{form.id}"):
        _record("复核无人接手", form, told=sum(told))


def _record(action: str, form: IntakeForm, **new: Any) -> None:
    audit_log.record(
        action,
        by=None,
        kind="intake_form",
        subject_id=form.id,
        title=form.number,
        old={"reviewer": form.reviewer.name},
        new=new,
    )


def next_head(form: IntakeForm, away: Person) -> Person | None:
    """The first head above ``away``, never the collector nor the form's reviewer."""
    chain = [head for _, found in heads_upward(form.department) for head in found]
    places = [place for place, head in enumerate(chain) if head.id == away.id]
    above = chain[places[-1] + 1 :] if places else chain
    not_again = {form.collector_id, form.reviewer_id, away.id}
    not_again |= {task.person_id for task in open_tasks(form, KIND)}
    return next((head for head in above if head.id not in not_again), None)


def may_take_over(form: IntakeForm, person: Person) -> bool:
    asked = open_tasks(form, KIND).where(Task.person == person.id)
    return form.state == "in_review" and form.collector_id != person.id and asked.exists()


def take_over(form_id: int, *, by: Person) -> IntakeForm:
    """「接手复核」: the person who was asked becomes the reviewer. Raises NotAllowed."""
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        if form.state == "in_review" and form.reviewer_id == by.id:
            return form  # pressed twice
        if not may_take_over(form, by):
            raise NotAllowed("这份采集表没有提请你接手，或已经由别人处理。")
        old = form.reviewer
        form.claim_version(form.version, reviewer=by, updated_at=clock.now())
        for kind in ("review", KIND):
            Task.settle("intake_form", form.id, kind, by=by, outcome=f"{by.name}接手复核")
        key = f"intake:{form.id}:review:{form.round}:{form.version}"
        ask_to_review(form, by, reason=f"从{old.name}接手", key=key)
        deputy_tasks.share(form)
        remember(form, "take_over", form.state, form.state, by=by, note=f"原复核人 {old.name}")
        record("接手复核", form, by, old={"reviewer": old.name}, new={"reviewer": by.name})
        for person in (old, form.collector):
            title = f"{by.name}接手复核：{form.customer_name}"
            notify(person, title, key=f"{key}:{person.id}", address=f"/intake/{form.id}")
    return form
