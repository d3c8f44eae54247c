"""Who answers for a customer: the history of owners (A6)."""

from peewee import CharField, DateTimeField, ForeignKeyField

from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Customer
from intranet_crm.database import BaseModel


class OwnerChange(BaseModel):
    """A row for every change of owner."""

    customer = ForeignKeyField(Customer, backref="owner_changes", on_delete="CASCADE", index=False)
    old = ForeignKeyField(Person, backref="customers_given", on_delete="RESTRICT")
    new = ForeignKeyField(Person, backref="customers_taken", on_delete="RESTRICT")
    by = ForeignKeyField(Person, backref="owner_changes_made", on_delete="RESTRICT")
    at = DateTimeField()
    reason = CharField(200, default="")

    class Meta:
        indexes = ((("customer", "at"), False),)
