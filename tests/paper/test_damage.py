"""A sheet that is gone or damaged costs itself only, and says so."""

import os

import pytest

from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.files import store
from intranet_crm.paper import filing
from intranet_crm.paper.models import PrintRun, ScanPage, ScanStack, SignedCopy
from intranet_crm.paper.prints import print_out
from tests.paper.test_scans import sheet_pages, states, take_in


def damage(record):
    path = store.path_of(ArchiveRecord.get_by_id(record.id).sheet.sha256)
    os.chmod(path, 0o600)
    path.write_bytes(path.read_bytes()[:-100])


def destroy(record):
    """As a destruction leaves the record."""
    ArchiveRecord.update(sheet=None, snapshot="").where(ArchiveRecord.id == record.id).execute()


def test_print_of_a_damaged_sheet_ends_with_a_sentence(record, people, work, sign_in):
    run = print_out([record], purpose="sign", note="", by=people["chenjing"])
    damage(record)
    work()

    page = sign_in("chenjing").get(f"/prints/{run.id}").text
    assert "内容与登记的摘要不符" in page
    assert "没有生成" in page
    assert "正在排成" not in page
    assert 'hx-trigger="every' not in page
    assert PrintRun.get().made_at is None


def test_damaged_sheet_hides_no_other_that_is_out(record, make_record, people, sign_in):
    print_out([record, make_record()], purpose="sign", note="", by=people["chenjing"])
    damage(record)

    page = sign_in("xujing").get("/prints/outstanding")
    assert page.status_code == 200
    assert "归档表打不开" in page.text
    assert "全部 2 页" in page.text
    assert sign_in("xujing").get(f"/archive/{record.id}/paper").status_code == 200


def test_scan_of_a_damaged_sheet_waits_in_the_tray(record, people, work, sign_in):
    images = sheet_pages(record)
    damage(record)
    take_in(images, people["xujing"], work)

    assert ScanStack.get().done_at
    assert states() == [("tray", "no_sheet", record.id, at) for at in (1, 2)]
    answer = sign_in("xujing").post(
        f"/scans/pages/{ScanPage.get().id}/filing", data={"number": record.number, "page": "1"}
    )
    assert answer.status_code == 422
    assert "归档表打不开" in answer.text


@pytest.mark.parametrize("counted", [True, False])
def test_scan_of_a_destroyed_record_is_not_filed(counted, record, people, work, sign_in):
    print_out([record], purpose="sign", note="", by=people["chenjing"])
    images = sheet_pages(record)
    if counted:
        filing.pages_of(record)
    destroy(record)
    take_in(images, people["xujing"], work)

    assert ScanStack.get().done_at
    assert states() == [("tray", "destroyed", None, None)] * 2
    archivist = sign_in("xujing")
    assert record.number not in archivist.get("/prints/outstanding").text
    assert "档案已销毁" in archivist.get("/scans/tray").text
    for page in ScanPage.select():
        answer = archivist.post(
            f"/scans/pages/{page.id}/filing", data={"number": record.number, "page": str(page.position + 1)}
        )
        assert answer.status_code == 422
        assert "已按期销毁" in answer.text
    assert not SignedCopy.select().exists()


def test_sheet_still_being_made_is_told_in_the_form(record, sign_in):
    ArchiveRecord.update(sheet=None).execute()
    answer = sign_in("chenjing").post(
        f"/prints/new?record={record.id}", data={"purpose": "keep", "note": "给法务看的一份"}
    )
    assert answer.status_code == 422
    assert "还在生成" in answer.text
    assert 'value="给法务看的一份"' in answer.text  # nothing typed is lost


def test_nothing_is_awaited_of_a_record_whose_signed_copy_is_whole(record, people, work, sign_in):
    take_in(sheet_pages(record), people["xujing"], work)
    print_out([record], purpose="sign", note="", by=people["chenjing"])

    archivist = sign_in("xujing")
    assert record.number not in archivist.get("/prints/outstanding").text
    assert "未回收" not in archivist.get(f"/archive/{record.id}/paper").text.partition("第1份")[2]
    archivist.post(f"/scans/pages/{ScanPage.get().id}/taking-out")
    assert record.number in archivist.get("/prints/outstanding").text
