"""The self-check of a form as the collector has it: the rules, and what only this application knows."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from intranet_crm.intake import checks
from intranet_crm.intake.fields import FIELDS, Field, Values, shown_fields
from intranet_crm.intake.findings import Finding
from intranet_crm.intake.labels import label_of
from intranet_crm.intake.models import SelfCheck
from intranet_crm.intake.settings import CheckSettings
from intranet_crm.pdf import missing_glyphs

SETTINGS = CheckSettings()


def findings_in(values: Values, today: date) -> list[Finding]:
    """All findings, in the order of the sheet; ``values`` hold the citizen's number whole if it is known."""
    found = [*checks.self_check(values, SETTINGS, today), *_raw_amounts(values), *_undrawable(values)]
    found += _undrawable_reasons(found, values.get("reasons") or {})
    order = {key: place for place, key in enumerate(FIELDS)}
    return sorted(found, key=lambda finding: order[finding.field])


def _raw_amounts(values: Values) -> Iterable[Finding]:
    for typed in (values.get("raw") or {}).values():
        text = f"「预算范围」的金额「{typed}」不是数字，请填写以万元为单位的数字，如 50 或 12.5。"
        yield Finding("error", "format", "budget", text)


def _undrawable(values: Values) -> Iterable[Finding]:
    """Characters that cannot be printed are told before the form is sent (P1)."""
    for field in shown_fields(values):
        yield from _glyphs(field, f"「{field.label}」", label_of(field, values))


def _undrawable_reasons(found: list[Finding], reasons: Mapping[str, str]) -> list[Finding]:
    """Likewise the reasons with which warnings stay: they are printed beside them."""
    told = [(FIELDS[each.field], reasons.get(each.id)) for each in found if each.level == "warning"]
    return [each for field, text in told for each in _glyphs(field, f"保留「{field.label}」的理由", text)]


def _glyphs(field: Field, where: str, text: str | None) -> Iterable[Finding]:
    if missing := missing_glyphs(text or ""):
        listed = "、".join(f"「{char}」（U+{ord(char):04X}）" for char in missing[:10])
        yield Finding("error", "glyph", field.key, f"{where}里的{listed}没有可打印的字形，请改用其他写法。")


def unanswered(items: Iterable[Any]) -> list[Finding]:
    """An error for each item of the return that has no answer yet, or one that cannot be printed (O5)."""
    found = []
    for item in items:
        label = _field(item).label
        if not item.answer.strip():
            text = f"退回意见要求修改「{label}」，请答复后再提交。"
            found.append(Finding("error", "required", item.field, text))
        found += _glyphs(_field(item), f"「{label}」的答复", item.answer)
    return found


def _field(item: Any) -> Field:
    return FIELDS[item.field]


def stored_findings(check: SelfCheck | None) -> list[Finding]:
    """The findings of a check as they were kept."""
    return [
        Finding(**row | {"spans": tuple((start, end) for start, end in row.get("spans") or ())})
        for row in (check.findings if check else ())
    ]


def as_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [asdict(finding) for finding in findings]
