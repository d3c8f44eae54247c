"""What the archivist, the heads and the auditor find in the demo's archive room."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.accounts.deputies import Deputy
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import is_sealed
from intranet_crm.audit_log import AuditEntry
from intranet_crm.intake.collection_tasks import CollectionTask
from intranet_crm.intake.models import IntakeForm
from intranet_crm.keeping.models import Box, Disposal, Hold, Keeping, Loan
from intranet_crm.keeping.rules import EXPIRED
from intranet_crm.keeping.terms import kept
from intranet_crm.paper.models import PrintedCopy, ScanPage, ScanStack, SignedCopy
from intranet_crm.proofs import packages
from intranet_crm.proofs.models import CheckReport, Package
from intranet_crm.tasks.urges import Urge
from intranet_crm.verification import differences


def test_some_paper_is_back_and_some_is_out_for_days(company):
    waiting = PrintedCopy.select().where(PrintedCopy.awaited_since.is_null(False))
    days = sorted((clock.now() - copy.awaited_since).days for copy in waiting)
    assert days[-1] >= 11
    assert days[0] <= 7
    assert SignedCopy.select().where(SignedCopy.document.is_null(False)).count() == 2
    assert "已回收" in company.sign_in("xujing").get(f"/archive/{SignedCopy.get().record_id}/paper").text


def test_one_stack_is_filed_but_for_a_page_that_the_tray_suggests_a_place_for(company):
    assert ScanStack.select().where(ScanStack.done_at.is_null(False)).count() == 1
    states = [page.state for page in ScanPage.select().order_by(ScanPage.position)]
    assert states == ["filed"] * 5 + ["tray"]
    stray = ScanPage.get(ScanPage.state == "tray")
    before = ScanPage.get(ScanPage.position == stray.position - 1)
    text = company.sign_in("xujing").get("/scans/tray").text
    assert f"建议归入 {before.record.number} 第 {before.page + 1} 页" in text
    assert "按这一叠里前后的页推测" in text


def test_filed_records_lie_in_boxes_on_shelves(company):
    assert Box.select().where(Box.shelf != "").count() == 2
    filed = ArchiveRecord.select().where(ArchiveRecord.filed_at.is_null(False)).count()
    assert Keeping.select().where(Keeping.box.is_null(False)).count() == filed


def test_one_loan_is_overdue_one_runs_and_one_is_back(company):
    out = Loan.returned_at.is_null()
    assert Loan.select().where(out & (Loan.due_on < clock.today())).count() == 1
    assert Loan.select().where(out & (Loan.due_on >= clock.today())).count() == 1
    assert Loan.select().where(~out).count() == 1
    assert Hold.select().where(Hold.lifted_at.is_null()).count() == 1


def test_a_term_has_run_out_and_its_destruction_waits_for_somebody_else(company):
    (disposal,) = Disposal.select()
    assert (disposal.state, disposal.proposed_by.username) == ("proposed", "xujing")
    standing = kept(record.id for record in ArchiveRecord.select(ArchiveRecord.id))
    assert [each.term.state for each in standing.values()].count(EXPIRED) == 2
    assert sum(not each.obstacles for each in standing.values()) == 1
    assert "监销并销毁" in company.sign_in("zhoufang").get(f"/archive/disposals/{disposal.id}").text


def test_the_reviews_have_a_deputy_tasks_and_an_urged_head(company):
    (deputy,) = Deputy.select()
    assert timedelta(0) < deputy.starts_on - clock.today() <= timedelta(days=7)
    late = [task for task in CollectionTask.select() if task.is_late]
    assert (CollectionTask.select().count(), len(late)) == (2, 1)
    assert Urge.select().count() >= 2
    assert AuditEntry.select().where(AuditEntry.action == "催办复核").exists()


def test_a_change_of_an_archived_form_waits_for_the_head(company):
    second = IntakeForm.get(IntakeForm.edition == 2)
    assert (second.state, second.amends.state) == ("in_review", "archived")
    head = company.sign_in(second.reviewer.username)
    assert "第2版" in head.get("/reviews").text
    page = head.get(f"/reviews/{second.id}").text
    assert "与第1版的差异" in page
    assert "预算范围" in page.split("与第1版的差异")[1].split("一级自查")[0]


def test_there_is_proof_and_nothing_differs(company):
    assert CheckReport.select().where(CheckReport.month.is_null(False)).count() == 3
    (package,) = Package.select()
    assert package.made_at
    assert packages.shelf.holds(package)
    assert not [record for record in ArchiveRecord.select() if not is_sealed(record)]
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("name", "there", "absent"),
    [
        ("xujing", ("卷盒", "四性检测", "数据包"), ()),
        ("zhoufang", ("卷盒", "到期鉴定"), ("四性检测", "数据包")),
        ("auditor", ("归档证明", "四性检测"), ("卷盒", "数据包")),
    ],
)
def test_every_room_that_is_shown_can_be_entered(company, name, there, absent):
    me = company.sign_in(name)
    page = me.get("/archive").text
    rooms = page.partition('aria-label="档案室"')[2].partition("</nav>")[0]
    assert all(f">{word}</a>" in rooms for word in there)
    assert not any(word in rooms for word in absent)
    addresses = [part.partition('"')[0] for part in rooms.split('href="')[1:]]
    assert {me.get(address).status_code for address in addresses} == {200}
