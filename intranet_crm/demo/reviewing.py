"""What stands around the reviews: a deputy for next week, forms asked for, a head urged, a second version."""

from datetime import date, timedelta
from random import Random
from uuid import UUID

from peewee import Case

from intranet_crm import clock
from intranet_crm.accounts.deputies import Deputy
from intranet_crm.customers.models import Customer
from intranet_crm.demo.customers import invent
from intranet_crm.demo.forms import MENDED, Course, Plan
from intranet_crm.demo.places import EAST
from intranet_crm.demo.play import Play
from intranet_crm.demo.telling import Company
from intranet_crm.intake import drafts, editions, escalation
from intranet_crm.intake.collection_tasks import CollectionTask
from intranet_crm.intake.models import IntakeForm
from intranet_crm.reference.workdays import add_working_days

REASON = "客户追加了两个部门，预算相应提高，已由对方总经理口头确认"
WAITING = 4  # working days that the urged head has let a form lie


class Urged(Course):
    """A form that waits for its head longer than agreed."""

    def __init__(self, company: Company) -> None:
        own = company._replace(chance=Random("urged"))  # noqa: S311 - its own: the rest stays the same
        super().__init__(Plan("chenjing", "new", "check submit", WAITING), own)
        self.invented = invent(own.chance, EAST, company.today)


class Amended(Course):
    """The change of a form that is in the archive long since: more to do, and more money for it."""

    def __init__(self, company: Company) -> None:
        own = company._replace(chance=Random("amended"))  # noqa: S311 - its own: the rest stays the same
        super().__init__(Plan("wanglei", "known", "check submit", 0), own)

    def _draft(self) -> None:
        filed = (IntakeForm.state == "archived") & (IntakeForm.collector == self.collector.id)
        form = IntakeForm.select().where(filed).order_by(IntakeForm.id).first()
        key = str(UUID(int=self.chance.getrandbits(128)))
        self.form = editions.amend(form.id, key=key, reason=REASON, by=self.collector)
        values = self.form.values
        changed = {
            "detail": MENDED["detail"](values["detail"]),
            "budget": _more(MENDED["budget"](values["budget"])),
        }
        drafts.save(self.form.id, changed, by=self.collector, seen=None)


def _more(budget: dict[str, int]) -> dict[str, int]:
    return {end: amount * 6 // 5 for end, amount in budget.items()}


def begin(company: Company, play: Play, days: list[date]) -> None:
    """Put it into the play; ``days`` are its working days."""
    people = company.people
    urged = Urged(company)
    urged.begin(play, days)
    Amended(company).begin(play, days)
    play.at(clock.at(days[-1], 10, 15), lambda: escalation.urge(urged.form.id, by=people["chenjing"]))
    play.at(clock.at(days[-1], 17, 40), lambda: _name_deputy(company))
    play.at(clock.at(days[-9], 9, 30), lambda: _ask(company, "wanglei", 6, "下季度预算编制前摸清升级计划"))
    play.at(
        clock.at(days[-2], 9, 30),
        lambda: _ask(company, "chenjing", 8, "客户换了信息部负责人，请重新采集需求"),
    )


def _name_deputy(company: Company) -> None:
    """周芳 is away next week."""
    monday = company.today + timedelta(days=7 - company.today.weekday())
    head, deputy = company.people["zhoufang"], company.people["linhai"]
    Deputy.appoint(head, deputy, monday, monday + timedelta(days=4), by=head)


def _ask(company: Company, person: str, days: int, note: str) -> None:
    """李强 asks one of his people for a form about a customer, best one won."""
    by, to = company.people["liqiang"], company.people[person]
    own = (Customer.owner == to.id) & (Customer.kind == "enterprise")
    won_first = Case(None, ((Customer.status == "won", 0),), 1)
    customer = Customer.select().where(own).order_by(won_first, Customer.id).first()
    CollectionTask.ask(
        to,
        department=to.department,
        customer=customer,
        customer_name=customer.name,
        situation="return_visit",
        due_on=add_working_days(clock.today(), days).day,
        note=note,
        by=by,
    )
