"""Which intake forms a person reaches (A3), and what their pages show."""

from datetime import date
from functools import reduce
from operator import or_

from peewee import JOIN, ModelSelect

from intranet_crm import clock
from intranet_crm.accounts.deputies import represented_by
from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import departments_within, people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import present
from intranet_crm.intake.editions import family
from intranet_crm.intake.models import IntakeEvent, IntakeForm, ReturnItem, Review, Submission

PER_PAGE = 20
Reviewer = Person.alias("reviewer_person")
Newer = IntakeForm.alias("newer_edition")


def visible_forms(person: Person) -> ModelSelect:
    """The forms the person may read; narrow it with ``.where()``.

    A form shows contact details in full, so reach follows 「查看完整联系方式」: one's own, one's departments'
    or all. Beyond it everybody reads what they collected and what they review. A form about a customer in
    the recycle bin is out of sight with it.
    """
    forms = IntakeForm.select().where(present(IntakeForm.customer))
    reach = person.reach(P.SEE_CONTACTS)
    if reach == Reach.ALL:
        return forms
    ways = [IntakeForm.collector == person.id, IntakeForm.reviewer.in_([person.id, *represented_by(person)])]
    if reach == Reach.TEAM:
        ways.append(IntakeForm.department.in_(departments_within(person)))
    if reach == Reach.DEPARTMENT:
        ways.append(IntakeForm.department == person.department_id)
    return forms.where(reduce(or_, ways))


def find_form(person: Person, key: int) -> IntakeForm | None:
    """The form, when the person may read it; with department, collector, reviewer and customer at hand."""
    return _with_people(visible_forms(person)).where(IntakeForm.id == key).first()


def find_own_form(person: Person, key: int) -> IntakeForm | None:
    """The form, when the person is its collector."""
    return _with_people(IntakeForm.select()).where(
        (IntakeForm.id == key) & (IntakeForm.collector == person.id) & present(IntakeForm.customer)
    ).first()  # fmt: skip


def _with_people(forms: ModelSelect) -> ModelSelect:
    return (
        forms.select(
            IntakeForm, Person, Department, Reviewer, Customer, Newer.id, Newer.edition, Newer.number
        )
        .join(Person, on=IntakeForm.collector)
        .switch(IntakeForm)
        .join(Department, on=IntakeForm.department)
        .switch(IntakeForm)
        .join(Reviewer, JOIN.LEFT_OUTER, on=IntakeForm.reviewer)
        .switch(IntakeForm)
        .join(Customer, JOIN.LEFT_OUTER, on=IntakeForm.customer)
        .switch(IntakeForm)
        .join(Newer, JOIN.LEFT_OUTER, on=IntakeForm.superseded_by)
    )


def list_forms(
    person: Person,
    *,
    state: str = "",
    collector: int | None = None,
    since: date | None = None,
    until: date | None = None,
    overdue: bool = False,
    after: tuple | None = None,
) -> list[IntakeForm]:
    """A page of forms and one more, latest changed first; ``after``: (updated_at, id) of the row before."""
    forms = _with_people(visible_forms(person))
    if state:
        forms = forms.where(IntakeForm.state == state)
    if collector:
        forms = forms.where(IntakeForm.collector == collector)
    if since:
        forms = forms.where(IntakeForm.collected_on >= since)
    if until:
        forms = forms.where(IntakeForm.collected_on <= until)
    if overdue:
        forms = forms.where(is_overdue())
    if after:
        at, key = after
        forms = forms.where(
            (IntakeForm.updated_at < at) | ((IntakeForm.updated_at == at) & (IntakeForm.id < key))
        )
    order = (IntakeForm.updated_at.desc(), IntakeForm.id.desc())
    return list(forms.order_by(*order).limit(PER_PAGE + 1))


def is_overdue():
    """Approved, neither entered nor superseded by a newer version, and the two working days are over (F4)."""
    late = (IntakeForm.state == "approved") & (IntakeForm.entry_due_on < clock.today())
    return late & IntakeForm.superseded_by.is_null()


def overdue_count(person: Person) -> int:
    """How many forms in reach are overdue for entry, at most 100."""
    return visible_forms(person).where(is_overdue()).limit(100).count()


def collectors_for(person: Person) -> list[tuple[int, str]]:
    """(id, name) of the people whose forms the person may read, for the filter."""
    reach = person.reach(P.SEE_CONTACTS)
    people = Person.select(Person.id, Person.name).order_by(Person.name, Person.id)
    if reach == Reach.ALL:
        people = people.where(Person.id.in_(IntakeForm.select(IntakeForm.collector)))
    elif reach > Reach.OWN:
        people = people.where(Person.id.in_(people_within(person, reach)))
    else:
        people = people.where(Person.id == person.id)
    return list(people.tuples())


def events_of(form: IntakeForm) -> list[IntakeEvent]:
    """The form's history, the latest first."""
    return list(
        IntakeEvent.select(IntakeEvent, Person)
        .join(Person)
        .where(IntakeEvent.form == form.id)
        .order_by(IntakeEvent.id.desc())
    )


def rounds_of(form: IntakeForm) -> list[Submission]:
    """The submissions, the latest first, each with ``.decision`` (its review or None) and ``.items``."""
    submissions = list(
        Submission.select(Submission, Person)
        .join(Person)
        .where(Submission.form == form.id)
        .order_by(Submission.round.desc())
    )
    reviews = {
        review.submission_id: review
        for review in Review.select(Review, Person).join(Person).where(Review.submission.in_(submissions))
    } if submissions else {}  # fmt: skip
    items: dict[int, list[ReturnItem]] = {}
    for item in ReturnItem.select().where(ReturnItem.review.in_(list(reviews.values()))) if reviews else ():
        items.setdefault(item.review_id, []).append(item)
    for submission in submissions:
        submission.decision = reviews.get(submission.id)
        submission.items = items.get(submission.decision.id, []) if submission.decision else []
    return submissions


def editions_of(person: Person, form: IntakeForm) -> list[tuple[IntakeForm, bool]]:
    """All versions, the latest first, and whether the person may read each; [] when there is but one."""
    found = list(_with_people(IntakeForm.select()).where(family(form)).order_by(IntakeForm.edition.desc()))
    if len(found) < 2:
        return []
    readable = {key for (key,) in visible_forms(person).select(IntakeForm.id).where(family(form)).tuples()}
    return [(each, each.id in readable) for each in found]


def forms_about(person: Person, customer: Customer) -> list[IntakeForm]:
    """The forms a customer came from or was changed by, the latest first: the panel of its page."""
    return list(
        _with_people(IntakeForm.select())
        .where(IntakeForm.customer == customer.id)
        .order_by(IntakeForm.updated_at.desc(), IntakeForm.id.desc())
        .limit(20)
    )
