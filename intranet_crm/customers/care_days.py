"""The days of the year on which a customer is thought of (C4): birthdays of its contacts, the day it was
founded, the day the cooperation began. Written in the verbs' own transaction, read by ``care.py``.

The table knows customer and contact by id alone, so that the models of customers can call this file.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from peewee import CharField, CompositeKey, IntegerField

from intranet_crm.customers.care_rules import BIRTHDAY, COOPERATION, FOUNDED
from intranet_crm.database import BaseModel

if TYPE_CHECKING:
    from intranet_crm.customers.models import Contact, Customer

WHOLE_DATE = len("2015-03-21")

Day = tuple[str, int, str, int]  # kind, contact, month and day, year


class CareDay(BaseModel):
    """``contact`` is 0 for a day of the customer itself; ``year`` is when it began, 0 when nobody counts."""

    id = None
    customer = IntegerField()
    contact = IntegerField()
    kind = CharField(8)
    md = CharField(5)  # 03-12
    year = IntegerField()
    asked_year = IntegerField(default=0)  # the last year there was a to-do for

    class Meta:
        primary_key = CompositeKey("customer", "contact", "kind")
        indexes = ((("md", "customer", "contact", "kind"), False),)


def keep_days(customer: "Customer") -> None:
    """Write the days of the customer and its contacts as they are now; its row is locked or new."""
    held = {
        (row.kind, row.contact, row.md, row.year)
        for row in CareDay.select().where(CareDay.customer == customer.id)
    }
    wanted = days_of(customer, customer.contacts)
    for kind, contact, *_ in held - wanted:
        mine = (CareDay.customer == customer.id) & (CareDay.contact == contact) & (CareDay.kind == kind)
        CareDay.delete().where(mine).execute()
    if added := sorted(wanted - held):
        CareDay.insert_many(_rows(customer, added)).execute()


def days_of(customer: "Customer", contacts: "Iterable[Contact]") -> set[Day]:
    """The days as the tables have them; whoever has left is not greeted."""
    found = {
        (BIRTHDAY, contact.id, contact.birthday[-5:], 0)
        for contact in contacts
        if contact.birthday and contact.left_on is None
    }
    founded, since = customer.founded, customer.cooperation_from
    if len(founded) == WHOLE_DATE:
        found.add((FOUNDED, 0, founded[-5:], int(founded[:4])))
    if since:
        found.add((COOPERATION, 0, f"{since:%m-%d}", since.year))
    return found


def care_rows(customer: "Customer", contacts: "Iterable[Contact]" = ()) -> list[dict[str, Any]]:
    """The days of a customer as rows of the table."""
    return _rows(customer, days_of(customer, contacts))


def _rows(customer: "Customer", days: Iterable[Day]) -> list[dict[str, Any]]:
    names = ("kind", "contact", "md", "year")
    return [{"customer": customer.id} | dict(zip(names, day, strict=True)) for day in days]
