"""The intake form on screen: T1's fields as WTForms, typed text into `values` and back.

A draft accepts anything, so nothing is validated here: what a rule cannot read stays as it was typed, and
the self-check says so. `values` beside the fields: `pending` (keys marked 「待补充」), `reasons` (finding id:
why a warning may stand), `raw` (typed amounts that are no number), `customer_id`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import BooleanField, FieldList, Form, FormField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from intranet_crm.intake.fields import FIELDS, Field, Values, is_required
from intranet_crm.intake.formats import parse_date
from intranet_crm.intake.widgets import quicken
from intranet_crm.reference import regions
from intranet_crm.reference.form_fields import (
    ChoiceField,
    CreditCodeField,
    IndustryField,
    LineField,
    PartialDateField,
    PhoneField,
    ProseField,
    RadiosField,
    TenThousandsField,
    options,
)
from intranet_crm.reference.form_text import prose
from intranet_crm.reference.region_field import RegionField
from intranet_crm.reference.text import compact

LONGEST_REMARK = 300  # of an answer to a return, and of a reason for a warning
LONGEST = 20_000  # characters kept of one field, whatever is pasted; the self-check asks for far fewer
FEWEST_PEOPLE = 3

# Few short words stand side by side; the rest are selects. A blank first word takes a choice back.
SIDE_BY_SIDE = {
    "situation": None, "customer_kind": None, "method": None, "need_type": None, "priority": None,
    "complexity": "未填", "intention": "未填", "form_of_address": "未填", "occupation": "未填",
    "change_kind": "未填", "renewal_intention": "未填", "satisfaction": "未填",
}  # fmt: skip


class _BudgetForm(Form):
    low = TenThousandsField("预算下限")
    high = TenThousandsField("预算上限")
    pending = BooleanField("待确认")


class _PersonForm(Form):
    name = LineField("姓名")
    role = ChoiceField("决策角色", choices=options(FIELDS["decision_chain"].choices, "角色"))


class _CheckboxesField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _choice(field: Field) -> Any:
    blank = SIDE_BY_SIDE.get(field.key, "请选择")
    if field.key in SIDE_BY_SIDE:
        return RadiosField(field.label, choices=options(field.choices, blank))
    return ChoiceField(field.label, choices=options(field.choices, blank))


def _like(field: Field) -> dict[str, str]:
    return {"placeholder": f"如 {field.example}"} if field.example else {}


MAKERS = {
    "credit_code": lambda field: CreditCodeField(field.label, render_kw=_like(field)),
    "phone": lambda field: PhoneField(field.label, render_kw={"inputmode": "tel", **_like(field)}),
    "department": lambda field: ChoiceField(field.label),
    "citizen_id": lambda field: LineField(field.label, render_kw={"autocomplete": "off"}),
    "text": lambda field: LineField(field.label, render_kw=_like(field)),
    "time_node": lambda field: LineField(field.label, render_kw=_like(field)),
    "long_text": lambda field: ProseField(field.label, render_kw=_like(field)),
    "date": lambda field: PartialDateField(field.label),
    "partial_date": lambda field: PartialDateField(field.label, render_kw=_like(field)),
    "industry": lambda field: IndustryField(field.label, render_kw=_like(field)),
    "choice": _choice,
    "score": _choice,
    "choices": lambda field: _CheckboxesField(field.label, choices=options(field.choices)),
    "money_range": lambda field: FormField(_BudgetForm, field.label),
    "region": lambda field: RegionField(field.label),
    "people": lambda field: FieldList(FormField(_PersonForm), field.label),
}


class IntakeFields(Form):
    """T1's fields; made from `values` to be shown, or from what was posted to be read."""

    address_street = LineField("街道及详细地址")

    @classmethod
    def showing(
        cls, values: Values, departments: Mapping[int, str], department: int, rows: int = 0
    ) -> "IntakeFields":
        """The form filled with ``values``; ``rows`` asks for so many rows of the 决策链."""
        form = cls(data=_shown(values, department, rows))
        form.department.choices = options(departments.items())
        for end in ("low", "high"):
            if typed := values.get("raw", {}).get(f"budget-{end}"):
                form.budget.form[end].raw_data = [typed]
        if parse_date(values.get("collected_on") or "2000-01-01"):
            form.collected_on.render_kw = {"type": "date"}
        quicken(form)
        for bound in _typed_into(
            form
        ):  # a part that is shown again keeps the input, with what is being typed
            bound.render_kw = {**(bound.render_kw or {}), "hx-preserve": "true"}
        for key, field in FIELDS.items():
            if key in form:
                form[key].flags.required = is_required(field, values)
        return form


for _field in FIELDS.values():
    if _field.key != "collector":
        setattr(IntakeFields, _field.key, (MAKERS.get(_field.key) or MAKERS[_field.kind])(_field))


def _typed_into(form: Form) -> Iterator[Any]:
    yield from (bound for bound in form if isinstance(bound, LineField | ProseField | ChoiceField))
    yield from (bound for row in form.decision_chain for bound in row)


def _shown(values: Values, department: int, rows: int) -> dict[str, Any]:
    address = values.get("address") or {}
    people = [row for row in values.get("decision_chain") or [] if row.get("name") or row.get("role")]
    blanks = max(rows, FEWEST_PEOPLE, len(people) + (not rows)) - len(people)
    code = address.get("district") or address.get("city") or address.get("province") or ""
    unchosen = {key: "" for key, blank in SIDE_BY_SIDE.items() if blank}
    return (
        unchosen
        | values
        | {
            "address": code,
            "address_street": address.get("street") or "",
            "decision_chain": [*people, *({"name": "", "role": ""} for _ in range(blanks))],
            "department": str(department),
        }
    )


def read_values(posted: Any, stored: Values) -> tuple[Values, list[str]]:
    """The values as posted over those stored, and notes on what was too long to keep.

    A field that was not on the page keeps what is stored.
    """
    form = IntakeFields(posted)
    values = dict(stored)
    raw: dict[str, str] = {} if _was_on_page("budget", posted) else dict(stored.get("raw") or {})
    for key, field in FIELDS.items():
        if key in ("collector", "department") or not _was_on_page(key, posted):
            continue
        reader = READERS.get(field.kind, _text)
        values[key] = reader(form, field, raw)
    for key in ("customer_kind", "citizen_id"):
        values[key] = compact(values.get(key)) if key == "citizen_id" else values.get(key) or "enterprise"
    if "pending" in posted:
        values["pending"] = [key for key in dict.fromkeys(posted.getlist("pending")) if key in FIELDS]
    values["raw"] = raw
    values["reasons"] = dict(stored.get("reasons") or {}) | _reasons(posted)
    values, notes = _clipped(values)
    return values, [*notes, *_cut_remarks(posted)]


def _was_on_page(key: str, posted: Any) -> bool:
    return key in posted or any(name.startswith(f"{key}-") for name in posted)


def _reasons(posted: Any) -> dict[str, str]:
    return _remarks("reason:", posted)


def read_answers(posted: Any) -> dict[str, str]:
    """The answers to a return's items, by field."""
    return _remarks("answer-", posted)


def _remarks(prefix: str, posted: Any) -> dict[str, str]:
    """What stands in the small inputs beside the fields, by what follows the prefix; as much as is kept."""
    return {
        name.removeprefix(prefix): prose(text)[:LONGEST_REMARK]
        for name, text in posted.items()
        if name.startswith(prefix)
    }


def _cut_remarks(posted: Any) -> Iterator[str]:
    """A sentence for each of them that is too long to keep whole."""
    for prefix, word in (("answer-", "答复"), ("reason:", "理由")):
        for name, text in posted.items():
            field = FIELDS.get(name.removeprefix(prefix).rpartition("@")[2])
            over = len(prose(text)) - LONGEST_REMARK
            if name.startswith(prefix) and field and over > 0:
                yield (
                    f"「{field.label}」的{word}最多{LONGEST_REMARK}字，"
                    f"多出的{over}字没有保存，请精简后再提交。"
                )


def _text(form: IntakeFields, field: Field, raw: dict) -> Any:
    return form[field.key].data or ""


def _budget(form: IntakeFields, field: Field, raw: dict) -> dict[str, Any]:
    inner = form.budget.form
    raw |= {
        f"budget-{end}": inner[end].raw_data[0][:100]
        for end in ("low", "high")
        if inner[end].data is None and inner[end].raw_data and inner[end].raw_data[0].strip()
    }
    return {"low": inner.low.data, "high": inner.high.data, "pending": inner.pending.data}


def _address(form: IntakeFields, field: Field, raw: dict) -> dict[str, str]:
    """The codes that belong together: a city of another province was left over from before."""
    chosen = form.address.form
    province = chosen.province.data or ""
    city = _one_of(chosen.city.data, regions.cities(province))
    district = _one_of(chosen.district.data, regions.districts(city or province))
    return {
        "province": province,
        "city": city,
        "district": district,
        "street": form.address_street.data or "",
    }


def _one_of(code: str | None, below: tuple[regions.Region, ...]) -> str:
    return code if code and code in {region.code for region in below} else ""


def _people(form: IntakeFields, field: Field, raw: dict) -> list[dict[str, str]]:
    rows = [{"name": row["name"] or "", "role": row["role"] or ""} for row in form.decision_chain.data]
    return [row for row in rows if row["name"] or row["role"]]


READERS = {
    "money_range": _budget,
    "region": _address,
    "people": _people,
    "choices": lambda form, field, raw: [each for each in form[field.key].data or [] if each],
}


def _clipped(values: Values) -> tuple[Values, list[str]]:
    notes = []
    for key, value in values.items():
        most = 40 if key == "citizen_id" else LONGEST
        if isinstance(value, str) and len(value) > most:
            values[key] = value[:most]
            notes.append(f"「{FIELDS[key].label}」超过{most}字，只保存了前{most}字，其余请作为附件上传。")
    return values, notes
