"""Follow-ups within a person's reach: lists, one of them, and what its form offers."""

from datetime import date, datetime, timedelta

from peewee import JOIN, ModelSelect, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import active_people, people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.queries import (
    Shown,
    as_it_is,
    of_visible,
    present,
    shown_texts,
    visible_customers,
)
from intranet_crm.customers.rules import shown_name
from intranet_crm.followups.models import FollowUp, NextStep
from intranet_crm.followups.rules import Mix, start_of_quarter
from intranet_crm.tasks.queries import colleagues

PAGE = 20
TEXTS = ("subject", "participants", "content", "feedback_text", "objections", "business_change")
Owner = Person.alias()
Recorder = Person.alias()


def visible_followups(person: Person) -> ModelSelect:
    """The follow-ups of the customers that the person sees, each with customer and person."""
    reach = person.reach(P.SEE_CUSTOMERS)
    found = FollowUp.select(FollowUp, Customer, Person).join(Customer).switch(FollowUp)
    found = found.join(Person, on=FollowUp.person)
    if reach == Reach.ALL:
        return found.where(present(FollowUp.customer))
    return found.where(FollowUp.customer.in_(visible_customers(person).select(Customer.id)))


def list_page(
    viewer: Person,
    *,
    person: int | None = None,
    method: str = "",
    since: date | None = None,
    until: date | None = None,
    after: tuple[datetime, int] | None = None,
) -> list[FollowUp]:
    """A page of the list and one more, the latest first; ``after`` is (happened_at, id) of the row before."""
    query = FollowUp.select(FollowUp.id).where(of_visible(viewer, FollowUp.customer))
    if person:
        query = query.where(FollowUp.person == person)
    if method:
        query = query.where(FollowUp.method == method)
    if since:
        query = query.where(FollowUp.happened_at >= clock.start_of(since))
    if until:
        query = query.where(FollowUp.happened_at < clock.start_of(until + timedelta(days=1)))
    if after:
        moment, key = after
        query = query.where(
            (FollowUp.happened_at <= moment) & ((FollowUp.happened_at < moment) | (FollowUp.id < key))
        )
    latest_first = (FollowUp.happened_at.desc(), FollowUp.id.desc())
    keys = [key for (key,) in query.order_by(*latest_first).limit(PAGE + 1).tuples()]
    found = FollowUp.select(FollowUp, Customer, Person).join(Customer).switch(FollowUp)
    found = found.join(Person, on=FollowUp.person).where(FollowUp.id.in_(keys))
    return _as_seen_by(viewer, list(found.order_by(*latest_first)))


def _as_seen_by(viewer: Person, found: list[FollowUp]) -> list[FollowUp]:
    """Names, phones and e-mails masked where the viewer has no right to them (C3); never save these."""
    shown = shown_texts(viewer, (followup.customer_id for followup in found))
    for followup in found:
        mask, customer = shown[followup.customer_id], followup.customer
        if mask is not as_it_is:
            customer.name = shown_name(customer.kind, customer.name, full=False)
            for name in TEXTS:
                setattr(followup, name, mask(getattr(followup, name)))
    return found


def find_followup(viewer: Person, key: int) -> FollowUp | None:
    """A follow-up of a customer that the person sees, with the people it names; masked as the list is."""
    found = visible_followups(viewer).select_extend(Owner, Recorder)
    found = found.switch(FollowUp).join(Owner, JOIN.LEFT_OUTER, on=FollowUp.owner).switch(FollowUp)
    followup = found.join(Recorder, on=FollowUp.created_by).where(FollowUp.id == key).first()
    return followup and _as_seen_by(viewer, [followup])[0]


def steps_of(followup: FollowUp, shown: Shown = as_it_is) -> list[NextStep]:
    """The next steps with their people."""
    found = NextStep.select(NextStep, Person).join(Person).where(NextStep.followup == followup.id)
    steps = list(found.order_by(NextStep.id))
    for step in steps:
        step.what = shown(step.what)
    return steps


def last_of(customer: Customer) -> FollowUp | None:
    """The latest contact with the customer."""
    found = FollowUp.select(FollowUp, Person).join(Person, on=FollowUp.person)
    return (
        found.where(FollowUp.customer == customer.id)
        .order_by(FollowUp.happened_at.desc(), FollowUp.id.desc())
        .first()
    )


def mix_of(customer: Customer, today: date) -> Mix:
    """The contacts with the customer in the quarter of ``today``, by whether they were about business."""
    begin = clock.start_of(start_of_quarter(today))
    its = (FollowUp.customer == customer.id) & (FollowUp.happened_at >= begin)
    found = FollowUp.select(FollowUp.is_business, fn.COUNT(FollowUp.id)).where(its)
    numbers = dict(found.group_by(FollowUp.is_business).tuples())
    return Mix(sum(numbers.values()), numbers.get(0, 0))


def entry_of(followup: FollowUp) -> TimelineEntry:
    """The follow-up's entry in the customer's timeline."""
    about = (TimelineEntry.subject_kind == "followup") & (TimelineEntry.subject_id == followup.id)
    return TimelineEntry.get((TimelineEntry.customer == followup.customer_id) & about)


def choosable(me: Person, *named: Person | None) -> list[Person]:
    """Whom a follow-up may name: the colleagues of my department and below, and those it names already."""
    people = {person.id: person for person in [*colleagues(me), *filter(None, named)]}
    return list(people.values())


def filterable(viewer: Person) -> list[Person]:
    """Whose follow-ups the list can be narrowed to: the people within reach, at least the own department."""
    reach = max(viewer.reach(P.SEE_CUSTOMERS), Reach.DEPARTMENT)
    if reach == Reach.ALL:
        return list(active_people())
    return list(active_people().where(Person.id.in_(people_within(viewer, reach))))


def writable_named(me: Person, text: str, most: int = 20) -> list[Customer]:
    """Customers that the person may write to, the latest touched first, narrowed by a part of the name."""
    found = visible_customers(me, P.EDIT_CUSTOMERS)
    if text:
        found = found.where(Customer.name.contains(text) | Customer.short_name.contains(text))
    return list(found.order_by(Customer.touched_at.desc(), Customer.id.desc()).limit(most))
