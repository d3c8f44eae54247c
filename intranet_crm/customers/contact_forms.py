"""The form of a contact (T3)."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import ValidationError

from intranet_crm.conflicts import VersionField
from intranet_crm.customers.contact_rules import LABELS, UNREACHABLE, WAYS, is_reachable, unmasked
from intranet_crm.customers.models import Contact
from intranet_crm.reference.choices import DECISION_ROLES, FORMS_OF_ADDRESS, PREFERRED_CHANNELS
from intranet_crm.reference.form_fields import (
    EmailField,
    LandlineField,
    LineField,
    MobileField,
    radios,
    select,
)


class ContactNameField(LineField):
    """A person's name; a masked one that came back stands for the stored one (C3)."""

    def process_formdata(self, values: list[str]) -> None:
        super().process_formdata(values)
        self.data = unmasked("name", self.data, self.object_data)


class ContactForm(FlaskForm):
    version = VersionField()
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
    notes = LineField(LABELS["notes"], longest=500)
    is_primary = BooleanField(LABELS["is_primary"])

    def __init__(self, contact: Contact | None = None, **options: Any):
        super().__init__(obj=contact, **options)
        if contact and contact.is_primary:
            del self.is_primary  # it stays so until another contact becomes the primary one
        for field in self:  # the panel stands in a page with other forms
            field.id = field.label.field_id = f"contact-{field.short_name}"

    def validate_mobile(self, field: Any) -> None:
        if not is_reachable({way: self[way].data for way in WAYS}):
            raise ValidationError(UNREACHABLE)

    def facts(self) -> dict[str, Any]:
        return {field.short_name: field.data for field in self if field.short_name in LABELS}

    def warnings(self) -> str:
        return "".join(getattr(self[way], "warning", "") for way in WAYS)
