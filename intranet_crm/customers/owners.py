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


class Carers:
    """Who does what the calendar asks for: the 客户成功经理, else the owner; nobody who is disabled."""

    def __init__(self) -> None:
        self.active = {person.id: person for person in Person.select().where(Person.disabled_at.is_null())}

    def of(self, owner: int, success_manager: int | None) -> Person | None:
        return self.active.get(success_manager) or self.active.get(owner)
