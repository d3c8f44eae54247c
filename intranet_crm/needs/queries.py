"""A customer's needs, within the reader's reach."""

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import sees_contacts, visible_customers
from intranet_crm.customers.rules import shown_name
from intranet_crm.needs.models import Need


def needs_of(customer: Customer) -> list[Need]:
    """All needs of the customer, the newest first."""
    needs = Need.select().where(Need.customer == customer.id)
    return list(needs.order_by(Need.created_at.desc(), Need.id.desc()))


def find_need(person: Person, need_id: int, permission: P = P.SEE_CUSTOMERS) -> Need | None:
    """The need, with its customer and author, when the person has the permission for the customer."""
    reachable = visible_customers(person, permission).select(Customer.id)
    need = (
        Need.select(Need, Customer, Person)
        .join(Customer)
        .switch(Need)
        .join(Person, on=Need.created_by)
        .where((Need.id == need_id) & Need.customer.in_(reachable))
        .first()
    )
    if need and not sees_contacts(person, need.customer):
        need.customer.name = shown_name(need.customer.kind, need.customer.name, full=False)
    return need
