"""The rules of grading, the strategy of each grade, and who decided what (B8)."""

from itertools import zip_longest
from typing import Any, Self

from peewee import JOIN, CharField, DateTimeField, ForeignKeyField, IntegerField, IntegrityError

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.customers import grade_rules
from intranet_crm.customers.grade_rules import Scheme
from intranet_crm.customers.models import Customer
from intranet_crm.database import BaseModel, JSONField, VersionedModel, database
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.reference.choices import CUSTOMER_GRADES

UNGRADED_LIKE = "regular"  # a customer without a grade is looked after like 普通客户


class GradeScheme(BaseModel):
    """One edition of the rules; editions are added, never changed, and the latest one counts."""

    number = IntegerField(unique=True)
    rules = JSONField()
    note = CharField(200)
    created_by = ForeignKeyField(Person, null=True, on_delete="RESTRICT")  # none: it came with the system
    created_at = DateTimeField()

    @classmethod
    def latest(cls) -> Self:
        return cls.select().order_by(cls.number.desc()).get()

    @property
    def scheme(self) -> Scheme:
        return Scheme.from_json(self.rules)

    @classmethod
    def publish(cls, scheme: Scheme, *, note: str, seen: int, by: Person) -> Self:
        """The next edition of the rules. Raises StaleVersion when ``seen`` is not the latest edition's
        number, DomainError when the rules make no sense or are what they were."""
        for sentence in grade_rules.faults(scheme).values():
            raise DomainError(sentence)
        latest = cls.latest()
        if latest.number != seen:
            raise StaleVersion("分级规则刚被别人改过，请看过最新的规则后再决定是否更改。")
        old, new = audit_log.changed(latest.scheme.words(), scheme.words())
        if not new:
            raise DomainError("规则没有变化，不需要保存。")
        try:
            with database.atomic():
                edition = cls.create(
                    number=seen + 1, rules=scheme.as_json(), note=note, created_by=by, created_at=clock.now()
                )
                audit_log.record(
                    "修改分级规则",
                    by=by,
                    kind="grade_scheme",
                    subject_id=edition.id,
                    title=f"第 {edition.number} 版：{note}",
                    old=old,
                    new=new,
                )
        except IntegrityError:  # somebody took the number between the look and the write
            raise StaleVersion("分级规则刚被别人改过，请看过最新的规则后再决定是否更改。") from None
        return edition


class GradeStrategy(VersionedModel):
    """How customers of a grade are looked after (S0 一(四)); a blank number means that nothing is planned."""

    grade = CharField(12, unique=True)
    first_visit_days = IntegerField(null=True)  # after signing
    visit_months = IntegerField(null=True)
    care_days = IntegerField(null=True)  # so many days before a birthday or an anniversary
    resources = CharField(500, default="")

    @property
    def label(self) -> str:
        return CUSTOMER_GRADES.label(self.grade)

    @property
    def plan(self) -> str:
        return grade_rules.plan_words(self.first_visit_days, self.visit_months)

    def revise(self, *, seen: int, by: Person, **facts: Any) -> None:
        """Change the given columns; raises StaleVersion."""
        old, new = audit_log.changed({name: getattr(self, name) for name in facts}, facts)
        with database.atomic():
            self.claim_version(seen, updated_at=clock.now(), **facts)
            if new:
                audit_log.record(
                    "修改维护策略",
                    by=by,
                    kind="grade_strategy",
                    subject_id=self.id,
                    title=self.label,
                    old=old,
                    new=new,
                )


class GradeDecision(BaseModel):
    """A row for every change of a grade: who, when, why, and what was suggested by which facts."""

    customer = ForeignKeyField(Customer, backref="grade_decisions", on_delete="CASCADE", index=False)
    old = CharField(12)
    new = CharField(12)
    reason = CharField(300)
    judgement = JSONField(default=dict)  # empty where nobody looked at the customer alone
    edition = IntegerField(null=True)  # of the rules
    by = ForeignKeyField(Person, on_delete="RESTRICT")
    at = DateTimeField()

    class Meta:
        indexes = ((("customer", "at"), False), (("at", "customer"), False))


def strategies() -> dict[str, GradeStrategy]:
    """By grade, in the order of the grades; '' is that of customers without one."""
    found = {each.grade: each for each in GradeStrategy.select()}
    return {grade: found[grade or UNGRADED_LIKE] for grade in (*CUSTOMER_GRADES.keys(), "")}


def strategy_of(customer: Customer) -> GradeStrategy:
    return GradeStrategy.get(GradeStrategy.grade == (customer.grade or UNGRADED_LIKE))


def decisions_of(customer: Customer, most: int = 50) -> list[GradeDecision]:
    """Who decided on the customer's grade, the latest first."""
    found = GradeDecision.select(GradeDecision, Person).join(Person, on=GradeDecision.by)
    theirs = found.where(GradeDecision.customer == customer.id)
    return list(theirs.order_by(GradeDecision.at.desc(), GradeDecision.id.desc()).limit(most))


def editions(most: int = 20) -> list[GradeScheme]:
    """The latest editions, each with ``changes``: (label, before, after) against the edition before."""
    found = GradeScheme.select(GradeScheme, Person).join(Person, JOIN.LEFT_OUTER)
    rows = list(found.order_by(GradeScheme.number.desc()).limit(most + 1))
    for edition, before in zip_longest(rows, rows[1:]):
        words, earlier = edition.scheme.words(), before.scheme.words() if before else {}
        edition.changes = [
            (label, earlier[label], text) for label, text in words.items() if earlier.get(label, text) != text
        ]
    return rows[:most]
