"""A person's tasks by span, their counts, and the colleagues they can go to."""

from dataclasses import dataclass
from datetime import date

from peewee import Case, ModelSelect, fn

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_with_role, people_within
from intranet_crm.accounts.rules import Permission, Reach, roles_with
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import Span, end_of_week

MOST_COUNTED = 1000


def own_task(person: Person, key: int) -> Task | None:
    """The task, when it is the person's or was given away by them."""
    mine = (Task.person == person.id) | (Task.handed_by_id == person.id)
    return Task.select().where((Task.id == key) & mine).first()


def open_tasks(person: Person) -> ModelSelect:
    return Task.select().where((Task.person == person.id) & Task.done_at.is_null())


def overdue(today: date) -> ModelSelect:
    """What is open and should have been done before today, of everybody."""
    return Task.select().where(Task.done_at.is_null() & (Task.due_on < today))


def tasks_in(person: Person, span: Span, today: date) -> ModelSelect:
    """The person's tasks of a span: open ones by due day, done ones the latest first."""
    if span == Span.DONE:
        done = Task.select().where((Task.person == person.id) & Task.done_at.is_null(False))
        return done.order_by(Task.done_at.desc(), Task.id.desc())
    sunday = end_of_week(today)
    within = {
        Span.OVERDUE: Task.due_on < today,
        Span.TODAY: Task.due_on == today,
        Span.WEEK: (Task.due_on > today) & (Task.due_on <= sunday),
        Span.LATER: (Task.due_on > today) & (Task.due_on > sunday),
    }[span]
    return open_tasks(person).where(within).order_by(Task.due_on, Task.id)


def after(query: ModelSelect, span: Span, last: Task | None) -> ModelSelect:
    """The part of ``tasks_in`` that follows ``last``."""
    if last is None:
        return query
    if span == Span.DONE:
        return query.where(
            (Task.done_at <= last.done_at) & ((Task.done_at < last.done_at) | (Task.id < last.id))
        )
    return query.where((Task.due_on >= last.due_on) & ((Task.due_on > last.due_on) | (Task.id > last.id)))


@dataclass(frozen=True)
class Counts:
    """How many open tasks; each stops at 1000."""

    overdue: int
    today: int
    week: int


def open_counts(person: Person, today: date) -> Counts:
    """Overdue, due today, and due later this week."""
    near = open_tasks(person).select(Task.due_on).where(Task.due_on <= end_of_week(today))
    near = near.order_by(Task.due_on.desc()).limit(MOST_COUNTED).alias("near")
    day = near.c.due_on

    def counted(condition):
        return fn.COALESCE(fn.SUM(Case(None, ((condition, 1),), 0)), 0)

    row = Task.select(counted(day < today), counted(day == today), counted(day > today)).from_(near)
    return Counts(*(int(number) for number in row.tuples().get()))


def colleagues(person: Person) -> list[Person]:
    """The active people of the person's department and all below it who may read what a task tells.

    A task names customers and contacts, so it goes to nobody who sees these masked (C3).
    """
    readers = people_with_role(*roles_with(Permission.SEE_CONTACTS))
    return list(readers.where(Person.id.in_(people_within(person, Reach.TEAM))))
