"""Destruction: two different persons, nothing held or still running, and a certificate of what went."""

from datetime import date, timedelta

import pypdfium2
import pytest

from intranet_crm import clock
from intranet_crm.archive.editions import chain_fault
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.customers.models import Customer
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake.models import IntakeForm, Review, SelfCheck, Submission
from intranet_crm.keeping import disposals
from intranet_crm.keeping.models import Disposal, Hold, Loan, keep_for
from intranet_crm.keeping.terms import kept
from intranet_crm.verification import differences
from tests.intake.amended import amended, passed

LONG_AGO = date(2020, 5, 1)


@pytest.fixture
def customer(record, people):
    moment = clock.now()
    made = Customer.create(
        number="CUST1", name=record.customer_name, industry="I65", source="exhibition", status="lost",
        cooperation_to=LONG_AGO, owner=people["chenjing"], created_by=people["chenjing"], touched_at=moment,
        created_at=moment, updated_at=moment,
    )  # fmt: skip
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
