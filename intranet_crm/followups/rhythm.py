"""The rhythm of visits by grade (F3): one plan a customer, moved by what happens, asked for when it is due.

A follow-up that is a visit moves the plan in its own transaction. Changes of status, grade and strategy are
made on our left, which does not know of visits: the daily job (``visit_runs.py``) finds them.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField, fn

from intranet_crm.accounts.models import Person
from intranet_crm.customers.grades import strategies
from intranet_crm.customers.models import Customer, StatusChange
from intranet_crm.database import BaseModel, locked, one_of
from intranet_crm.followups.rhythm_rules import RETURN_VISIT, VISITS, Known, Rhythm, next_visit, why
from intranet_crm.tasks.models import Task

KIND = "visit"


class VisitPlan(BaseModel):
    """When a customer is to be visited next; no day when it is not 成交客户 or its grade plans none."""

    customer = ForeignKeyField(Customer, backref="visit_plans", unique=True, on_delete="CASCADE")
    rhythm = CharField(24, index=True)  # the key of the one it was made by; blank when there is none
    due_on = DateField(null=True)
    reason = CharField(120)
    visited_at = DateTimeField(null=True)
    ticked_on = DateField(null=True)  # a to-do was ticked off without a visit recorded
    round = IntegerField(default=1)  # counts the days that were planned: each has a to-do of its own
    task = IntegerField(null=True)  # the to-do of this round

    class Meta:
        indexes = ((("task", "due_on", "customer"), False),)


def rhythms() -> dict[str, Rhythm]:
    """By grade, '' for customers without one, from the strategies as they are now."""
    return {
        grade: Rhythm(grade, plan.label if grade else "成交客户", plan.first_visit_days, plan.visit_months)
        for grade, plan in strategies().items()
    }


def keep(keys: Iterable[int], *, by: Person | None = None) -> None:
    """Bring the plans of these customers up to what is known of them, in the caller's transaction.

    A plan that moves ends its to-do, by ``by`` or by nobody but the calendar.
    """
    wanted = Customer.select(Customer.id, Customer.status, Customer.grade, Customer.created_at)
    customers = list(locked(wanted.where(one_of(Customer.id, keys)).order_by(Customer.id)))
    ids = [customer.id for customer in customers]
    plans = {plan.customer_id: plan for plan in VisitPlan.select().where(one_of(VisitPlan.customer, ids))}
    signed = [customer for customer in customers if customer.status == "won"]
    known, by_grade = _known(signed, plans), rhythms() if signed else {}
    for customer in customers:
        plan = plans.get(customer.id)
        if fact := known.get(customer.id):
            _set(customer.id, plan, _planned(by_grade[customer.grade], fact), by)
        elif plan:
            _set(customer.id, plan, {"rhythm": "", "due_on": None, "reason": ""}, by)


def _known(customers: list[Customer], plans: dict[int, VisitPlan]) -> dict[int, Known]:
    """What is known of these 成交客户; two queries. One that was never anything else signed when it came."""
    if not customers:
        return {}
    from intranet_crm.followups.models import FollowUp  # here, because it calls us

    ids = [customer.id for customer in customers]
    signed = StatusChange.select(StatusChange.customer, fn.MAX(StatusChange.at)).where(
        one_of(StatusChange.customer, ids) & (StatusChange.what == "status") & (StatusChange.new == "won")
    )
    met = FollowUp.select(FollowUp.customer, fn.MAX(FollowUp.happened_at)).where(
        one_of(FollowUp.customer, ids) & (FollowUp.method.in_(VISITS) | (FollowUp.purpose == RETURN_VISIT))
    )
    signed_at = dict(signed.group_by(StatusChange.customer).tuples())
    visited_at = dict(met.group_by(FollowUp.customer).tuples())
    return {
        each.id: Known(
            signed_at.get(each.id, each.created_at),
            visited_at.get(each.id),
            plans[each.id].ticked_on if each.id in plans else None,
        )
        for each in customers
    }


def _planned(rhythm: Rhythm, known: Known) -> dict[str, Any]:
    due_on = next_visit(rhythm, known)
    reason = why(rhythm, known) if due_on else ""
    return {"rhythm": rhythm.key, "due_on": due_on, "reason": reason, "visited_at": known.visited_at}


def _set(customer: int, plan: VisitPlan | None, facts: dict[str, Any], by: Person | None) -> None:
    if plan is None:
        VisitPlan.create(customer=customer, **facts)
        return
    changed = {name: value for name, value in facts.items() if getattr(plan, name) != value}
    if "due_on" in changed:
        Task.settle("customer", customer, KIND, by=by, outcome=_outcome(facts, changed))
        changed |= {"task": None, "round": plan.round + 1}
    if changed:
        VisitPlan.update(**changed).where(VisitPlan.id == plan.id).execute()


def _outcome(facts: dict[str, Any], changed: dict[str, Any]) -> str:
    if not facts["rhythm"]:
        return "客户已不是成交客户"
    if "visited_at" in changed:
        return "已拜访"
    return f"改期到 {facts['due_on']}" if facts["due_on"] else "维护策略不再安排拜访"


class Outlook(NamedTuple):
    """The visits of a customer as its page tells of them."""

    due_on: date | None
    reason: str
    last_on: date | None
    task: Task | None


def outlook(customer: Customer) -> Outlook | None:
    """When the customer is to be visited next, by what is known now; None when it is not 成交客户."""
    if customer.status != "won":
        return None
    plan = VisitPlan.get_or_none(VisitPlan.customer == customer.id)
    known = _known([customer], {customer.id: plan} if plan else {})[customer.id]
    planned = _planned(rhythms()[customer.grade], known)
    found = Task.select(Task, Person).join(Person).where(Task.id == (plan and plan.task))
    task = found.where(Task.done_at.is_null()).first() if plan and plan.task else None
    return Outlook(planned["due_on"], planned["reason"], known.last_on, task)
