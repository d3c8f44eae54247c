"""Open promises (未了事项): what somebody who takes a customer over must know to be still to be done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import ModelSelect

from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.queries import Shown
from intranet_crm.followups.models import FollowUp, NextStep
from intranet_crm.formatting import day
from intranet_crm.intake.collection_tasks import KIND as COLLECTION
from intranet_crm.intake.collection_tasks import CollectionTask
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.queries import visible_forms
from intranet_crm.intake.rules import STATES
from intranet_crm.keeping.models import Loan
from intranet_crm.needs.models import NeedChange
from intranet_crm.paper.models import PrintedCopy, PrintRun
from intranet_crm.service_issues.models import ServiceIssue
from intranet_crm.service_issues.queries import words_of
from intranet_crm.service_issues.rules import UNSOLVED
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import KIND_WORDS

MOST = 60  # rows of each kind
ON_THE_WAY = ("draft", "self_checked", "in_review", "returned", "withdrawn", "approved")
OTHER_WORDS = {"visit": "例行回访", "care": "客户关怀", "need_change": "需求答复"}


@dataclass(frozen=True, slots=True)
class Promise:
    """A thing still to be done: of which kind, what, whose, and by when."""

    kind: str
    what: str
    whose: str
    due_on: date | None
    note: str = ""


def tasks_about(customer: Customer, shown: Shown) -> list[Promise]:
    """Open to-dos about the customer and what belongs to it, the nearest day first; at most 60.

    Those of service issues and of forms are told with these.
    """
    found = [task for subjects in _subjects(customer) for task in _open(*subjects)]
    found = sorted(found, key=lambda task: (task.due_on, task.id))[:MOST]
    return [
        Promise(_kind(task), shown(task.title), task.person.name, task.due_on, shown(task.reason))
        for task in found
    ]


def _kind(task: Task) -> str:
    return KIND_WORDS.get(task.kind) or OTHER_WORDS.get(task.kind, "待办")


def _subjects(customer: Customer) -> Iterator[tuple[str, Any]]:
    """What to-dos name as their subject, and the ids of the customer's own."""
    steps = NextStep.select(NextStep.id).join(FollowUp).where(FollowUp.customer == customer.id)
    yield "customer", [customer.id]
    yield "next_step", steps
    for kind, table in (
        ("contact", Contact), ("followup", FollowUp), ("need_change", NeedChange),
        (COLLECTION, CollectionTask),
    ):  # fmt: skip
        yield kind, table.select(table.id).where(table.customer == customer.id)


def _open(kind: str, ids: ModelSelect | list[int]) -> ModelSelect:
    about = (Task.subject_kind == kind) & Task.subject_id.in_(ids)
    found = Task.select(Task, Person).join(Person, on=Task.person).where(about & Task.done_at.is_null())
    return found.order_by(Task.due_on, Task.id).limit(MOST)


def unsolved_issues(customer: Customer, shown: Shown) -> list[tuple[ServiceIssue, Any]]:
    """Service issues that wait for an answer or a solution, with their words; the oldest first."""
    found = ServiceIssue.select(ServiceIssue, Person).join(Person, on=ServiceIssue.person)
    open_ones = (ServiceIssue.customer == customer.id) & ServiceIssue.state.in_(UNSOLVED)
    issues = list(found.where(open_ones).order_by(ServiceIssue.reported_at, ServiceIssue.id).limit(MOST))
    for issue in issues:
        issue.customer = customer
    return [(issue, words_of(issue, shown)) for issue in issues]


def forms_on_the_way(person: Person, customer: Customer) -> list[tuple[IntakeForm, str]]:
    """Forms about the customer that ``person`` may read and that are not entered yet, with the state."""
    found = visible_forms(person).select(IntakeForm, Person).join(Person, on=IntakeForm.collector)
    about = (IntakeForm.customer == customer.id) & IntakeForm.state.in_(ON_THE_WAY)
    forms = found.where(about).order_by(IntakeForm.id).limit(MOST)
    return [(form, STATES.label(form.state)) for form in forms]


def paper_out(records: list[ArchiveRecord]) -> list[Promise]:
    """Paper of these records that is lent, or printed to be signed and not yet back."""
    keys = {record.id: record.number for record in records}
    ids = list(keys) or [0]
    loans = Loan.select(Loan, Person).join(Person, on=Loan.borrower)
    loans = loans.where(Loan.record.in_(ids) & Loan.returned_at.is_null()).order_by(Loan.due_on).limit(MOST)
    copies = PrintedCopy.select(PrintedCopy, PrintRun, Person).join(PrintRun).join(Person)
    awaited = PrintedCopy.record.in_(ids) & PrintedCopy.awaited_since.is_null(False)
    copies = copies.where(awaited).order_by(PrintedCopy.id).limit(MOST)
    found = [
        Promise("纸质件借出", f"{keys[loan.record_id]}，{loan.purpose}", loan.borrower.name, loan.due_on)
        for loan in loans
    ]
    found += [
        Promise(
            "签字未回收",
            f"{keys[copy.record_id]} 第{copy.number}份，{day(copy.awaited_since)} 打印",
            copy.run.by.name,
            None,
        )
        for copy in copies
    ]
    return found
