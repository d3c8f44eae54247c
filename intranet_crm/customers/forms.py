"""The forms of a customer: its data with the first contact, and its status."""

import json
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, FormField, HiddenField, StringField
from wtforms.validators import ValidationError

from intranet_crm.accounts.queries import people_with_role
from intranet_crm.accounts.rules import Role
from intranet_crm.conflicts import VersionField
from intranet_crm.customers.contact_rules import LABELS as CONTACT_LABELS
from intranet_crm.customers.contact_rules import UNREACHABLE, WAYS, is_reachable
from intranet_crm.customers.models import Customer
from intranet_crm.customers.rules import (
    EDITABLE,
    LABELS,
    REVENUE_BANDS,
    SIZE,
    SizeLabels,
    name_warning,
    size_labels,
)
from intranet_crm.reference.choices import (
    CONFIDENTIALITY_LEVELS,
    CUSTOMER_KINDS,
    CUSTOMER_STATUSES,
    DECISION_ROLES,
    EMPLOYEE_BANDS,
    FOLLOWUP_STAGES,
    FORMS_OF_ADDRESS,
    OCCUPATIONS,
    PREFERRED_CHANNELS,
    PROCESSING_BASES,
    SOURCE_CHANNELS,
)
from intranet_crm.reference.form_fields import (
    CitizenIdField,
    CreditCodeField,
    DayField,
    EmailField,
    IndustryField,
    LandlineField,
    LineField,
    MobileField,
    PartialDateField,
    PhoneField,
    ProseField,
    SentenceField,
    TenThousandsField,
    options,
    radios,
    select,
)
from intranet_crm.reference.industries import OTHER
from intranet_crm.reference.region_field import RegionField
from intranet_crm.reference.text import compact

NO_WAY = "联系电话、固定电话、邮箱至少填写一项，填在这里或首位联系人处都可以。"


class CountField(StringField):
    """A whole number of people."""

    def process_formdata(self, values: list[str]) -> None:
        typed = compact(values[0] if values else "").replace(",", "").removesuffix("人")
        self.data = None
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 8):
            raise ValueError("请填写整数，如 120。")
        self.data = int(typed) if typed else None

    def _value(self) -> str:
        return self.raw_data[0] if self.raw_data else "" if self.data is None else str(self.data)


class FirstContact(Form):
    """The customer's first contact, taken in the same form (C1); blank as a whole when there is none yet."""

    name = LineField(CONTACT_LABELS["name"], longest=60)
    form_of_address = radios(CONTACT_LABELS["form_of_address"], FORMS_OF_ADDRESS)
    post = LineField(CONTACT_LABELS["post"], longest=60)
    mobile = MobileField(CONTACT_LABELS["mobile"], render_kw={"inputmode": "tel"})
    landline = LandlineField(CONTACT_LABELS["landline"], render_kw={"inputmode": "tel"})
    email = EmailField(CONTACT_LABELS["email"], render_kw={"inputmode": "email"})
    decision_role = select(CONTACT_LABELS["decision_role"], DECISION_ROLES, blank="尚不清楚")
    preferred_channel = select(CONTACT_LABELS["preferred_channel"], PREFERRED_CHANNELS, blank="没有偏好")

    @property
    def facts(self) -> dict[str, str]:
        """What was filled in; empty when nothing was."""
        return {name: value for name, value in self.data.items() if value}

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if not self.facts:
            return fine
        for field in (self.name, self.post):
            if not field.data:
                field.errors = [f"请填写{field.label.text}；还不知道联系人时，请把这一部分全部留空。"]
                fine = False
        if not is_reachable(self.facts) and not any(self[way].errors for way in WAYS):
            self.mobile.errors = [UNREACHABLE]
            fine = False
        return fine


class CustomerForm(FlaskForm):
    version = VersionField()
    original = HiddenField()  # what the page showed, to tell an own change from another person's
    kind = radios("客户类型", CUSTOMER_KINDS, required=True, default="enterprise")
    name = LineField(LABELS["name"], required=True, longest=120)
    short_name = LineField(LABELS["short_name"], longest=60)
    credit_code = CreditCodeField(LABELS["credit_code"])
    credit_code_reason = SentenceField(LABELS["credit_code_reason"], longest=200)
    citizen_id = CitizenIdField(LABELS["citizen_id_masked"])
    occupation = radios(LABELS["occupation"], OCCUPATIONS)
    industry = IndustryField(LABELS["industry"], required=True)
    industry_note = LineField(LABELS["industry_note"], longest=60)
    founded = PartialDateField(LABELS["founded"])
    main_business = ProseField(LABELS["main_business"], longest=500, render_kw={"rows": 2})
    employees = CountField(LABELS["employees"], render_kw={"inputmode": "numeric"})
    employee_band = select("人数区间", EMPLOYEE_BANDS, blank="不清楚")
    revenue = TenThousandsField(LABELS["revenue"], render_kw={"inputmode": "decimal"})
    revenue_band = select("营收区间", REVENUE_BANDS, blank="不清楚")
    phone = PhoneField(LABELS["phone"], render_kw={"inputmode": "tel"})
    landline = LandlineField(LABELS["landline"], render_kw={"inputmode": "tel"})
    email = EmailField(LABELS["email"], render_kw={"inputmode": "email"})
    region = RegionField(LABELS["region"])
    address = LineField(LABELS["address"], longest=200)
    registered_region = RegionField(LABELS["registered_region"])
    registered_street = LineField("街道和门牌", longest=200)
    contact = FormField(FirstContact, "首位联系人")
    source = select(LABELS["source"], SOURCE_CHANNELS, required=True)
    first_contact_on = DayField(LABELS["first_contact_on"])
    success_manager_id = select(LABELS["success_manager_id"], (), blank="未指定")
    cooperation_from = DayField(LABELS["cooperation_from"])
    cooperation_to = DayField(LABELS["cooperation_to"])
    budget_low = TenThousandsField(LABELS["budget_low"], render_kw={"inputmode": "decimal"})
    budget_high = TenThousandsField(LABELS["budget_high"], render_kw={"inputmode": "decimal"})
    budget_pending = BooleanField(LABELS["budget_pending"])
    confidentiality = select(LABELS["confidentiality"], CONFIDENTIALITY_LEVELS, blank="未定")
    processing_basis = select(LABELS["processing_basis"], PROCESSING_BASES, blank="未登记")
    notes = ProseField(LABELS["notes"], render_kw={"rows": 3})

    def __init__(self, customer: Customer | None = None, **more: Any):
        known = {"citizen_id": customer.citizen_id_masked} if customer else {}
        super().__init__(obj=customer, data=known, **more)
        self.customer = customer
        managers = {person.id: person.name for person in people_with_role(Role.SUCCESS)}
        if customer and customer.success_manager_id:
            managers.setdefault(customer.success_manager_id, customer.success_manager.name)
        self.success_manager_id.choices = options(managers.items(), "未指定")
        if customer:
            del self.kind, self.contact
            self.original.data = (self.original.raw_data and self.original.raw_data[0]) or json.dumps(
                self.snapshot()
            )

    @property
    def kind_of(self) -> str:
        return self.customer.kind if self.customer else self.kind.data

    @property
    def is_enterprise(self) -> bool:
        return self.kind_of != "individual"

    def values(self) -> dict[str, Any]:
        """The columns as ``Customer.open`` and ``revise`` take them."""
        values = {field.short_name: field.data for field in self if field.short_name in EDITABLE}
        values["success_manager_id"] = int(values["success_manager_id"] or 0) or None
        values["budget_pending"] = int(values["budget_pending"])
        return values | {"kind": self.kind_of}

    def first_contact(self) -> dict[str, str]:
        return self.contact.facts if "contact" in self else {}

    def validate_credit_code(self, field: CreditCodeField) -> None:
        if self.is_enterprise and field.wrong_check_digit and not self.credit_code_reason.data:
            raise ValidationError(field.error)

    def validate_industry_note(self, field: LineField) -> None:
        if self.industry.data == OTHER.code and not field.data:
            raise ValidationError("所属行业选了「其他」，请说明是什么行业。")

    def validate_phone(self, field: PhoneField) -> None:
        others = self.first_contact()
        if not (
            field.data or self.landline.data or self.email.data or is_reachable(others) or self._reachable()
        ):
            raise ValidationError(NO_WAY)

    def _reachable(self) -> bool:
        """Whether a contact that is already known can be reached (B10 across customer and contacts)."""
        known = self.customer.contacts if self.customer else ()
        return any(contact.mobile or contact.landline or contact.email for contact in known)

    def validate_cooperation_to(self, field: DayField) -> None:
        if field.data and self.cooperation_from.data and field.data < self.cooperation_from.data:
            raise ValidationError("合作终止日早于合作开始日，请核对。")

    def validate_budget_high(self, field: TenThousandsField) -> None:
        low = self.budget_low.data
        if field.data is not None and low is not None and field.data < low:
            raise ValidationError("预算上限小于下限，请核对后对调。")

    def validate_budget_pending(self, field: BooleanField) -> None:
        if field.data and (self.budget_low.data is not None or self.budget_high.data is not None):
            raise ValidationError("勾选了「预算待确认」就不要再填金额，请保留其中一种。")

    def warnings(self) -> list[str]:
        """What was saved all the same but should be looked at."""
        fields = [*self, *(self.contact.form if "contact" in self else ())]
        found = [name_warning(self.kind_of, self.name.data), *(getattr(f, "warning", "") for f in fields)]
        return [sentence for sentence in found if sentence]

    def size(self) -> SizeLabels:
        return size_labels(*(self[name].data for name in SIZE))

    def snapshot(self) -> dict[str, str]:
        """Every value as text, to be compared with what others saved meanwhile."""
        return {f.short_name: _text(f.data) for f in self if f.short_name in EDITABLE}


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


class StatusForm(FlaskForm):
    """A change of 客户状态 or 跟进阶段, with the pair that the person had before the eyes (B7)."""

    status = radios("客户状态", CUSTOMER_STATUSES, required=True)
    stage = radios("跟进阶段", FOLLOWUP_STAGES, required=True)
    reason = SentenceField("原因", required=True, longest=300)
    seen = HiddenField()

    def __init__(self, customer: Customer):
        super().__init__(obj=customer, data={"seen": f"{customer.status}/{customer.stage}"})
        for field in self:  # the dialog stands in a page with other forms
            field.id = field.label.field_id = f"state-{field.short_name}"

    def seen_pair(self) -> tuple[str, str]:
        status, _, stage = (self.seen.data or "").partition("/")
        return status, stage

    def validate_reason(self, field: LineField) -> None:
        if (self.status.data, self.stage.data) == self.seen_pair():
            raise ValidationError("客户状态和跟进阶段都没有变化，请先选择新的状态或阶段。")
