"""The PDF room: valid PDF/A, readable Chinese, repeatable bytes, nothing fetched, nothing endless."""

import http.server
import os
import threading
import time
from datetime import datetime
from pathlib import Path

import page
import pypdfium2
import pytest

from intranet_crm import pdf
from intranet_crm.pdf import Attachment

CSS = (
    "@page { size: A4; @bottom-center { content: counter(page) '/' counter(pages) } } th { text-align: left }"
)
NAMES = "龘 璟 玥 𠮷 㛃 䶮 𬭚"
DOT = "data:image/gif;base64,R0lGODdhAQABAIAAAAAAAAAAACwAAAAAAQABAAACAkQBADs="
TABLE_WITHOUT_END = "<table><tr><td colspan=1000000>甲</td></tr></table>"


def document(body: str) -> str:
    return f'<html lang="zh-CN"><head><title>表</title></head><body>{body}</body></html>'


def sheet() -> str:
    return document(
        f"<h1>客户信息需求采集表 {NAMES}</h1>"
        f'<table><tr><th scope="row">联系人</th><td>{NAMES}</td></tr></table>'
        f'<p><span class="ballot ticked"></span>已核实 <span class="ballot"></span>未核实</p>'
        f'<img alt="二维码" src="{DOT}">'
    )


def text_of(data: bytes) -> str:
    opened = pypdfium2.PdfDocument(data)
    return "".join(one.get_textpage().get_text_bounded() for one in opened)


def test_sheet_is_valid_pdf_a_3a_with_its_data_attached():
    attached = Attachment("数据.json", '{"客户":"龘"}'.encode(), datetime(2026, 11, 2, 9, 30))

    data = pdf.render_in_child(sheet(), CSS, title="采集表 2026-0001", attachments=[attached])

    report = page.validate_pdf_bytes(data, profile="3a")
    opened = pypdfium2.PdfDocument(data)
    assert report.is_compliant, report.failures
    assert opened.get_metadata_value("Title") == "采集表 2026-0001"
    assert opened.count_attachments() == 1
    assert opened.get_attachment(0).get_data()[:] == attached.data


def test_rare_characters_print_and_stay_text():
    text = text_of(pdf.render_in_child(sheet(), CSS, title="表"))

    assert NAMES in text
    assert "✓" in text
    assert "1/1" in text


# WeasyPrint leaves its colour profile to the garbage collector to close.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_same_input_gives_the_same_bytes_here_and_in_a_child():
    attached = [Attachment("数据.json", b"{}", datetime(2026, 11, 2, 9, 30))]
    other = pdf.render_pdf(document("<p>另一份</p>"), "p { color: red }", title="另一份")

    first = pdf.render_pdf(sheet(), CSS, title="表", attachments=attached)

    assert first == pdf.render_pdf(sheet(), CSS, title="表", attachments=attached)
    assert first == pdf.render_in_child(sheet(), CSS, title="表", attachments=attached)
    assert first != other


@pytest.fixture
def asked():
    """The paths that a web server on this machine was asked for, and its address."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield paths, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x" src="{url}">',
        '<link rel="stylesheet" href="{url}">',
        '<link rel="attachment" href="{url}">',
        '<object data="{url}"></object>',
        "<style>@import url({url})</style>",
        "<p style=\"background: url('{url}')\">x</p>",
    ],
)
def test_nothing_is_fetched_from_files_or_the_network(body, asked, tmp_path, capfd):
    paths, address = asked
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")

    for url in (address, secret.as_uri()):
        with pytest.raises(pdf.RenderFailed):
            pdf.render_in_child(document(body.format(url=url)), "", title="表")

    assert paths == []


def test_picture_within_an_svg_is_left_out(asked, tmp_path):
    paths, address = asked
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="9">TOPSECRET</text></svg>')

    for url in (address, secret.as_uri()):
        body = f'<p>甲</p><svg width="99" height="99"><image width="9" height="9" href="{url}"/></svg>'
        assert text_of(pdf.render_in_child(document(body), "", title="表")).strip() == "甲"

    assert paths == []


def test_font_addresses_reach_no_other_folder(capfd):
    for url in ("asset:/etc/passwd", "asset:../pdf.py"):
        with pytest.raises(pdf.RenderFailed):
            pdf.render_in_child(document(f'<link rel="attachment" href="{url}">'), "", title="表")


def test_endless_document_is_stopped_and_the_next_one_prints():
    began = time.monotonic()

    with pytest.raises(pdf.RenderTimeout, match="在 2 秒内没有生成"):
        pdf.render_in_child(document(TABLE_WITHOUT_END), "", title="表", seconds=2)

    assert time.monotonic() - began < 4
    assert pdf.render_in_child(sheet(), CSS, title="表").startswith(b"%PDF")


def test_killed_child_is_replaced():
    pdf.render_in_child(sheet(), CSS, title="表")
    os.kill(pdf._children.idle[-1].process.pid, 9)

    assert pdf.render_in_child(sheet(), CSS, title="表").startswith(b"%PDF")


def test_ended_children_leave_no_files():
    pdf.render_in_child(sheet(), CSS, title="表")
    folders = [Path(child.folder) for child in pdf._children.idle]

    assert any(any(folder.iterdir()) for folder in folders)
    pdf._children.end()

    assert not any(folder.exists() for folder in folders)


def test_child_is_used_again():
    pdf.render_in_child(sheet(), CSS, title="表")
    child = pdf._children.idle[-1].process.pid

    pdf.render_in_child(sheet(), CSS, title="表")

    assert pdf._children.idle[-1].process.pid == child


def test_threads_share_the_children():
    made: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: made.append(pdf.render_in_child(sheet(), CSS, title="表")))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 6
    assert len(set(made)) == 1
    assert len(pdf._children.idle) <= (os.cpu_count() or 1)


def test_too_deep_nesting_fails_with_a_sentence(capfd):
    with pytest.raises(pdf.RenderFailed, match="PDF 没有生成"):
        pdf.render_in_child(document("<div>" * 2000), "", title="表")


def test_too_long_input_is_refused_with_a_sentence():
    with pytest.raises(pdf.TooLong, match="上限 1000000 个"):
        pdf.render_in_child(document("长" * pdf.MAX_HTML), "", title="表")
    big = Attachment("大", bytes(pdf.MAX_ATTACHED + 1), datetime(2026, 1, 1))
    with pytest.raises(pdf.TooLong, match="附件太大"):
        pdf.render_in_child(sheet(), "", title="表", attachments=[big])


def test_characters_without_a_glyph_are_named_once_in_order():
    assert pdf.missing_glyphs("客户😀很满意🎉😀 𠮷㛃龘") == ["😀", "🎉"]
    assert pdf.missing_glyphs("第一行\n第二行\t①㎡℃→☆«é»\u200b葛\U000e0100") == []


def test_document_with_a_missing_glyph_is_refused():
    with pytest.raises(pdf.UnprintableText, match=r"「😀」（U\+1F600）"):
        pdf.render_in_child(document("<p>很满意&#128512;</p>"), "", title="表")


def test_marks_without_ink_keep_the_document_valid():
    data = pdf.render_in_child(document("<p>葛\U000e0100 a\u200bb\ufeff\u00ad 1\ufe0f</p>"), "", title="表")

    assert page.validate_pdf_bytes(data, profile="3a").is_compliant
