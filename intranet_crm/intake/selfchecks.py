"""The self-check of a form as the collector has it: the rules, and what only this application knows."""

from collections.abc import Iterable
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
    order = {key: place for place, key in enumerate(FIELDS)}
    return sorted(found, key=lambda finding: order[finding.field])


def _raw_amounts(values: Values) -> Iterable[Finding]:
    for typed in (values.get("raw") or {}).values():
        text = f"「预算范围」的金额「{typed}」不是数字，请填写以万元为单位的数字，如 50 或 12.5。"
        yield Finding("error", "format", "budget", text)


def _undrawable(values: Values) -> Iterable[Finding]:
    """Characters that cannot be printed are told before the form is sent (P1)."""
    for field in shown_fields(values):
        missing = missing_glyphs(label_of(field, values))
        if missing:
            listed = "、".join(f"「{char}」（U+{ord(char):04X}）" for char in missing[:10])
            text = f"「{field.label}」里的{listed}没有可打印的字形，请改用其他写法。"
            yield Finding("error", "glyph", field.key, text)


def unanswered(items: Iterable[Any]) -> list[Finding]:
    """An error for each item of the return that has no answer yet (O5)."""
    return [
        Finding(
            "error", "required", item.field, f"退回意见要求修改「{_field(item).label}」，请答复后再提交。"
        )
        for item in items
        if not item.answer.strip()
    ]


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
