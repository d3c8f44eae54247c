"""Who works on a customer and may change that (A6)."""

from intranet_crm.accounts.models import Department, Person
from intranet_crm.accounts.queries import people_with_role
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import roles_with
from intranet_crm.customers.models import Collaboration, Customer
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.customers.queries import Shown, may_edit, reached

MOST_CHANGES = 50
New, By = Person.alias(), Person.alias()


def may_reassign(person: Person, customer: Customer) -> bool:
    return bool(reached(person, P.REASSIGN, [customer.id]))


def may_share(person: Person, customer: Customer) -> bool:
    """The owner, or who may give the customer to somebody else: a supervisor, an administrator."""
    is_owner = customer.owner_id == person.id and may_edit(person, customer)
    return is_owner or may_reassign(person, customer)


def collaborations_of(customer: Customer) -> list[Collaboration]:
    """Those that hold first, each with its person and department."""
    found = Collaboration.select(Collaboration, Person, Department).join(Person).join(Department)
    rows = list(found.where(Collaboration.customer == customer.id).order_by(Collaboration.id))
    return sorted(rows, key=lambda row: row.is_over)


def find_collaboration(customer: Customer, person_id: int) -> Collaboration | None:
    """The person's collaboration on this customer, with the person."""
    found = Collaboration.select(Collaboration, Person).join(Person)
    return found.where((Collaboration.customer == customer.id) & (Collaboration.person == person_id)).first()


def possible_collaborators(customer: Customer) -> list[Person]:
    """The active people whose role reads customers and who do not work on this one yet."""
    there = {row.person_id for row in collaborations_of(customer)}
    there |= {customer.owner_id, customer.success_manager_id}
    readers = people_with_role(*roles_with(P.SEE_CUSTOMERS))
    found = readers.select(Person, Department).join(Department).order_by(Department.path, Person.name)
    return [person for person in found if person.id not in there]


def owner_changes(customer: Customer, shown: Shown) -> list[OwnerChange]:
    """The latest changes of owner, with everybody they name."""
    found = (
        OwnerChange.select(OwnerChange, Person, New, By)
        .join(Person, on=OwnerChange.old)
        .join_from(OwnerChange, New, on=OwnerChange.new)
        .join_from(OwnerChange, By, on=OwnerChange.by)
        .where(OwnerChange.customer == customer.id)
        .order_by(OwnerChange.at.desc(), OwnerChange.id.desc())
    )
    changes = list(found.limit(MOST_CHANGES))
    for change in changes:
        change.reason = shown(change.reason)
    return changes
