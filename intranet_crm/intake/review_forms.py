"""The judgement form of the review desk: the three judgements of 二级复核, and the fields to be returned."""

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, PasswordField

from intranet_crm.intake.fields import FIELDS
from intranet_crm.intake.reviews import FullJudgements
from intranet_crm.intake.verdicts import ReturnedField
from intranet_crm.reference.choices import CUSTOMER_GRADES, TRUTH_CONFIRMATIONS
from intranet_crm.reference.form_fields import (
    DayField,
    ProseField,
    SentenceField,
    radios,
    select,
)
from intranet_crm.reference.form_text import sentence

YES_NO = (("yes", "是"), ("no", "否"))
FITS = (("yes", "相符"), ("no", "不符"))
LONGEST_REMARK = 300


def _note(label: str) -> SentenceField:
    return SentenceField(label, longest=200)


class JudgementForm(Form):
    """What the head posts; ``seen`` is the digest of the submission that was on the screen."""

    seen = HiddenField()
    truth_method = select("确认方式", TRUTH_CONFIRMATIONS)
    truth_on = DayField("确认日期")
    truth_note = _note("确认说明")
    is_sensitive = radios("是否涉及企业敏感信息", YES_NO)
    sensitive_note = _note("处理说明")
    fit_grade = radios("客户分级", CUSTOMER_GRADES)
    fits = radios("与客户分级和维护策略", FITS)
    fit_note = _note("匹配说明")
    opinion = ProseField("意见", longest=1000)
    signing_password = PasswordField("签署口令", render_kw={"autocomplete": "off"})

    def __init__(self, posted: MultiDict | None = None, **options: Any):
        super().__init__(posted, **options)
        self.returned = returned_fields(posted) if posted is not None else {}
        self.remarks = _remarks(posted) if posted is not None else {}  # ticked or not
        self.remark_errors: dict[str, str] = {}
        self.others: list[str] = []  # what is wrong and belongs to no one input

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        for key, remark in self.returned.items():
            if len(remark) > LONGEST_REMARK:
                self.remark_errors[key] = f"最多 {LONGEST_REMARK} 字，现在是 {len(remark)} 字，请精简。"
        return fine and not self.remark_errors

    def judgements(self) -> FullJudgements:
        return FullJudgements(
            truth_method=self.truth_method.data or "",
            truth_on=self.truth_on.data,
            truth_note=self.truth_note.data or "",
            is_sensitive=_yes(self.is_sensitive.data),
            sensitive_note=self.sensitive_note.data or "",
            fit_grade=self.fit_grade.data or "",
            fits=_yes(self.fits.data),
            fit_note=self.fit_note.data or "",
        )

    def items(self) -> list[ReturnedField]:
        return [ReturnedField(key, remark) for key, remark in self.returned.items()]

    def show(self, by_input: dict[str, str]) -> None:
        """Put each sentence beside its input."""
        for name, said in by_input.items():
            if name.startswith("remark-"):
                self.remark_errors[name.removeprefix("remark-")] = said
            elif name in self._fields:
                self[name].errors = [*self[name].errors, said]
            else:
                self.others.append(said)

    @property
    def wrong(self) -> list[tuple[str, str]]:
        """(anchor, sentence) of everything that is wrong, in the order of the page."""
        remarks = [
            (f"remark-{key}", f"{FIELDS[key].label}：{text}") for key, text in self.remark_errors.items()
        ]
        inputs = [
            (f.id, f"{f.label.text}：{text}" if f.label.text not in text else text)
            for f in self
            for text in f.errors
        ]
        return [*(("", text) for text in self.others), *remarks, *inputs]


def returned_fields(posted: MultiDict) -> dict[str, str]:
    """The fields ticked for the return, each with its remark, in the order of the sheet."""
    ticked, remarks = set(posted.getlist("return")), _remarks(posted)
    return {key: remarks[key] for key in FIELDS if key in ticked}


def _remarks(posted: MultiDict) -> dict[str, str]:
    return {key: sentence(posted.get(f"remark-{key}")) for key in FIELDS}


def _yes(choice: str) -> bool | None:
    return None if not choice else choice == "yes"
