"""The forms of a contact: what is known of it (T3), and its leaving (C4)."""

import json
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from intranet_crm import clock
from intranet_crm.conflicts import VersionField
from intranet_crm.customers.contact_rules import (
    LABELS,
    UNREACHABLE,
    WAYS,
    is_reachable,
    notice_fault,
    read_birthday,
    unmasked,
)
from intranet_crm.customers.models import Contact
from intranet_crm.reference.choices import (
    CONSENTS,
    DECISION_ROLES,
    FORMS_OF_ADDRESS,
    NOTICE_WAYS,
    PREFERRED_CHANNELS,
)
from intranet_crm.reference.form_fields import (
    DayField,
    EmailField,
    LandlineField,
    LineField,
    MobileField,
    SentenceField,
    options,
    radios,
    select,
)
from intranet_crm.reference.text import compact


class ContactNameField(LineField):
    """A person's name; a masked one that came back stands for the stored one (C3)."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        self.data = unmasked("name", self.data, self.object_data)


class BirthdayField(LineField):
    """3月12日 or 1985-03-12 in, 03-12 or 1985-03-12 out."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        if self.data:
            self.data = read_birthday(compact(self.data), clock.today())


class ContactForm(FlaskForm):
    version = VersionField()
    original = HiddenField()  # what the page showed, to tell an own change from another person's
    name = ContactNameField(LABELS["name"], required=True, longest=60)
    form_of_address = radios(LABELS["form_of_address"], FORMS_OF_ADDRESS)
    department = LineField(LABELS["department"], longest=60)
    post = LineField(LABELS["post"], required=True, longest=60)
    mobile = MobileField(LABELS["mobile"], render_kw={"inputmode": "tel"})
    landline = LandlineField(LABELS["landline"], render_kw={"inputmode": "tel"})
    email = EmailField(LABELS["email"], render_kw={"inputmode": "email"})
    decision_role = select(LABELS["decision_role"], DECISION_ROLES, blank="尚不清楚")
    area = LineField(LABELS["area"], longest=120)
    preferred_channel = select(LABELS["preferred_channel"], PREFERRED_CHANNELS, blank="没有偏好")
    good_times = LineField(LABELS["good_times"], longest=120)
    birthday = BirthdayField(LABELS["birthday"], longest=20)
    consent = select(LABELS["consent"], CONSENTS, blank="未登记")
    notice_way = select(LABELS["notice_way"], NOTICE_WAYS, blank="请选择")
    notice_on = DayField(LABELS["notice_on"])
    notes = SentenceField(LABELS["notes"], longest=500)
    is_primary = BooleanField(LABELS["is_primary"])

    def __init__(self, contact: Contact | None = None, **more: Any):
        super().__init__(obj=contact, **more)
        if contact and (contact.is_primary or contact.left_on):
            del self.is_primary  # it stays so until another contact becomes the primary one
        if contact and not self.is_submitted():
            self.original.data = json.dumps(self.snapshot())
        for field in self:  # the panel stands in a page with other forms
            field.id = field.label.field_id = f"contact-{field.short_name}"

    def validate_mobile(self, field: Any) -> None:
        if not is_reachable({way: self[way].data for way in WAYS}):
            raise ValidationError(UNREACHABLE)

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        told = (self[name].data for name in ("consent", "notice_way", "notice_on"))
        if not self.notice_on.errors and (fault := notice_fault(*told, clock.today())):
            name, sentence = fault
            self[name].errors = [*self[name].errors, sentence]
            return False
        return fine

    def facts(self) -> dict[str, Any]:
        return {field.short_name: field.data for field in self if field.short_name in LABELS}

    def warnings(self) -> str:
        return "".join(getattr(self[way], "warning", "") for way in WAYS)

    def snapshot(self) -> dict[str, str]:
        """Every value as text, to be compared with what others saved meanwhile."""
        return {name: _text(value) for name, value in self.facts().items()}


def _text(value: Any) -> str:
    if isinstance(value, bool | int):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else value or ""


class DepartureForm(FlaskForm):
    """A contact has left: since when, and who takes its part."""

    version = VersionField()
    left_on = DayField("离职日期", required=True)
    reason = SentenceField("离职说明", longest=200)
    successor = select("接任主联系人", ())

    def __init__(self, contact: Contact, colleagues: list[Contact]):
        super().__init__(data={"version": contact.version, "left_on": clock.today()})
        self.colleagues = {str(each.id): each for each in colleagues}
        self.successor.choices = options(
            ((key, each.name) for key, each in self.colleagues.items()), "请选择"
        )
        if not (contact.is_primary and colleagues):
            del self.successor
        for field in self:
            field.id = field.label.field_id = f"departure-{field.short_name}"

    def validate_left_on(self, field: DayField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("离职日期不能在今天之后，请到离职当天再登记。")

    def chosen(self) -> Contact | None:
        """Who becomes the primary contact."""
        return self.colleagues.get(self.successor.data or "") if self.successor else None
