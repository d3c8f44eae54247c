"""Which customers a person reaches (A3); every list, page, panel and file starts from here."""

from collections.abc import Iterable

from peewee import SQL, Expression, ModelSelect

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.models import Collaboration, Customer

NOBODY = SQL("1 = 0")


def visible_customers(person: Person, permission: P = P.SEE_CUSTOMERS) -> ModelSelect:
    """The customers for which the person has the permission; narrow it with ``.where()``.

    A farther reach holds the nearer one: a supervisor keeps the customers of other teams that he
    is a collaborator of.
    """
    reach = person.reach(permission)
    customers = Customer.select()
    if reach == Reach.NONE:
        return customers.where(NOBODY)
    if reach == Reach.ALL:
        return customers
    return customers.where(_within(person, reach) | Customer.id.in_(shared_with(person, permission)))


def _within(person: Person, reach: Reach) -> Expression:
    if reach == Reach.OWN:
        return (Customer.owner == person.id) | (Customer.success_manager == person.id)
    people = people_within(person, reach)
    return Customer.owner.in_(people) | Customer.success_manager.in_(people)


def shared_with(person: Person, permission: P = P.SEE_CUSTOMERS) -> ModelSelect:
    """The ids of the customers that the person is a collaborator of today (A6), as a subquery."""
    today = clock.today()
    shared = Collaboration.select(Collaboration.customer).where(
        (Collaboration.person == person.id) & (Collaboration.until.is_null() | (Collaboration.until >= today))
    )
    return shared.where(Collaboration.may_write == 1) if permission == P.EDIT_CUSTOMERS else shared


def find_customer(person: Person, key: int, permission: P = P.SEE_CUSTOMERS) -> Customer | None:
    """The customer, when the person has the permission for it; its owner comes in the same query."""
    return (
        visible_customers(person, permission)
        .select(Customer, Person)
        .join(Person, on=Customer.owner)
        .where(Customer.id == key)
        .first()
    )


def sees_contacts(person: Person, customer: Customer) -> bool:
    """Whether names and phones of this customer, which the person may see, are shown in full (C3)."""
    return customer.id in with_full_contacts(person, [customer.id])


def with_full_contacts(person: Person, keys: Iterable[int]) -> set[int]:
    """Which of the customers that the person may see show names and phones in full; one query at most."""
    keys = set(keys)
    if person.reach(P.SEE_CONTACTS) >= person.reach(P.SEE_CUSTOMERS):
        return keys
    if not keys or not person.may(P.SEE_CONTACTS):
        return set()
    found = visible_customers(person, P.SEE_CONTACTS).select(Customer.id).where(Customer.id.in_(keys))
    return {key for (key,) in found.tuples()}


def may_edit(person: Person, customer: Customer) -> bool:
    """Whether the person may change this customer and what belongs to it."""
    return visible_customers(person, P.EDIT_CUSTOMERS).where(Customer.id == customer.id).exists()
