"""Files that are no scans get a sentence, at the upload and in the watched folder; the worker lives on."""

import os
import resource
from io import BytesIO

import pytest

from intranet_crm import pages
from intranet_crm.benchmark.scanner import pages_of
from intranet_crm.files import store
from intranet_crm.paper import stacks
from intranet_crm.paper.models import ScanPage, ScanStack, SignedCopy
from tests.files.bad import SCANS, TRAPS


@pytest.mark.parametrize("kind", SCANS)
def test_each_is_kept_out_with_a_sentence(kind, sign_in):
    name, content, said = SCANS[kind]
    answer = sign_in("chenjing").post("/scans", data={"files": (BytesIO(content), name)})
    assert (answer.status_code, said in answer.text, name in answer.text) == (422, True, True)
    assert not ScanStack.select().exists()


def test_watched_folder_says_on_the_page_why(sign_in, folders):
    inbox = folders / "scans"
    for at, (name, content, _) in enumerate(SCANS.values()):
        path = inbox / f"{at}-{name}"
        path.write_bytes(content)
        os.utime(path, (1, 1))

    assert stacks.watch() == 0

    assert not [path for path in inbox.iterdir() if path.is_file()]
    assert all(
        (inbox / "rejected" / f"{at}-{name}.txt").exists() for at, (name, *_) in enumerate(SCANS.values())
    )
    page = sign_in("xujing").get("/scans").text
    assert page.count("-a.") >= stacks.MOST_SHOWN
    assert "没有接收的文件" not in sign_in("chenjing").get("/scans").text


def test_text_put_aside_is_not_shown_as_a_reason(sign_in, folders):
    path = folders / "scans" / "工资.txt"
    path.write_text("不给别人看")
    os.utime(path, (1, 1))
    stacks.watch()

    page = sign_in("xujing").get("/scans").text
    assert "工资.txt" in page
    assert "不给别人看" not in page


def test_file_that_cannot_be_read_holds_up_no_other(record, folders, monkeypatch):
    inbox, real = folders / "scans", stacks.take_in
    for name in ("一.pdf", "二.pdf"):
        (inbox / name).write_bytes(as_scan(record) + name.encode())
        os.utime(inbox / name, (1, 1))

    def torn(scans, **given):
        if scans[0].name == "一.pdf":
            raise PermissionError
        return real(scans, **given)

    monkeypatch.setattr(stacks, "take_in", torn)
    assert stacks.watch() == 1


@pytest.mark.parametrize("kind", TRAPS)
def test_worker_lives_through_what_looks_right(kind, people, work):
    stacks.take_in([stacks.Scan("a.pdf", TRAPS[kind])], by=people["xujing"])
    work()

    assert ScanStack.get().done_at
    assert [(page.state, page.reason) for page in ScanPage.select()] == [("tray", "no_code")]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert grown < 600 * 1024  # kilobytes, of all tests so far


def test_page_that_kills_the_reader_costs_itself_only(record, people, work, monkeypatch):
    """The child dies of one page: the others are read one by one."""
    real, asked = pages._children.call, []

    def dying(function, *given, **more):
        if function == "_codes" and given[2] > 1:
            asked.append(given)
            raise pages.ChildDied
        return real(function, *given, **more)

    monkeypatch.setattr(pages._children, "call", dying)
    stacks.take_in([stacks.Scan("a.pdf", as_scan(record))], by=people["xujing"])
    work()
    assert asked
    assert SignedCopy.select().exists()


def as_scan(record):
    from intranet_crm.benchmark.scanner import as_pdf

    return as_pdf(pages_of(store.read(record.sheet)))


def test_tiff_of_several_pages_is_several_pages(record, people, work):
    images, into = pages_of(store.read(record.sheet)), BytesIO()
    images[0].save(into, "TIFF", save_all=True, append_images=images[1:], dpi=(150, 150), compression="jpeg")
    stack = stacks.take_in([stacks.Scan("a.tif", into.getvalue())], by=people["xujing"])
    work()

    assert stack.pages == len(images)
    signed = SignedCopy.get()
    assert len(pages_of(store.read(signed.document), 60)) == len(images)
