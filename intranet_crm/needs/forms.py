"""The form of a need: T1 (二) 核心需求信息 and (三) 合作与变化, D1 to D6."""

import re
from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, SelectMultipleField
from wtforms.validators import InputRequired, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from intranet_crm import clock
from intranet_crm.conflicts import VersionField
from intranet_crm.customers.models import TimelineEntry
from intranet_crm.customers.tag_verbs import LONGEST_NAME
from intranet_crm.files.forms import AttachmentsField
from intranet_crm.formatting import day
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.rules import CORRECTION, REASONS, Cause, UnclearTime, parse_time_node
from intranet_crm.needs.tags import NeedTag
from intranet_crm.needs.wording import LABELS
from intranet_crm.reference import choices
from intranet_crm.reference.form_fields import (
    LineField,
    ProseField,
    SentenceField,
    TenThousandsField,
    options,
    radios,
    select,
)

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


class PresetTagsField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class NeedForm(FlaskForm):
    version = VersionField()
    type = radios(LABELS["type"], choices.NEED_TYPES, required=True)
    type_note = LineField(LABELS["type_note"], longest=60)
    nature = radios(LABELS["nature"], choices.NEED_NATURES, default="explicit")
    followup = select(LABELS["followup_words"], (), blank="请选择跟进记录")
    background = ProseField(LABELS["background"], required=True, longest=1000)
    detail = ProseField(LABELS["detail"], required=True, longest=4000)
    product_type = LineField(LABELS["product_type"], longest=100)
    service_requirements = ProseField(LABELS["service_requirements"], longest=1000, render_kw={"rows": 2})
    priority = radios(LABELS["priority"], choices.PRIORITIES, required=True)
    complexity = radios(LABELS["complexity"], choices.COMPLEXITIES)
    budget_low = TenThousandsField(LABELS["budget_low"], render_kw={"inputmode": "decimal"})
    budget_high = TenThousandsField(LABELS["budget_high"], render_kw={"inputmode": "decimal"})
    budget_pending = BooleanField(LABELS["budget_pending"])
    budget_cycle = LineField(LABELS["budget_cycle"], longest=100)
    planned_start = LineField(LABELS["planned_start"], longest=30)
    expected_finish = LineField(LABELS["expected_finish"], longest=30)
    intention = select(LABELS["intention"], choices.INTENTIONS, blank="尚不清楚")
    decision_chain = ChainField(LABELS["decision_chain"])
    current_state = ProseField(LABELS["current_state"], longest=1000)
    pain_points = ProseField(f"Why痛点（{LABELS['pain_points']}）", longest=1000)
    wished_state = ProseField(LABELS["wished_state"], longest=1000)
    acceptance = ProseField(LABELS["acceptance"], longest=1000)
    competitors = ProseField(LABELS["competitors"], longest=1000)
    change_kind = select(LABELS["change_kind"], choices.CHANGE_KINDS, blank="不适用")
    project_status = ProseField(LABELS["project_status"], longest=500)
    satisfaction = radios(LABELS["satisfaction"], choices.SATISFACTION_SCORES)
    renewal_intention = select(LABELS["renewal_intention"], choices.RENEWAL_INTENTIONS, blank="尚不清楚")
    cooperation_history = ProseField(LABELS["cooperation_history"], longest=1000)
    bottlenecks = ProseField(LABELS["bottlenecks"], longest=1000)
    preset_tags = PresetTagsField("需求标签")
    free_tags = LineField("其他需求标签", longest=120)
    files = AttachmentsField()
    # Of a new need: who spoke of it; of a change: why, who asked, how far the answer is (D6).
    reason = radios("变更原因", REASONS, required=True)
    note = SentenceField("变更说明", longest=300)
    asked_by = LineField("提出人", longest=60, render_kw={"list": "known-contacts"})
    progress = radios("响应进度", choices.RESPONSES, default="waiting")

    def __init__(
        self,
        need: Need | None = None,
        *,
        shows_names: bool = True,
        followups: Iterable[TimelineEntry] = (),
        inferred_from: int | None = None,
    ):
        known = {"nature": "implied"} if inferred_from else {}
        known["followup"] = str((need.followup_id if need else inferred_from) or "")
        super().__init__(obj=need, data=known)
        self.followups = {str(entry.subject_id): entry for entry in followups}
        self.followup.choices = options(
            ((key, _followup_words(entry)) for key, entry in self.followups.items()), "请选择跟进记录"
        )
        self.preset_tags.choices = options((tag.name, tag.name) for tag in NeedTag.offered() if tag.is_preset)
        self.decision_chain.offer_rows()
        if not shows_names:
            del self.decision_chain, self.asked_by  # who may not see names does not write them
        if need:  # a saved need has panels of its own for these
            del self.files, self.preset_tags, self.free_tags
            self.progress.data = self.progress.data if self.is_submitted() else "waiting"
        else:
            del self.reason, self.note

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

    def validate_followup(self, field: Any) -> None:
        if self.nature.data != "implied" or field.data:
            return
        if not self.followups:
            raise ValidationError("隐性需求要写明由哪次跟进推断，这位客户还没有跟进记录，请先添加跟进。")
        raise ValidationError("隐性需求要写明由哪次跟进推断，请选择跟进记录。")

    def validate_free_tags(self, field: Any) -> None:
        if long := [name for name in _tags_in(field.data) if len(name) > LONGEST_NAME]:
            raise ValidationError(f"标签「{long[0]}」超过 {LONGEST_NAME} 个字，请缩短，多个标签用顿号分隔。")

    def validate_note(self, field: Any) -> None:
        if self.reason.data == "other" and not field.data:
            raise ValidationError("变更原因选了「其他」，请在变更说明里写明。")

    def validate_planned_start(self, field: Any) -> None:
        self.validate_expected_finish(field)

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
        facts["nature"] = self.nature.data or "explicit"
        facts["budget_pending"] = int(self.budget_pending.data)
        chosen = self.followups.get(self.followup.data) if self.nature.data == "implied" else None
        facts["followup_id"] = chosen.subject_id if chosen else None
        facts["followup_words"] = _followup_words(chosen)[:200] if chosen else ""
        if self.type.data != "other":
            facts["type_note"] = ""
        return facts

    def tags(self) -> list[str]:
        return [*(self.preset_tags.data or ()), *_tags_in(self.free_tags.data)]

    def told(self) -> dict[str, str]:
        """Of a new need: who spoke of it, and how far the answer is."""
        asked_by = self.asked_by.data if self.asked_by else ""
        return {"asked_by": asked_by, "progress": self.progress.data or "waiting"}

    def cause(self) -> Cause:
        """Of a change: why the customer wants something else, or that our record was wrong."""
        if self.reason.data == CORRECTION:
            return Cause(note=self.note.data)
        return Cause(self.reason.data, self.note.data, **self.told())


def _followup_words(entry: TimelineEntry) -> str:
    return f"{day(entry.at)} {entry.title}"


def _tags_in(text: str) -> list[str]:
    return [name.strip() for name in re.split("[、,，;；]", text or "") if name.strip()]


class FilesForm(FlaskForm):
    files = AttachmentsField("附件", [InputRequired("请先选择要上传的文件。")])


class ResponseForm(FlaskForm):
    """How far the answer to a change is."""

    version = VersionField()
    progress = radios("响应进度", choices.RESPONSES, required=True)
    response = ProseField("答复说明", longest=500, render_kw={"rows": 2})

    def __init__(self, change: NeedChange):
        super().__init__(obj=change)
        for field in self:  # several changes of a page may be asking
            field.id = field.label.field_id = f"change-{change.id}-{field.short_name}"

    def bring_up_to(self, change: NeedChange, sentence: str) -> None:
        """Somebody answered meanwhile: tell so, and go on from there."""
        now = f"{choices.RESPONSES.label(change.progress)} {change.response}".strip()
        self.progress.errors = [f"{sentence}现在是：{now}。"]
        self.version.process(None, change.version)
