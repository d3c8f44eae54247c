"""The daily work on the plans of visits (F3).

What it reads each day is what changed since the last run and what falls due, however many customers there
are: changes of status and grade by the history that each of them writes, of strategies by the rhythm that a
plan was made by.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Self

from peewee import DateField, DateTimeField, IntegerField, fn

from intranet_crm import clock
from intranet_crm.customers.grades import GradeDecision
from intranet_crm.customers.models import Customer, StatusChange
from intranet_crm.customers.owners import Carers
from intranet_crm.customers.queries import present
from intranet_crm.database import BaseModel, database, insert_ignoring_repeats, locked, one_of
from intranet_crm.followups.rhythm import KIND, VisitPlan, keep, rhythms
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

AHEAD = timedelta(days=14)  # so long before the day a to-do is made
CHUNK = 50  # customers in a transaction: others write meanwhile
OVERLAP = timedelta(hours=1)  # what was written but not yet committed when the last run looked


class VisitRun(BaseModel):
    """A day's work on the plans, and how far it got: a killed one goes on there."""

    day = DateField(unique=True)
    since = DateTimeField(null=True)  # changes from then on are looked at; None: every customer
    place = IntegerField(default=0)  # the last customer whose change was looked at
    began_at = DateTimeField()
    finished_at = DateTimeField(null=True)

    @classmethod
    def of(cls, day: date) -> Self:
        """The run of that day, begun when it is the first time."""
        last = cls.select(fn.MAX(cls.began_at)).where(cls.finished_at.is_null(False)).scalar()
        insert_ignoring_repeats(cls, day=day, since=last and last - OVERLAP, place=0, began_at=clock.now())
        return cls.get(cls.day == day)

    def work(self) -> Iterator[None]:
        """Do the day's work, a chunk a step; what was done already is found no more."""
        if self.finished_at:
            return
        yield from self._keep_changed()
        yield from _keep_others()
        yield from _keep_ticked()
        yield from _ask(self.day + AHEAD)
        VisitRun.update(finished_at=clock.now()).where(VisitRun.id == self.id).execute()

    def _keep_changed(self) -> Iterator[None]:
        changed = _changed(self.since) if self.since else None
        while keys := _won(self.place) if changed is None else _after(changed, self.place):
            with database.atomic():
                keep(keys)
                self.place = keys[-1]
                VisitRun.update(place=self.place).where(VisitRun.id == self.id).execute()
            yield


def _after(keys: list[int], place: int) -> list[int]:
    first = bisect_right(keys, place)
    return keys[first : first + CHUNK]


def _changed(since: datetime) -> list[int]:
    """The customers whose status or grade changed, by id."""
    status = (StatusChange.what == "status") & (StatusChange.at >= since)
    found = {key for (key,) in StatusChange.select(StatusChange.customer).where(status).tuples()}
    graded = GradeDecision.select(GradeDecision.customer).where(GradeDecision.at >= since)
    return sorted(found | {key for (key,) in graded.tuples()})


def _won(place: int) -> list[int]:
    found = Customer.select(Customer.id).where((Customer.id > place) & (Customer.status == "won"))
    return [key for (key,) in found.order_by(Customer.id).limit(CHUNK).tuples()]


def _keep_others() -> Iterator[None]:
    """Plans made by a strategy that has been edited since."""
    current = {"", *(rhythm.key for rhythm in rhythms().values())}
    known = {key for (key,) in VisitPlan.select(VisitPlan.rhythm).distinct().tuples()}
    for old in known - current:
        theirs = VisitPlan.select(VisitPlan.customer).where(VisitPlan.rhythm == old).limit(CHUNK)
        while keys := [key for (key,) in theirs.tuples()]:
            with database.atomic():
                keep(keys)
            yield


def _keep_ticked() -> Iterator[None]:
    """Plans whose to-do was ticked off without a visit: the next one is counted from that day."""
    ticked = VisitPlan.select(VisitPlan.customer, Task.done_at).join(Task, on=(Task.id == VisitPlan.task))
    ticked = ticked.where(VisitPlan.task.is_null(False) & Task.done_at.is_null(False)).limit(CHUNK)
    while found := list(ticked.tuples()):
        with database.atomic():
            for customer, done_at in found:
                VisitPlan.update(ticked_on=clock.local(done_at).date(), task=None).where(
                    VisitPlan.customer == customer
                ).execute()
            keep([customer for customer, _ in found])
        yield


def _ask(until: date) -> Iterator[None]:
    """A to-do for each plan that falls due until then and has none."""
    carers, place = Carers(), (date.min, 0)
    while place:
        with database.atomic():
            place = _ask_chunk(until, place, carers)
        yield


def _ask_chunk(until: date, place: tuple[date, int], carers: Carers) -> tuple[date, int] | None:
    """The place reached; None at the end."""
    due_on, key = place
    after = (VisitPlan.due_on > due_on) | ((VisitPlan.due_on == due_on) & (VisitPlan.customer > key))
    due = VisitPlan.select().where(
        VisitPlan.task.is_null() & (VisitPlan.due_on <= until) & after & present(VisitPlan.customer)
    )
    # The plans alone are locked: whoever moves one has locked its customer before.
    plans = list(locked(due.order_by(VisitPlan.due_on, VisitPlan.customer).limit(CHUNK)))
    wanted = (Customer.id, Customer.name, Customer.owner, Customer.success_manager)
    theirs = one_of(Customer.id, [plan.customer_id for plan in plans])
    customers = {each.id: each for each in Customer.select(*wanted).where(theirs)}
    for plan in plans:
        _ask_for(plan, customers[plan.customer_id], carers)
    return (plans[-1].due_on, plans[-1].customer_id) if plans else None


def _ask_for(plan: VisitPlan, customer: Customer, carers: Carers) -> None:
    person = carers.of(customer.owner_id, customer.success_manager_id)
    if person is None:  # asked again tomorrow: somebody will take the customer over
        return
    key = f"visit:{customer.id}:{plan.round}"
    Task.ask(
        person,
        kind=KIND,
        title=f"回访{customer.name}",
        reason=plan.reason,
        due_on=plan.due_on,
        subject_kind="customer",
        subject_id=customer.id,
        address=f"/customers/{customer.id}",
        key=key,
        remind_at=reminder_time(plan.due_on) if plan.due_on > clock.today() else None,
    )
    task = Task.select(Task.id).where(Task.key == key)
    VisitPlan.update(task=task).where(VisitPlan.id == plan.id).execute()
