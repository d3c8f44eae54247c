"""A record, a number and a sheet for each approved form: once, whatever happens in the middle."""

import json

import pytest

from intranet_crm import clock
from intranet_crm.archive import jobs
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.errors import IllegalMove, NotAllowed, StaleVersion
from intranet_crm.files import store
from intranet_crm.intake.models import IntakeEvent, IntakeForm, Submission
from intranet_crm.intake.snapshot import digest
from tests.archive.approved import approved, entered
from tests.intake.in_review import submitted
from tests.together import at_once, refused

YEAR = clock.today().year


@pytest.fixture
def drawn(monkeypatch):
    """Sheets by a quick hand; what was asked for."""
    asked = []

    def draw(text, **given):
        asked.append(given)
        return b"%PDF-1.7 " + text.encode()

    monkeypatch.setattr(jobs, "sheet_pdf", draw)
    return asked


@pytest.fixture
def form(people):
    return approved(people["chenjing"], people["zhoufang"])


def test_approval_leads_to_a_sheet(form, work):
    work()

    record = ArchiveRecord.get()
    submission = Submission.get()
    snapshot = json.loads(record.snapshot)
    assert record.number == f"DA-{YEAR}-0001"
    assert record.title == "海澜信息技术(深圳)有限公司-2026-11-02"
    assert store.read(record.sheet).startswith(b"%PDF-")
    assert record.digest == digest(record.snapshot)
    assert snapshot["sections"] == json.loads(submission.snapshot)["sections"]
    assert snapshot["review"]["submission_digest"] == submission.digest
    said = {field["label"]: field for field in snapshot["review"]["fields"]}
    assert said["复核人"]["words"] == "周芳"
    assert said["需求真实性"]["note"] == "二次确认日期 2026-11-12"
    assert said["业务目标匹配度"]["note"] == "客户分级 VIP客户"
    filed = {field["label"]: field["words"] for field in snapshot["archive"]["fields"] if "words" in field}
    assert filed["保管部门"] == "综合档案室"
    assert filed["录入时限"].startswith(str(form.entry_due_on))


def test_second_run_makes_nothing_new(form, drawn):
    for _ in range(3):
        jobs.make_record(form.id)

    assert ArchiveRecord.select().count() == 1
    assert len(drawn) == 1


def test_form_that_is_not_approved_is_passed_over(people, drawn):
    jobs.make_record(submitted(people["chenjing"]).id)
    jobs.make_record(4711)

    assert ArchiveRecord.select().count() == 0


def test_crash_between_record_and_sheet_is_made_good(form, drawn, monkeypatch):
    def killed(*_, **__):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "sheet_pdf", killed)
        with pytest.raises(SystemExit):
            jobs.make_record(form.id)
    numbered = ArchiveRecord.get()
    assert numbered.sheet_id is None

    jobs.make_record(form.id)

    record = ArchiveRecord.get()
    assert (record.id, record.number, record.digest) == (numbered.id, numbered.number, numbered.digest)
    assert record.sheet_id is not None


def test_failure_while_the_record_is_made_takes_no_number(form, people, drawn, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(ArchiveRecord, "_audit", fails)
        with pytest.raises(RuntimeError):
            jobs.make_record(form.id)

    other = approved(people["wanglei"], people["zhoufang"])
    jobs.make_record(other.id)
    jobs.make_record(form.id)

    assert sorted(r.number for r in ArchiveRecord) == [f"DA-{YEAR}-0001", f"DA-{YEAR}-0002"]


def test_two_workers_make_one_record_and_one_sheet(form, drawn):
    assert refused(at_once(*[lambda: jobs.make_record(form.id)] * 4)) == []
    (record,) = ArchiveRecord.select()
    assert record.number == f"DA-{YEAR}-0001"
    assert store.read(record.sheet) == b"%PDF-1.7 " + record.snapshot.encode()


def test_second_of_the_same_name_and_day_gets_a_two(form, people, drawn):
    second = approved(people["chenjing"], people["zhoufang"])
    for each in (form, second):
        jobs.make_record(each.id)

    assert [record.title for record in ArchiveRecord.select().order_by(ArchiveRecord.id)] == [
        "海澜信息技术(深圳)有限公司-2026-11-02",
        "海澜信息技术(深圳)有限公司-2026-11-02-2",
    ]


@pytest.fixture
def record(form, drawn):
    jobs.make_record(form.id)
    return ArchiveRecord.get()


GIVEN = {"place": "3 号柜 2 层", "confidentiality": "secret"}


def test_archivist_files_an_entered_form(record, form, people):
    entered(form, people["chenjing"])

    record.file(**GIVEN, seen=record.version, by=people["xujing"])

    kept = ArchiveRecord.get_by_id(record.id)
    assert (kept.place, kept.confidentiality, kept.filed_by_id) == (
        "3 号柜 2 层",
        "secret",
        people["xujing"].id,
    )
    assert IntakeForm.get_by_id(form.id).state == "archived"
    event = IntakeEvent.select().order_by(IntakeEvent.id.desc()).first()
    assert (event.move, event.from_state, event.to_state) == ("archive", "entered", "archived")
    assert kept.digest == record.digest


def test_filing_waits_for_the_entry(record, people):
    with pytest.raises(IllegalMove, match="下一步是录入"):
        record.file(**GIVEN, seen=record.version, by=people["xujing"])
    record.shelve(**GIVEN, seen=record.version, by=people["xujing"])
    assert ArchiveRecord.get_by_id(record.id).place == "3 号柜 2 层"


def test_only_the_archivist_files(record, form, people):
    entered(form, people["chenjing"])
    for name in ("chenjing", "zhoufang", "admin"):
        for verb in (record.file, record.shelve):
            with pytest.raises(NotAllowed):
                verb(**GIVEN, seen=record.version, by=people[name])
    assert ArchiveRecord.get_by_id(record.id).place == ""


def test_stale_page_changes_nothing(record, form, people):
    entered(form, people["chenjing"])
    record.shelve(**GIVEN, seen=1, by=people["xujing"])
    with pytest.raises(StaleVersion):
        ArchiveRecord.get_by_id(record.id).file(
            place="别处", confidentiality="internal", seen=1, by=people["xujing"]
        )
    assert ArchiveRecord.get_by_id(record.id).place == "3 号柜 2 层"
    assert IntakeForm.get_by_id(form.id).state == "entered"
