"""Which grade a head may expect for the customer of a form, with the facts it rests on (O4, B8)."""

from dataclasses import dataclass

from intranet_crm import clock
from intranet_crm.customers.grade_facts import budget_and_talks, facts
from intranet_crm.customers.grade_rules import Judgement, judged
from intranet_crm.customers.grades import GradeScheme, GradeStrategy
from intranet_crm.customers.models import Customer
from intranet_crm.intake.entry_homes import budget_columns, columns_of
from intranet_crm.intake.fields import Values
from intranet_crm.reference.choices import CUSTOMER_GRADES


@dataclass(frozen=True)
class GradeHint:
    """``grade`` is the one in the customer's file, else the suggested one; blank when neither is there."""

    grade: str
    judgement: Judgement

    @property
    def words(self) -> str:
        """「建议潜力客户：潜力分 100，达到…」, with the grade of the file before it."""
        known = f"客户档案中的现有分级是{CUSTOMER_GRADES.label(self.grade)}。" if self.is_known else ""
        said = f"建议{self.judgement.word}" if self.judgement.grade else "暂不建议"
        return f"{known}{said}：{self.judgement.because}"

    @property
    def is_known(self) -> bool:
        return bool(self.grade) and self.grade != self.judgement.grade


def grade_hint(values: Values, known: Customer | None = None) -> GradeHint:
    """What the rules of grading suggest for what the form says, laid over what the file knows."""
    budget, talks = budget_and_talks(known) if known else (None, None)
    found = judged(GradeScheme.latest().scheme, facts(_meant(values, known), budget, talks, clock.today()))
    return GradeHint(known.grade if known and known.grade else found.grade, found)


def _meant(values: Values, known: Customer | None) -> Customer:
    """The customer as it would be after the entry; never saved."""
    customer = Customer(**(known.__data__ if known else {"status": "potential"}))
    columns = columns_of("customer", values) | {"kind": values.get("customer_kind", "enterprise")}
    for name, value in (columns | budget_columns(values.get("budget") or {})).items():
        if value is not None:
            setattr(customer, name, value)
    return customer


def strategies_words() -> str:
    """How each grade is looked after, in one line."""
    found = GradeStrategy.select().order_by(GradeStrategy.id)
    return "；".join(f"{each.label}{each.plan}，{each.resources}".rstrip("，") for each in found)
