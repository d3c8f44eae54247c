"""Urging (催办): somebody above asks for what is overdue; once an item and working day, told and logged."""

from typing import Self

from peewee import DateField, DateTimeField, ForeignKeyField, Value, fn

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.database import BaseModel, database, insert_ignoring_repeats
from intranet_crm.errors import IllegalMove
from intranet_crm.notices.models import notify
from intranet_crm.notices.rules import Topic
from intranet_crm.reference.workdays import add_working_days, working_day_of
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.queries import overdue


class Urge(BaseModel):
    task = ForeignKeyField(Task, backref="urges", on_delete="CASCADE", index=False)
    person = ForeignKeyField(Person, backref="urged", on_delete="RESTRICT", index=False)  # whose task it was
    by = ForeignKeyField(Person, backref="urges", on_delete="RESTRICT")
    at = DateTimeField()
    working_day = DateField()  # a free day counts as the working day before it

    class Meta:
        indexes = ((("task", "working_day"), True), (("person", "at"), False))

    @classmethod
    def one(cls, task: Task, *, by: Person) -> Self:
        """Ask for one overdue task; raises IllegalMove when it was asked for already, or is not overdue."""
        today = clock.today()
        with database.atomic():
            found = Task.locked_by_id(task.id)
            _must_be_active(found.person)
            if found.done_at:
                raise IllegalMove(f"这项待办已在 {clock.local(found.done_at):%m-%d %H:%M} 办结，不需要催办。")
            if found.due_on >= today:
                raise IllegalMove(f"这项待办已改到 {found.due_on:%m-%d}，还没有逾期，不需要催办。")
            facts = {"task": found.id, "person": found.person_id, "by": by.id}
            day = working_day_of(today)
            if not insert_ignoring_repeats(cls, **facts, at=clock.now(), working_day=day):
                raise IllegalMove(cls.get((cls.task == found.id) & (cls.working_day == day)).again)
            body = f"应在 {found.due_on:%m-%d} 前完成，已逾期 {(today - found.due_on).days} 天"
            notify(
                found.person,
                f"{by.name}催办：{found.title}",
                key=f"urge:{found.id}:{day}",
                address=found.address,
                body=body,
                action=True,
                topic=Topic.URGE,
            )
            _record(found.person, 1, by)
        return cls.get((cls.task == found.id) & (cls.working_day == day))

    @classmethod
    def all_of(cls, person: Person, *, by: Person) -> int:
        """Ask for all that is overdue, in one notice; returns how many, raises IllegalMove for none."""
        _must_be_active(person)
        today, moment = clock.today(), clock.now()
        late = overdue(today).where(Task.person == person.id)
        with database.atomic():
            day = Value(working_day_of(today))
            rows = late.select(Task.id, Task.person, Value(by.id), Value(moment), day)
            columns = (cls.task, cls.person, cls.by, cls.at, cls.working_day)
            number = cls.insert_from(rows, columns).on_conflict_ignore().as_rowcount().execute()
            if not number:
                raise IllegalMove(cls._why_none(person))
            oldest = late.select(fn.MIN(Task.due_on)).scalar()
            notify(
                person,
                f"{by.name}催办：你有 {number} 项待办已逾期",
                key=f"urge:person:{person.id}:{moment:%Y%m%dT%H%M%S%f}",
                address="/tasks?span=逾期",
                body=f"最早的一项应在 {oldest:%m-%d} 前完成",
                action=True,
                topic=Topic.URGE,
            )
            _record(person, number, by)
        return number

    @classmethod
    def _why_none(cls, person: Person) -> str:
        latest = cls.select().where(cls.person == person.id).order_by(cls.at.desc()).first()
        if latest and latest.working_day == working_day_of(clock.today()):
            return f"{person.name}的逾期待办都催过了。{latest.again}"
        return f"{person.name}没有逾期的待办，不需要催办。"

    @property
    def again(self) -> str:
        """When the same may be urged again."""
        at, next_day = clock.local(self.at), add_working_days(self.working_day, 1).day
        return (
            f"{self.by.name}已在 {at:%m-%d %H:%M} 催办过这一项，同一项每个工作日催一次，"
            f"{next_day.month}月{next_day.day}日起可以再催。"
        )


def _must_be_active(person: Person) -> None:
    if not person.is_active:
        raise IllegalMove(f"{person.name}的账号已停用，收不到催办；请管理员把待办交给别的同事。")


def _record(person: Person, number: int, by: Person) -> None:
    audit_log.record(
        "催办", by=by, kind="person", subject_id=person.id, title=person.name, new={"tasks": number}
    )


def with_urges(tasks: list[Task]) -> list[Task]:
    """The tasks, each with its latest ``urge``, if it had one; one query."""
    latest = (
        Urge.select(fn.MAX(Urge.id)).where(Urge.task.in_([task.id for task in tasks])).group_by(Urge.task)
    )
    found = Urge.select(Urge, Person).join(Person, on=Urge.by).where(Urge.id.in_(latest)) if tasks else ()
    by_task = {urge.task_id: urge for urge in found}
    for task in tasks:
        task.urge = by_task.get(task.id)
    return tasks
