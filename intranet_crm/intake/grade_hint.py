"""Which grade a head may expect for the customer of a form, with the facts it rests on (O4, B8)."""

from collections.abc import Sequence
from dataclasses import dataclass

from intranet_crm import clock
from intranet_crm.customers.grade_facts import budgets_and_talks, facts
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
    return grade_hints([(values, known)])[0]


def grade_hints(forms: Sequence[tuple[Values, Customer | None]]) -> list[GradeHint]:
    """The same for the values and the customers of several forms; as many queries as for one."""
    scheme, today = GradeScheme.latest().scheme, clock.today()
    known = budgets_and_talks([customer for _, customer in forms if customer])
    hints = []
    for values, customer in forms:
        budget, talks = known[customer.id] if customer else (None, None)
        found = judged(scheme, facts(_meant(values, customer), budget, talks, today))
        hints.append(GradeHint(customer.grade if customer and customer.grade else found.grade, found))
    return hints


def _meant(values: Values, known: Customer | None) -> Customer:
    """The customer as it would be after the entry; never saved."""
    customer = Customer(**(known.__data__ if known else {"status": "potential"}))
    columns = columns_of("customer", values) | {"kind": values.get("customer_kind", "enterprise")}
    for name, value in (columns | budget_columns(values.get("budget") or {})).items():
        if value is not None:
            setattr(customer, name, value)
    return customer


def strategies() -> list[tuple[str, str]]:
    """(grade, how its customers are looked after), in the order of the grades."""
    found = GradeStrategy.select().order_by(GradeStrategy.id)
    return [(each.grade, f"{each.label}{each.plan}，{each.resources}".rstrip("，")) for each in found]
