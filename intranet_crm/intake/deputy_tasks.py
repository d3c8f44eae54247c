"""The to-dos of deputies (O4): while a deputyship runs, what waits for the head waits for the deputy too."""

from peewee import Expression, ModelSelect

from intranet_crm import clock
from intranet_crm.accounts.deputies import Deputy, begun_on, deputies_of
from intranet_crm.accounts.models import Person
from intranet_crm.customers.queries import present
from intranet_crm.database import database
from intranet_crm.formatting import day as day_words
from intranet_crm.intake.models import IntakeForm
from intranet_crm.notices.models import Notice, notify
from intranet_crm.notices.models import settle as settle_notices
from intranet_crm.tasks.models import Task

KIND = "review"


def share(form: IntakeForm) -> list[Person]:
    """Give the head's to-do to today's deputies as well, in the caller's transaction; who got it now.

    Never to the collector; nobody gets it twice.
    """
    own = open_tasks(form).where(Task.person == form.reviewer_id).first()
    if own is None:
        return []
    holders = {task.person_id for task in open_tasks(form)} | {form.collector_id}
    return [each for each in deputies_of(form.reviewer) if each.id not in holders and _ask(form, own, each)]


def _ask(form: IntakeForm, own: Task, deputy: Person) -> bool:
    """The deputy's to-do beside the head's ``own``, with its day."""
    about = (Task.subject_kind == own.subject_kind) & (Task.subject_id == form.id) & (Task.kind == KIND)
    earlier = Task.select().where(about & (Task.person == deputy.id)).count()
    head = form.reviewer
    asked = Task.ask(
        deputy,
        kind=KIND,
        title=f"{own.title}（代{head.name}）",
        reason=f"{own.reason}；你今天代{head.name}复核" if own.reason else f"你今天代{head.name}复核",
        due_on=own.due_on,
        due_is_expected=bool(own.due_is_expected),
        subject_kind=own.subject_kind,
        subject_id=form.id,
        address=own.address,
        key=f"intake:{form.id}:{KIND}:deputy:{deputy.id}:{earlier}",
    )
    return asked is not None


def set_right(head_id: int | None = None) -> tuple[int, int]:
    """Let the to-dos fit today's deputies, of one head or of all; how many were given and taken back."""
    waiting = (IntakeForm.state == "in_review") & present(IntakeForm.customer)
    if head_id:
        waiting &= IntakeForm.reviewer == head_id
    taken = sum(_set_right(key)[1] for key in _held_by_others(waiting))
    today = clock.today()
    running = Deputy.ended_at.is_null() & (Deputy.starts_on <= today) & (Deputy.ends_on >= today)
    represented = IntakeForm.reviewer.in_(Deputy.select(Deputy.head).where(running))
    keys = [key for (key,) in IntakeForm.select(IntakeForm.id).where(waiting & represented).tuples()]
    return sum(_set_right(key)[0] for key in keys), taken


def _held_by_others(waiting: Expression) -> list[int]:
    """The waiting forms with an open to-do of somebody who is not their reviewer."""
    about = (Task.subject_kind == "intake_form") & (Task.kind == KIND) & Task.done_at.is_null()
    found = (
        IntakeForm.select(IntakeForm.id)
        .join(Task, on=(Task.subject_id == IntakeForm.id))
        .where(waiting & about & (Task.person != IntakeForm.reviewer))
        .distinct()
    )
    return [key for (key,) in found.tuples()]


def _set_right(form_id: int) -> tuple[int, int]:
    """One form in a transaction of its own; (given, taken back)."""
    with database.atomic():
        form = IntakeForm.locked_by_id(form_id)
        if form.state != "in_review":
            return 0, 0
        fit = {form.reviewer_id, *(each.id for each in deputies_of(form.reviewer))} - {form.collector_id}
        gone = {task.person_id for task in open_tasks(form)} - fit
        for person in Person.select().where(Person.id.in_(gone)):
            outcome = f"不再代{form.reviewer.name}复核"
            Task.settle("intake_form", form.id, KIND, by=None, outcome=outcome, of=person)
        return len(share(form)), len(gone)


def is_over(form: IntakeForm, *, by: Person, outcome: str) -> None:
    """Decided or withdrawn: nobody has it to do any more, and what asked for it counts as read."""
    for kind in (KIND, "escalation"):
        Task.settle("intake_form", form.id, kind, by=by, outcome=outcome)
    settle_notices(f"intake:{form.id}:{KIND}:", f"intake:{form.id}:escalation:")


def open_tasks(form: IntakeForm, kind: str = KIND) -> ModelSelect:
    """The open to-dos of this kind about the form, of whomever."""
    about = (Task.subject_kind == "intake_form") & (Task.subject_id == form.id) & (Task.kind == kind)
    return Task.select().where(about & Task.done_at.is_null())


def appointed(deputy_id: int) -> None:
    """After a deputyship was entered, changed or ended: tell both, then set the to-dos right."""
    found = Deputy.get_or_none(Deputy.id == deputy_id)
    if found is None:
        return
    head, deputy = found.head, found.deputy
    span = f"{day_words(found.starts_on)} 至 {day_words(found.ends_on)}"
    body = "期间送审的采集表两人的审核台和待办里都有，谁先作出结论都行。"
    if found.ended_at:
        words, body = "复核的代理已结束", f"原定 {span}"
    else:
        words = f"复核：{span}"
    with database.atomic():
        _tell_once(deputy, f"你代{head.name}{words}", body, about=found)
        if found.named_by_id != head.id:
            _tell_once(head, f"{deputy.name}代你{words}", body, about=found)
    set_right(head.id)


def _tell_once(person: Person, title: str, body: str, *, about: Deputy) -> None:
    """Unless it is what the person was told last of this deputyship: a job may run twice."""
    prefix = f"deputy:{about.id}:{person.id}:"
    told = list(Notice.select().where(Notice.key.startswith(prefix)).order_by(Notice.id))
    if not told or told[-1].title != title:
        notify(person, title, key=f"{prefix}{len(told)}", body=body, address="/reviews")


def each_morning() -> None:
    """The dates have moved on: set all to-dos right, and remind those whose deputyship begins today."""
    set_right()
    for each in begun_on(clock.today()):
        title = f"今天起你代{each.head.name}复核，至 {day_words(each.ends_on)}"
        if clock.local(each.named_at).date() < each.starts_on:
            notify(each.deputy, title, key=f"deputy-begins:{each.id}:{each.starts_on}", address="/reviews")
