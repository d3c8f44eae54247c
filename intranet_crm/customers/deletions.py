"""The recycle bin (B15): a customer is put out of everybody's sight, with a reason, and can be put back."""

from typing import Any, Self

from peewee import SQL, CharField, DateTimeField, Expression, ForeignKeyField, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.queries import people_with_role
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.accounts.rules import roles_with
from intranet_crm.customers.belongings import open_tasks_of
from intranet_crm.customers.models import Customer, TimelineEntry, owner_of
from intranet_crm.customers.rules import shown_name
from intranet_crm.customers.search_keys import keep_customer
from intranet_crm.database import BaseModel, JSONField, database
from intranet_crm.errors import DomainError, IllegalMove
from intranet_crm.notices.models import notify
from intranet_crm.tasks.shelf import set_aside, take_up

OUTCOME = "客户已删除"
CODES = {"credit_code": "统一社会信用代码", "citizen_id_hash": "身份证号"}


class Deletion(BaseModel):
    """A customer in the bin, or one that was there. The codes that only one customer may have wait here."""

    customer = ForeignKeyField(Customer, backref="deletions", on_delete="CASCADE", index=False)
    by = ForeignKeyField(Person, backref="deletions", on_delete="RESTRICT")
    at = DateTimeField()
    reason = CharField(300)
    credit_code = CharField(18, null=True, index=True)
    citizen_id_hash = CharField(64, null=True, index=True)
    tasks = JSONField(default=list)  # the ids of those that were set aside
    restored_by = ForeignKeyField(Person, null=True, backref="restorations", on_delete="RESTRICT")
    restored_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("customer", "restored_at"), False), (("at", "id"), False))

    @classmethod
    def put_away(cls, customer: Customer, *, reason: str, by: Person) -> Self:
        """Out of sight with everything that hangs on it; raises IllegalMove when it is there already."""
        with database.atomic():
            stored = Customer.locked_by_id(customer.id)
            if stored.deleted_at:
                raise IllegalMove("这位客户刚被删除，已经在回收站里。")
            tasks, moment = open_tasks_of(stored.id), clock.now()
            set_aside(tasks, by=by, outcome=OUTCOME)
            codes = {name: getattr(stored, name) for name in CODES}
            deletion = cls.create(customer=stored, by=by, at=moment, reason=reason, tasks=tasks, **codes)
            _write(stored, deleted_at=moment, **dict.fromkeys(CODES))
            TimelineEntry.note(stored, kind="customer", title="删除客户", summary=reason, by=by)
            stored._log("删除客户", by, new={"reason": reason})
            deletion._tell(stored, f"{by.name}删除了客户「%s」", reason, by)
        return deletion

    def restore(self, *, by: Person) -> Customer:
        """Back into sight; raises DomainError when a code of its has been given to another customer."""
        with database.atomic():
            stored = Customer.locked_by_id(self.customer_id)
            if not stored.deleted_at:
                raise IllegalMove("这位客户刚被恢复，不在回收站里。")
            for name, label in CODES.items():
                if owner := owner_of(name, getattr(self, name)):
                    raise DomainError(
                        f"它的{label}在删除之后已登记给另一位客户，不能恢复。"
                        f"请联系那位客户的负责人{owner}核对，重复的先删除一份。"
                    )
            _write(stored, deleted_at=None, **{name: getattr(self, name) for name in CODES})
            moment = clock.now()
            Deletion.update(restored_by=by, restored_at=moment).where(Deletion.id == self.id).execute()
            take_up(self.tasks, outcome=OUTCOME)
            TimelineEntry.note(stored, kind="customer", title="恢复客户", by=by)
            stored._log("恢复客户", by)
            keep_customer(Customer.get_by_id(stored.id))
            self._tell(stored, f"{by.name}恢复了客户「%s」", "", by, address=f"/customers/{stored.id}")
        return stored

    def ask_back(self, *, by: Person) -> None:
        """Somebody about to make the same customer anew asks those who may restore it; each is told once."""
        customer = self.customer
        title = f"{by.name}请求恢复客户「{shown_name(customer.kind, customer.name, full=True)}」"
        address = f"/customers/deleted?q={customer.number}"
        with database.atomic():
            for admin in people_with_role(*roles_with(P.DELETE)):
                key = f"ask_back:{self.id}:{by.id}:{admin.id}"
                notify(admin, title, key=key, address=address, body="正要新建相同的客户", action=True)
            customer._log("请求恢复客户", by)

    def _tell(self, customer: Customer, title: str, body: str, by: Person, address: str = "") -> None:
        """A word to those who cared for it."""
        for key in {customer.owner_id, customer.success_manager_id} - {None, by.id}:
            word = "restored" if address else "deleted"
            said = title % shown_name(customer.kind, customer.name, full=True)
            notify(Person.get_by_id(key), said, key=f"{word}:{self.id}:{key}", address=address, body=body)


def _write(customer: Customer, **columns: Any) -> None:
    """With a new version, so that a page still open elsewhere saves nothing over it."""
    Customer.update(version=Customer.version + 1, **columns).where(Customer.id == customer.id).execute()


def is_put_away(customer: Any) -> Expression:
    """Whether a customer, by its id or by a column that names it, is in the bin."""
    theirs = (Deletion.customer == customer) & Deletion.restored_at.is_null()
    return fn.EXISTS(Deletion.select(SQL("1")).where(theirs))
