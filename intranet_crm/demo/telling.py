"""A customer's course as acts: opened, met, understood, won or lost, through the features' own verbs."""

import tomllib
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers.models import Collaboration, Contact, Customer
from intranet_crm.customers.tags import Tag
from intranet_crm.demo import issues, upkeep, wishes
from intranet_crm.demo.courses import KNOWN_BEFORE, Course, Visit
from intranet_crm.demo.customers import FEN_PER_WAN, called
from intranet_crm.demo.looking_after import decide_grade, somebody_leaves, told
from intranet_crm.demo.play import Play, moment_of
from intranet_crm.demo.tagging import rare_words, words_for
from intranet_crm.followups.models import FollowUp, NextStep
from intranet_crm.followups.rules import Step
from intranet_crm.reference.workdays import add_working_days
from intranet_crm.tasks.models import Task

TALKS = tomllib.loads((Path(__file__).parent / "talks.toml").read_text())
RIVALS = ("另一家本地供应商", "一家外地软件商", "集团推荐的供应商", "一家平台型厂商")
BUDGETS = ((5, 8), (8, 12), (15, 20), (20, 30), (30, 36), (50, 80), (80, 100), (120, 150))  # 万元
CROWDS = (12, 16, 18, 24, 30, 36, 45, 60, 80, 120)
STILL_OPEN = timedelta(days=12)  # a step may be overdue for so long
DONE = ("已办", "已发给客户", "已完成，客户确认", "已办，详见跟进记录", "电话里已说明")
# (status, stage, why) reached with the first conversation of a kind
STATIONS = {
    "exploring": ("intending", "needs_confirmed", "客户确认有实际需求，进入需求确认"),
    "proposing": ("intending", "proposal", "需求清单已确认，开始编写方案和报价"),
    "negotiating": ("intending", "negotiation", "方案通过客户评审，进入商务谈判"),
    "starting": ("won", "signing", "合同已签订，首付款到账"),
}
ENDS = {
    "paused": ("paused", "客户厂区搬迁，双方签署暂停协议"),
    "lost_prospect": ("lost", "客户选择了其他供应商"),
    "lost": ("lost", "合同到期，集团统一采购，不再续约"),
}
NOTES = (
    "来访需提前一天登记车牌",
    "付款审批在每月15日前提交",
    "集团客户，合同须用对方模板",
    "对方财务只收纸质发票",
    "12月盘点期间不安排拜访",
    "总部在外地，重大事项须报总部",
    "与老客户同一园区，可一并拜访",
    "上年曾用过试用版",
)
MORE_COLLEAGUES = ("李强", "实施顾问小周", "技术支持小林", "售前顾问老陈")


class Company(NamedTuple):
    """Our own people by account name, the chance that decides what is not decided, and the day."""

    people: dict[str, Person]
    chance: Random
    today: date  # on which the demo begins


class TalkBook:
    """Hands out conversations so that the same one comes back as late as possible."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.last_used: dict[str, int] = defaultdict(int)
        self.used = 0

    def pick(self, phase: str, source: str, told: list[str]) -> dict[str, Any]:
        """A conversation that fits a customer who came by ``source`` and has been told ``told`` already."""
        begins = phase == "opening" and not told
        fitting = [talk for talk in TALKS[phase] if _fits(talk, source, begins)]
        if phase == "starting":
            known = [place for place, talk in enumerate(fitting) if talk["subject"] in told]
            fitting = fitting[known[-1] + 1 :] if known else fitting[:4]
        fresh = [talk for talk in fitting if talk["subject"] not in told] or fitting or TALKS[phase]
        by_age = sorted(fresh, key=lambda talk: self.last_used[talk["subject"]])
        talk = self.chance.choice(by_age[:3])
        self.used += 1
        self.last_used[talk["subject"]] = self.used
        return talk


def _fits(talk: dict[str, Any], source: str, begins: bool) -> bool:
    month = clock.today().month
    return (
        talk.get("first", False) == begins
        and month in talk.get("months", (month,))
        and source in talk.get("sources", (source,))
    )


class Telling:
    """One course on its way into the play; it remembers what the next act needs."""

    def __init__(self, course: Course, company: Company, book: TalkBook, play: Play) -> None:
        self.course, self.company, self.book, self.play = course, company, book, play
        self.chance = company.chance
        self.owner = company.people[course.owner]
        self.manager: Person | None = None
        self.customer: Customer | None = None
        self.opened_by_form = False
        self.contacts: list[Contact] = []
        self.told: list[str] = []
        self.budget = self.chance.choice(BUDGETS)

    def begin(self, last_moment: datetime) -> None:
        """Put the opening and all conversations into the play, all recorded by ``last_moment``."""
        opened = moment_of(self.course.opened_on, self.chance, 9, 12)
        if not self.opened_by_form:
            self.play.at(opened, self._open)
        for place, visit in enumerate(self.course.visits):
            happened = moment_of(visit.day, self.chance, 9 if visit.day > self.course.opened_on else 14, 17)
            recorded = min(_recorded(happened, self.chance), last_moment)
            self.play.at(recorded, lambda v=visit, h=happened, p=place: self._meet(v, h, p))

    def follow_on(self, customer: Customer) -> None:
        """The customer is there: now the other contacts, and whoever works on it too."""
        self.customer = customer
        for contact in self.course.invented.contacts[1:]:
            later = clock.now() + timedelta(minutes=self.chance.randrange(4, 50))
            facts = contact | told(self.chance)
            self.play.at(later, lambda c=facts: Contact.add(self.customer, by=self.owner, **c))
        self._share()
        self.play.at(clock.now() + timedelta(minutes=52), self._tag)

    def _tag(self) -> None:
        for word in words_for(self.customer.name, self.customer.region, rare_words()):
            Tag.coin(word, by=self.owner).put_on(self.customer, by=self.owner)

    def _open(self) -> None:
        invented, known = self.course.invented, {}
        if self.chance.random() < 0.4:
            low, high = self.budget
            known = {"budget_low": low * FEN_PER_WAN, "budget_high": high * FEN_PER_WAN}
        known |= upkeep.of_record(self.chance, settled=bool(known))
        known["first_contact_on"] = clock.today() - timedelta(days=self.chance.randrange(0, 12))
        if self.chance.random() < 0.3:
            known["notes"] = self.chance.choice(NOTES)
        columns = invented.columns | known
        first = invented.contacts[0] | told(self.chance)
        self.follow_on(Customer.open(columns, by=self.owner, first_contact=first))
        if self.course.fate in KNOWN_BEFORE:
            self.play.at(clock.now() + timedelta(minutes=55), self._was_a_customer_before)

    def _share(self) -> None:
        """Now and then a colleague of the same team works on the customer too (A6)."""
        team = (
            {"chenjing", "wanglei", "liqiang"} - {self.course.owner} if self.course.in_east else {"huangli"}
        )
        if self.chance.random() > 0.07:
            return
        colleague = self.company.people[self.chance.choice(sorted(team))]
        Collaboration.share(self.customer, colleague, may_write=True, until=None, by=self.owner)

    def _was_a_customer_before(self) -> None:
        since = clock.today() - timedelta(days=self.chance.randrange(200, 1500))
        self._hand_over(since)
        self._change("won", "signing", "系统启用前已签约，按合同补录")

    def _hand_over(self, since: date) -> None:
        """A 客户成功经理 takes care of it from now on."""
        self.manager = self.company.people["huangli"]
        self.customer = Customer.get_by_id(self.customer.id)
        care = {"success_manager_id": self.manager.id, "cooperation_from": since}
        self.customer.revise(care, seen=self.customer.version, by=self.owner)

    def _change(self, status: str, stage: str, why: str) -> None:
        self.customer = Customer.get_by_id(self.customer.id)
        self.customer.change_status(status, stage, reason=why, by=self.owner)

    def _meet(self, visit: Visit, happened: datetime, place: int) -> None:
        here = (Contact.customer == self.customer) & Contact.left_on.is_null()
        self.contacts = list(Contact.select().where(here).order_by(Contact.id))
        contact = self.chance.choice(self.contacts)
        talk = self.book.pick(visit.phase, self.course.invented.columns["source"], self.told)
        self.told.append(talk["subject"])
        person, words = self._person(visit.phase), self._words(contact)
        text = {key: value.format_map(words) for key, value in talk.items() if isinstance(value, str)}
        saved = FollowUp.record(
            self.customer,
            key=f"{self.chance.getrandbits(128):032x}",
            by=person,
            contact_ids=[contact.id],
            steps=self._steps(text, person),
            happened_at=happened,
            person=person,
            subject=text["subject"],
            purpose=text["purpose"],
            method=self.chance.choice(talk["methods"]),
            participants=self._participants(),
            content=text["content"],
            feedback=text.get("feedback", ""),
            objections=text.get("objections", ""),
            business_change=text.get("business_change", ""),
            is_business=int(not talk.get("private", False)),
            next_at=visit.promised and clock.at(visit.promised, self.chance.choice((9, 10, 14, 15))),
        )
        self._finish_steps(saved, person)
        self._arrive(visit, place)
        upkeep.verify_some(self.chance, self.customer, visit.phase, person)
        upkeep.settle_budget(self.chance, self.customer, self.budget, person)
        self._hear(saved, visit.phase, contact)

    def _hear(self, saved: FollowUp, phase: str, contact: Contact) -> None:
        """What else comes of a conversation: a need between the lines, trouble with what was delivered."""
        if phase in ("exploring", "serving"):
            wishes.infer(saved, self.owner, self.play, self.company.today)
        if phase in ("starting", "serving", "cooling"):
            trade, own = self.course.invented.trade, Random(f"issue {saved.key}")  # noqa: S311
            issues.happen(self.customer, contact, self.company, trade, self.play, own)

    def _person(self, phase: str) -> Person:
        cared_for = self.manager and phase in ("serving", "caring", "cooling") and self.chance.random() < 0.6
        return self.manager if cared_for else self.owner

    def _words(self, contact: Contact) -> dict[str, Any]:
        trade, chance = self.course.invented.trade, self.chance
        month = (clock.today().month + chance.randrange(1, 3)) % 12 + 1
        return {
            "who": called(
                {"name": contact.name, "post": contact.post, "form_of_address": contact.form_of_address}
            ),
            "site": chance.choice(trade.sites),
            "product": chance.choice(trade.products),
            "users": chance.choice(CROWDS if self.course.invented.kind == "enterprise" else (2, 3)),
            "count": chance.randrange(3, 9),
            "wan": chance.choice(self.budget),
            "month": f"{month}月",
            "rival": chance.choice(RIVALS),
        }

    def _participants(self) -> str:
        return self.chance.choice(MORE_COLLEAGUES) if self.chance.random() < 0.18 else ""

    def _steps(self, text: dict[str, str], person: Person) -> list[Step]:
        if not text.get("next_step") or self.chance.random() > 0.35:
            return []
        due = add_working_days(clock.today(), self.chance.randrange(1, 6)).day
        return [Step(text["next_step"], due, person.id)]

    def _finish_steps(self, saved: FollowUp, person: Person) -> None:
        for step in NextStep.select().where(NextStep.followup == saved):
            day = step.due_on + timedelta(days=self.chance.choice((-1, 0, 0, 0, 1)))
            moment = max(moment_of(day, self.chance, 9, 18), clock.now() + timedelta(minutes=20))
            is_late = timedelta(0) < self.company.today - step.due_on < STILL_OPEN
            if not is_late or self.chance.random() < 0.75:
                self.play.at(moment, lambda key=step.id: self._finish(key, person))

    def _finish(self, step_id: int, person: Person) -> None:
        task = Task.get((Task.subject_kind == "next_step") & (Task.subject_id == step_id))
        task.complete(outcome=self.chance.choice(DONE), seen=task.version, by=person)

    def _arrive(self, visit: Visit, place: int) -> None:
        """What this conversation leads to, when it is the first of its kind or the last of all."""
        phases = [each.phase for each in self.course.visits]
        fate = self.course.fate
        if visit.phase in STATIONS and phases.index(visit.phase) == place:
            status, stage, why = STATIONS[visit.phase]
            self._change("potential" if fate == "potential" else status, stage, why)
            if visit.phase == "starting":
                self._hand_over(clock.today())
                decide_grade(self.customer.id, self.owner, self.chance)
        if fate in ENDS and place == len(phases) - 1:
            status, why = ENDS[fate]
            self._change(status, self.customer.stage, why)
        if place == 1 and visit.phase in ("exploring", "serving") and self.chance.random() < 0.75:
            self._understand(visit.phase == "serving")
            decide_grade(self.customer.id, self.owner, self.chance)
        if place == 3 and self.chance.random() < 0.12:
            somebody_leaves(self.customer.id, self.owner, self.chance)

    def _understand(self, known: bool) -> None:
        """What the customer wants, written down as a need."""
        trade = self.course.invented.trade
        facts = wishes.explicit(self.contacts, trade, self.budget, self.chance)
        facts["change_kind"] = "added" if known else ""
        today = self.company.today
        wishes.write_down(self.customer, self.owner, self.contacts[0], trade, self.play, today, **facts)


def _recorded(happened: datetime, chance: Random) -> datetime:
    """When it was written down: mostly the same day, now and then later than the 24 hours of S0."""
    later = chance.random()
    if later < 0.05:
        return happened + timedelta(hours=chance.randrange(26, 75))
    return happened + timedelta(minutes=chance.randrange(10, 150))
