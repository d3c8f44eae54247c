"""A 采集任务 that was asked for is moved to another day, given to another person, or called off (O9)."""

from datetime import date

from peewee import CharField, DateTimeField, ForeignKeyField

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.queries import find_customer
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed, StaleVersion
from intranet_crm.intake.collection_tasks import KIND, PAST, CollectionTask, askable_people, stands_over
from intranet_crm.notices.models import notify
from intranet_crm.reference.choices import Choices
from intranet_crm.tasks.models import Task

MOVES = Choices((("change", "改派或改期"), ("cancel", "取消")))
DRAFT_STAYS = "已经开始填写的草稿仍在你名下，可以继续，也可以不用。"


class CollectionEvent(BaseModel):
    """What became of a task after it was asked for, append-only."""

    task = ForeignKeyField(CollectionTask, backref="events", on_delete="CASCADE")
    at = DateTimeField()
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    move = CharField(8)
    words = CharField(300, default="")
    reason = CharField(300)


def may_change(task: CollectionTask, person: Person) -> bool:
    """The one who asked, whoever stands above that person, and an administrator; until it is submitted."""
    return task.is_changeable and _is_in_charge(task, person)


def _is_in_charge(task: CollectionTask, person: Person) -> bool:
    return task.asked_by_id == person.id or stands_over(person, task.asked_by)


def change(
    task_id: int, person: Person, due_on: date, *, reason: str, by: Person, seen: int | None = None
) -> CollectionTask:
    """Another person or another day; whom it concerns is told. Raises NotAllowed, IllegalMove, DomainError.

    ``seen``: the id of the latest event when the page was opened, 0 for none (None: whatever came since);
    StaleVersion when there is a later one. A draft that was begun stays with the one who began it; the new
    person opens a fresh one.
    """
    with database.atomic():
        task = _claimed(task_id, by, seen)
        old = task.person
        moved, given = due_on != task.due_on, person.id != old.id
        if not (moved or given):
            raise DomainError("采集人和完成日期都没有变，不需要保存。")
        if moved and due_on < clock.today():
            raise DomainError(PAST)
        if given:
            _must_be_askable(task, person, by)
        words = _words(task, person, due_on)
        facts = {"person": person.id, "due_on": due_on} | ({"form": None} if given else {})
        CollectionTask.update(**facts).where(CollectionTask.id == task.id).execute()
        before = {"person": old.name, "due_on": task.due_on}
        task = CollectionTask.get_by_id(task.id)
        if given:
            Task.settle(KIND, task.id, "collect", by=by, outcome=f"{by.name}改派给{person.name}：{reason}")
        event = _remember(task, "change", words, reason, by)
        if given or not _reschedule(task):
            task.put_on_list(f"{by.name}改派：{reason}", key=f"{KIND}:{task.id}:{event.id}")
        _tell(task, event, person, f"{by.name}改派给你：采集{task.customer_name}" if given else "", by)
        if given:
            _tell(task, event, old, f"不用再采集：{task.customer_name}（改派给{person.name}）", by)
        else:
            _tell(task, event, person, f"采集{task.customer_name}的完成日期改为 {due_on}", by)
        if task.asked_by_id not in (person.id, old.id):
            _tell(task, event, task.asked_by, f"{by.name}改了你安排的采集：{task.customer_name}", by)
        new = {"person": person.name, "due_on": due_on, "reason": reason}
        _record("改派采集任务" if given else "改期采集任务", task, by, old=before, new=new)
    return task


def cancel(task_id: int, *, reason: str, by: Person, seen: int | None = None) -> CollectionTask:
    """Called off: the to-do ends, a draft that was begun stays. Raises as ``change`` does."""
    with database.atomic():
        task = _claimed(task_id, by, seen)
        CollectionTask.update(cancelled_at=clock.now()).where(CollectionTask.id == task.id).execute()
        Task.settle(KIND, task.id, "collect", by=by, outcome=f"已取消：{reason}")
        event = _remember(task, "cancel", "", reason, by)
        for person in {task.person_id: task.person, task.asked_by_id: task.asked_by}.values():
            _tell(task, event, person, f"{by.name}取消了采集任务：{task.customer_name}", by)
        _record("取消采集任务", task, by, new={"reason": reason})
    return CollectionTask.get_by_id(task_id)


def _claimed(task_id: int, by: Person, seen: int | None) -> CollectionTask:
    task = CollectionTask.locked_by_id(task_id)
    if not _is_in_charge(task, by):
        raise NotAllowed("采集任务由安排人或他的上级修改。")
    if not task.is_changeable:
        raise IllegalMove(over_words(task))
    latest = latest_event(task)
    if latest and seen is not None and seen != latest.id:
        raise StaleVersion(
            f"{latest.by.name}刚改过这项任务（{latest.words}，原因：{latest.reason}），这次没有保存。"
            "请按现在的采集人和完成日期核对后再保存。"
        )
    return task


def over_words(task: CollectionTask) -> str:
    return f"这项采集任务{task.state_word}，不能再改派、改期或取消。"


def latest_event(task: CollectionTask) -> CollectionEvent | None:
    return next(iter(events_of(task)), None)


def _must_be_askable(task: CollectionTask, person: Person, by: Person) -> None:
    if not askable_people(by).where(Person.id == person.id).exists():
        raise NotAllowed("只能安排给你管辖的、可以填写采集表的同事。")
    if task.customer_id and find_customer(person, task.customer_id, P.SEE_CONTACTS) is None:
        raise DomainError(f"{person.name}没有这位客户的查看权限，请安排给客户的负责人或协作人。")


def _words(task: CollectionTask, person: Person, due_on: date) -> str:
    changed = (
        f"采集人 {task.person.name} → {person.name}" if person.id != task.person_id else "",
        f"完成日期 {task.due_on} → {due_on}" if due_on != task.due_on else "",
    )
    return "；".join(filter(None, changed))


def _reschedule(task: CollectionTask) -> bool:
    """The open to-do gets the new day and reminds anew; False when there is none."""
    about = (Task.subject_kind == KIND) & (Task.subject_id == task.id) & Task.done_at.is_null()
    facts = {"due_on": task.due_on, "remind_at": task.reminder, "reminded_at": None}
    written = Task.update(**facts, updated_at=clock.now(), version=Task.version + 1).where(about)
    return bool(written.execute())


def _remember(task: CollectionTask, move: str, words: str, reason: str, by: Person) -> CollectionEvent:
    return CollectionEvent.create(task=task, at=clock.now(), by=by, move=move, words=words, reason=reason)


def _tell(task: CollectionTask, event: CollectionEvent, person: Person, title: str, by: Person) -> None:
    """Tell one of those concerned, who did not do it, once of each change."""
    if not title or person.id == by.id:
        return
    body = event.reason
    if task.form_id and event.move == "cancel" and person.id == task.person_id:
        body = f"{body}。{DRAFT_STAYS}"
    key = f"{KIND}:{task.id}:event:{event.id}:{person.id}"
    action = event.move == "change" and person.id == task.person_id
    notify(person, title, key=key, address=f"/collections/{task.id}", body=body, action=action)


def _record(action: str, task: CollectionTask, by: Person, **facts: dict) -> None:
    audit_log.record(action, by=by, kind=KIND, subject_id=task.id, title=f"采集任务 {task.id}", **facts)


def events_of(task: CollectionTask) -> list[CollectionEvent]:
    """What became of the task, the latest first, with who did it."""
    found = CollectionEvent.select(CollectionEvent, Person).join(Person)
    return list(found.where(CollectionEvent.task == task.id).order_by(CollectionEvent.id.desc()).limit(100))
