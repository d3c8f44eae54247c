"""What the self-check (一级自查) finds, and which findings still stand in the way of 「提交自查」 (O3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from intranet_crm.reference.choices import Choices

GROUPS = Choices((("completeness", "完整性"), ("consistency", "逻辑一致性"), ("wording", "表述准确性")))
Level = Literal["error", "warning", "hint"]
Span = tuple[int, int]

CODE_GROUPS = {
    "required": "completeness",
    "pending": "completeness",
    "budget_order": "consistency",
    "budget_vs_complexity": "consistency",
    "future_date": "consistency",
    "finish_in_past": "consistency",
}


@dataclass(frozen=True)
class Finding:
    """One finding at one field.

    An error must be mended; a warning may stay with a written reason; a hint asks nothing. `spans` are the
    (start, end) places in the field's text, `excerpt` the words around the first of them. `reason` is set
    when the form itself has a field for the reason and it is filled.
    """

    level: Level
    code: str
    field: str
    message: str
    spans: tuple[Span, ...] = ()
    excerpt: str = ""
    suggestion: str = ""
    reason: str = ""

    @property
    def id(self) -> str:
        """The same for the same fault in the same field, so that a written reason stays with it."""
        return f"{self.code}@{self.field}"

    @property
    def span(self) -> Span | None:
        return self.spans[0] if self.spans else None

    @property
    def group(self) -> str:
        return CODE_GROUPS.get(self.code, "wording")


def reason_for(finding: Finding, reasons: Mapping[str, str]) -> str:
    """The written reason with which a warning passes, '' when there is none."""
    return (reasons.get(finding.id) or finding.reason).strip() if finding.level == "warning" else ""


def unresolved(findings: Iterable[Finding], reasons: Mapping[str, str]) -> list[Finding]:
    """The findings that stop 「提交自查」: every error, and each warning without a written reason."""
    return [
        finding
        for finding in findings
        if finding.level == "error" or (finding.level == "warning" and not reason_for(finding, reasons))
    ]


def group_verdicts(findings: Iterable[Finding], reasons: Mapping[str, str]) -> list[tuple[str, str]]:
    """The three lines of 一级自查 on the sheet: (完整性 …, 通过 / 说明后通过 / 未通过)."""
    findings = [finding for finding in findings if finding.level != "hint"]
    open_groups = {finding.group for finding in unresolved(findings, reasons)}
    found_groups = {finding.group for finding in findings}
    return [
        (label, "未通过" if key in open_groups else "说明后通过" if key in found_groups else "通过")
        for key, label in GROUPS
    ]
