"""What is frozen at submission and approval: canonical JSON, its hash, and the code on each page (O6).

The JSON holds all the words the sheet prints, so that an old sheet keeps its words when lists change.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from intranet_crm.intake.fields import (
    SECTIONS,
    TEMPLATE_VERSION,
    Field,
    Section,
    Values,
    is_required,
    is_shown,
)
from intranet_crm.intake.findings import Finding, group_verdicts, reason_for
from intranet_crm.intake.labels import is_blank, label_of

TITLE = "客户信息需求采集表"
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PAYLOAD = re.compile(r"([0-9A-Z]{6})([0-9A-Z]{2})([0-9A-Z]{2})([0-9A-F]{8})")


def canonical_json(data: Any) -> str:
    """The one spelling of JSON data: sorted keys, no spaces, text in NFC.

    NFC and not NFKC: the form has cleaned its input already, and a sealed text keeps its own characters.
    Raises TypeError on a float (money is integer fen) and on anything that is not JSON.
    """
    return json.dumps(_canonical(data), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _canonical(data: Any) -> Any:
    if isinstance(data, float):
        raise TypeError("小数不能进入存档数据，金额请用整数分")
    if isinstance(data, str):
        return normalize("NFC", data)
    if isinstance(data, Mapping):
        return {normalize("NFC", key): _canonical(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_canonical(each) for each in data]
    return data


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, 64 lower-case hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def build_snapshot(
    form: Mapping[str, Any],
    values: Values,
    findings: Iterable[Finding],
    reasons: Mapping[str, str],
    returns: Iterable[Mapping[str, Any]] = (),
    *,
    self_check: Mapping[str, Any] | None = None,
    review: Mapping[str, Any] | None = None,
    archive: Mapping[str, Any] | None = None,
    edition: Mapping[str, Any] | None = None,
    attachments: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Everything the sheet prints, ready for `canonical_json`; the citizen's number is masked in it.

    `form` (number, version …), `self_check` (by whom, when), `review` and `archive` are facts in words as the
    caller knows them, times as local text; `review` and `archive` are absent until the approval. `edition`
    (`editions.edition_part`) is there from the second version on, so that the first ones stay as they are;
    `attachments` (`attached.attached_part`) where there are any.
    """
    findings = list(findings)
    snapshot = {
        "title": TITLE,
        "template": TEMPLATE_VERSION,
        "form": dict(form),
        "sections": [_section(section, values) for section in SECTIONS],
        "self_check": {
            **(self_check or {}),
            "groups": [
                {"label": label, "verdict": verdict} for label, verdict in group_verdicts(findings, reasons)
            ],
            "findings": [_finding(each, reasons) for each in findings if each.level != "hint"],
        },
        "returns": [dict(each) for each in returns],
        "review": dict(review) if review else None,
        "archive": dict(archive) if archive else None,
    }
    extra = {"edition": edition and dict(edition), "attachments": [dict(each) for each in attachments]}
    return snapshot | {key: part for key, part in extra.items() if part}


def _section(section: Section, values: Values) -> dict[str, Any]:
    return {
        "key": section.key,
        "number": section.number,
        "title": section.title,
        "fields": [_field(field, values) for field in section.fields if is_shown(field, values)],
    }


def _field(field: Field, values: Values) -> dict[str, Any]:
    words, value = label_of(field, values), values.get(field.key)
    frozen = {
        "key": field.key,
        "label": field.label,
        "kind": field.kind,
        "required": is_required(field, values),
        "words": words,
        "value": words if field.key == "citizen_id" else None if is_blank(value) else value,
    }
    if field.kind in ("choice", "choices", "score"):
        chosen = value if isinstance(value, list) else [value]
        frozen["options"] = [{"word": word, "chosen": key in chosen} for key, word in field.choices]
    return frozen


def _finding(finding: Finding, reasons: Mapping[str, str]) -> dict[str, str]:
    return {
        "code": finding.code,
        "field": finding.field,
        "level": finding.level,
        "message": finding.message,
        "excerpt": finding.excerpt,
        "reason": reason_for(finding, reasons),
    }


@dataclass(frozen=True)
class PageCode:
    """What the QR code of one page says: record, version, page, and the first 8 digits of the digest."""

    record: int
    version: int
    page: int
    digest_head: str


def qr_payload(record: int, version: int, page: int, digest: str) -> str:
    """18 upper-case alphanumeric characters, so that 25 mm stay readable on a bad scan (QR version 2).

    Raises ValueError when a number needs more places than it has (record 6, version and page 2, base 36).
    """
    return _base36(record, 6) + _base36(version, 2) + _base36(page, 2) + digest[:8].upper()


def parse_qr_payload(text: str) -> PageCode | None:
    """What a scanned code says; None when it is none of ours."""
    found = PAYLOAD.fullmatch(text)
    if not found:
        return None
    record, version, page, head = found.groups()
    return PageCode(int(record, 36), int(version, 36), int(page, 36), head.lower())


def _base36(number: int, places: int) -> str:
    if not 0 <= number < 36**places:
        raise ValueError(f"{number} does not fit into {places} places of base 36")
    digits = ""
    for _ in range(places):
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return digits
