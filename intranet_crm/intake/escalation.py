"""Waiting for a head (O4, O5): the collector urges; for one who stays away a named person takes over."""

from datetime import timedelta

from peewee import ModelSelect

from intranet_crm import audit_log, clock
from intranet_crm.accounts.deputies import deputies_of
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import heads_upward
from intranet_crm.customers.queries import present
from intranet_crm.database import database
from intranet_crm.errors import IllegalMove, NotAllowed
from intranet_crm.intake.drafts import record, remember
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.settings import ABSENT_WORKING_DAYS
from intranet_crm.intake.submissions import REVIEW_WORKING_DAYS, ask_to_review
from intranet_crm.notices.models import notify
from intranet_crm.notices.rules import Topic
from intranet_crm.reference.workdays import add_working_days, working_days_late
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.urges import Urge

KIND = "escalation"


def review_task(form: IntakeForm) -> Task | None:
    """The open to-do of the head before whom the form lies."""
    return _open_tasks(form, "review").first()


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
        for deputy in deputies_of(form.reviewer):
            if deputy.id != form.collector_id:
                notify(
                    deputy,
                    f"{by.name}催办：{task.title}（代{form.reviewer.name}）",
                    key=f"urge:{task.id}:{urged.working_day}:deputy",
                    address=task.address,
                    action=True,
                    topic=Topic.URGE,
                )
        note = f"催办复核人 {form.reviewer.name}"
        remember(form, "urge", form.state, form.state, by=by, note=note)
        record("催办复核", form, by, new={"reviewer": form.reviewer.name})
    return urged


def escalate_all() -> int:
    """Ask the next head upward about each form whose head stays away; returns how many were asked now."""
    before = clock.now() - timedelta(days=ABSENT_WORKING_DAYS)
    waiting = IntakeForm.select(IntakeForm.id).where(
        (IntakeForm.state == "in_review") & (IntakeForm.updated_at < before) & present(IntakeForm.customer)
    )
    return sum(escalate(key) for (key,) in list(waiting.tuples()))


def escalate(form_id: int) -> bool:
    """Put the form on the next head's list as well; False when it is not time, done, or nobody is above."""
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        task = review_task(form) if form.state == "in_review" else None
        late = working_days_late(task.due_on, clock.today()) if task else 0
        if late <= ABSENT_WORKING_DAYS or _open_tasks(form, KIND).exists():
            return False
        above = next_head(form)
        if above is None:
            return False
        key, address = f"intake:{form.id}:{KIND}:{task.id}", f"/reviews/{form.id}"
        title = f"接手复核：{form.customer_name}"
        reason = f"{form.reviewer.name}在复核到期后 {ABSENT_WORKING_DAYS} 个工作日内没有处理"
        due = add_working_days(clock.today(), REVIEW_WORKING_DAYS)
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
        audit_log.record(
            "复核提请上级接手",
            by=None,
            kind="intake_form",
            subject_id=form.id,
            title=form.number,
            old={"reviewer": form.reviewer.name},
            new={"asked": above.name},
        )
    return True


def next_head(form: IntakeForm) -> Person | None:
    """The first head above the form's reviewer, never the collector."""
    chain = [head for _, found in heads_upward(form.department) for head in found]
    places = [place for place, head in enumerate(chain) if head.id == form.reviewer_id]
    above = chain[places[-1] + 1 :] if places else chain
    return next((head for head in above if head.id not in (form.collector_id, form.reviewer_id)), None)


def may_take_over(form: IntakeForm, person: Person) -> bool:
    asked = _open_tasks(form, KIND).where(Task.person == person.id)
    return form.state == "in_review" and form.collector_id != person.id and asked.exists()


def take_over(form_id: int, *, by: Person) -> IntakeForm:
    """「接手复核」: the person who was asked becomes the reviewer. Raises NotAllowed."""
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        if not may_take_over(form, by):
            raise NotAllowed("这份采集表没有提请你接手，或已经由别人处理。")
        old = form.reviewer
        form.claim_version(form.version, reviewer=by, updated_at=clock.now())
        for kind in ("review", KIND):
            Task.settle("intake_form", form.id, kind, by=by, outcome=f"{by.name}接手复核")
        key = f"intake:{form.id}:review:{form.round}:{form.version}"
        ask_to_review(form, by, reason=f"从{old.name}接手", key=key)
        remember(form, "take_over", form.state, form.state, by=by, note=f"原复核人 {old.name}")
        record("接手复核", form, by, old={"reviewer": old.name}, new={"reviewer": by.name})
        for person in (old, form.collector):
            title = f"{by.name}接手复核：{form.customer_name}"
            notify(person, title, key=f"{key}:{person.id}", address=f"/intake/{form.id}")
    return form


def _open_tasks(form: IntakeForm, kind: str) -> ModelSelect:
    about = (Task.subject_kind == "intake_form") & (Task.subject_id == form.id) & (Task.kind == kind)
    return Task.select().where(about & Task.done_at.is_null())
