"""What a change of the rules would mean for some customers, before it is saved (B8)."""

from dataclasses import dataclass

from intranet_crm.accounts.models import Person
from intranet_crm.customers.grade_facts import judgements
from intranet_crm.customers.grade_rules import Judgement, Scheme
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import as_it_is, shown_texts, visible_customers
from intranet_crm.customers.rules import shown_name
from intranet_crm.reference.choices import CUSTOMER_GRADES, CUSTOMER_STATUSES

EACH = 6  # customers of each status
LOOKED_AT = 600  # so many of all, however rare a status is


@dataclass(frozen=True, slots=True)
class Sample:
    key: int
    name: str
    status: str
    grade: str
    before: Judgement
    after: Judgement

    @property
    def changes(self) -> bool:
        return self.before.grade != self.after.grade


def preview(person: Person, before: Scheme, after: Scheme) -> list[Sample]:
    """The customers of each status that were touched last, judged by both rules; those that differ first."""
    customers = _samples(person)
    old, new = judgements(customers, before), judgements(customers, after)
    shown = shown_texts(person, (each.id for each in customers))
    found = [
        Sample(
            key=each.id,
            name=shown_name(each.kind, each.name, full=shown[each.id] is as_it_is),
            status=CUSTOMER_STATUSES.label(each.status),
            grade=CUSTOMER_GRADES.label(each.grade),
            before=old[each.id],
            after=new[each.id],
        )
        for each in customers
    ]
    return sorted(found, key=lambda sample: not sample.changes)


def _samples(person: Person) -> list[Customer]:
    last = visible_customers(person).select(Customer.id, Customer.status)
    by_status: dict[str, list[int]] = {status: [] for status, _ in CUSTOMER_STATUSES}
    for key, status in (
        last.order_by(Customer.touched_at.desc(), Customer.id.desc()).limit(LOOKED_AT).tuples()
    ):
        by_status[status].append(key)
    keys = [key for found in by_status.values() for key in found[:EACH]]
    return list(Customer.select().where(Customer.id.in_(keys)).order_by(Customer.touched_at.desc()))
