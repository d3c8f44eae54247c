"""Intake forms in every state of the review, each brought there by the moves of its own people."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from intranet_crm import background, clock
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.customers.models import Customer
from intranet_crm.demo import form_values
from intranet_crm.demo.customers import Invented, called, invent
from intranet_crm.demo.form_files import minutes
from intranet_crm.demo.places import EAST, SOUTH
from intranet_crm.demo.play import Play
from intranet_crm.demo.telling import Company, Telling
from intranet_crm.intake import attached, drafts, entry, entry_plan, reviews, submissions
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.reviews import FullJudgements
from intranet_crm.intake.verdicts import ReturnedField


class Plan(NamedTuple):
    """Whose form, about whom, its moves, and how many working days ago the last of them was."""

    collector: str
    about: str
    moves: str
    ago: int


TWICE = "check submit return answer check submit"
PLANS = (
    Plan("chenjing", "new", "", 0),
    Plan("wanglei", "known", "", 3),
    Plan("zhaomin", "hasty", "", 1),
    Plan("chenjing", "hasty", "", 2),
    Plan("chenjing", "new", "check", 0),
    Plan("liqiang", "known", "check", 4),
    Plan("chenjing", "known", "check submit", 0),
    Plan("wanglei", "new", "check submit", 1),
    Plan("wanglei", "known", TWICE, 0),
    Plan("zhaomin", "new", "check submit", 1),
    Plan("huangli", "known", "check submit", 0),
    Plan("chenjing", "new", "check submit return", 0),
    Plan("zhaomin", "known", "check submit return", 1),
    Plan("wanglei", "new", "check submit withdraw", 2),
    Plan("chenjing", "new", "check submit approve", 0),
    Plan("wanglei", "new", "check submit approve", 6),
    Plan("zhaomin", "new", f"{TWICE} approve", 0),
    Plan("zhaomin", "new", "check submit reject", 11),
    Plan("chenjing", "entered", "check submit approve enter", 14),
    Plan("wanglei", "known", "check submit approve enter", 9),
    Plan("zhaomin", "entered", f"{TWICE} approve enter", 20),
    Plan("huangli", "known", "check submit approve enter", 13),
    Plan("chenjing", "entered", "check submit approve enter file", 45),
    Plan("chenjing", "known", f"{TWICE} approve enter file", 80),
    Plan("wanglei", "entered", "check submit approve enter file", 62),
    Plan("zhaomin", "entered", f"{TWICE} approve enter file", 75),
    Plan("zhaomin", "known", "check submit approve enter file", 28),
    Plan("liqiang", "entered", "check submit approve enter file", 100),
    Plan("huangli", "known", "check submit approve enter file", 51),
)
WON_BY_TALKING = ("exploring", "proposing", "negotiating", "won")
# Working days between a move and the one before it
GAPS = {"return": 1, "answer": 1, "approve": 1, "reject": 1, "enter": 1, "file": 3}

RETURNS = (
    ("acceptance", "验收标准请写成可以检验的数字和期限", "已与客户确认指标并写明期限"),
    ("budget", "预算上限由谁确认？请核对后写明", "已电话核对，上限经客户财务部门确认"),
    ("decision_chain", "决策链缺少最终签字人，请补全", "最终签字人为总经理，已补充到决策链"),
    ("detail", "使用人数和覆盖范围请写清楚", "已按现场核对的人数补充"),
)
RETURN_OPINIONS = (
    "总体清楚，个别内容需要补充后再报",
    "需求可信，请把下列内容核实清楚",
    "请按批注补充，补齐后即可通过",
)
APPROVALS = (
    "需求真实，预算与复杂度相符，同意录入",
    "已与客户核实，同意；请在录入后一周内安排现场调研",
    "内容完整，符合部门本季度重点行业方向，同意",
    "同意。交付日期较紧，请同步实施部门评估资源",
)
REJECTION = "客户主营业务与我公司产品方向不符，且预算来源无法核实，不予立项"
PLACE = "综合档案室 {row}排{box:02d}盒"


class Course:
    """One form on its way, one move after the other."""

    opinions = APPROVALS

    def __init__(self, plan: Plan, company: Company) -> None:
        self.plan, self.company, self.chance = plan, company, company.chance
        self.collector = company.people[plan.collector]
        self.invented: Invented | None = None
        self.telling: Telling | None = None
        self.form: IntakeForm | None = None
        self.play: Play | None = None

    def begin(self, play: Play, days: list[date]) -> None:
        """Put the moves into the play; ``days`` are the working days up to the last one."""
        self.play = play
        moves = self.plan.moves.split()
        place = len(days) - 1 - self.plan.ago - _length(moves)
        if self.plan.about == "entered":  # its entry opens the customer
            place = days.index(self.telling.course.opened_on) - _length(moves[: moves.index("enter") + 1])
        moment = self._morning(days[place])
        play.at(moment, self._draft)
        for move in moves:
            gap = GAPS.get(move, 0)
            place += gap
            minutes = timedelta(minutes=self.chance.randrange(12, 50))
            moment = self._morning(days[place]) if gap else moment + minutes
            play.at(moment, getattr(self, f"_{move}"))

    def _morning(self, day: date) -> datetime:
        return clock.at(day, 9) + timedelta(minutes=self.chance.randrange(5, 100))

    def _collected_on(self) -> date:
        return clock.today()

    def _draft(self) -> None:
        today = self._collected_on()
        customer = self.telling.customer if self.plan.about == "known" else None
        if customer:
            customer = Customer.get_by_id(customer.id)
            trade = self.telling.course.invented.trade
            values = form_values.of_known(customer, trade, self.collector, self.chance, today)
        else:
            values = form_values.of_newcomer(self.invented, self.collector, self.chance, today)
        if self.plan.about == "hasty":
            values = form_values.in_haste(values)
        department = self.collector.department
        key = f"{self.chance.getrandbits(128):032x}"
        self.form = drafts.open_draft(
            key, values, department=department, by=self.collector, customer=customer
        )
        if self.plan.about == "known":
            attached.add(self.form, [minutes(values, today)], by=self.collector)

    def _check(self) -> None:
        result, found = drafts.check(self.form.id, by=self.collector)
        if not result.passed:
            raise RuntimeError(f"{self.plan}: {[finding.message for finding in found]}")

    def _submit(self) -> None:
        submissions.submit(self.form.id, by=self.collector)
        background.work_off()  # the head reads the document

    def _withdraw(self) -> None:
        submissions.withdraw(self.form.id, by=self.collector)

    def _before_the_head(self) -> tuple[IntakeForm, str]:
        form = IntakeForm.get_by_id(self.form.id)
        return form, Submission.get((Submission.form == form) & (Submission.round == form.round)).digest

    def _return(self) -> None:
        form, seen = self._before_the_head()
        items = [ReturnedField(field, remark) for field, remark, _ in self._returned()]
        opinion = self.chance.choice(RETURN_OPINIONS)
        reviews.return_(form.id, items, opinion=opinion, seen=seen, by=form.reviewer)

    def _returned(self) -> list[tuple[str, str, str]]:
        return [RETURNS[self.form.id % len(RETURNS)], RETURNS[(self.form.id + 1) % len(RETURNS)]]

    def _answer(self) -> None:
        """Answer both items and mend the text."""
        values = IntakeForm.get_by_id(self.form.id).values
        answers = {field: answer for field, _, answer in self._returned()}
        mended = {field: MENDED[field](values.get(field)) for field in answers}
        drafts.save(self.form.id, mended, by=self.collector, seen=None, answers=answers)

    def _approve(self) -> None:
        form, seen = self._before_the_head()
        contact = {"name": form.values.get("contact_name") or form.customer_name, "post": form.values["post"]}
        who = called(contact | {"form_of_address": form.values["form_of_address"]})
        sensitive = self.chance.random() < 0.15
        given = FullJudgements(
            truth_method=self.chance.choice(("phone", "phone", "visit", "video_meeting")),
            truth_on=clock.today(),
            truth_note=f"向{who}核实了预算和完成时间",
            is_sensitive=sensitive,
            sensitive_note="含客户产能数据，仅限项目组知悉" if sensitive else "",
            fits=True,
            fit_grade=self.chance.choice(("regular", "promising", "vip")),
        )
        opinion = self.chance.choice(self.opinions)
        reviews.approve(form.id, given, opinion=opinion, seen=seen, by=form.reviewer)
        background.work_off()  # the archive sheet

    def _reject(self) -> None:
        form, seen = self._before_the_head()
        reviews.reject(form.id, opinion=REJECTION, seen=seen, by=form.reviewer)

    def _enter(self) -> None:
        plan = entry_plan.plan_of(IntakeForm.get_by_id(self.form.id))
        taken = {row.key for row in plan.rows if row.differs and not row.fixed}
        customer = entry.enter(self.form.id, by=self.collector, seen=plan.seen, taken=taken)
        if self.plan.about == "entered":
            self.telling.follow_on(customer)

    def _file(self) -> None:
        record = ArchiveRecord.get(ArchiveRecord.form == self.form.id)
        place = PLACE.format(row=self.chance.randrange(1, 5), box=self.chance.randrange(1, 30))
        level = self.chance.choice(("internal", "internal", "internal", "secret"))
        archivist = self.company.people["xujing"]
        record.file(place=place, confidentiality=level, seen=record.version, by=archivist)


def _longer(text: str) -> Callable[[Any], str]:
    return lambda value: f"{(value or '').rstrip('。')}；{text}"


MENDED: dict[str, Callable[[Any], Any]] = {
    "acceptance": _longer("试运行30天内故障不超过2次，每次4小时内恢复"),
    "detail": _longer("首期覆盖2个部门，后续按同一单价扩展"),
    "budget": lambda value: {"low": 30_000_000, "high": 36_000_000} if value.get("pending") else value,
    "decision_chain": lambda value: [*(value or []), {"name": "总经理", "role": "decision_maker"}],
}


def _length(moves: list[str]) -> int:
    """How many working days lie between the draft and the last of these moves."""
    return sum(GAPS.get(move, 0) for move in moves)


def forms(company: Company, tellings: list[Telling], days: list[date]) -> list[Course]:
    """A course for each plan, with the customer it is about; a plan that suits nobody is left out."""
    found, free = [], [each for each in tellings if each.course.invented.kind == "enterprise"]
    for plan in PLANS:
        course = Course(plan, company)
        if plan.about in ("known", "entered"):
            course.telling = _fitting(plan, free, days)
            if course.telling is None:
                continue
            course.invented = course.telling.course.invented
            course.telling.opened_by_form = plan.about == "entered"
            free.remove(course.telling)
        else:
            places = SOUTH if plan.collector == "zhaomin" else EAST
            course.invented = invent(company.chance, places, days[-1])
        found.append(course)
    return found


def _fitting(plan: Plan, free: list[Telling], days: list[date]) -> Telling | None:
    """The customer that suits the plan best: opened when it would be entered, or known well before it."""
    moves = plan.moves.split()
    begin = len(days) - 1 - plan.ago - _length(moves)
    if plan.about == "entered":
        day = days[begin + _length(moves[: moves.index("enter") + 1])]
        own = [each for each in free if _is_prospect(each, plan, after=days[40])]
        return min(own, key=lambda each: abs((each.course.opened_on - day).days), default=None)
    known = [each for each in free if _is_known(each, plan, days[begin])]
    return min(known, key=lambda each: (each.course.fate != "kept", each.course.opened_on), default=None)


def _is_prospect(telling: Telling, plan: Plan, after: date) -> bool:
    """Whether it is the collector's and was won by talking, so that a form may have opened it."""
    course = telling.course
    return course.opened_on > after and course.owner == plan.collector and course.fate in WON_BY_TALKING


def _is_known(telling: Telling, plan: Plan, begin: date) -> bool:
    """Whether the collector works on it by then, as its owner or 客户成功经理."""
    course = telling.course
    cares = course.fate == "kept" if plan.collector == "huangli" else course.owner == plan.collector
    return cares and not telling.opened_by_form and (begin - course.opened_on).days > 4
