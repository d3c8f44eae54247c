"""Who decided when: the history of contacts' decision roles (C2), which counts as a change of needs (D6)."""

from peewee import CharField, DateTimeField, ForeignKeyField

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.database import BaseModel


class DecisionRoleChange(BaseModel):
    """A row for every change of a contact's decision role."""

    customer = ForeignKeyField(Customer, backref="decision_role_changes", on_delete="CASCADE", index=False)
    contact = ForeignKeyField(Contact, backref="decision_role_changes", on_delete="CASCADE")
    old = CharField(16)
    new = CharField(16)
    by = ForeignKeyField(Person, backref="decision_role_changes_made", on_delete="RESTRICT")
    at = DateTimeField()

    class Meta:
        indexes = ((("customer", "at", "id"), False),)


def remember(contact: Contact, old: str, new: str, *, by: Person) -> None:
    """Keep the change, in the transaction of the verb that causes it."""
    DecisionRoleChange.create(
        customer=contact.customer_id, contact=contact.id, old=old, new=new, by=by, at=clock.now()
    )
