"""Signed sheets come back from the copier: each page finds its record, what cannot lies in the tray."""

import os
import random
import shutil
import struct
import zlib
from io import BytesIO

import pytest

from intranet_crm import background
from intranet_crm.archive import jobs
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.barcodes import seen
from intranet_crm.benchmark.scanner import as_jpeg, as_pdf, pages_of, scanned
from intranet_crm.errors import DomainError
from intranet_crm.files import store
from intranet_crm.intake.models import Submission
from intranet_crm.intake.sheet import sheet_pdf
from intranet_crm.notices.models import Notice
from intranet_crm.paper import filing, queries, stacks
from intranet_crm.paper import jobs as jobs_of_paper
from intranet_crm.paper.models import PrintedCopy, ScanPage, SignedCopy
from intranet_crm.paper.prints import print_out
from intranet_crm.paper.stacks import Scan
from tests.intake.amended import amended, passed

TURNS = (0, 90, 180, 270)


def sheet_pages(record, dpi=150):
    return pages_of(store.read(ArchiveRecord.get_by_id(record.id).sheet), dpi)


def states():
    return [
        (page.state, page.reason, page.record_id, page.page)
        for page in ScanPage.select().order_by(ScanPage.id)
    ]


def take_in(images, by, work, name="扫描.pdf"):
    stack = stacks.take_in([Scan(name, as_pdf(images))], by=by)
    work()
    return stack


def test_stack_in_any_order_and_any_turn_files_itself(make_record, people, work):
    records = [make_record(), make_record()]
    for record in records:
        print_out([record], purpose="sign", note="", by=people["chenjing"])
    chance = random.Random(4)
    papers = [(record.id, at, image) for record in records for at, image in enumerate(sheet_pages(record), 1)]
    chance.shuffle(papers)
    images = [scanned(image, chance, turn=TURNS[at % 4]) for at, (_, _, image) in enumerate(papers)]

    take_in(images, people["xujing"], work)

    assert states() == [("filed", "", key, number) for key, number, _ in papers]
    for record in records:
        signed = SignedCopy.get(SignedCopy.record == record.id)
        bound = pages_of(store.read(signed.document), 60)
        assert len(bound) == signed.pages == ArchiveRecord.get_by_id(record.id).sheet_pages
        assert all(image.height > image.width for image in bound)  # upright again
    assert not PrintedCopy.select().where(PrintedCopy.awaited_since.is_null(False)).exists()
    assert (
        "签署件已回收"
        in Notice.get(Notice.person == people["chenjing"].id, Notice.title.contains("签署件")).title
    )


def test_missing_page_leaves_the_copy_out(record, people, work):
    print_out([record], purpose="sign", note="", by=people["chenjing"])
    take_in(sheet_pages(record)[:-1], people["chenjing"], work)

    assert not SignedCopy.select().exists()
    out = queries.outstanding(people["zhoufang"])
    assert [copy.record_id for copy in out] == [record.id]
    assert queries.missing_pages({record.id})[record.id] == [ArchiveRecord.get().sheet_pages]


def test_a_page_twice_stays_in_the_tray(record, people, work):
    images = sheet_pages(record)
    take_in([images[0], *images], people["xujing"], work)

    assert [state[:2] for state in states()] == [
        ("filed", ""),
        ("tray", "repeat"),
        *[("filed", "")] * (len(images) - 1),
    ]


def test_sheet_put_before_the_head_is_the_wrong_version(record, people, work):
    submission = Submission.get()
    draft = sheet_pdf(
        submission.snapshot,
        kind="submission",
        record=record.form_id,
        version=submission.round,
        made=submission.at,
    )
    take_in(pages_of(draft)[:1], people["xujing"], work)

    assert states() == [("tray", "wrong_version", record.id, 1)]


def test_unreadable_page_is_suggested_by_its_neighbours_and_filed_by_hand(record, people, work, sign_in):
    images = sheet_pages(record)
    images[1].paste(255, (images[1].width * 2 // 3, 0, images[1].width, images[1].height // 6))
    take_in(images, people["xujing"], work)
    archivist = sign_in("xujing")

    page = archivist.get("/scans/tray").text
    assert "没有可读的二维码" in page
    assert f'value="{record.number}"' in page
    assert 'value="2"' in page
    lying = ScanPage.get(ScanPage.state == "tray")
    answer = archivist.post(f"/scans/pages/{lying.id}/filing", data={"number": record.number, "page": "2"})
    work()

    assert answer.status_code == 303
    assert SignedCopy.get().document_id
    assert archivist.get(f"/archive/{record.id}/signed.pdf").status_code == 200
    assert "签署件" in archivist.get(f"/archive/{record.id}/paper").text


def test_page_lying_on_its_side_is_turned_by_hand_and_bound_upright(record, people, work, sign_in):
    images = sheet_pages(record)
    images[1].paste(255, (images[1].width * 2 // 3, 0, images[1].width, images[1].height // 6))
    images[1] = images[1].rotate(90, expand=True)
    take_in(images, people["xujing"], work)
    lying, archivist = ScanPage.get(ScanPage.state == "tray"), sign_in("xujing")
    address, typed = f"/scans/pages/{lying.id}", {"number": record.number, "page": "2"}

    for headers in ({}, {"HX-Request": "true"}):
        turned = archivist.post(f"{address}/turning", data={"number": "DA-2", "page": ""}, headers=headers)
        assert turned.status_code == 200
        assert 'value="DA-2"' in turned.text  # what was typed stays
    for _ in range(3):
        page = archivist.post(f"{address}/turning", data=typed).text
    assert ScanPage.get_by_id(lying.id).turn == 90
    assert f"{address}.jpg?turn=90" in page
    archivist.post(f"{address}/filing", data=typed)
    work()

    assert all(page.height > page.width for page in pages_of(store.read(SignedCopy.get().document), 60))
    assert archivist.post(f"{address}/turning", data=typed).status_code == 409


def test_stranger_pages_lie_in_the_tray_until_set_aside(record, people, work, sign_in):
    blank = sheet_pages(record)[0].point(lambda _: 255)
    take_in([blank], people["xujing"], work)
    page = ScanPage.get()
    assert page.reason == "no_code"

    sign_in("xujing").post(f"/scans/pages/{page.id}/setting-aside")

    assert ScanPage.get().state == "aside"
    assert "没有待处理的页" in sign_in("xujing").get("/scans/tray").text


def test_scan_of_a_record_out_of_reach_is_left_to_the_archivist(record, people, work, sign_in):
    take_in(sheet_pages(record)[:1], people["zhaomin"], work)

    assert states()[0][:2] == ("tray", "out_of_reach")
    mine = sign_in("zhaomin").get("/scans/tray").text
    assert record.number not in mine
    assert record.customer_name not in mine
    assert record.number in sign_in("xujing").get("/scans/tray").text


def test_images_and_several_files_make_one_stack(record, people, work):
    chance = random.Random(9)
    files = [
        Scan(f"{at}.jpg", as_jpeg(scanned(image, chance, turn=180)))
        for at, image in enumerate(sheet_pages(record))
    ]
    stack = stacks.take_in(files, by=people["chenjing"])
    work()

    assert stack.pages == len(files)
    assert SignedCopy.get().document_id


def test_same_file_comes_in_once(record, people, work):
    content = as_pdf(sheet_pages(record)[:1])
    stacks.take_in([Scan("一.pdf", content)], by=people["xujing"])
    with pytest.raises(DomainError, match="已经在第"):
        stacks.take_in([Scan("二.pdf", content)], by=people["xujing"])


def test_taking_a_page_out_waits_for_it_again(record, people, work):
    print_out([record], purpose="sign", note="", by=people["chenjing"])
    take_in(sheet_pages(record), people["xujing"], work)
    page = ScanPage.get(ScanPage.page == 1)

    filing.take_out(page, by=people["xujing"])

    assert not SignedCopy.select().exists()
    assert PrintedCopy.get().awaited_since
    filing.file_by_hand(ScanPage.get_by_id(page.id), record, 1, by=people["xujing"])
    work()
    assert SignedCopy.get().document_id
    assert PrintedCopy.get().awaited_since is None


def test_killed_reader_goes_on_where_it_was(record, people, work, monkeypatch):
    monkeypatch.setattr(stacks, "AT_ONCE", 1)
    images, real = sheet_pages(record), stacks.pages.codes
    calls = []

    def dying(*given):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(stacks.pages, "codes", dying)
    stack = stacks.take_in([Scan("叠.pdf", as_pdf(images))], by=people["xujing"])
    with pytest.raises(KeyboardInterrupt):
        list(stacks.reading(stack))
    list(stacks.reading(type(stack).get_by_id(stack.id)))

    assert [state[3] for state in states()] == list(range(1, len(images) + 1))


def test_long_stack_lets_other_work_come_between(record, people, monkeypatch):
    """A stack of an hour must not hold both hands of the worker: it asks for turn after turn."""
    monkeypatch.setattr(stacks, "AT_ONCE", 1)
    monkeypatch.setattr(background, "TURN", 0)
    stack = stacks.take_in([Scan("叠.pdf", as_pdf(sheet_pages(record)))], by=people["xujing"])
    turns = []
    read = jobs_of_paper.read_stack
    monkeypatch.setitem(background._jobs, "paper.read", lambda key: turns.append(key) or read(key))
    background.work_off()

    assert len(turns) > 1
    assert type(stack).get_by_id(stack.id).done_at
    assert SignedCopy.select().exists()


def test_watched_folder_takes_what_is_finished_and_rejects_what_is_unfit(record, people, work, folders):
    inbox = folders / "scans"
    (inbox / "叠.pdf").write_bytes(as_pdf(sheet_pages(record)))
    (inbox / "假.pdf").write_bytes(b"not a scan")
    (inbox / "写着.pdf").write_bytes(b"%PDF-1.7 half")
    for name in ("叠.pdf", "假.pdf"):
        os.utime(inbox / name, (1, 1))

    assert stacks.watch() == 1
    work()

    assert SignedCopy.select().exists()
    assert {path.name for path in inbox.iterdir() if path.is_file()} == {"写着.pdf"}
    assert (inbox / "taken" / "叠.pdf").exists()
    assert "不能作为扫描件" in (inbox / "rejected" / "假.pdf.txt").read_text()
    assert Notice.select().where(Notice.title.contains("没有接收")).exists()


@pytest.mark.parametrize("roughness", ["gentle", "usual", "rough"])
def test_noise_costs_no_page_its_way(record, people, work, roughness):
    """Of many noisy pages at most two in a hundred ask for a hand, and none goes astray."""
    chance, images = random.Random(11), sheet_pages(record)
    wanted = [at % len(images) for at in range(24)]
    texts = [seen(scanned(images[at], chance, roughness, TURNS[n % 4])).texts for n, at in enumerate(wanted)]
    right = [text[0][8:10] == f"{at + 1:02d}" for text, at in zip(texts, wanted, strict=True) if text]
    assert all(right)
    assert len(right) >= 23


def test_bad_files_get_a_sentence(people, sign_in, record, folders):
    browser = sign_in("chenjing")
    head = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    chunks = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + b"\0\0\0\x0aIDAT"
    huge = b"\x89PNG\r\n\x1a\n" + chunks
    for name, content, said in (
        ("a.pdf", b"%PDF-1.7 broken", "已损坏"),
        ("a.png", huge, "太大"),
        ("a.jpg", b"\xff\xd8\xff broken", "已损坏"),
        ("a.exe", b"MZ", "不能作为扫描件"),
    ):
        answer = browser.post("/scans", data={"files": (BytesIO(content), name)})
        assert (answer.status_code, said in answer.text) == (422, True), name
    assert "请选择" in browser.post("/scans", data={}).text
    assert not ScanPage.select().exists()
    shutil.rmtree(folders / "scans", ignore_errors=True)


def test_each_version_gets_its_own_pages_back(make_record, people, work):
    older = make_record()
    second = passed(amended(older.form))
    jobs.make_record(second.id)
    newer = ArchiveRecord.get(ArchiveRecord.form == second.id)
    papers = [
        (record.id, at, image) for record in (newer, older) for at, image in enumerate(sheet_pages(record), 1)
    ]

    take_in([image for _, _, image in papers], people["xujing"], work)

    assert states() == [("filed", "", key, number) for key, number, _ in papers]
    assert {signed.record_id for signed in SignedCopy.select()} == {older.id, newer.id}
