"""A contact leaves its company and may come back: dated, kept, and told in the timeline (C4)."""

from datetime import date

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, IntegerField

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.care_days import keep_days
from intranet_crm.customers.deciders import telling_who_decides
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.database import BaseModel, database
from intranet_crm.errors import DomainError, IllegalMove, StaleVersion
from intranet_crm.tasks.models import Task


class SuccessorWanted(DomainError):
    """The primary contact leaves, and it is not said who takes the part."""


class EmploymentChange(BaseModel):
    """A row for every leaving and every return of a contact."""

    contact = ForeignKeyField(Contact, backref="employment_changes", on_delete="CASCADE")
    has_left = IntegerField()  # 1 left, 0 came back
    on_day = DateField()
    reason = CharField(200, default="")
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()


def leave(
    contact: Contact,
    on_day: date,
    *,
    reason: str = "",
    successor: Contact | None = None,
    seen: int,
    by: Person,
) -> None:
    """The contact works there no more since ``on_day``; its part as 主联系人 goes to ``successor``.

    Raises SuccessorWanted when it is the primary one and others are there, DomainError for a day to come,
    IllegalMove when it has left already, StaleVersion.
    """
    if on_day > clock.today():
        raise DomainError("离职日期不能在今天之后，请到离职当天再登记。")
    with database.atomic():
        current, stored = _locked(contact, seen)
        if stored.left_on:
            raise IllegalMove(f"这位联系人已登记 {stored.left_on} 离职。")
        others = colleagues_of(stored)
        if stored.is_primary and others and (successor is None or successor not in others):
            raise SuccessorWanted("主联系人离职，请选择由谁接任主联系人。")
        with telling_who_decides(contact.customer, by):
            contact.claim_version(seen, left_on=on_day, is_primary=0, updated_at=clock.now())
            _remember(contact, "联系人离职", on_day, reason, by)
            if successor and stored.is_primary:
                successor.revise(successor.version, by, is_primary=1)
        Task.settle("contact", contact.id, "care", by=by, outcome="联系人已离职")
        keep_days(current)


def come_back(contact: Contact, *, seen: int, by: Person) -> None:
    """The contact is there again; it becomes the primary one when there is no other. Raises IllegalMove."""
    with database.atomic():
        current, stored = _locked(contact, seen)
        if not stored.left_on:
            raise IllegalMove("这位联系人没有离职，不需要恢复。")
        primary = not any(each.is_primary for each in colleagues_of(stored))
        with telling_who_decides(contact.customer, by):
            contact.claim_version(seen, left_on=None, is_primary=int(primary), updated_at=clock.now())
            _remember(contact, "联系人恢复在职", clock.today(), "", by)
        keep_days(current)


def colleagues_of(contact: Contact) -> list[Contact]:
    """The other contacts of the customer who are there."""
    others = (Contact.customer == contact.customer_id) & (Contact.id != contact.id)
    return list(Contact.select().where(others & Contact.left_on.is_null()).order_by(Contact.id))


def history_of(contact: Contact) -> list[EmploymentChange]:
    """When it left and came back, the latest first."""
    found = EmploymentChange.select(EmploymentChange, Person).join(Person)
    return list(found.where(EmploymentChange.contact == contact.id).order_by(EmploymentChange.id.desc()))


def _locked(contact: Contact, seen: int) -> tuple[Customer, Contact]:
    current, stored = Customer.locked_by_id(contact.customer_id), Contact.get_by_id(contact.id)
    if stored.version != seen:
        raise StaleVersion()
    return current, stored


def _remember(contact: Contact, action: str, on_day: date, reason: str, by: Person) -> None:
    EmploymentChange.create(
        contact=contact,
        has_left=int(bool(contact.left_on)),
        on_day=on_day,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    new = {"left_on": contact.left_on, "is_primary": contact.is_primary}
    contact._tell(action, by, None, new, f"{on_day}{f'，{reason}' if reason else ''}")
