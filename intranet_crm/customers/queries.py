"""Which customers a person reaches (A3); every list, page, panel and file starts from here."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from peewee import SQL, Case, Expression, Field, ModelSelect, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_within
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import Reach
from intranet_crm.customers.deletions import is_put_away
from intranet_crm.customers.models import Collaboration, Contact, Customer
from intranet_crm.customers.rules import masked_text, shown_name
from intranet_crm.reference.phones import mask_email, mask_phone

NOBODY, EVERYBODY = SQL("1 = 0"), SQL("1 = 1")
WRITES = (P.EDIT_CUSTOMERS, P.RECORD_ISSUES, P.TAG_IN_BULK, P.REASSIGN)  # not for collaborators who only read
FEW = 300
Shown = Callable[[str], str]


def visible_customers(person: Person, permission: P = P.SEE_CUSTOMERS) -> ModelSelect:
    """The customers for which the person has the permission; narrow it with ``.where()``.

    A farther reach holds the nearer one: a supervisor keeps the customers of other teams that he
    is a collaborator of.
    """
    return Customer.select().where(within_reach(person, permission))


def present(customer: Any = Customer.id) -> Expression:
    """Whether a customer, by its id or by a column that names it, is not in the recycle bin (B15).

    It asks the few deletions rather than ``deleted_at``: that column is in none of the indexes that lists
    walk along (they are full), so each row walked past would be read.
    """
    return ~is_put_away(customer)


def within_reach(person: Person, permission: P) -> Expression | SQL:
    """Whether the person has the permission for a customer, as a condition; for none in the recycle bin."""
    within = held_by(person, permission)
    if within is NOBODY:
        return NOBODY
    return present() if within is EVERYBODY else within & present()


def held_by(person: Person, permission: P) -> Expression | SQL:
    """The same without regard to the recycle bin, for the bin itself."""
    reach = person.reach(permission)
    if reach == Reach.NONE:
        return NOBODY
    if reach == Reach.ALL:
        return EVERYBODY
    return _within(person, reach) | Customer.id.in_(shared_with(person, permission))


def _within(person: Person, reach: Reach) -> Expression:
    if reach == Reach.OWN:
        return (Customer.owner == person.id) | (Customer.success_manager == person.id)
    people = people_within(person, reach)
    return Customer.owner.in_(people) | Customer.success_manager.in_(people)


def of_visible(person: Person, column: Field) -> Expression:
    """Whether a row's customer is within reach, as a condition on the long list of such rows.

    It leaves the walk along the rows' order to be stopped after a page: the rows of few customers are
    fetched and sorted; among those of many a page is found soon. The CASE keeps MariaDB from fetching all
    of them first.
    """
    if person.reach(P.SEE_CUSTOMERS) == Reach.ALL:
        return present(column)
    customers = visible_customers(person)
    few = [key for (key,) in customers.select(Customer.id).limit(FEW + 1).tuples()]
    if len(few) <= FEW:
        return column.in_(few)
    its_customer = customers.select(Customer.id).where(Customer.id == column)
    return Case(None, [(fn.EXISTS(its_customer), 1)], 0) == 1


def shared_with(person: Person, permission: P = P.SEE_CUSTOMERS) -> ModelSelect:
    """The ids of the customers that the person is a collaborator of today (A6), as a subquery."""
    shared = collaborations(person).select(Collaboration.customer)
    return shared.where(Collaboration.may_write == 1) if permission in WRITES else shared


def collaborations(person: Person) -> ModelSelect:
    """(customer, whether it may be written) of the customers that the person is a collaborator of today."""
    in_time = Collaboration.until.is_null() | (Collaboration.until >= clock.today())
    return Collaboration.select(Collaboration.customer, Collaboration.may_write).where(
        (Collaboration.person == person.id) & in_time
    )


def find_customer(person: Person, key: int, permission: P = P.SEE_CUSTOMERS) -> Customer | None:
    """The customer, when the person has the permission for it; its owner comes in the same query.

    Without the right to full contact details its personal data comes masked (C3), so never save it whole.
    """
    found = visible_customers(person, permission).select(Customer, Person).join(Person, on=Customer.owner)
    customer = found.where(Customer.id == key).first()
    if customer and not sees_contacts(person, customer):
        hide_contacts(customer)
    return customer


def hide_contacts(customer: Customer) -> None:
    """Mask the personal data of the customer at hand (C3); never save it afterwards."""
    shown = masking([customer.id])[customer.id]
    customer.name = shown_name(customer.kind, customer.name, full=False)
    customer.phone, customer.landline = mask_phone(customer.phone), mask_phone(customer.landline)
    customer.email = mask_email(customer.email)
    customer.notes, customer.main_business = shown(customer.notes), shown(customer.main_business)


def sees_contacts(person: Person, customer: Customer) -> bool:
    """Whether names and phones of this customer, which the person may see, are shown in full (C3)."""
    return customer.id in with_full_contacts(person, [customer.id])


def with_full_contacts(person: Person, keys: Iterable[int]) -> set[int]:
    """Which of the customers that the person may see show names and phones in full; one query at most."""
    if person.reach(P.SEE_CONTACTS) >= person.reach(P.SEE_CUSTOMERS):
        return set(keys)
    return reached(person, P.SEE_CONTACTS, keys)


def reached(person: Person, permission: P, keys: Iterable[int]) -> set[int]:
    """For which of the customers the person has the permission; one query at most."""
    keys = set(keys)
    if not keys or not person.may(permission) or person.reach(permission) == Reach.ALL:
        return keys if person.may(permission) else set()
    found = visible_customers(person, permission).select(Customer.id).where(Customer.id.in_(keys))
    return {key for (key,) in found.tuples()}


def shown_texts(person: Person, keys: Iterable[int]) -> dict[int, Shown]:
    """How running text about each of the customers is shown to the person: as it is, or masked (C3)."""
    keys = set(keys)
    full = with_full_contacts(person, keys)
    return dict.fromkeys(full, as_it_is) | masking(keys - full)


def as_it_is(text: str) -> str:
    return text


def masking(keys: Iterable[int]) -> dict[int, Shown]:
    """What masks running text about each of the customers: the persons known there, phones, e-mails."""
    names: dict[int, list[str]] = {key: [] for key in keys}
    if names:
        persons = Customer.select(Customer.id, Customer.name).where(Customer.kind == "individual")
        contacts = Contact.select(Contact.customer, Contact.name).where(Contact.customer.in_(list(names)))
        for found in (persons.where(Customer.id.in_(list(names))), contacts):
            for key, name in found.tuples():
                names[key].append(name)
    return {key: partial(masked_text, names=known) for key, known in names.items()}


def may_edit(person: Person, customer: Customer) -> bool:
    """Whether the person may change this customer and what belongs to it."""
    if customer.deleted_at:
        return False
    reach = person.reach(P.EDIT_CUSTOMERS)
    if reach in (Reach.NONE, Reach.ALL):
        return reach == Reach.ALL
    if person.id in (customer.owner_id, customer.success_manager_id):
        return True
    return visible_customers(person, P.EDIT_CUSTOMERS).where(Customer.id == customer.id).exists()


def may_tag(person: Person, customer: Customer) -> bool:
    """Whether the person may put tags on this customer and take them off."""
    return visible_customers(person, P.TAG_IN_BULK).where(Customer.id == customer.id).exists()
