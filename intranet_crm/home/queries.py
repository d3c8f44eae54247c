"""What the workbench shows, each list at a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from peewee import fn

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.queries import visible_customers
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.queries import tasks_in
from intranet_crm.tasks.rules import Span

MOST = 8
SHOWN = {Span.OVERDUE: 8, Span.TODAY: 8, Span.WEEK: 8, Span.LATER: 3}  # tasks of each; on a Friday too
WHOSE = {Reach.OWN: "我的客户", Reach.DEPARTMENT: "部门客户", Reach.TEAM: "团队客户", Reach.ALL: "全部客户"}


def near_tasks(person: Person, today: date) -> dict[Span, list[Task]]:
    """The first tasks of each span, and one more where there are more."""
    return {span: list(tasks_in(person, span, today).limit(most + 1)) for span, most in SHOWN.items()}


@dataclass(frozen=True)
class Activity:
    customer: Customer
    entry: TimelineEntry | None


def recent_activity(person: Person) -> list[Activity]:
    """The customers within reach that something happened with last, each with its latest event."""
    customers = list(
        visible_customers(person).order_by(Customer.touched_at.desc(), Customer.id.desc()).limit(MOST)
    )
    latest = (
        TimelineEntry.select(fn.MAX(TimelineEntry.id).alias("id"))
        .where(TimelineEntry.customer.in_([customer.id for customer in customers]))
        .group_by(TimelineEntry.customer)
    )
    ids = [key for (key,) in latest.tuples()] if customers else []
    entries = (
        {e.customer_id: e for e in TimelineEntry.select().where(TimelineEntry.id.in_(ids))} if ids else {}
    )
    return [Activity(customer, entries.get(customer.id)) for customer in customers]


def whose_customers(person: Person) -> str:
    """The heading of the customers within reach; empty for people who see none."""
    return WHOSE.get(person.reach(P.SEE_CUSTOMERS), "")
