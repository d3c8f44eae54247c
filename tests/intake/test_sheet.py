"""The printed form: its text, its pages, its codes, and that it is archivable."""

import json
import re
import zlib
from datetime import datetime

import page
import pypdfium2
import pytest
import zxingcpp

from intranet_crm.intake.findings import Finding
from intranet_crm.intake.sheet import blank_pdf, filing_part, review_part, rows_of, sheet_html, sheet_pdf
from intranet_crm.intake.snapshot import build_snapshot, canonical_json, digest, parse_qr_payload

MADE = datetime(2026, 11, 3, 2, 12)
RARE = "龘 璟 玥 𠮷 㛃"
VALUES = {
    "customer_kind": "enterprise",
    "name": "海澜信息技术(深圳)有限公司",
    "credit_code": "91440305763170665M",
    "industry": "I65",
    "employee_band": "from_500",
    "address": {"province": "440000", "city": "440300", "district": "440305", "street": "创新路739号"},
    "contact_name": RARE,
    "phone": "13800806360",
    "post": "总经理",
    "source": "exhibition",
    "need_type": "custom_service",
    "background": "计划近期推出面向门店的会员小程序，内部缺少后端开发人员",
    "detail": "联合开发会员积分与储值模块，交付源代码与接口文档",
    "budget": {"low": 120_000_000, "high": 150_000_000},
    "priority": "high",
    "situation": "new_customer",
    "department": "华东销售一组",
    "collector": "陈静",
    "collected_on": "2026-11-02",
}
FINDING = Finding(
    "warning", "vague:近期", "background", "「需求背景简述」里的「近期」不明确。", ((2, 4),), "近期"
)
RETURN = {"round": 1, "label": "预算范围", "remark": "请与客户核对上限", "answer": "已电话核对"}
REVIEW = review_part(
    decision="approve",
    opinion="需求明确，同意",
    truth_method="phone",
    truth_words="二次确认日期 2026-11-03",
    is_sensitive=False,
    fits=True,
    fit_words="客户分级 VIP客户",
    by="周芳",
    at="2026-11-03 10:12",
)
ARCHIVE = {"number": "DA-2026-0001", "fields": filing_part(number="DA-2026-0001", version="reviewed")}


def frozen(values=VALUES, *, approved=True, review=REVIEW) -> str:
    snapshot = build_snapshot(
        {"number": "CJ202611020001", "round": 2},
        values,
        [FINDING],
        {FINDING.id: "客户原话"},
        [RETURN],
        self_check={"by": "陈静", "at": "2026-11-02 16:20"},
        review={"fields": review} if approved else None,
        archive=ARCHIVE if approved else None,
    )
    return canonical_json(snapshot)


def archive_sheet(text: str) -> bytes:
    return sheet_pdf(text, kind="archive", record=12, version=2, made=MADE)


def pages_of(data: bytes) -> list[str]:
    return [one.get_textpage().get_text_bounded() for one in pypdfium2.PdfDocument(data)]


def words(data: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(pages_of(data)))


def plain(data: bytes) -> bytes:
    """The file with its compressed streams opened."""
    found = re.findall(rb"\nstream\n(x\xda.*?)\nendstream", data, re.DOTALL)
    return data + b"".join(zlib.decompressobj().decompress(each) for each in found)


@pytest.fixture(scope="module")
def archived() -> bytes:
    return archive_sheet(frozen())


def test_archive_sheet_is_valid_pdf_a_3a(archived):
    report = page.validate_pdf_bytes(archived, profile="3a")
    assert report.is_compliant, report.failures


def test_archive_sheet_says_everything(archived):
    text = words(archived)
    for part in ("客户基本信息", "核心需求信息", "合作与变化", "采集信息", "审核", "录入与归档"):
        assert part in text
    for said in (
        "DA-2026-0001", "CJ202611020001", "海澜信息技术(深圳)有限公司", "120–150 万元", RARE,
        "说明：客户原话", "说明后通过", "答复：已电话核对", "二次确认日期 2026-11-03", "客户分级 VIP客户",
        "需求明确，同意", "周芳", "采集人签字", "复核人签字", "四性检测结果", "合作终止日", "存放位置",
        "本次采集不涉及", digest(frozen()),
    ):  # fmt: skip
        assert said in text, said


def test_all_choices_are_shown_and_the_chosen_is_ticked(archived):
    assert "□ 产品采购 □✓ 服务定制 □ 合作开发 □ 其他" in words(archived)
    assert "□✓ 通过 □ 退回 □ 否决" in words(archived)


def test_pages_are_counted_and_name_the_form(archived):
    pages = pages_of(archived)
    assert len(pages) == 2
    for number, text in enumerate(pages, 1):
        assert f"第 {number} 页 共 2 页" in re.sub(r"\s", " ", text)
        assert "DA-2026-0001" in text


def test_each_page_has_its_own_code(archived):
    codes = []
    for one in pypdfium2.PdfDocument(archived):
        picture = one.render(scale=200 / 72, grayscale=True).to_pil()
        (found,) = zxingcpp.read_barcodes(picture)
        codes.append(parse_qr_payload(found.text))
    assert [(code.record, code.version, code.page) for code in codes] == [(12, 2, 1), (12, 2, 2)]
    assert {code.digest_head for code in codes} == {digest(frozen())[:8]}


def test_data_is_attached_as_it_was_frozen(archived):
    opened = pypdfium2.PdfDocument(archived)
    attached = opened.get_attachment(0)
    assert attached.get_name() == "data.json"
    assert bytes(attached.get_data()).decode() == frozen()
    assert re.search(rb"/AFRelationship ?/Data", plain(archived))


def test_same_data_gives_the_same_bytes(archived):
    assert archive_sheet(frozen()) == archived


def test_submission_sheet_is_marked_and_has_no_number():
    text = words(sheet_pdf(frozen(approved=False), kind="submission", record=12, version=2, made=MADE))
    assert "送审稿 第2次" in text
    assert "DA-" not in text
    assert "□ 通过 □ 退回 □ 否决" in text


def test_blank_form_has_every_choice_and_no_answer():
    data = blank_pdf()
    text = words(data)
    assert page.validate_pdf_bytes(data, profile="3a").is_compliant
    assert "✓" not in text
    assert "身份证号" in text
    assert "统一社会信用代码" in text
    assert "□ 企业主 □ 从业者 □ 其他" in text
    assert len(pages_of(data)) <= 3


def test_long_text_goes_on_and_the_heading_is_repeated():
    long = VALUES | {"detail": "呦呦鹿鸣，" * 790, "acceptance": "验收标准。" * 190}
    data = archive_sheet(frozen(long))
    pages = pages_of(data)
    assert len(pages) >= 3
    assert sum("（二）核心需求信息" in text for text in pages) >= 2
    assert "".join(pages).count("鹿") == 790
    for number, one in enumerate(pypdfium2.PdfDocument(data), 1):
        (code,) = zxingcpp.read_barcodes(one.render(scale=200 / 72, grayscale=True).to_pil())
        assert parse_qr_payload(code.text).page == number
    signed = [text for text in pages if "采集人签字" in text]
    assert len(signed) == 1
    assert "复核人签字" in signed[0]


def test_character_without_a_glyph_does_not_stop_the_sheet():
    text = words(archive_sheet(frozen(review=review_part(decision="approve", opinion="很好😀"))))
    assert "很好〓" in text


def test_typed_markup_stays_text():
    html = sheet_html(json.loads(frozen(VALUES | {"detail": "<b>x</b>&"})), kind="archive")
    assert "&lt;b&gt;x&lt;/b&gt;&amp;" in html


def test_short_fields_share_a_row_and_long_ones_do_not():
    fields = [
        {"label": each, "words": text}
        for each, text in (("a", "短"), ("b", "短"), ("c", "长" * 40), ("d", ""))
    ]
    assert [[field["label"] for field in row] for row in rows_of(fields)] == [["a", "b"], ["c"], ["d"]]
