"""What lies in the recycle bin (B15): its list, and who in it resembles a customer about to be made."""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from peewee import ModelSelect

from intranet_crm import secrecy
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.models import Customer
from intranet_crm.customers.queries import held_by, with_full_contacts
from intranet_crm.customers.rules import shown_name

PAGE = 20
Owner = Person.alias("owner")


def deleted_customers(person: Person, permission: P = P.DELETE) -> ModelSelect:
    """The open deletions of the customers for which the person has the permission, with all they name."""
    found = Deletion.select(Deletion, Customer, Person, Owner).join(Customer)
    found = found.join(Owner, on=Customer.owner).join_from(Deletion, Person, on=Deletion.by)
    return found.where(Deletion.restored_at.is_null(), held_by(person, permission))


def find_deletion(person: Person, customer_id: int) -> Deletion | None:
    """The customer's deletion, when the person may restore it."""
    return deleted_customers(person).where(Deletion.customer == customer_id).first()


def bin_page(person: Person, text: str = "", after: tuple[datetime, int] | None = None) -> list[Deletion]:
    """A page of the bin and one more, the latest first; ``text`` is part of a name or begins a number."""
    found = deleted_customers(person)
    if text:
        named = Customer.name.contains(text) | Customer.short_name.contains(text)
        found = found.where(named | Customer.number.startswith(text.upper()))
    if after:
        moment, key = after
        found = found.where((Deletion.at <= moment) & ((Deletion.at < moment) | (Deletion.id < key)))
    page = list(found.order_by(Deletion.at.desc(), Deletion.id.desc()).limit(PAGE + 1))
    full = with_full_contacts(person, [row.customer_id for row in page])
    for row in page:
        row.shown_name = shown_name(row.customer.kind, row.customer.name, row.customer_id in full)
    return page


@dataclass(frozen=True)
class Lookalike:
    """A customer in the bin that a new one resembles; without its name, which the asker need not know."""

    customer_id: int
    number: str
    why: str
    deleted_at: datetime
    deleted_by: str
    owner: str
    may_restore: bool


def lookalikes(
    person: Person, *, kind: str, name: str, credit_code: str | None, citizen_id: str | None
) -> list[Lookalike]:
    """Who in the bin has this name or one of these codes, at most five.

    A person's name alone is told to those only who read the names of such customers (C3).
    """
    same_name = (Customer.name == name) & (Customer.kind == kind)
    if kind == "individual":
        same_name &= held_by(person, P.SEE_CONTACTS)
    ways = [(same_name, name), (Deletion.credit_code == credit_code, credit_code)]
    if citizen_id and "*" not in citizen_id:
        ways.append((Deletion.citizen_id_hash == secrecy.keyed_hash(citizen_id), citizen_id))
    asked = [way for way, value in ways if value]
    if not asked:
        return []
    found = Deletion.select(Deletion, Customer, Person, Owner).join(Customer)
    found = found.join(Owner, on=Customer.owner).join_from(Deletion, Person, on=Deletion.by)
    found = found.where(Deletion.restored_at.is_null(), reduce(or_, asked)).order_by(Deletion.id.desc())
    rows = list(found.limit(5))
    mine = deleted_customers(person).where(Deletion.id.in_([row.id for row in rows])) if rows else []
    restorable = {row.id for row in mine}
    return [_lookalike(row, name, credit_code, row.id in restorable) for row in rows]


def _lookalike(row: Deletion, name: str, credit_code: str | None, may_restore: bool) -> Lookalike:
    if credit_code and row.credit_code == credit_code:
        why = "统一社会信用代码相同"
    else:
        why = "名称相同" if row.customer.name == name else "身份证号相同"
    return Lookalike(
        customer_id=row.customer_id,
        number=row.customer.number,
        why=why,
        deleted_at=row.at,
        deleted_by=row.by.name,
        owner=row.customer.owner.name,
        may_restore=may_restore,
    )
