"""Copies are numbered and logged, many sheets are one PDF with a list before them."""

import pypdfium2
import pytest

from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import DomainError
from intranet_crm.paper import prints
from intranet_crm.paper.models import PrintedCopy, PrintRun
from intranet_crm.paper.prints import print_out


def text_of(run, page):
    document = pypdfium2.PdfDocument(prints.shelf.path_of(run))
    return document[page].get_textpage().get_text_bounded()


def test_each_copy_has_its_number_and_says_so_on_paper(record, people, work):
    for _ in range(2):
        run = print_out([record], purpose="sign", note="", by=people["chenjing"])
    work()

    assert [copy.number for copy in PrintedCopy.select().order_by(PrintedCopy.id)] == [1, 2]
    assert "第2份 · 签字归档 · 陈静" in text_of(run, 0)
    assert "客户信息需求采集表" in text_of(run, 0)
    assert AuditEntry.select().where(AuditEntry.action == "打印归档表").count() == 2


def test_many_come_as_one_file_with_a_cover_list(make_record, people, work):
    records = [make_record(), make_record()]
    run = print_out(records, purpose="keep", note="年检", by=people["zhoufang"])
    work()

    run = PrintRun.get_by_id(run.id)
    total = sum(ArchiveRecord.get_by_id(record.id).sheet_pages or 0 for record in records)
    cover = text_of(run, 0)
    assert "归档表打印清单" in cover
    assert "年检" in cover
    assert all(record.number in cover for record in records)
    assert run.pages == 1 + sum(len(pypdfium2.PdfDocument(path)) for path in sheet_paths(records))
    assert total in (0, run.pages - 1)
    assert not PrintedCopy.select().where(PrintedCopy.awaited_since.is_null(False)).exists()


def test_long_run_is_written_part_by_part(record, monkeypatch, tmp_path):
    """Put down after each sheet and gone on with from the file: the same pages in the same order."""
    from intranet_crm import page_work

    (path,) = sheet_paths([record])
    pages, whole, parts = len(pypdfium2.PdfDocument(path)), tmp_path / "whole.pdf", tmp_path / "parts.pdf"
    given = (path.read_bytes(), 1, [(str(path), 0), (str(path), 1)] * 2)
    assert page_work._stacked(*given, str(whole)) == 1 + 4 * pages
    monkeypatch.setattr(page_work, "SHEETS_IN_MEMORY", 1)
    assert page_work._stacked(*given, str(parts)) == 1 + 4 * pages
    for one, other in zip(pypdfium2.PdfDocument(whole), pypdfium2.PdfDocument(parts), strict=True):
        assert one.render(scale=0.5).to_pil().tobytes() == other.render(scale=0.5).to_pil().tobytes()
    assert [file.name for file in tmp_path.glob("*.part")] == []


def sheet_paths(records):
    from intranet_crm.files import store

    return [store.path_of(ArchiveRecord.get_by_id(record.id).sheet.sha256) for record in records]


def test_person_prints_from_the_record_and_finds_it_in_the_ledger(record, sign_in, work):
    browser = sign_in("chenjing")
    assert "打印 1 份" in browser.get(f"/prints/new?record={record.id}").text
    answer = browser.post(f"/prints/new?record={record.id}", data={"purpose": "sign", "note": "给法务"})
    assert answer.status_code == 303
    assert "正在排成一个 PDF" in browser.get(answer.location).text
    work()

    with browser.get(f"{answer.location}.pdf") as file:
        assert file.data.startswith(b"%PDF-")
    assert "给法务" in browser.get("/prints").text
    assert "未回收" in browser.get(f"/archive/{record.id}/paper").text
    assert record.number in browser.get("/prints/outstanding").text
    for name in ("zhaomin", "wanglei"):
        other = sign_in(name)
        assert other.get(answer.location).status_code == 404
        assert other.get(f"{answer.location}.pdf").status_code == 404
        assert record.number not in other.get("/prints/outstanding").text
        assert "没有选中归档表" in other.get(f"/prints/new?record={record.id}").text


def test_other_purpose_must_be_named(record, sign_in):
    answer = sign_in("chenjing").post(
        f"/prints/new?record={record.id}", data={"purpose": "other", "note": ""}
    )
    assert answer.status_code == 422
    assert "请写明用途" in answer.text


def test_whole_filter_is_printed(make_record, sign_in, work):
    records = [make_record(), make_record()]
    browser = sign_in("xujing")
    assert "打印 2 份" in browser.get("/prints/new?all=1").text
    page = browser.get(f"/prints/new?all=1&q={records[0].number}").text
    assert "打印 1 份" in page


def test_nothing_or_an_unmade_sheet_is_refused(record, people):
    with pytest.raises(DomainError, match="没有选中"):
        print_out([], purpose="sign", note="", by=people["xujing"])
    record.sheet = None
    with pytest.raises(DomainError, match="还在生成"):
        print_out([record], purpose="sign", note="", by=people["xujing"])


def test_files_of_yesterday_are_removed_and_said_so(record, people, work, sign_in):
    import os

    run = print_out([record], purpose="keep", note="", by=people["chenjing"])
    work()
    os.utime(prints.shelf.path_of(run), (1, 1))

    assert prints.shelf.tidy() == 1
    assert "已清除" in sign_in("chenjing").get(f"/prints/{run.id}").text
