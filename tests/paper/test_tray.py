"""A page from the tray is settled once, by whoever comes first."""

import pytest

from intranet_crm.paper import queries
from intranet_crm.paper.models import ScanPage, SignedCopy
from tests.paper.test_scans import sheet_pages, take_in


def covered(record):
    """The record's pages, the second without its code."""
    images = sheet_pages(record)
    images[1].paste(255, (images[1].width * 2 // 3, 0, images[1].width, images[1].height // 6))
    return images


@pytest.fixture
def lying(record, people, work):
    take_in(covered(record), people["xujing"], work)
    return ScanPage.get(ScanPage.state == "tray")


def is_whole(record):
    """Whether the signed copy is there, which it is if no page is missing, and only then."""
    there = SignedCopy.select().where(SignedCopy.record == record.id).exists()
    assert there == (queries.missing_pages({record.id})[record.id] == [])
    return there


def test_page_filed_in_one_tab_is_not_moved_from_another(record, make_record, lying, sign_in):
    other, archivist = make_record(), sign_in("xujing")
    filing = f"/scans/pages/{lying.id}/filing"
    archivist.post(filing, data={"number": record.number, "page": "2"})
    assert is_whole(record)

    late = archivist.post(filing, data={"number": other.number, "page": "2"})

    assert late.status_code == 422
    assert f"已归入{record.number} 第 2 页" in late.text
    assert is_whole(record)
    assert archivist.post(f"/scans/pages/{lying.id}/setting-aside").status_code == 409
    assert is_whole(record)
    assert archivist.post(filing, data={"number": record.number, "page": "2"}).status_code == 303  # twice


def test_page_set_aside_in_one_tab_is_not_filed_from_another(record, lying, sign_in):
    archivist = sign_in("xujing")
    for _ in range(2):
        assert archivist.post(f"/scans/pages/{lying.id}/setting-aside").status_code == 303
    late = archivist.post(f"/scans/pages/{lying.id}/filing", data={"number": record.number, "page": "2"})
    assert late.status_code == 422
    assert "放回待处理" in late.text
    for _ in range(2):
        assert archivist.post(f"/scans/pages/{lying.id}/taking-out").status_code == 303
    assert ScanPage.get_by_id(lying.id).state == "tray"


def test_turned_row_keeps_its_suggestion_and_the_focus(record, lying, sign_in):
    typed = {"number": record.number, "page": "2"}
    row = sign_in("xujing").post(
        f"/scans/pages/{lying.id}/turning", data=typed, headers={"HX-Request": "true"}
    )
    assert f"建议归入 {record.number} 第 2 页" in row.text
    for button in ("file", "aside", "turn"):  # by its id it has the focus again
        assert f'id="page-{lying.id}-{button}"' in row.text


@pytest.mark.parametrize(
    ("page", "said"),
    [("", "请填写页码"), ("abc", "不是有效的整数"), ("0", "1 到 99"), ("9", "只有 2 页")],
)
def test_wrong_page_is_told_in_one_sentence(record, lying, sign_in, page, said):
    answer = sign_in("xujing").post(
        f"/scans/pages/{lying.id}/filing", data={"number": record.number, "page": page}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert "；" not in answer.text.partition("field-error")[2].partition("</p>")[0]
