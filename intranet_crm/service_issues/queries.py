"""Service issues within a person's reach, in words as that person may read them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from peewee import Case, ModelSelect

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import active_people, people_with_role
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach, Role, reach_of, roles_with
from intranet_crm.customers.models import Collaboration, Customer, TimelineEntry
from intranet_crm.customers.queries import (
    Shown,
    as_it_is,
    of_visible,
    shown_texts,
    visible_customers,
)
from intranet_crm.customers.rules import masked_text, shown_name
from intranet_crm.reference.phones import mask_name
from intranet_crm.service_issues.models import ServiceIssue
from intranet_crm.service_issues.rules import UNSOLVED

PAGE = 20
IN_PANEL = 5
Recorder = Person.alias()


@dataclass(frozen=True)
class Words:
    """What an issue says, masked where the reader has no right to names and phones (C3)."""

    customer: str
    reporter: str
    detail: str
    reply: str
    result: str


def words_of(issue: ServiceIssue, shown: Shown) -> Words:
    full, customer = shown is as_it_is, issue.customer
    texts = (issue.detail, issue.reply, issue.result)
    return Words(
        shown_name(customer.kind, customer.name, full),
        issue.reporter if full else mask_name(issue.reporter),
        *(text if full else masked_text(shown(text), [issue.reporter]) for text in texts),
    )


def list_page(
    viewer: Person,
    *,
    state: str = "",
    kind: str = "",
    person: int | None = None,
    customer: int | None = None,
    since: date | None = None,
    until: date | None = None,
    after: tuple[datetime, int] | None = None,
) -> list[tuple[ServiceIssue, Words]]:
    """A page of the list and one more, the latest reported first; ``after``: the place of the row before."""
    at, key = ServiceIssue.reported_at, ServiceIssue.id
    wanted = [
        condition
        for value, condition in (
            (state == "unsolved", ServiceIssue.state.in_(UNSOLVED)),
            (state and state != "unsolved", ServiceIssue.state == state),
            (kind, ServiceIssue.kind == kind),
            (person, ServiceIssue.person == person),
            (customer, ServiceIssue.customer == customer),
        )
        if value
    ]
    if since:
        wanted.append(at >= clock.start_of(since))
    if until:
        wanted.append(at < clock.start_of(until + timedelta(days=1)))
    if after:
        wanted.append((at <= after[0]) & ((at < after[0]) | (key < after[1])))
    within = of_visible(viewer, ServiceIssue.customer)
    wanted += [] if within is None else [within]
    ids = ServiceIssue.select(key).where(*wanted) if wanted else ServiceIssue.select(key)
    found = [each for (each,) in ids.order_by(at.desc(), key.desc()).limit(PAGE + 1).tuples()]
    rows = list(_whole().where(key.in_(found)).order_by(at.desc(), key.desc()))
    shown = shown_texts(viewer, (row.customer_id for row in rows))
    return [(row, words_of(row, shown[row.customer_id])) for row in rows]


def of_customer(viewer: Person, customer: Customer) -> tuple[list[tuple[ServiceIssue, Words]], bool]:
    """The customer's latest issues, the unsolved ones first, and whether there are more."""
    theirs = _whole().where(ServiceIssue.customer == customer.id)
    solved = Case(None, ((ServiceIssue.state == "solved", 1),), 0)
    ordered = theirs.order_by(solved, ServiceIssue.reported_at.desc(), ServiceIssue.id.desc())
    found = list(ordered.limit(PAGE + 1))
    unsolved = sum(issue.state != "solved" for issue in found)
    most = min(max(unsolved, IN_PANEL), PAGE)
    shown = shown_texts(viewer, [customer.id])[customer.id]
    return [(issue, words_of(issue, shown)) for issue in found[:most]], len(found) > most


def find_issue(viewer: Person, key: int) -> ServiceIssue | None:
    """The issue, whole, with customer and people, when the person sees the customer."""
    reachable = visible_customers(viewer).select(Customer.id)
    found = _whole().select_extend(Recorder).switch(ServiceIssue).join(Recorder, on=ServiceIssue.created_by)
    return found.where((ServiceIssue.id == key) & ServiceIssue.customer.in_(reachable)).first()


def _whole() -> ModelSelect:
    found = ServiceIssue.select(ServiceIssue, Customer, Person).join(Customer).switch(ServiceIssue)
    return found.join(Person, on=ServiceIssue.person)


def course_of(issue: ServiceIssue, shown: Shown) -> list[TimelineEntry]:
    """What was done about it, as the customer's timeline tells it, the latest first."""
    about = (TimelineEntry.subject_kind == "service_issue") & (TimelineEntry.subject_id == issue.id)
    theirs = (TimelineEntry.customer == issue.customer_id) & (TimelineEntry.kind == "issue")
    entries = list(TimelineEntry.select().where(theirs & about).order_by(TimelineEntry.id.desc()))
    for entry in entries:
        entry.summary = shown(entry.summary)
    return entries


def may_record(person: Person, customer: Customer) -> bool:
    """Whether the person may record issues of this customer and carry them on."""
    return visible_customers(person, P.RECORD_ISSUES).where(Customer.id == customer.id).exists()


def handlers(me: Person, customer: Customer, *named: Person) -> list[Person]:
    """Who can handle the customer's issues: who looks after it, 客服 of their departments, and me.

    Nobody else would find the issue; ``named`` are those who have it already.
    """
    carers = [key for key in (customer.owner_id, customer.success_manager_id) if key]
    today = clock.today()
    shared = Collaboration.select(Collaboration.person).where(
        (Collaboration.customer == customer.id)
        & (Collaboration.may_write == 1)
        & (Collaboration.until.is_null() | (Collaboration.until >= today))
    )
    departments = Person.select(Person.department).where(Person.id.in_(carers))
    of_department = [role for role in Role if reach_of([role], P.RECORD_ISSUES) == Reach.DEPARTMENT]
    near = people_with_role(*of_department).select(Person.id).where(Person.department.in_(departments))
    ids = [me.id, *carers, *(person.id for person in named)]
    return list(active_people().where(Person.id.in_(ids) | Person.id.in_(shared) | Person.id.in_(near)))


def filterable() -> list[Person]:
    """Whose issues the list may be narrowed to: whoever may handle one, of any department."""
    return list(people_with_role(*roles_with(P.RECORD_ISSUES)))
