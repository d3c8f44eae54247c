"""To-dos of care (C4): some days before a birthday or an anniversary, once a year, by the daily job."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from peewee import JOIN

from intranet_crm.customers.care_days import CareDay
from intranet_crm.customers.care_rules import BIRTHDAY, names_of, reason, title
from intranet_crm.customers.grades import GradeStrategy, strategies
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.owners import Carers
from intranet_crm.customers.queries import present
from intranet_crm.database import database
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.rules import reminder_time

CHUNK = 50  # in a transaction: others write meanwhile
Place = tuple[int, int, str]


def ask(today: date) -> Iterator[int]:
    """Ask for what is to be thought of from today on, a chunk a transaction; gives how many each asked.

    It may run again: what was asked this year is marked.
    """
    plans, carers = strategies(), Carers()
    for distance in range(max((plan.care_days or 0 for plan in plans.values()), default=0) + 1):
        day = today + timedelta(days=distance)
        for name in names_of(day):
            place: Place | None = (0, 0, "")
            while place and (rows := _due(name, day.year, place)):
                with database.atomic():
                    asked = sum(_ask(row, day, today, plans[row["grade"]], carers) for row in rows)
                yield asked
                place = (rows[-1]["customer"], rows[-1]["contact"], rows[-1]["kind"])


def _due(name: str, year: int, place: Place) -> list[dict[str, Any]]:
    """The next days of that name not yet asked for: none of lost customers, anniversaries of 成交客户."""
    customer, contact, kind = place
    later = (CareDay.contact > contact) | ((CareDay.contact == contact) & (CareDay.kind > kind))
    after = (CareDay.customer > customer) | ((CareDay.customer == customer) & later)
    meant = ((CareDay.kind == BIRTHDAY) & (Customer.status != "lost")) | (Customer.status == "won")
    wanted = (Customer.name, Customer.grade, Customer.owner, Customer.success_manager)
    found = CareDay.select(CareDay, *wanted, Contact.name.alias("contact_name"))
    found = found.join(Customer, on=(Customer.id == CareDay.customer))
    found = found.join(Contact, JOIN.LEFT_OUTER, on=(Contact.id == CareDay.contact))
    found = found.where((CareDay.md == name) & (CareDay.asked_year < year) & after & meant & present())
    return list(found.order_by(CareDay.customer, CareDay.contact, CareDay.kind).limit(CHUNK).dicts())


def _ask(row: dict[str, Any], day: date, today: date, plan: GradeStrategy, carers: Carers) -> int:
    """1 when it is asked for now; 0 when it is too early, too new to count, or nobody is there to do it."""
    years = day.year - row["year"] if row["year"] else 0
    person = carers.of(row["owner"], row["success_manager"])
    early = plan.care_days is None or (day - today).days > plan.care_days
    if early or person is None or (row["kind"] != BIRTHDAY and years < 1):
        return 0
    own = row["contact"] or row["customer"]
    Task.ask(
        person,
        kind="care",
        title=title(row["kind"], row["name"], row["contact_name"] or "", years),
        reason=reason(row["kind"], day, plan.label, plan.care_days),
        due_on=day,
        subject_kind="contact" if row["contact"] else "customer",
        subject_id=own,
        address=f"/customers/{row['customer']}",
        key=f"care:{row['kind']}:{own}:{row['md']}:{day.year}",
        remind_at=reminder_time(day) if day > today else None,
    )
    mine = (CareDay.customer == row["customer"]) & (CareDay.contact == row["contact"])
    CareDay.update(asked_year=day.year).where(mine & (CareDay.kind == row["kind"])).execute()
    return 1
