"""What a customer has yet to tell: 「待确认」, 「待补充」, a time too vague (B12, S0 三(一)).

Each open value is a row. Together they are one to-do, which follows them and settles when the last arrives.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.customers.settings import PENDING_WORKING_DAYS
from intranet_crm.database import BaseModel, database
from intranet_crm.reference.choices import Choices
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

UNSETTLED, MISSING, VAGUE, ARRIVED = "unsettled", "missing", "vague", ""
WHY = Choices(((UNSETTLED, "待确认"), (MISSING, "待补充"), (VAGUE, "时间不明确")))
BUDGET = "budget"  # stands for the three columns of a budget
BUDGET_COLUMNS = ("budget_low", "budget_high", "budget_pending")
BUDGET_LABEL = {BUDGET: "预算范围"}
PLACES = {
    "customer": "/customers/{customer}/edit#{field}",
    "contact": "/customers/{customer}/contacts/{subject}#{field}",
    "need": "/needs/{subject}/edit#{field}",
    "form": "/intake/new?customer={customer}",  # what stays on a form arrives with the next one
}


class PendingValue(BaseModel):
    """A value of a customer, contact or need that has yet to arrive; the row goes when it does."""

    customer = ForeignKeyField(Customer, backref="pending_values", on_delete="CASCADE")
    subject_kind = CharField(12)  # customer, contact, need; form: the customer's next one
    subject_id = IntegerField()
    field = CharField(32)  # its column, or BUDGET
    label = CharField(40)
    why = CharField(12)
    asked_by = ForeignKeyField(Person, on_delete="RESTRICT")
    asked_at = DateTimeField()

    class Meta:
        indexes = ((("subject_kind", "subject_id", "field"), True),)

    @property
    def place(self) -> str:
        """The address of the field where it is to be filled in."""
        field = BUDGET_COLUMNS[0] if self.field == BUDGET else self.field
        place = PLACES[self.subject_kind]
        return place.format(customer=self.customer_id, subject=self.subject_id, field=field)


def field_of(column: str) -> str:
    return BUDGET if column in BUDGET_COLUMNS else column


def judged(record: Any, changed: Iterable[str]) -> dict[str, str]:
    """By field, why each column that has just changed is still open, or ARRIVED; for ``keep``."""
    fields = dict.fromkeys(map(field_of, changed))  # in their order
    return {name: UNSETTLED if name == BUDGET and record.budget_pending else ARRIVED for name in fields}


def open_values(customer_id: int) -> list[PendingValue]:
    """What is open, the longest asked first."""
    return list(PendingValue.select().where(PendingValue.customer == customer_id).order_by(PendingValue.id))


def keep(
    customer_id: int,
    subject: tuple[str, int],
    why: Mapping[str, str],
    labels: Mapping[str, str],
    *,
    by: Person,
) -> None:
    """Bring the open values of a subject, and the to-do, into step with ``why``; in the caller's transaction.

    ``subject`` is its kind and id, ``labels`` name the fields. The to-do is for whoever wrote it down, when
    it is their customer, else for the owner.
    """
    kind, key = subject
    of_subject = (PendingValue.subject_kind == kind) & (PendingValue.subject_id == key)
    open_now = PendingValue.select(PendingValue.field, PendingValue.why).where(of_subject)
    known = dict(open_now.tuples())
    news = {field: reason for field, reason in why.items() if reason != known.get(field, ARRIVED)}
    if not news:
        return
    with database.atomic():
        customer = Customer.locked_by_id(customer_id)
        PendingValue.delete().where(of_subject & PendingValue.field.in_(list(news))).execute()
        made = {"customer": customer_id, "subject_kind": kind, "subject_id": key}
        made |= {"asked_by": by.id, "asked_at": clock.now()}
        names = {**labels, **BUDGET_LABEL}
        for field, reason in news.items():
            if reason != ARRIVED:
                PendingValue.create(field=field, label=names[field], why=reason, **made)
        _ask(customer, by)


def _ask(customer: Customer, by: Person) -> None:
    """The customer's one to-do says what is open now."""
    rows = open_values(customer.id)
    about = ("customer", customer.id, "pending")
    if not rows:
        Task.settle(*about, by=by, outcome="已全部问清")
        return
    labels = list(dict.fromkeys(row.label for row in rows))
    words = {
        "title": f"向「{customer.name}」确认：{'、'.join(labels)}",
        "reason": "；".join(f"{word}：{'、'.join(named)}" for word, named in _by_reason(rows).items()),
    }
    if Task.reword(*about, **words):
        return
    moment, due = clock.now(), add_working_days(clock.today(), PENDING_WORKING_DAYS)
    Task.ask(
        by if by.id in (customer.owner_id, customer.success_manager_id) else customer.owner,
        kind="pending",
        due_on=due.day,
        due_is_expected=due.expected,
        remind_at=reminder_time(due.day),
        subject_kind="customer",
        subject_id=customer.id,
        address=f"/customers/{customer.id}#followups",
        key=f"pending:{customer.id}:{moment:%Y%m%d%H%M%S%f}",
        **words,
    )


def _by_reason(rows: Iterable[PendingValue]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(WHY[row.why], []).append(row.label)
    return found
