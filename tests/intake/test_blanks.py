"""The blank forms T1–T4 for paper."""

import page as validation
import pypdfium2
import pytest

from intranet_crm.intake.blanks import PAPERS, paper


def text_of(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.mark.parametrize(
    ("name", "pages", "words"),
    [
        (
            "customer",
            1,
            ["客户名称", "统一社会信用代码", "客户来源", "预算范围", "客户成功经理", "合作终止日"],
        ),
        (
            "contacts",
            1,
            ["联系人二", "手机号", "决策角色", "主联系人", "在职状态", "告知/同意"],
        ),
        ("followup", 1, ["跟进日期", "跟进方式", "跟进内容", "异议处理", "下一步计划", "下次跟进时间"]),
    ],
)
def test_the_paper_holds_its_fields_on_one_page(name, pages, words):
    content = paper(name)
    document = pypdfium2.PdfDocument(content)
    assert len(document) == pages
    document.close()
    text = text_of(content)
    assert PAPERS[name] in text
    assert [word for word in words if word not in text] == []
    assert "复核人签字" not in text
    assert validation.validate_pdf_bytes(content, profile="3a").is_compliant


def test_collectors_print_them_and_nothing_else(sign_in):
    browser = sign_in("chenjing")
    for name in PAPERS:
        answer = browser.get(f"/intake/blanks/{name}.pdf")
        assert answer.data.startswith(b"%PDF-")
        assert answer.mimetype == "application/pdf"
    assert browser.get("/intake/blanks/other.pdf").status_code == 404
    menu = browser.get("/intake").text
    assert all(words in menu for words in PAPERS.values())
