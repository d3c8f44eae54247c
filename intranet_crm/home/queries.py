"""What the workbench shows, each list at a fixed number of queries."""

from dataclasses import dataclass
from datetime import date, datetime

from peewee import fn

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.queries import Shown, as_it_is, shown_texts, visible_customers
from intranet_crm.customers.rules import shown_name
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.queries import tasks_in
from intranet_crm.tasks.rules import Span
from intranet_crm.tasks.urges import with_urges

MOST = 8
TEAM = 5
SHOWN = {Span.OVERDUE: 8, Span.TODAY: 8, Span.WEEK: 8, Span.LATER: 3}  # tasks of each; on a Friday too
WHOSE = {Reach.OWN: "我的客户", Reach.DEPARTMENT: "部门客户", Reach.TEAM: "团队客户", Reach.ALL: "全部客户"}


def near_tasks(person: Person, today: date) -> dict[Span, list[Task]]:
    """The first tasks of each span, and one more where there are more."""
    spans = {span: list(tasks_in(person, span, today).limit(most + 1)) for span, most in SHOWN.items()}
    with_urges(spans[Span.OVERDUE])
    return spans


@dataclass(frozen=True)
class Activity:
    """A customer with its latest event, if it had one, as the person may see them (C3)."""

    id: int
    name: str
    opened_at: datetime
    title: str
    by_name: str
    at: datetime | None


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
    shown = shown_texts(person, (customer.id for customer in customers))
    return [_activity(customer, entries.get(customer.id), shown[customer.id]) for customer in customers]


def _activity(customer: Customer, entry: TimelineEntry | None, shown: Shown) -> Activity:
    return Activity(
        id=customer.id,
        name=shown_name(customer.kind, customer.name, full=shown is as_it_is),
        opened_at=customer.created_at,
        title=shown(entry.title) if entry else "",
        by_name=entry.by_name if entry else "",
        at=entry.at if entry else None,
    )


def whose_customers(person: Person) -> str:
    """The heading of the customers within reach; empty for people who see none."""
    return WHOSE.get(person.reach(P.SEE_CUSTOMERS), "")
