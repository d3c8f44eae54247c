"""The follow-up form (T4) and the filter of the list."""

import uuid
from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, ValidationError
from wtforms.validators import InputRequired, Optional

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.conflicts import Difference, VersionField
from intranet_crm.customers.contact_queries import ContactCard
from intranet_crm.customers.models import Customer
from intranet_crm.files.forms import AttachmentsField
from intranet_crm.files.rules import HINT
from intranet_crm.followups import rules
from intranet_crm.followups.fields import ContactsField, MomentField, PersonField
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.rules import Move, Step
from intranet_crm.reference.choices import (
    CUSTOMER_STATUSES,
    FEEDBACKS,
    FOLLOWUP_METHODS,
    FOLLOWUP_PURPOSES,
    FOLLOWUP_STAGES,
)
from intranet_crm.reference.form_fields import DayField, options, radios, select
from intranet_crm.reference.form_text import LineField, ProseField, Required, SentenceField

BLANK_STEPS = 3
COMPARED = {
    *("happened_at", "subject", "purpose", "method", "participants", "person", "content", "feedback"),
    *("feedback_text", "objections", "business_change", "next_at", "owner", "is_business"),
}


class StepForm(Form):
    what = SentenceField("内容", longest=200)
    due_on = DayField("日期")
    person = PersonField("负责人")

    def validate_what(self, field: LineField) -> None:
        if self.due_on.data and not field.data:
            raise ValidationError("请写明这一天要做什么，或清空日期。")


class FollowUpForm(FlaskForm):
    key = HiddenField()
    version = VersionField()
    happened_at = MomentField("跟进日期", InputRequired("请填写跟进的日期和时间。"))
    subject = SentenceField("主题", longest=120)
    purpose = select("跟进目的", FOLLOWUP_PURPOSES, blank="未选择")
    method = radios("跟进方式", FOLLOWUP_METHODS, required=True)
    contacts = ContactsField(
        "对接人", coerce=int, choices=[], invalid_choice_message="对接人没有这一项，请重新选择。"
    )
    participants = LineField("参与人员", longest=200)
    person = PersonField("跟进人", Required("请选择跟进人。"))
    content = ProseField("跟进内容", required=True)
    feedback = radios("客户反馈", [*FEEDBACKS, ("", "未反馈")], default="")
    feedback_text = ProseField("反馈说明")
    objections = ProseField("异议处理")
    business_change = ProseField("业务变化")
    steps = FieldList(FormField(StepForm), "下一步计划", min_entries=BLANK_STEPS)
    next_at = MomentField("下次跟进时间", Optional())
    owner = PersonField("负责人")
    is_business = radios("业务/非业务", [("1", "业务"), ("0", "非业务")], default="1")
    attachments = AttachmentsField()
    status = radios("客户状态", CUSTOMER_STATUSES)
    stage = radios("跟进阶段", FOLLOWUP_STAGES)
    status_reason = SentenceField("变更原因", longest=300)
    status_seen = HiddenField()  # the pair that the page showed

    files_hint = HINT

    def __init__(
        self,
        me: Person,
        people: list[Person],
        contacts: list[ContactCard],
        saved: FollowUp | None = None,
        moved: Customer | None = None,
        posted: bool = True,
    ):
        """``moved`` is the customer whose status and stage may be changed along with it (E6).

        ``posted``: whether to take in what this request posts, or to start from a blank.
        """
        source = {} if posted else {"formdata": None}
        data = (_as_typed(saved) if saved else _fresh(me)) | (_standing(moved) if moved else {})
        super().__init__(data=data, **source)
        self.people, self.saved = people, saved
        if moved is None:
            del self.status, self.stage, self.status_reason, self.status_seen
        self.person.offer(people)
        self.owner.offer(people, empty="同跟进人")
        self.contacts.choices = options((contact.id, contact.words) for contact in contacts)
        for row in self.steps:
            row.form.person.offer(people, empty="同跟进人")
        for field in self:
            field.id = f"followup-{field.id}"  # the dossier holds other forms, and #content is the page

    def add_row(self) -> None:
        self.steps.append_entry()
        self._ask_files_again()
        self.steps[-1].form.person.offer(self.people, empty="同跟进人")

    def validate_key(self, field: HiddenField) -> None:
        """Only a key that a page of ours made tells a second post from a new record."""
        if self.saved:
            return
        try:
            field.data = str(uuid.UUID(field.data))
        except (ValueError, TypeError):
            raise ValidationError("页面已失效，请刷新后重新填写；内容仍在下面。") from None

    def validate_status_reason(self, field: LineField) -> None:
        if not field.data and self.moves:
            raise ValidationError("更改客户状态或跟进阶段时，请写明原因。")

    def _pair(self) -> tuple[str, str]:
        status, stage = self._seen_pair()
        return self.status.data or status, self.stage.data or stage

    def _seen_pair(self) -> tuple[str, str]:
        status, _, stage = (self.status_seen.data or "").partition("/")
        return status, stage

    @property
    def moves(self) -> bool:
        """Whether another status or stage is chosen than the page showed."""
        return self.status is not None and self._pair() != self._seen_pair()

    def move(self) -> Move | None:
        """The change of status and stage that is wanted along with the follow-up."""
        if not self.moves:
            return None
        return Move(*self._pair(), self.status_reason.data, self._seen_pair())

    def tell_moved(self, now: Customer) -> None:
        """Somebody else moved the customer: say so, and go on from there; what was left alone goes along."""
        for field, seen, value in zip(
            (self.status, self.stage), self._seen_pair(), (now.status, now.stage), strict=True
        ):
            field.data = value if field.data == seen else field.data
        words = f"{CUSTOMER_STATUSES.label(now.status)} / {FOLLOWUP_STAGES.label(now.stage)}"
        self.status.errors = [f"刚被别人改为「{words}」，跟进还没有保存；请核对你的选择后再保存。"]
        self.status_seen.data = _standing(now)["status_seen"]
        self._ask_files_again()

    def validate(self, **more: Any) -> bool:
        fine = super().validate(**more)
        wrong = self._faults() if self.happened_at.data else {}
        for name, sentence in wrong.items():
            self[name].errors = [*self[name].errors, sentence]
        if not fine or wrong:
            self._ask_files_again()
        return fine and not wrong

    def _faults(self) -> dict[str, str]:
        facts = self.facts()
        return rules.faults(
            happened_at=facts["happened_at"],
            purpose=facts["purpose"],
            business_change=facts["business_change"],
            next_at=facts["next_at"],
            now=clock.now(),
        )

    def _ask_files_again(self) -> None:
        """A page that comes back cannot hold chosen files: no browser lets it."""
        if self.attachments.data and not self.attachments.errors:
            self.attachments.errors = ["其他内容改好后，请重新选择附件：浏览器不保留上次选择的文件。"]

    def facts(self) -> dict[str, Any]:
        """The columns of T4, moments as stored."""
        same = ("subject", "purpose", "method", "participants", "content", "feedback")
        texts = ("feedback_text", "objections", "business_change")
        return {name: self[name].data for name in same + texts} | {
            "happened_at": clock.stored(self.happened_at.data),
            "person": self.person.person_id,
            "next_at": clock.stored(self.next_at.data) if self.next_at.data else None,
            "owner": self.owner.person_id,
            "is_business": int(self.is_business.data or 1),
        }

    def parts(self) -> dict[str, Any]:
        """Contacts, next steps and files, as the verbs take them."""
        me = self.person.person_id
        rows = [row.form for row in self.steps if row.form.what.data]
        return {
            "contact_ids": list(self.contacts.data or []),
            "steps": [Step(row.what.data, row.due_on.data, row.person.person_id or me) for row in rows],
            "uploads": self.attachments.data or [],
        }

    def differences(self, saved: FollowUp) -> list[Difference]:
        """Where the form differs from what is saved now; the form then goes on from that version."""
        now = _as_typed(saved)
        found = [
            Difference(field.label.text, _shown(field, now[name]), _shown(field, field.data))
            for name, field in self._fields.items()
            if name in COMPARED
        ]
        self.version.data, self.version.raw_data = saved.version, None
        return [each for each in found if each.current != each.yours]


def _shown(field: Any, value: Any) -> str:
    """A value in the words of its field."""
    if hasattr(field, "iter_choices"):
        return next((each.label for each in field.iter_choices() if each.value == str(value or "")), "")
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value or "")


def _fresh(me: Person) -> dict[str, Any]:
    now = clock.local(clock.now()).replace(tzinfo=None, second=0, microsecond=0)
    return {"happened_at": now, "person": me.id, "key": str(uuid.uuid4())}


def _standing(customer: Customer) -> dict[str, str]:
    seen = f"{customer.status}/{customer.stage}"
    return {"status": customer.status, "stage": customer.stage, "status_seen": seen}


def _as_typed(saved: FollowUp) -> dict[str, Any]:
    """A saved follow-up as the form's fields show it."""
    names = ("key", "version", "subject", "purpose", "method", "participants", "content", "feedback")
    texts = ("feedback_text", "objections", "business_change")
    steps = [{"what": s.what, "due_on": s.due_on, "person": s.person_id} for s in saved.next_steps]
    return {name: getattr(saved, name) for name in names + texts} | {
        "happened_at": clock.local(saved.happened_at).replace(tzinfo=None),
        "next_at": clock.local(saved.next_at).replace(tzinfo=None) if saved.next_at else None,
        "person": saved.person_id,
        "owner": saved.owner_id,
        "is_business": str(saved.is_business),
        "contacts": [row.contact_id for row in saved.contact_rows],
        "steps": steps,
    }


class FollowUpFilter(Form):
    """The list's filter, read from the address."""

    person = PersonField("跟进人")
    method = select("跟进方式", FOLLOWUP_METHODS, blank="全部")
    since = DayField("从")
    until = DayField("到")

    def wanted(self) -> dict[str, Any]:
        """The conditions that are set and make sense."""
        self.validate()
        return {name: value for name, value in self.data.items() if value and not self[name].errors}
