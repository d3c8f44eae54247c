"""Which grade a head may expect for the customer of a form, with the facts it rests on (O4, B8, S0 (四))."""

from dataclasses import dataclass

from intranet_crm.intake.fields import FIELDS, Values
from intranet_crm.intake.labels import label_of
from intranet_crm.intake.settings import FEN_PER_WAN
from intranet_crm.reference.choices import CUSTOMER_GRADES

# F3: the rhythm of visits that goes with each grade
STRATEGIES = {
    "vip": "每月回访，优先安排人员和资源",
    "regular": "每季度回访",
    "promising": "每季度回访，按跟进计划培育",
}
LARGE_BUDGET = 100 * FEN_PER_WAN
FACTS = ("employee_band", "budget", "intention", "renewal_intention")


@dataclass(frozen=True)
class GradeHint:
    grade: str
    because: str

    @property
    def word(self) -> str:
        return CUSTOMER_GRADES.label(self.grade)

    @property
    def strategy(self) -> str:
        return STRATEGIES[self.grade]


def grade_hint(values: Values, known_grade: str = "") -> GradeHint:
    """The grade in the customer's file, else one by size, budget and intention; a person confirms it."""
    if known_grade in STRATEGIES:
        return GradeHint(known_grade, "客户档案中的现有分级")
    facts = [(FIELDS[key].label, label_of(FIELDS[key], values)) for key in FACTS]
    because = "、".join(f"{label} {words}" for label, words in facts if words)
    return GradeHint(_by_facts(values), because or "规模、预算和意向都没有填写")


def _by_facts(values: Values) -> str:
    is_large = values.get("employee_band") == "from_500"
    pays_well = ((values.get("budget") or {}).get("high") or 0) >= LARGE_BUDGET
    if is_large and pays_well:
        return "vip"
    promises = is_large or pays_well or values.get("intention") == "definite_plan"
    return "promising" if promises else "regular"
