"""Customers of years ago whose paper was taken in when the system came; their cooperation is over (P5)."""

from datetime import date, timedelta
from random import Random

from intranet_crm.customers.models import Customer
from intranet_crm.demo.customers import invent
from intranet_crm.demo.forms import Course, Plan
from intranet_crm.demo.places import EAST
from intranet_crm.demo.play import Play
from intranet_crm.demo.telling import Company
from intranet_crm.intake import entry, entry_plan
from intranet_crm.intake.models import IntakeForm

MOVES = "check submit approve enter end file"
# (who took the paper in, working days ago, years of cooperation, days since the retention of 3 years is over)
OLD = (("chenjing", 44, 2, 76), ("wanglei", 41, 3, 33))
WHY = "合同到期未续签，合作已终止；启用系统时按纸质档案补录"


class OldCourse(Course):
    """A form on paper from the beginning of a cooperation that has ended since."""

    opinions = ("历史纸质采集表补录，内容与原件核对一致，同意归档",)

    def __init__(self, company: Company, collector: str, ago: int, years: int, over: int) -> None:
        own = company._replace(chance=Random(f"old {collector}"))  # noqa: S311 - its own: the rest stays the same
        super().__init__(Plan(collector, "new", MOVES, ago), own)
        self.invented = invent(own.chance, EAST, company.today)
        self.ended_on = _years_before(company.today, 3) - timedelta(days=over)
        self.began_on = _years_before(self.ended_on, years)

    def _collected_on(self) -> date:
        return self.began_on - timedelta(days=40)

    def _enter(self) -> None:
        plan = entry_plan.plan_of(IntakeForm.get_by_id(self.form.id))
        taken = {row.key for row in plan.rows if row.differs and not row.fixed}
        self.customer = entry.enter(self.form.id, by=self.collector, seen=plan.seen, taken=taken)

    def _end(self) -> None:
        customer = Customer.get_by_id(self.customer.id)
        span = {"cooperation_from": self.began_on, "cooperation_to": self.ended_on}
        customer.revise(span, seen=customer.version, by=self.collector)
        Customer.get_by_id(customer.id).change_status("lost", "signing", reason=WHY, by=self.collector)


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


def begin(company: Company, play: Play, days: list[date]) -> list[OldCourse]:
    """Put the old customers into the play."""
    found = [OldCourse(company, *facts) for facts in OLD]
    for course in found:
        course.begin(play, days)
    return found
