"""Whatever a copier leaves in the watched folder, the next file comes in, and nothing stays for ever."""

import os
from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.benchmark.scanner import as_pdf
from intranet_crm.notices.models import Notice
from intranet_crm.paper import jobs, stacks
from intranet_crm.paper.models import ScanFile, SignedCopy
from tests.paper.test_scans import sheet_pages

NAMES = [
    "a" * 251 + ".pdf",
    "长" * 83 + ".pdf",
    "坏\udcff.pdf",
    "行\n尾.pdf",
    "<b>.pdf",
    "零\u200b宽.pdf",
    "pdf",
]


@pytest.fixture
def inbox(folders):
    return folders / "scans"


def put(path, content, age=timedelta(minutes=10)):
    path.write_bytes(content)
    moment = path.stat().st_mtime - age.total_seconds()
    os.utime(path, (moment, moment))


def lying(inbox):
    return [path.name for path in inbox.iterdir() if path.is_file()]


@pytest.mark.parametrize("name", NAMES)
def test_odd_name_holds_up_nothing(name, inbox, record, sign_in, work):
    put(inbox / name, b"junk")
    put(inbox / "好的.pdf", as_pdf(sheet_pages(record)))

    assert stacks.watch() == 1
    work()

    assert lying(inbox) == []
    assert SignedCopy.select().exists()
    page = sign_in("xujing").get("/scans")
    assert page.status_code == 200
    assert "没有接收的文件" in page.text
    assert len(Notice.get(Notice.title.contains("没有接收")).title) <= 200


@pytest.mark.parametrize("name", NAMES[:-1])
def test_good_scan_of_an_odd_name_comes_in(name, inbox, record):
    put(inbox / name, as_pdf(sheet_pages(record)))
    assert stacks.watch() == 1
    assert lying(inbox) == []
    assert ScanFile.get().name.endswith(".pdf")


def test_copier_that_pauses_is_waited_for(inbox, record, work):
    whole = as_pdf(sheet_pages(record))
    pause = timedelta(minutes=2)
    for begun in (b"", whole[: len(whole) // 2]):
        put(inbox / "慢.pdf", begun, pause)
        assert stacks.watch() == 0
        assert lying(inbox) == ["慢.pdf"]
    put(inbox / "慢.pdf", whole, pause)
    assert stacks.watch() == 1

    put(inbox / "断.pdf", whole[:-100])  # nothing more comes
    assert stacks.watch() == 0
    assert lying(inbox) == []
    assert "不完整" in (inbox / "rejected" / "断.pdf.txt").read_text()


def test_file_that_may_not_be_read_is_named_on_the_page(inbox, sign_in, monkeypatch):
    put(inbox / "没权限.pdf", b"%PDF-1.7 x %%EOF")
    monkeypatch.setattr(stacks.os, "access", lambda path, mode: "没权限" not in str(path))
    page = sign_in("xujing").get("/scans").text
    assert "没权限.pdf" in page
    assert "没有读取这个文件的权限" in page
    assert "没权限.pdf" not in sign_in("chenjing").get("/scans").text


def test_two_files_of_one_name_are_both_kept(inbox, record):
    for at, image in enumerate(sheet_pages(record)):
        put(inbox / "扫描.pdf", as_pdf([image]))
        assert stacks.watch() == 1, at
    assert {path.name for path in (inbox / "taken").iterdir()} == {"扫描.pdf", "扫描-2.pdf"}


def test_what_has_lain_its_time_is_removed(inbox, record):
    """However old the copier's own date is: the days count from when the file came here."""
    put(inbox / "好的.pdf", as_pdf(sheet_pages(record)), age=timedelta(days=3000))
    put(inbox / "坏的.pdf", b"junk", age=timedelta(days=3000))
    stacks.watch()
    put(inbox / ".left.draft", b"of a killed process")
    taken, rejected = inbox / "taken", inbox / "rejected"

    def left_after(days):
        with clock.as_of(clock.now() + timedelta(days=days)):
            jobs.tidy_folder(0)
        return {
            path.name for folder in (taken, rejected, inbox) for path in folder.iterdir() if path.is_file()
        }

    put(inbox / "新来的.pdf", b"")
    assert left_after(6) == {"好的.pdf", "坏的.pdf", "坏的.pdf.txt", ".left.draft", "新来的.pdf"}
    assert left_after(8) == {"坏的.pdf", "坏的.pdf.txt", ".left.draft", "新来的.pdf"}
    assert left_after(31) == {"新来的.pdf"}  # not yet looked at


def test_same_scan_twice_in_one_upload_is_said_so(people, record):
    content = as_pdf(sheet_pages(record)[:1])
    scans = [stacks.Scan(name, content) for name in ("一.pdf", "二.pdf")]
    with pytest.raises(stacks.DomainError, match="是同一份扫描件"):
        stacks.take_in(scans, by=people["xujing"])


def test_files_judged_at_once_do_not_meet(record, people, monkeypatch):
    """Two processes may hold different scans under the same id."""
    monkeypatch.setattr(stacks, "id", lambda _: 7, raising=False)
    drafts, real = [], stacks.pages.judged

    def judged(path):
        drafts.append(path)
        return real(path)

    monkeypatch.setattr(stacks.pages, "judged", judged)
    for image in sheet_pages(record)[:2]:
        stacks.take_in([stacks.Scan("a.pdf", as_pdf([image]))], by=people["xujing"])
    assert len(set(drafts)) == 2
    assert not any(path.exists() for path in drafts)
