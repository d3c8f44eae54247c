"""Who answers for a customer: changing it, and the history of owners (A6)."""

from typing import Self

from peewee import CharField, DateTimeField, ForeignKeyField

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.belongings import open_tasks_of
from intranet_crm.customers.models import Collaboration, Customer, TimelineEntry
from intranet_crm.customers.rules import shown_name
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.notices.models import notify
from intranet_crm.tasks.shelf import pass_on


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

    @classmethod
    def make(
        cls, customer: Customer, to: Person, *, reason: str, seen: int, by: Person, with_tasks: bool = False
    ) -> Self:
        """Another owner; ``with_tasks`` also gives the open to-dos of the old one to the new one.

        ``seen`` is the id of the owner that the page showed; raises StaleVersion when it is another now, and
        DomainError for an owner who is one already or is disabled.
        """
        with database.atomic():
            stored = Customer.locked_by_id(customer.id)
            old = stored.owner
            if old.id != seen:
                raise StaleVersion(f"负责人刚被改为{old.name}，请看过现在的情况后再决定。")
            if to.id == old.id:
                raise DomainError(f"{to.name}已经是负责人，请选择另一位同事。")
            if not to.is_active:
                raise DomainError(f"{to.name}已停用，请选择另一位同事。")
            Customer.update(owner=to.id).where(Customer.id == stored.id).execute()
            theirs = (Collaboration.customer == stored.id) & (Collaboration.person == to.id)
            Collaboration.delete().where(theirs).execute()
            change = cls.create(customer=stored, old=old, new=to, by=by, at=clock.now(), reason=reason)
            title = f"变更负责人：{old.name} → {to.name}"
            TimelineEntry.note(stored, kind="customer", title=title, summary=reason, by=by)
            stored._log("变更负责人", by, old={"owner": old.name}, new={"owner": to.name, "reason": reason})
            tasks = 0
            if with_tasks:
                why = f"{by.name}变更负责人：{reason}"
                tasks = pass_on(open_tasks_of(stored.id), old, to, why=why, by=by)
            change._tell(stored, tasks)
        return change

    def _tell(self, customer: Customer, tasks: int) -> None:
        name = shown_name(customer.kind, customer.name, full=True)
        along = f"，连同 {tasks} 项待办" if tasks else ""
        given = (f"{self.by.name}把你的客户「{name}」转给了{self.new.name}{along}", "")
        got = (f"{self.by.name}把客户「{name}」转给了你{along}", f"/customers/{customer.id}")
        for person, (said, address) in ((self.old, given), (self.new, got)):
            if person.id != self.by_id:
                notify(person, said, key=f"owner:{self.id}:{person.id}", address=address, body=self.reason)


class Carers:
    """Who does what the calendar asks for: the 客户成功经理, else the owner; nobody who is disabled."""

    def __init__(self) -> None:
        self.active = {person.id: person for person in Person.select().where(Person.disabled_at.is_null())}

    def of(self, owner: int, success_manager: int | None) -> Person | None:
        return self.active.get(success_manager) or self.active.get(owner)
