"""What may be done with a collaboration (A6); mixed into its table in ``models.py``."""

from datetime import date
from typing import TYPE_CHECKING, Self

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.rules import access_words, shown_name
from intranet_crm.database import database
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.notices.models import notify

if TYPE_CHECKING:
    from intranet_crm.customers.models import Customer


class CollaborationVerbs:
    @classmethod
    def share(
        cls, customer: "Customer", person: Person, *, may_write: bool, until: date | None, by: Person
    ) -> Self:
        """Let a colleague work on the customer, to read or to edit, to the end of ``until``.

        Raises DomainError for whoever could do nothing with it, is there already, or for a day gone by.
        """
        with database.atomic():
            stored = type(customer).locked_by_id(customer.id)
            _refuse_idle(person, may_write, until)
            if person.id in (stored.owner_id, stored.success_manager_id):
                raise DomainError(f"{person.name}本来就负责这位客户，不需要添加为协作人。")
            if cls.select().where((cls.customer == stored.id) & (cls.person == person.id)).exists():
                raise DomainError(f"{person.name}已经是协作人，请在列表里修改。")
            made = cls.create(
                customer=stored,
                person=person,
                may_write=int(may_write),
                until=until,
                created_by=by.id,
                created_at=clock.now(),
            )
            made._tell("添加协作人", by, f"{by.name}把你添加为客户「%s」的协作人")
        return made

    def revise(self, *, may_write: bool, until: date | None, seen: str, by: Person) -> None:
        """Another access or another last day; ``seen`` is ``state`` as the page showed it."""
        with database.atomic():
            found = self._locked(seen)
            _refuse_idle(found.person, may_write, until)
            found.may_write, found.until = int(may_write), until
            if found.state != seen:
                found.save(only=["may_write", "until"])
                found._tell("修改协作人", by, f"{by.name}修改了你对客户「%s」的协作")

    def end(self, *, seen: str, by: Person) -> None:
        """Take the colleague off; what was done stays in the timeline."""
        with database.atomic():
            found = self._locked(seen)
            found.delete_instance()
            found._tell("移除协作人", by, f"{by.name}结束了你对客户「%s」的协作", in_sight=False)

    @property
    def state(self) -> str:
        """What a page shows of it, to be posted back."""
        return f"{self.may_write}/{self.until or ''}"

    @property
    def words(self) -> str:
        """「可编辑，至 2026-12-31」"""
        return access_words(bool(self.may_write), self.until)

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until < clock.today()

    def _locked(self, seen: str) -> Self:
        """As it is stored, when it still is as ``seen``; the customer is locked for the transaction."""
        type(self.customer).locked_by_id(self.customer_id)
        found = type(self).get_or_none(type(self).id == self.id)
        if found is None or found.state != seen:
            raise StaleVersion("这位协作人刚被改过，请刷新页面，看过现在的情况再改。")
        return found

    def _tell(self, action: str, by: Person, said: str, *, in_sight: bool = True) -> None:
        """Timeline and log; a word to the colleague, and to the owner when somebody else did it."""
        from intranet_crm.customers.models import TimelineEntry  # here, because it needs these tables

        customer, access = self.customer, self.words if in_sight else ""
        title = f"{action}：{self.person.name}" + (f"（{access}）" if access else "")
        TimelineEntry.note(customer, kind="customer", title=title, by=by)
        customer._log(action, by, new={"person": self.person.name, "access": access})
        name = shown_name(customer.kind, customer.name, full=self.person.may(P.SEE_CONTACTS))
        told = {self.person_id: (said % name, access, in_sight)}
        owned = f"{by.name}{action}：{self.person.name}（客户「{customer.name}」）"
        told[customer.owner_id] = (owned, access, True)
        for key, (words, body, linked) in told.items():
            if key != by.id:
                notify(
                    Person.get_by_id(key),
                    words,
                    key=f"collaboration:{self.id}:{key}:{clock.now():%Y%m%dT%H%M%S%f}",
                    address=f"/customers/{customer.id}" if linked else "",
                    body=body,
                )


def _refuse_idle(person: Person, may_write: bool, until: date | None) -> None:
    if not person.is_active:
        raise DomainError(f"{person.name}已停用，请选择另一位同事。")
    if not person.may(P.SEE_CUSTOMERS):
        raise DomainError(f"{person.name}的角色不能查看客户，添加了也看不到，请选择另一位同事。")
    if may_write and not person.may(P.EDIT_CUSTOMERS):
        raise DomainError(f"{person.name}的角色不能编辑客户，请选择「只读」。")
    if until and until < clock.today():
        raise DomainError("截止日期不能早于今天；要马上结束协作，请点「移除」。")
