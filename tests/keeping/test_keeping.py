"""Boxes, loans and holds, as the archivist and the others see them."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import is_sealed
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.files import store
from intranet_crm.keeping import queries
from intranet_crm.keeping.booklets import spine_words
from intranet_crm.keeping.models import Box, Hold, Keeping, Loan, put_into
from intranet_crm.paper.filing import pages_of
from intranet_crm.tasks.models import Task


@pytest.fixture
def box(people):
    return Box.open(title="2026 年华东采集卷", shelf="3 号柜 2 层", by=people["xujing"])


def test_archivist_boxes_a_record_and_prints_catalogue_and_spine(record, box, sign_in):
    browser = sign_in("xujing")
    answer = browser.post(f"/archive/{record.id}/box", data={"box": box.number.lower()})
    assert answer.status_code == 303

    page = browser.get(f"/archive/{record.id}/keeping").text
    assert f"{box.number} 第 1 件" in page
    assert record.number in browser.get(f"/archive/boxes/{box.id}").text
    for path in (f"/archive/boxes/{box.id}/catalogue.pdf", f"/archive/boxes/spines.pdf?box={box.id}"):
        assert browser.get(path).data.startswith(b"%PDF-"), path
    printed = AuditEntry.select(AuditEntry.action).where(AuditEntry.action.startswith("打印")).tuples()
    assert set(printed) == {("打印卷内目录",), ("打印脊背标签",)}
    assert "3 号柜 2 层" in browser.get("/archive").text


def test_the_catalogue_tells_how_many_pages_each_record_has(make_record, box, people):
    found = [make_record(), make_record()]
    for record in found:
        put_into(box, record, by=people["xujing"])
    lengths = queries.lengths_of(queries.kept_in(box))
    assert lengths == {record.id: pages_of(record) for record in found}
    assert min(lengths.values()) >= 1


def test_one_damaged_sheet_does_not_keep_a_box_from_its_list(make_record, box, people):
    damaged, sound = make_record(), make_record()
    for record in (damaged, sound):
        put_into(box, record, by=people["xujing"])
    path = store.path_of(ArchiveRecord.get_by_id(damaged.id).sheet.sha256)
    path.chmod(0o600)
    path.write_bytes(b"no paper")
    assert list(queries.lengths_of(queries.kept_in(box))) == [sound.id]


def test_a_spine_shows_the_whole_title_with_numbers_across():
    assert spine_words("华东 2026 年采集表") == ["华", "东", "2026", "年", "采", "集", "表"]
    assert spine_words("卷" * 40) == ["卷"] * 25 + ["…"]


def test_records_in_a_box_are_numbered_in_order(make_record, box, people):
    for record in (make_record(), make_record()):
        put_into(box, record, by=people["xujing"])
    assert [each.place_in_box for each in Keeping.select().order_by(Keeping.id)] == [1, 2]


def test_what_lies_in_a_box_moves_with_it(make_record, box, people, sign_in):
    inside, aside = make_record(), make_record()
    for record in (inside, aside):
        put_into(box, record, by=people["xujing"])
    told = ArchiveRecord.get_by_id(aside.id)
    told.shelve(place="法务部保险柜", confidentiality="internal", seen=told.version, by=people["xujing"])
    browser, moved = sign_in("xujing"), {"version": box.version, "title": box.title, "shelf": "9 号柜 1 层"}
    assert browser.post(f"/archive/boxes/{box.id}", data=moved).status_code == 303
    places = {inside.id: f"9 号柜 1 层 {box.number}", aside.id: "法务部保险柜"}
    for record in ArchiveRecord.select():
        assert (record.place, is_sealed(record)) == (places[record.id], True)


def test_boxing_twice_leaves_the_record_where_it_lies(make_record, box, people):
    first, second = make_record(), make_record()
    for record in (first, second, first):
        put_into(box, record, by=people["xujing"])
    assert Keeping.get(Keeping.record == first.id).place_in_box == 1


def test_page_opened_before_the_boxing_does_not_write_over_the_place(record, box, people, sign_in):
    browser, seen = sign_in("xujing"), ArchiveRecord.get_by_id(record.id).version
    put_into(box, record, by=people["xujing"])
    old = {"version": seen, "place": "旧柜子", "confidentiality": "internal"}
    assert browser.post(f"/archive/{record.id}/filing", data=old).status_code == 409
    assert ArchiveRecord.get_by_id(record.id).place == f"3 号柜 2 层 {box.number}"


def test_unknown_box_is_told_beside_the_field(record, sign_in):
    answer = sign_in("xujing").post(f"/archive/{record.id}/box", data={"box": "HE-1999-0001"})
    assert answer.status_code == 422
    assert "没有这个盒号" in answer.text


def test_others_look_but_do_not_touch(record, box, sign_in):
    browser = sign_in("chenjing")
    page = browser.get(f"/archive/{record.id}/keeping").text
    assert "保管" in page
    assert "装盒</button>" not in page
    assert browser.post(f"/archive/{record.id}/box", data={"box": box.number}).status_code == 403
    assert browser.post(f"/archive/{record.id}/holds", data={"reason": "诉讼"}).status_code == 403
    assert browser.post("/archive/boxes", data={"title": "我的"}).status_code == 403
    assert browser.get(f"/archive/boxes/{box.id}").status_code == 404
    assert sign_in("zhaomin").get(f"/archive/{record.id}/keeping").status_code == 404


def test_paper_is_lent_once_reminded_and_taken_back(record, people, sign_in):
    due = clock.today() + timedelta(days=10)
    browser = sign_in("xujing")
    given = {"borrower": people["chenjing"].id, "purpose": "客户对账", "due_on": due.isoformat()}
    assert browser.post(f"/archive/{record.id}/loans", data=given).status_code == 303
    task = Task.get(Task.kind == "loan")
    assert (task.person_id, task.due_on) == (people["chenjing"].id, due)
    with pytest.raises(IllegalMove, match="陈静"):
        Loan.lend(record, borrower=people["wanglei"], purpose="看", due_on=due, by=people["xujing"])

    assert "客户对账" in sign_in("chenjing").get("/archive/loans").text
    assert "客户对账" not in sign_in("zhaomin").get("/archive/loans").text
    assert browser.post(f"/archive/loans/{Loan.get().id}/return").status_code == 303
    assert Task.get_by_id(task.id).done_at
    assert "客户对账" in browser.get("/archive/loans?returned=1").text


@pytest.mark.parametrize("name", ["hetao", "zhaomin", "auditor"])
def test_whoever_borrowed_reaches_the_loan_from_the_todo(record, people, sign_in, name):
    due = clock.today() + timedelta(days=10)
    Loan.lend(record, borrower=people[name], purpose="客户对账", due_on=due, by=people["xujing"])
    browser = sign_in(name)
    answer = browser.get(f"/tasks/{Task.get(Task.kind == 'loan').id}")
    page = browser.get(answer.location)
    assert (page.status_code, record.number in page.text, "客户对账" in page.text) == (200, True, True)
    assert f'href="/archive/{record.id}"' not in page.text
    assert record.customer_name not in page.text  # may be a person's
    assert "归还</button>" not in page.text


def test_loan_ends_within_ninety_days(record, people):
    late = clock.today() + timedelta(days=91)
    with pytest.raises(DomainError, match="90 天"):
        Loan.lend(record, borrower=people["chenjing"], purpose="看", due_on=late, by=people["xujing"])


def test_hold_stands_until_lifted_with_a_reason(record, people, sign_in):
    browser = sign_in("xujing")
    assert browser.post(f"/archive/{record.id}/holds", data={"reason": ""}).status_code == 422
    browser.post(f"/archive/{record.id}/holds", data={"reason": "合同诉讼"})
    assert "合同诉讼" in browser.get("/archive/retention").text
    hold = Hold.get()
    browser.post(f"/archive/{record.id}/holds/{hold.id}/lifting", data={"reason": "已结案"})
    assert Hold.get().lifted_for == "已结案"
    with pytest.raises(IllegalMove):
        Hold.get().lift(reason="再来", by=people["xujing"])
    with pytest.raises(NotAllowed):
        Hold.place(record, reason="我", by=people["zhoufang"])


def test_record_is_held_once(record, people, sign_in):
    browser = sign_in("xujing")
    browser.post(f"/archive/{record.id}/holds", data={"reason": "合同诉讼"})
    again = browser.post(f"/archive/{record.id}/holds", data={"reason": "合同诉讼"})
    assert (again.status_code, "已经冻结：合同诉讼" in again.text) == (409, True)
    assert Hold.select().count() == 1


def test_who_may_not_lend_is_refused_aloud(record, people, sign_in):
    given = {"borrower": people["chenjing"].id, "purpose": "看", "due_on": clock.today().isoformat()}
    assert sign_in("chenjing").post(f"/archive/{record.id}/loans", data=given).status_code == 403
    assert AuditEntry.select().where(AuditEntry.action == "拒绝访问").exists()
    archivist = sign_in("xujing")
    archivist.post(f"/archive/{record.id}/loans", data=given)
    again = archivist.post(f"/archive/{record.id}/loans", data=given)
    assert (again.status_code, "由 陈静 借出" in again.text) == (409, True)
