"""The form of a need: T1 (二) 核心需求信息 and (三) 合作与变化."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField
from wtforms.validators import InputRequired, ValidationError

from intranet_crm import clock
from intranet_crm.conflicts import VersionField
from intranet_crm.files.forms import AttachmentsField
from intranet_crm.needs.models import Need
from intranet_crm.needs.rules import UnclearTime, parse_time_node
from intranet_crm.needs.wording import LABELS, chain_words
from intranet_crm.reference import choices
from intranet_crm.reference.form_fields import LineField, ProseField, TenThousandsField, radios, select

CHAIN_ROWS = 3  # empty rows at least, and one more than are filled
MOST_IN_CHAIN = 12


class ChainRow(Form):
    name = LineField("姓名", longest=40)
    role = select("决策角色", choices.DECISION_ROLES, blank="尚不清楚")

    def validate_name(self, field: Any) -> None:
        if self.role.data and not field.data:
            raise ValidationError("选了角色但没有姓名，请补上姓名或清除角色。")


class ChainField(FieldList):
    """The decision chain: rows of name and role; empty rows are left out."""

    def __init__(self, label: str, **options: Any):
        super().__init__(FormField(ChainRow), label, max_entries=MOST_IN_CHAIN, **options)

    def offer_rows(self) -> None:
        while len(self.entries) < min(max(CHAIN_ROWS, len(self.rows) + 1), MOST_IN_CHAIN):
            self.append_entry()

    @property
    def rows(self) -> list[dict[str, str]]:
        return [dict(entry.data) for entry in self.entries if entry.data["name"] or entry.data["role"]]

    def words(self, value: list[dict[str, str]] | None) -> str:
        return chain_words([row for row in value or [] if row.get("name")])


class NeedForm(FlaskForm):
    version = VersionField()
    type = radios(LABELS["type"], choices.NEED_TYPES, required=True)
    type_note = LineField(LABELS["type_note"], longest=60)
    background = ProseField(LABELS["background"], required=True, longest=1000)
    detail = ProseField(LABELS["detail"], required=True, longest=4000)
    priority = radios(LABELS["priority"], choices.PRIORITIES, required=True)
    complexity = radios(LABELS["complexity"], choices.COMPLEXITIES)
    budget_low = TenThousandsField(LABELS["budget_low"], render_kw={"inputmode": "decimal"})
    budget_high = TenThousandsField(LABELS["budget_high"], render_kw={"inputmode": "decimal"})
    budget_pending = BooleanField(LABELS["budget_pending"])
    budget_cycle = LineField(LABELS["budget_cycle"], longest=100)
    expected_finish = LineField(LABELS["expected_finish"], longest=30)
    intention = select(LABELS["intention"], choices.INTENTIONS, blank="尚不清楚")
    decision_chain = ChainField(LABELS["decision_chain"])
    pain_points = ProseField(LABELS["pain_points"], longest=1000)
    acceptance = ProseField(LABELS["acceptance"], longest=1000)
    competitors = ProseField(LABELS["competitors"], longest=1000)
    change_kind = select(LABELS["change_kind"], choices.CHANGE_KINDS, blank="不适用")
    project_status = ProseField(LABELS["project_status"], longest=500)
    satisfaction = radios(LABELS["satisfaction"], choices.SATISFACTION_SCORES)
    renewal_intention = select(LABELS["renewal_intention"], choices.RENEWAL_INTENTIONS, blank="尚不清楚")
    cooperation_history = ProseField(LABELS["cooperation_history"], longest=1000)
    bottlenecks = ProseField(LABELS["bottlenecks"], longest=1000)
    files = AttachmentsField()

    def __init__(self, need: Need | None = None, *, shows_names: bool = True):
        super().__init__(obj=need)
        self.decision_chain.offer_rows()
        if not shows_names:
            del self.decision_chain  # who may not see names does not write them
        if need:
            del self.files  # a saved need has its own panel of attachments

    def validate_type_note(self, field: Any) -> None:
        if self.type.data == "other" and not field.data:
            raise ValidationError("需求类型选了「其他」，请写明是什么需求。")

    def validate_budget_high(self, field: Any) -> None:
        low, high = self.budget_low.data, field.data
        if 0 in (low, high):
            raise ValidationError("预算应大于零；尚未谈到时请勾选「预算待确认」。")
        if low is not None and high is not None and low > high:
            raise ValidationError("预算下限大于上限，请核对后对调。")

    def validate_budget_pending(self, field: Any) -> None:
        if field.data and (self.budget_low.data is not None or self.budget_high.data is not None):
            raise ValidationError("勾选了「预算待确认」就不要再填金额，请保留其中一种。")

    def validate_expected_finish(self, field: Any) -> None:
        if not field.data or field.data == field.object_data:  # what came in vague by a form may stay
            return
        try:
            parse_time_node(field.data, clock.today())
        except UnclearTime as error:
            raise ValidationError(str(error)) from None

    def facts(self) -> dict[str, Any]:
        facts = {name: field.data for name, field in self._fields.items() if name in LABELS}
        if self.decision_chain:
            facts["decision_chain"] = self.decision_chain.rows
        facts["budget_pending"] = int(self.budget_pending.data)
        if self.type.data != "other":
            facts["type_note"] = ""
        return facts


class FilesForm(FlaskForm):
    files = AttachmentsField("附件", [InputRequired("请先选择要上传的文件。")])
