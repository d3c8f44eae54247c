"""Whether the value of one field is well formed: shared by the form, field by field, and the self-check."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from intranet_crm.intake.fields import Field, Values
from intranet_crm.intake.findings import Finding, Level
from intranet_crm.needs.rules import UnclearTime, parse_time_node
from intranet_crm.reference.identifiers import check_citizen_id, check_credit_code
from intranet_crm.reference.industries import find_industry
from intranet_crm.reference.phones import check_phone
from intranet_crm.reference.regions import check_region


def check_format(field: Field, values: Values, today: date) -> Iterator[Finding]:
    """The findings in one filled field, whatever the other fields say; a blank is not asked for here."""
    value = values[field.key]
    over = len(_text(value)) - field.max_length
    if over > 0:
        text = f"「{field.label}」最多{field.max_length}字，现在多出{over}字，请精简，详细内容可作为附件。"
        yield Finding("error", "format", field.key, text)
    check = BY_KEY.get(field.key) or BY_KIND.get(field.kind)
    for level, code, message in check(field, value, values, today) if check else ():
        yield Finding(level, code, field.key, message, reason=_reason(code, values))


def _text(value: Any) -> str:
    """What of a value was typed freely and so can be too long."""
    if isinstance(value, dict):
        return value.get("street") or ""
    return value if isinstance(value, str) else ""


Fault = tuple[Level, str, str]
Faults = Iterator[Fault]


def _reason(code: str, values: Values) -> str:
    return values.get("credit_code_reason") or "" if code == "uscc_check_digit" else ""


def _credit_code(field: Field, value: str, values: Values, today: date) -> Faults:
    verdict = check_credit_code(value)
    if verdict.wrong_check_digit:
        yield "warning", "uscc_check_digit", verdict.error
    elif verdict.error:
        yield "error", "format", verdict.error
    elif verdict.warning:
        yield "hint", "format", verdict.warning


def _citizen_id(field: Field, value: str, values: Values, today: date) -> Faults:
    verdict = check_citizen_id(value, today)
    if verdict.error:
        yield "error", "format", verdict.error
    elif verdict.warning:
        yield "hint", "format", verdict.warning


def _phone(field: Field, value: str, values: Values, today: date) -> Faults:
    verdict = check_phone(value)
    if verdict.error:
        yield "error", "format", verdict.error
    elif verdict.warning:
        yield "hint", "format", verdict.warning


def _industry(field: Field, value: str, values: Values, today: date) -> Faults:
    if find_industry(value) is None:
        yield "error", "format", f"没有行业「{value}」，请从国家标准行业分类中选择，或选「其他」并说明。"


def _choice(field: Field, value: Any, values: Values, today: date) -> Faults:
    chosen = value if isinstance(value, list) else [value]
    unknown = [str(each) for each in chosen if each not in dict(field.choices)]
    if unknown:
        yield "error", "format", f"「{field.label}」没有「{'、'.join(unknown)}」这一项，请重新选择。"


def _region(field: Field, value: dict[str, str], values: Values, today: date) -> Faults:
    codes = (value.get(level) or "" for level in ("province", "city", "district"))
    sentence = check_region(*codes)
    if sentence:
        yield "error", "format", sentence


def parse_date(text: str) -> date | None:
    """The day of 2015-03-04, or the first day of 2015-03; None for anything else."""
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == 7 else text)
    except ValueError:
        return None


def _date(field: Field, value: str, values: Values, today: date) -> Faults:
    day = parse_date(value)
    partial = field.kind == "partial_date"
    if day is None or (len(value) == 7 and not partial):
        shape = "年-月或年-月-日，如 2015-03" if partial else "年-月-日，如 2026-11-05"
        yield "error", "format", f"「{field.label}」的日期「{value}」不对，请填写{shape}。"
    elif day > today:
        yield "error", "future_date", f"「{field.label}」不能在今天之后，请核对。"


def _time_node(field: Field, value: str, values: Values, today: date) -> Faults:
    """Only warnings: what the customer left vague may stay with a reason and becomes a to-do (B12)."""
    try:
        span = parse_time_node(value, today)
    except UnclearTime as error:
        yield "warning", error.code, f"「{field.label}」：{error}"
        return
    collected = parse_date(values.get("collected_on") or "") or today
    if span.end < collected:
        yield "warning", "finish_in_past", f"「{field.label}」{span.words}在采集日期之前，请核对年份。"


def _money_range(field: Field, value: dict[str, Any], values: Values, today: date) -> Faults:
    low, high = value.get("low"), value.get("high")
    if any(end is not None and end <= 0 for end in (low, high)):
        yield "error", "format", f"「{field.label}」的金额应大于零，请核对。"
    if low is not None and high is not None and low > high:
        yield "error", "budget_order", f"「{field.label}」的下限大于上限，请核对后对调。"
    if value.get("pending") and (low is not None or high is not None):
        yield "error", "budget_order", f"「{field.label}」选了「待确认」就不要再填金额，请保留其中一种。"


def _people(field: Field, value: list[dict[str, str]], values: Values, today: date) -> Faults:
    for place, row in enumerate(value, start=1):
        if row.get("role") and not (row.get("name") or "").strip():
            yield (
                "error",
                "format",
                f"「{field.label}」第{place}行选了角色但没有姓名，请补上姓名或删去这一行。",
            )
        if row.get("role") and row["role"] not in dict(field.choices):
            yield "error", "format", f"「{field.label}」第{place}行的角色不在列表中，请重新选择。"


BY_KEY = {"credit_code": _credit_code, "citizen_id": _citizen_id, "phone": _phone}
BY_KIND = {
    "industry": _industry,
    "choice": _choice,
    "choices": _choice,
    "score": _choice,
    "region": _region,
    "date": _date,
    "partial_date": _date,
    "time_node": _time_node,
    "money_range": _money_range,
    "people": _people,
}
