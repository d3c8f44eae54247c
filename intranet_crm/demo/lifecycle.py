"""What becomes of customers as a whole: one given to a colleague, one made twice and deleted (A6, B15)."""

from datetime import date

from intranet_crm import clock
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.models import Customer
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.demo.play import Play
from intranet_crm.demo.telling import Company, Telling

GIVEN = 2
TWICE = ("name", "industry", "source", "phone", "landline", "region", "address")


def happen(company: Company, tellings: list[Telling], play: Play, days: list[date]) -> None:
    """Put both into the play, near its end; ``days`` are its working days."""
    play.at(clock.at(days[-9], 10, 20), lambda: _make_twice(company, _of("wanglei", tellings)))
    play.at(clock.at(days[-8], 9, 40), lambda: _delete_the_second(company))
    play.at(clock.at(days[-3], 16), lambda: _give_some(company, _of("wanglei", tellings)))


def _of(owner: str, tellings: list[Telling]) -> list[Customer]:
    return [each.customer for each in tellings if each.course.owner == owner and each.customer]


def _make_twice(company: Company, customers: list[Customer]) -> None:
    first = next(customer for customer in customers if customer.kind == "enterprise")
    values = {name: getattr(first, name) for name in TWICE}
    Customer.open(values | {"kind": first.kind, "notes": "展会上换的名片"}, by=company.people["chenjing"])


def _delete_the_second(company: Company) -> None:
    twin = Customer.alias()
    second = (
        Customer.select(Customer, twin.number.alias("first"))
        .join(twin, on=(twin.name == Customer.name) & (twin.id < Customer.id))
        .order_by(Customer.id.desc())
        .objects()
        .first()
    )
    Deletion.put_away(second, reason=f"与 {second.first} 重复建档", by=company.people["admin"])


def _give_some(company: Company, customers: list[Customer]) -> None:
    """李强 shares the work out anew between two of his people."""
    to, by = company.people["chenjing"], company.people["liqiang"]
    for customer in customers[:GIVEN]:
        reason = "片区调整，由陈静接手"
        OwnerChange.make(customer, to, reason=reason, seen=customer.owner_id, by=by, with_tasks=True)
