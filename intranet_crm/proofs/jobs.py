"""What the worker does for proof: packages, and the report of the month that has ended."""

from datetime import timedelta

from intranet_crm import background, clock
from intranet_crm.accounts.queries import people_with_role
from intranet_crm.accounts.rules import Permission, Role
from intranet_crm.audit.models import ChainCheck
from intranet_crm.background import each_minute, job
from intranet_crm.database import database
from intranet_crm.notices.models import notify, settle
from intranet_crm.proofs import checks, packages
from intranet_crm.proofs.models import CheckReport, Package


@job("proofs.package")
def make_package(package_id: int) -> None:
    package = Package.get_or_none(Package.id == package_id)
    if package and package.made_at is None:
        packages.make(package)


@job("proofs.month")
def check_month(month: int) -> None:
    """``month`` as a number, 202611."""
    checks.check_month(clock.today().replace(year=month // 100, month=month % 100, day=1))


@job(checks.AGAIN)
def check_again(key: int) -> None:
    if report := CheckReport.get_or_none(CheckReport.id == key):
        checks.check_month_again(report)


@each_minute
def ask_for_the_month() -> None:
    """Once a month has ended, its report; asking again is the same job."""
    last = clock.today().replace(day=1) - timedelta(days=1)
    if not CheckReport.select().where(CheckReport.month == f"{last:%Y-%m}").exists():
        background.enqueue("proofs.month", last.year * 100 + last.month)
    packages.shelf.tidy()


@each_minute
def tell_of_the_chain() -> None:
    """The auditors and the administrators, once a day while the audit log is not as it was sealed."""
    check = ChainCheck.latest()
    if not check or not check.fault:
        settle("chain:")
        return
    with database.atomic():
        for person in people_with_role(Role.AUDITOR, Role.ADMIN):
            address = "/audit" if person.may(Permission.SEE_AUDIT) else ""
            body = "请保留现场，由管理员运行 scripts/manage verify，并用备份核对；处理之后由审计员重新核对。"
            key = f"chain:{check.id}:{person.id}"
            notify(person, check.fault, key=key, address=address, body=body, action=True)
