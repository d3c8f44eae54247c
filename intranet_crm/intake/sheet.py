"""The 客户信息需求采集表 on paper: submission sheet, archive sheet and blank form from one template (P1, O2).

All that a sheet says stands in its snapshot (`snapshot.build_snapshot`), so that its JSON can prove it.
Beside the fields of T1 the template prints, when they are there: form: number, round · self_check: by, at,
groups, findings · returns: round, label, remark, answer · review: fields (`review_part`) · archive: number
and fields (`filing_part`). What is not there is a ruled box for the pen.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, Literal
from unicodedata import east_asian_width

import segno

from intranet_crm import documents, pdf
from intranet_crm.intake.fields import SECTIONS, TEMPLATE_VERSION, Field
from intranet_crm.intake.snapshot import TITLE, digest, qr_payload
from intranet_crm.reference.choices import CONFIDENTIALITY_LEVELS, TRUTH_CONFIRMATIONS, Choices

Kind = Literal["submission", "archive", "blank"]
Fact = dict[str, Any]

STYLE = "intake/sheet/sheet.css"
QR_SIDE = 25  # mm with the quiet zone: readable at 200 dpi even when bent, stained and crossed out
HALF_LINE = 34  # half-width characters in one line of a narrow cell
CHARACTERS_A_PAGE = 700  # fewer than ever fit on one, so that no page is without its code

HINTS_ON_PAPER = {
    "citizen_id": "18位",
    "industry": "按国家标准行业分类，如：软件和信息技术服务业",
    "detail": "功能、服务、交付标准，写明数量、单位和时间；写不下可另附页",
    "budget": "尚未谈到时勾选「待确认」",
}

SENSITIVITY = Choices((("no", "不涉及企业敏感信息"), ("yes", "涉及企业敏感信息")))
FIT = Choices((("yes", "与客户分级和维护策略相符"), ("no", "不相符")))
DECISIONS = Choices((("approve", "通过"), ("return", "退回"), ("reject", "否决")))
VERSIONS = Choices((("original", "原始"), ("reviewed", "审核")))
FOUR_PROPERTIES = Choices((("true", "真实性"), ("whole", "完整性"), ("usable", "可用性"), ("safe", "安全性")))
WRITTEN_AT_LENGTH = ("long_text", "region", "people")
NOT_ON_PAPER = ("credit_code_reason", "industry_note", "need_type_note")  # asked for by what was typed


def fact(
    label: str, words: str = "", options: Choices | None = None, chosen: Any = None, **more: Any
) -> Fact:
    """One cell of parts （五） and （六） as the snapshot keeps it; `words` beside options are a note."""
    found = {"key": "", "label": label, "words": words, **more}
    if options:
        found["options"] = [{"word": word, "chosen": key == chosen} for key, word in options]
        found["note"] = found.pop("words")
    return found


def review_part(
    *,
    decision: str = "",
    opinion: str = "",
    truth_method: str = "",
    truth_words: str = "",
    is_sensitive: bool | None = None,
    sensitive_note: str = "",
    fits: bool | None = None,
    fit_words: str = "",
    by: str = "",
    at: str = "",
) -> list[Fact]:
    """二级复核 of part （五） (S4 二(四)); without arguments the same cells for the pen."""
    yes_no = {None: None, True: "yes", False: "no"}
    return [
        fact("需求真实性", truth_words, TRUTH_CONFIRMATIONS, truth_method, pen="二次确认日期", wide=True),
        fact("合规性", sensitive_note, SENSITIVITY, yes_no[is_sensitive], wide=True),
        fact("业务目标匹配度", fit_words, FIT, yes_no[fits], pen="客户分级", wide=True),
        fact("结论", "", DECISIONS, decision),
        fact("复核时间", at, kind="date"),
        fact("意见", opinion, kind="long_text"),
        fact("复核人", by, wide=True),
    ]


def filing_part(*, number: str = "", due: str = "", version: str = "", custodian: str = "") -> list[Fact]:
    """Part （六） (S4 二(五)): what the approval knows; the rest is for the pen and for the catalogue."""
    return [
        fact("档号", number),
        fact("版本", "", VERSIONS, version),
        fact("录入时限", due or "通过后 2 个工作日内"),
        fact("录入人"),
        fact("录入日期", kind="date"),
        fact("客户编号"),
        fact("归档人"),
        fact("归档日期", kind="date"),
        fact("密级", "", CONFIDENTIALITY_LEVELS),
        fact("存放位置"),
        fact("保管部门", custodian),
        fact("保管期限", "合作终止后不低于 3 年"),
        fact("合作终止日", kind="date"),
        fact("四性检测结果", "", FOUR_PROPERTIES),
    ]


def sheet_pdf(text: str, *, kind: Kind, record: int, version: int, made: datetime) -> bytes:
    """The PDF/A of the canonical JSON ``text``, which it carries as data.json; raises `pdf`'s errors.

    ``record`` is the form's id and ``version`` its round: with the digest they tell any two sheets apart.
    """
    snapshot = json.loads(text)
    html = sheet_html(snapshot, kind=kind, record=record, version=version, digest=digest(text))
    attached = pdf.Attachment("data.json", text.encode(), made, "采集表数据")
    title = " ".join(filter(None, (snapshot["title"], snapshot["form"].get("number"))))
    return pdf.render_in_child(html, documents.style(STYLE), title=title, attachments=[attached])


@cache
def blank_pdf() -> bytes:
    """The form with nothing in it, for handwriting (O2)."""
    html = sheet_html(blank_snapshot(), kind="blank")
    return pdf.render_in_child(html, documents.style(STYLE), title=TITLE)


def sheet_html(
    snapshot: Mapping[str, Any],
    *,
    kind: Kind,
    record: int = 0,
    version: int = 0,
    digest: str = "",
    parts_only: bool = False,
) -> str:
    """The page source of a sheet; with a digest each page carries its own QR code.

    ``parts_only``: a paper without review and filing, such as the blank T2–T4.
    """
    html = documents.written(
        "intake/sheet/sheet.html",
        rows_of=rows_of,
        snapshot=snapshot,
        kind=kind,
        digest=digest,
        parts_only=parts_only,
        self_check=snapshot["self_check"],
        check_conclusion=_conclusion(snapshot["self_check"]),
        review=snapshot["review"] or {"fields": review_part()},
        archive=snapshot["archive"] or {"fields": filing_part(version="" if kind == "blank" else "original")},
        field_names={each["key"]: each["label"] for part in snapshot["sections"] for each in part["fields"]},
    )
    if not digest:
        return html
    pages = 3 + len(html) // CHARACTERS_A_PAGE
    return html.replace("</head>", f"<style>{_codes(record, version, digest, pages)}</style></head>", 1)


def blank_snapshot() -> dict[str, Any]:
    """A snapshot without values that holds every field, for companies and for persons."""
    return {
        "title": TITLE,
        "template": TEMPLATE_VERSION,
        "form": {},
        "sections": [
            {
                "key": section.key,
                "number": section.number,
                "title": section.title,
                "fields": [_empty(field) for field in section.fields if field.key not in NOT_ON_PAPER],
            }
            for section in SECTIONS
        ],
        "self_check": {
            "groups": [{"label": each, "verdict": ""} for each in ("完整性", "逻辑一致性", "表述准确性")]
        },
        "review": None,
        "archive": None,
    }


def _empty(field: Field) -> Fact:
    has_options = field.kind in ("choice", "choices", "score")
    return {
        "key": field.key,
        "label": field.label,
        "kind": field.kind,
        "required": field.required or bool(field.required_when and field.section == "basic"),
        "words": "",
        "hint": HINTS_ON_PAPER.get(field.key, field.hint),
        "options": [{"word": word, "chosen": False} for _, word in field.choices] if has_options else [],
    }


def rows_of(fields: Iterable[Fact]) -> list[list[Fact]]:
    """Fields as rows of the four-column grid: two short ones share a row, a long one has it alone."""
    rows: list[list[Fact]] = []
    waiting = False
    for field in fields:
        wide = _is_wide(field)
        if waiting and not wide:
            rows[-1].append(field)
        else:
            rows.append([field])
        waiting = not wide and len(rows[-1]) == 1
    return rows


def _is_wide(field: Fact) -> bool:
    if field.get("wide") or (field.get("kind") in WRITTEN_AT_LENGTH and "hint" in field):
        return True
    if field.get("options"):
        return sum(_width(one["word"]) + 6 for one in field["options"]) > HALF_LINE + 4
    return "\n" in field["words"] or _width(field["words"]) > 2 * HALF_LINE


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


def _conclusion(self_check: Mapping[str, Any]) -> str:
    verdicts = {group["verdict"] for group in self_check.get("groups", ())}
    return next((word for word in ("未通过", "说明后通过", "通过") if word in verdicts), "")


def _codes(record: int, version: int, digest: str, pages: int) -> str:
    """A margin box for each page: one pass of the layout is enough, whatever number of pages comes out."""
    payloads = (qr_payload(record, version, page, digest) for page in range(1, pages + 1))
    boxes = (f'@top-right {{ content: url("{_code(payload)}") }}' for payload in payloads)
    return "".join(f"@page :nth({page}) {{ {box} }}" for page, box in enumerate(boxes, 1))


def _code(payload: str) -> str:
    code = segno.make(payload, error="q", version=2, boost_error=False, micro=False)
    side = code.symbol_size(border=4)[0]
    return code.svg_data_uri(border=4, scale=QR_SIDE / side, unit="mm", svgclass=None, lineclass=None)
