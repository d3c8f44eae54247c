"""一级自查: completeness, consistency and wording of a whole form (S4 二(四), O3). Drafts accept anything."""

from collections.abc import Iterator
from datetime import date

from intranet_crm.intake.fields import FIELDS, Field, Values, is_enterprise, is_required, shown_fields
from intranet_crm.intake.findings import Finding
from intranet_crm.intake.formats import check_format
from intranet_crm.intake.labels import is_blank, money_words
from intranet_crm.intake.settings import CheckSettings
from intranet_crm.intake.wording import check_wording

WORDED_SECTIONS = frozenset({"needs", "changes"})
WORDED_KINDS = frozenset({"text", "long_text"})


def self_check(values: Values, settings: CheckSettings, today: date) -> list[Finding]:
    """All findings in the order of the sheet and of the text; `today` is the day in Asia/Shanghai."""
    findings = [
        finding for field in shown_fields(values) for finding in _check_field(field, values, settings, today)
    ]
    findings += [*_legal_name(values, settings), *_budget_against_complexity(values, settings)]
    order = {key: place for place, key in enumerate(FIELDS)}
    return sorted(findings, key=lambda finding: (order[finding.field], finding.span or (-1, -1)))


def pending_fields(values: Values) -> list[Field]:
    """The optional blanks the collector marked 「待补充」: they become to-dos (O2, B12)."""
    marked = values.get("pending", ())
    return [
        field
        for field in shown_fields(values)
        if field.key in marked and is_blank(values.get(field.key)) and not is_required(field, values)
    ]


def _check_field(field: Field, values: Values, settings: CheckSettings, today: date) -> Iterator[Finding]:
    if is_blank(values.get(field.key)):
        yield from _check_blank(field, values)
        return
    yield from check_format(field, values, today)
    if field.section in WORDED_SECTIONS and field.kind in WORDED_KINDS:
        yield from check_wording(field, values[field.key], settings)


def _check_blank(field: Field, values: Values) -> Iterator[Finding]:
    marked = field.key in values.get("pending", ())
    if is_required(field, values):
        refusal = "，必填项不能标为「待补充」" if marked else ""
        verb = "选择" if field.choices else "填写"
        yield Finding("error", "required", field.key, f"请{verb}「{field.label}」{refusal}。")
    elif marked:
        yield Finding("hint", "pending", field.key, f"「{field.label}」待补充，提交后会列入待办。")


def _legal_name(values: Values, settings: CheckSettings) -> Iterator[Finding]:
    """B2: an enterprise is named in full, with its legal form."""
    name = (values.get("name") or "").strip().replace("（", "(").replace("）", ")")
    if name and is_enterprise(values) and not name.endswith(settings.legal_endings):
        message = f"「客户名称」{name}不像单位的全称，请按营业执照填写，如「……有限公司」。"
        yield Finding("warning", "legal_name", "name", message)


def _budget_against_complexity(values: Values, settings: CheckSettings) -> Iterator[Finding]:
    """S4 二(四): 「预算范围」与「需求复杂度」是否匹配."""
    budget = values.get("budget") or {}
    high = budget.get("high")
    if values.get("complexity") == "high" and high is not None and high < settings.high_complexity_from:
        limit = money_words({"low": settings.high_complexity_from, "high": settings.high_complexity_from})
        message = f"需求复杂度为「高」，而预算上限不到{limit}，请与客户核对预算或复杂度，或说明理由。"
        yield Finding("warning", "budget_vs_complexity", "budget", message, excerpt=money_words(budget))
