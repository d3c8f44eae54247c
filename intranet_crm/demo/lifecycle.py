"""What becomes of customers as a whole: one changes hands, one was made twice, one has trouble."""

from datetime import date, timedelta

from intranet_crm import clock
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.demo.play import Play
from intranet_crm.demo.telling import Company, Telling
from intranet_crm.service_issues.models import ServiceIssue

GIVEN = 2
TWICE = ("name", "industry", "source", "phone", "landline", "region", "address")


def happen(company: Company, tellings: list[Telling], play: Play, days: list[date]) -> None:
    """Put these into the play, near its end; ``days`` are its working days."""
    play.at(clock.at(days[-9], 10, 20), lambda: _make_twice(company, _of("wanglei", tellings)))
    play.at(clock.at(days[-8], 9, 40), lambda: _delete_the_second(company))
    play.at(clock.at(days[-1], 17, 5), lambda: _report_trouble(company))
    play.at(clock.at(days[-3], 16), lambda: _give_some(company, _of("wanglei", tellings)))


def _report_trouble(company: Company) -> None:
    """何涛 takes a call at the end of the last day: somebody must answer it."""
    carer = company.people["huangli"]
    cared_for = Customer.select().where(Customer.success_manager == carer.id)
    customer = cared_for.order_by(Customer.status.desc(), Customer.id).first()  # won before paused and lost
    contact = Contact.select().where(Contact.customer == customer.id).order_by(Contact.id).first()
    ServiceIssue.report(
        customer, by=company.people["hetao"], person=carer, kind="fault", contact=contact,
        detail="现场3台终端从下午4点起连不上服务器，重启后仍提示网络超时，影响当天入库",
        reported_at=clock.now() - timedelta(minutes=10),
    )  # fmt: skip


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
