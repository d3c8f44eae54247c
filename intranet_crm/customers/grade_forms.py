"""Forms of grades: deciding on one, the rules behind the suggestion, and the strategy of a grade (B8)."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, IntegerField, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from intranet_crm.conflicts import VersionField
from intranet_crm.customers.grade_rules import (
    CRITERIA,
    MOST_BANDS,
    MOST_POINTS,
    NUMBERED,
    Criterion,
    Scheme,
    faults,
)
from intranet_crm.customers.grades import GradeScheme
from intranet_crm.customers.models import Customer
from intranet_crm.reference.choices import CUSTOMER_GRADES, CUSTOMER_STATUSES
from intranet_crm.reference.form_fields import ProseField, SentenceField, options, radios
from intranet_crm.reference.industries import sections


class GradeForm(FlaskForm):
    """A decision, with the grade that the person had before the eyes."""

    grade = radios("客户分级", CUSTOMER_GRADES, required=True)
    reason = SentenceField("原因", longest=300)
    seen = HiddenField()

    def __init__(self, customer: Customer, **more: Any):
        super().__init__(data={"grade": customer.grade, "seen": customer.grade}, **more)
        for field in self:  # the panel stands in a page with other forms
            field.id = field.label.field_id = f"grade-{field.short_name}"


def _points(label: str = "分") -> IntegerField:
    within = NumberRange(0, MOST_POINTS, f"分数为 0 到 {MOST_POINTS} 的整数。")
    return IntegerField(label, [Optional(), within], default=0, render_kw={"inputmode": "numeric"})


def _percent(label: str, least: int) -> IntegerField:
    within = NumberRange(least, 100, f"请填写 {least} 到 100 的整数。")
    return IntegerField(label, [within], render_kw={"inputmode": "numeric"})


def _maybe(label: str, least: int, most: int) -> IntegerField:
    within = NumberRange(least, most, f"请填写 {least} 到 {most} 的整数，或留空。")
    return IntegerField(label, [Optional(), within], render_kw={"inputmode": "numeric"})


class BandForm(Form):
    """From a number on so many points; blank when not used."""

    start = IntegerField("起点", [Optional(), NumberRange(0, 100_000_000, "起点为不小于 0 的整数。")])
    points = IntegerField("分", [Optional(), NumberRange(0, MOST_POINTS, f"分数为 0 到 {MOST_POINTS}。")])

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if not fine or (self.start.data is None) == (self.points.data is None):
            return fine
        lacking = self.points if self.points.data is None else self.start
        lacking.errors = ["起点和分数要一起填写，或都清空。"]
        return False


def _bands(key: str) -> FieldList:
    return FieldList(FormField(BandForm), CRITERIA[key].label, min_entries=MOST_BANDS, max_entries=MOST_BANDS)


class DepthForm(Form):
    """Points by 客户状态."""

    potential = _points(CUSTOMER_STATUSES["potential"])
    intending = _points(CUSTOMER_STATUSES["intending"])
    won = _points(CUSTOMER_STATUSES["won"])
    paused = _points(CUSTOMER_STATUSES["paused"])
    lost = _points(CUSTOMER_STATUSES["lost"])


class SectionsField(SelectMultipleField):
    """Sections of GB/T 4754, to be ticked."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SchemeForm(FlaskForm):
    """The rules of grading, made from the edition that was on the screen."""

    seen = VersionField()
    employees = _bands("employees")
    revenue = _bands("revenue")
    contribution = _bands("contribution")
    industries = SectionsField(
        "重点行业",
        choices=options((each.code, each.label) for each in sections()),
        invalid_choice_message="没有这个行业门类，请重新选择。",
    )
    industry_points = _points("重点行业得分")
    other_points = _points("其他行业得分")
    depth = FormField(DepthForm, CRITERIA["depth"].label)
    activity = _bands("activity")
    history = _bands("history")
    vip_from = _percent("VIP客户：总分不低于", 1)
    promising_from = _percent("潜力客户：潜力分不低于", 1)
    known_from = _percent("已知资料不少于", 0)
    note = SentenceField("修改说明", longest=200)

    def __init__(self, edition: GradeScheme):
        kept = edition.scheme
        bands = {
            key: [{"start": start, "points": points} for start, points in kept.bands[key]] for key in NUMBERED
        }
        super().__init__(data=kept.as_json() | bands | {"seen": edition.number})

    def bands(self) -> list[tuple[Criterion, FieldList]]:
        """The criteria that give points by a number, each with its lines."""
        return [(CRITERIA[key], self[key]) for key in NUMBERED]

    def scheme(self) -> Scheme:
        """The rules as typed; call it when the form is valid."""
        same = ("industry_points", "other_points", "vip_from", "promising_from", "known_from")
        rows = {key: [row.form for row in self[key] if row.form.start.data is not None] for key in NUMBERED}
        return Scheme(
            bands={
                key: tuple(sorted(((row.start.data, row.points.data) for row in found), reverse=True))
                for key, found in rows.items()
            },
            depth={name: value or 0 for name, value in self.depth.data.items()},
            industries=tuple(self.industries.data or ()),
            **{name: self[name].data or 0 for name in same},
        )

    def validate(self, extra_validators: Any = None) -> bool:
        if not super().validate(extra_validators):
            return False
        wrong = faults(self.scheme())
        for name, sentence in wrong.items():
            self[name].errors = [*self[name].errors, sentence]
        return not wrong


class StrategyForm(FlaskForm):
    """How customers of a grade are looked after."""

    version = VersionField()
    first_visit_days = _maybe("签约后首次拜访", 1, 365)
    visit_months = _maybe("之后拜访间隔", 1, 36)
    care_days = _maybe("关怀提醒提前", 0, 60)
    resources = ProseField("资源与待遇", longest=500, render_kw={"rows": 3})

    def facts(self) -> dict[str, Any]:
        names = ("first_visit_days", "visit_months", "care_days", "resources")
        return {name: self[name].data for name in names}
