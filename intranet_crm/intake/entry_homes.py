"""Where each value of T1 goes at entry (O7): columns of the customer, its contact and its need; pure.

A field's ``home`` names it; ``need.source_form`` stays on the form, to which the need points.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from intranet_crm.customers.contact_rules import TOLD
from intranet_crm.intake.checks import pending_fields
from intranet_crm.intake.fields import FIELDS, Field, Values, is_individual, shown_fields
from intranet_crm.intake.labels import is_blank
from intranet_crm.needs.rules import UnclearTime, parse_time_node
from intranet_crm.reference.phones import check_mobile, check_phone

Columns = dict[str, Any]
ON_THE_FORM = "need.source_form"
LONGEST_CONTACT = FIELDS["contact_name"].max_length  # a customer's name may be longer


def nouns(noun: str) -> list[str]:
    """The keys of the fields that go to ``customer``, ``contact`` or ``need``."""
    return [
        key for key, field in FIELDS.items() if field.home.startswith(f"{noun}.") and stays(field) is False
    ]


def stays(field: Field) -> bool:
    return field.home == ON_THE_FORM


def noun_of(field: Field) -> str:
    return field.home.partition(".")[0]


def column_of(field: Field) -> str:
    """The column that shows whether the field's value has arrived."""
    spread = {"address": "registered_region", "budget": "budget_low"}
    return spread.get(field.key) or field.home.partition(".")[2]


def columns_for(key: str, value: Any) -> Columns:
    """The columns in which one value is kept."""
    if key in SPREAD:
        return SPREAD[key](value)
    return {FIELDS[key].home.partition(".")[2]: value}


def _address(value: dict[str, str]) -> Columns:
    code = value.get("district") or value.get("city") or value.get("province") or ""
    return {"registered_region": code, "registered_street": (value.get("street") or "").strip()}


def phone_columns(value: str) -> Columns:
    verdict = check_phone(value)
    return {"landline" if check_mobile(value).error else "mobile": verdict.text}


def budget_columns(value: dict[str, Any]) -> Columns:
    return {"budget_low": value.get("low"), "budget_high": value.get("high")}


def _need_budget(value: dict[str, Any]) -> Columns:
    return budget_columns(value) | {"budget_pending": int(bool(value.get("pending")))}


def _chain(value: list[dict[str, str]]) -> Columns:
    return {"decision_chain": [row for row in value if not is_blank(row.get("name"))]}


SPREAD: dict[str, Callable[[Any], Columns]] = {
    "address": _address,
    "phone": phone_columns,
    "budget": _need_budget,
    "decision_chain": _chain,
}


def columns_of(noun: str, values: Values) -> Columns:
    """The columns of all filled fields of one noun."""
    asked = {field.key for field in shown_fields(values)}
    return {
        name: content
        for key in nouns(noun)
        if key in asked and not is_blank(values.get(key))
        for name, content in columns_for(key, values[key]).items()
    }


def new_customer(values: Values) -> Columns:
    """A new customer: what its fields say, the budget, and the day of collection as the first contact."""
    columns = columns_of("customer", values)
    if not is_blank(values.get("budget")):
        columns |= budget_columns(values["budget"])
    if is_individual(values):
        reached = phone_columns(values["phone"])
        columns |= {"phone": reached.get("mobile", ""), "landline": reached.get("landline", "")}
    return columns | {"first_contact_on": date.fromisoformat(values["collected_on"])}


def contact_of(values: Values) -> Columns:
    """The contact; of an individual customer it is the person, when nobody else is named."""
    columns = {"name": (values.get("name") or "")[:LONGEST_CONTACT]} | columns_of("contact", values)
    return columns | notice_of(columns, values)


def notice_of(columns: Columns, values: Values) -> Columns:
    """How and when the contact was told about its data, as far as the columns say that it was (PIPL)."""
    if columns.get("consent") not in TOLD:
        return {}
    return {"notice_way": "form", "notice_on": date.fromisoformat(values["collected_on"])}


def to_be_added(values: Values, today: date) -> list[Field]:
    """What is still open: 「待补充」, a budget 「待确认」, a time that cannot be read (B12)."""
    fields = {field.key: field for field in pending_fields(values)}
    if (values.get("budget") or {}).get("pending"):
        fields["budget"] = FIELDS["budget"]
    if _is_vague(values.get("expected_finish") or "", today):
        fields["expected_finish"] = FIELDS["expected_finish"]
    return [field for key, field in FIELDS.items() if key in fields]


def _is_vague(words: str, today: date) -> bool:
    try:
        return bool(words) and parse_time_node(words, today) is None
    except UnclearTime:
        return True
