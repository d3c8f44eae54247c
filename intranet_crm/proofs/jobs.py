"""What the worker does for proof: packages, and the report of the month that has ended."""

from datetime import timedelta

from intranet_crm import background, clock
from intranet_crm.background import each_minute, job
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


@each_minute
def ask_for_the_month() -> None:
    """Once a month has ended, its report; asking again is the same job."""
    last = clock.today().replace(day=1) - timedelta(days=1)
    if not CheckReport.select().where(CheckReport.month == f"{last:%Y-%m}").exists():
        background.enqueue("proofs.month", last.year * 100 + last.month)
    packages.tidy()
