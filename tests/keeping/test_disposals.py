"""Destruction: two different persons, nothing held or still running, and a certificate of what went."""

from datetime import date, timedelta

import pypdfium2
import pytest

from intranet_crm import clock
from intranet_crm.archive.editions import chain_fault
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers.models import Customer
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake import attached
from intranet_crm.intake.models import IntakeForm, Review, SelfCheck, Submission
from intranet_crm.keeping import disposals
from intranet_crm.keeping.models import Box, Disposal, Hold, Loan, keep_for, put_into
from intranet_crm.keeping.terms import kept
from intranet_crm.notices.models import Notice
from intranet_crm.proofs.checks import check
from intranet_crm.verification import differences
from tests.files.samples import DOCX, PDF, upload
from tests.intake.amended import amended, begun, passed

LONG_AGO = date(2020, 5, 1)


def _ended(record, people):
    moment = clock.now()
    return {
        "number": "CUST1", "name": record.customer_name, "industry": "I65", "source": "exhibition",
        "status": "lost", "cooperation_to": LONG_AGO, "owner": people["chenjing"],
        "created_by": people["chenjing"], "touched_at": moment, "created_at": moment, "updated_at": moment,
    }  # fmt: skip


@pytest.fixture
def customer(record, people):
    made = Customer.create(**_ended(record, people))
    IntakeForm.update(customer=made, state="archived").where(IntakeForm.id == record.form_id).execute()
    return made


def propose(record, people):
    return disposals.propose([record], reason="保管期满", by=people["xujing"])


def test_two_persons_destroy_what_has_expired(record, customer, people, work, sign_in):
    path = store.path_of(ArchiveRecord.get().sheet.sha256)
    archivist, head = sign_in("xujing"), sign_in("zhoufang")
    assert "可以鉴定" in archivist.get("/archive/retention").text
    answer = archivist.post("/archive/disposals", data={"record": record.id, "reason": "保管期满"})
    assert answer.status_code == 303
    assert "监销并销毁" not in archivist.get(answer.location).text
    assert "监销并销毁" in head.get(answer.location).text
    done = head.post(answer.location, data={"opinion": "同意销毁", "decision": "destroy"})
    assert done.status_code == 303
    work()

    assert not path.exists()
    gone = ArchiveRecord.get_by_id(record.id)
    assert (gone.snapshot, gone.sheet_id, gone.digest) == ("", None, record.digest)
    assert Submission.get().values == {}
    assert (Review.get().opinion, SelfCheck.get().findings, Review.get().by) == ("", [], people["zhoufang"])
    assert "内容已随档案按期销毁" in sign_in("chenjing").get(f"/intake/{record.form_id}").text
    assert archivist.get(f"{answer.location}/certificate.pdf").data.startswith(b"%PDF-")
    assert AuditEntry.select().where(AuditEntry.action == "查看销毁清册").count() == 1
    assert "已按期销毁" in archivist.get(f"/archive/{record.id}").text
    assert [fault for fault in differences() if "档案" in fault or "送审稿" in fault] == []


def test_certificate_is_made_whatever_was_written(record, customer, people, work, sign_in):
    """A character that no font has stands as a mark on paper, and as it is in the data."""
    odd = "保管期满\U0010fffd，按规定🫨销毁"
    disposal = disposals.propose([record], reason=odd, by=people["xujing"])
    disposals.carry_out(disposal, opinion="同意\U0010fffd", by=people["zhoufang"])
    work()

    made = Disposal.get()
    assert (made.reason, made.opinion) == (odd, "同意\U0010fffd")
    pages = pypdfium2.PdfDocument(store.read(made.certificate))
    text = "".join(page.get_textpage().get_text_bounded() for page in pages)
    assert "保管期满〓" in text
    assert "同意〓" in text


def test_who_drew_up_the_list_cannot_carry_it_out(record, customer, people):
    disposal = propose(record, people)
    with pytest.raises(NotAllowed, match="另一个人"):
        disposals.carry_out(disposal, opinion="同意", by=people["xujing"])
    with pytest.raises(NotAllowed, match="部门负责人"):
        disposals.carry_out(disposal, opinion="同意", by=people["sunhao"])
    with pytest.raises(NotAllowed):
        disposals.propose([record], reason="我", by=people["zhoufang"])


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        ("running", "没有届满"),
        ("resumed", "未起算"),
        ("held", "冻结"),
        ("lent", "借出"),
        ("permanent", "永久"),
    ],
)
def test_nothing_goes_that_something_stands_against(record, customer, people, stands, said):
    def stand():
        if stands == "running":
            Customer.update(cooperation_to=clock.today() - timedelta(days=400)).execute()
        elif stands == "resumed":
            Customer.update(status="won").execute()
        elif stands == "held":
            Hold.place(record, reason="诉讼", by=people["xujing"])
        elif stands == "lent":
            due = clock.today() + timedelta(days=5)
            Loan.lend(record, borrower=people["chenjing"], purpose="看", due_on=due, by=people["xujing"])
        else:
            keep_for(record, years=0, ended_on=None, by=people["xujing"])

    disposal = propose(record, people)
    stand()  # after the list was drawn up: looked at again
    with pytest.raises(DomainError, match=said):
        disposals.carry_out(disposal, opinion="同意", by=people["zhoufang"])
    assert Disposal.get().state == "proposed"
    assert ArchiveRecord.get().snapshot
    disposals.refuse(disposal, opinion="先留着", by=people["zhoufang"])
    with pytest.raises(DomainError, match=said):
        propose(record, people)


def test_a_list_is_decided_once(record, customer, people):
    disposal = propose(record, people)
    with pytest.raises(DomainError, match="另一份"):
        propose(record, people)
    disposals.refuse(disposal, opinion="先留着", by=people["zhoufang"])
    with pytest.raises(IllegalMove):
        disposals.carry_out(disposal, opinion="同意", by=people["zhoufang"])


def test_attachments_go_with_the_record_but_not_the_next_versions_own(make_record, people, work):
    record = make_record(files=[upload("需求说明书.docx", DOCX), upload("报价.pdf", PDF)])
    Customer.create(**_ended(record, people))
    IntakeForm.update(customer=Customer.get(), state="archived").where(
        IntakeForm.id == record.form_id
    ).execute()
    offer, specification = (
        store.path_of(each.file.sha256) for each in reversed(attached.attached_to(record.form))
    )
    draft = begun(IntakeForm.get_by_id(record.form_id))
    attached.take_off(draft, attached.attached_to(draft)[1], by=people["chenjing"])

    disposals.carry_out(propose(record, people), opinion="同意", by=people["zhoufang"])
    assert attached.attached_to(record.form) == []
    assert not offer.exists()
    assert specification.exists()  # the next version holds it


def test_who_may_not_decide_and_who_comes_second_are_told(record, customer, people, sign_in):
    disposal = propose(record, people)
    said, address = {"opinion": "同意", "decision": "destroy"}, f"/archive/disposals/{disposal.id}"
    own = sign_in("xujing").post(address, data=said)
    assert (own.status_code, "另一个人" in own.text) == (403, True)
    given = {"record": record.id, "reason": "我"}
    assert sign_in("zhoufang").post("/archive/disposals", data=given).status_code == 403
    disposals.refuse(disposal, opinion="先留着", by=people["zhoufang"])
    second = sign_in("linhai").post(address, data=said)
    assert (second.status_code, "已经处理过" in second.text) == (409, True)


def test_archivist_is_told_what_became_of_the_list(record, customer, people):
    disposals.refuse(propose(record, people), opinion="等诉讼时效", by=people["zhoufang"])
    told = Notice.get(Notice.person == people["xujing"])
    assert ("被退回" in told.title, told.body) == (True, "等诉讼时效")
    asked = Notice.select().where((Notice.person == people["zhoufang"]) & Notice.title.contains("销毁清单"))
    assert [notice.read_at is None for notice in asked] == [False]


def test_destroyed_record_is_closed_to_every_act(record, customer, people, work, sign_in):
    archivist = people["xujing"]
    box = Box.open(title="采集卷", shelf="1 号柜", by=archivist)
    put_into(box, record, by=archivist)
    disposals.carry_out(propose(record, people), opinion="同意", by=people["zhoufang"])
    work()
    gone, due = ArchiveRecord.get_by_id(record.id), clock.today()
    acts = (
        lambda: put_into(box, record, by=archivist),
        lambda: keep_for(record, years=5, ended_on=None, by=archivist),
        lambda: Hold.place(record, reason="审计", by=archivist),
        lambda: Loan.lend(record, borrower=archivist, purpose="看", due_on=due, by=archivist),
        lambda: gone.shelve(place="x", confidentiality="internal", seen=gone.version, by=archivist),
        lambda: check(gone, by=archivist),
    )
    for act in acts:
        with pytest.raises(IllegalMove, match="已按期销毁"):
            act()
    with pytest.raises(DomainError, match="已经销毁"):
        propose(record, people)
    browser = sign_in("xujing")
    page = browser.get(f"/archive/{record.id}").text
    assert ("已销毁" in page, "存放与归档" in page, "数据文件" in page) == (True, False, False)
    assert "检测</button>" not in browser.get(f"/archive/{record.id}/checks").text
    assert browser.get(f"/archive/{record.id}/data.json").status_code == 404
    assert gone.place == ""


def test_file_that_another_record_needs_stays(record, customer, people, work):
    sheet = ArchiveRecord.get().sheet
    disposal = propose(record, people)
    Disposal.update(certificate=sheet).execute()
    disposals.carry_out(disposal, opinion="同意", by=people["zhoufang"])
    assert StoredFile.get_by_id(sheet.id)
    assert store.read(sheet)


def test_blanked_record_without_a_list_is_a_fault(record):
    ArchiveRecord.update(snapshot="").execute()
    assert any(record.number in fault for fault in differences())


def test_resumed_cooperation_forgets_the_term(record, customer):
    assert kept([record.id])[record.id].term.state == "expired"
    Customer.update(status="won").execute()
    assert kept([record.id])[record.id].term.state == "not_begun"


def test_an_end_of_the_cooperation_before_does_not_count_any_more(record, customer, people):
    """Lost, won back and lost again: the day on the customer's page may still be the first one."""
    for status in ("won", "lost"):
        Customer.get().change_status(status, "signing", reason="恢复合作又终止", by=people["chenjing"])
    assert Customer.get().cooperation_to == LONG_AGO
    found = kept([record.id])[record.id]
    assert (found.ended_on, found.term.state) == (clock.today(), "running")
    with pytest.raises(DomainError, match="没有届满"):
        propose(record, people)


def test_customer_with_records_is_never_deleted_from_under_them(record, customer):
    from peewee import IntegrityError

    with pytest.raises(IntegrityError):
        Customer.delete().where(Customer.id == customer.id).execute()


def test_each_version_goes_by_itself(record, customer, people, work, sign_in):
    second = passed(amended(IntakeForm.get_by_id(record.form_id)))
    work()
    newer = ArchiveRecord.get(ArchiveRecord.form == second.id)
    hold = Hold.place(newer, reason="审计", by=people["xujing"])
    disposals.carry_out(propose(record, people), opinion="同意", by=people["zhoufang"])
    assert (ArchiveRecord.get_by_id(record.id).snapshot, chain_fault(newer)) == ("", "")
    collector = sign_in("chenjing")
    assert "与第1版的差异" in collector.get(f"/intake/{second.id}").text
    assert "已有第2版" in collector.get(f"/intake/{record.form_id}").text
    assert chain_fault(ArchiveRecord.get_by_id(newer.id)) == ""

    hold.lift(reason="审计结束", by=people["xujing"])
    disposals.carry_out(propose(newer, people), opinion="同意", by=people["zhoufang"])
    assert (IntakeForm.get_by_id(second.id).amend_reason, IntakeForm.get_by_id(second.id).values) == ("", {})
    assert collector.get(f"/intake/{second.id}").status_code == 200
    assert collector.get(f"/archive/{newer.id}").status_code == 200
    assert [fault for fault in differences() if "版" in fault] == []
