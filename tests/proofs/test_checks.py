"""The four-nature checks: a sound record passes, each kind of damage is found by its own item."""

import json
from datetime import date

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.archive import jobs
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import reseal
from intranet_crm.audit import chain
from intranet_crm.audit_log import AuditEntry
from intranet_crm.files import store
from intranet_crm.files.models import Attachment, StoredFile
from intranet_crm.intake.attached import attached_to
from intranet_crm.intake.models import IntakeEvent, Submission
from intranet_crm.notices.models import Notice
from intranet_crm.proofs import checks, rules
from intranet_crm.proofs.models import CheckReport
from intranet_crm.verification import differences
from tests.files.samples import DOCX, PDF, upload
from tests.intake.amended import amended, passed


def failed(record) -> set[str]:
    facts = checks.facts_of(ArchiveRecord.get_by_id(record.id), chain_holds=True)
    return {each.id for each in rules.faults(rules.results(facts))}


def test_every_item_of_the_list_has_its_outcome(sealed):
    found = rules.results(checks.facts_of(sealed, chain_holds=True))
    assert [each.id for each in found] == [
        *(f"Z{n}" for n in range(1, 12)), *(f"W{n}" for n in range(1, 7)), *(f"K{n}" for n in range(1, 6)),
        "A1", "A2", "A3",
    ]  # fmt: skip
    assert rules.faults(found) == []


def change(record, **columns):
    ArchiveRecord.update(**columns).where(ArchiveRecord.id == record.id).execute()
    reseal(record)


def rewritten(record, **changes):
    data = json.loads(record.snapshot)
    for section in data["sections"]:
        for field in section["fields"]:
            if field["key"] in changes:
                field |= changes[field["key"]]
    text = json.dumps(data, ensure_ascii=False)
    from intranet_crm.intake.snapshot import digest

    change(record, snapshot=text, digest=digest(text))


@pytest.mark.parametrize(
    ("item", "damage"),
    [
        ("Z1", lambda r: ArchiveRecord.update(place="别处").execute()),
        ("Z1", lambda r: change(r, digest="0" * 64)),
        ("Z2", lambda r: rewritten(r, detail={"words": "长" * 5001})),
        ("Z3", lambda r: rewritten(r, credit_code={"value": "91440305763170665A"})),
        ("Z4", lambda r: rewritten(r, industry={"value": "ZZ9"})),
        ("Z5", lambda r: change(r, collected_on=date(2099, 1, 1))),
        ("Z6", lambda r: rewritten(r, detail={"words": "看不见\u202e的"})),
        ("Z7", lambda r: change(r, number="DA-26-1")),
        ("Z9", lambda r: StoredFile.update(size=1).execute()),
        ("Z10", lambda r: change(r, customer_name="别的公司")),
        ("W2", lambda r: rewritten(r, detail={"words": "", "required": True})),
        ("W3", lambda r: change(r, number="DA-2026-0009")),
        ("W4", lambda r: IntakeEvent.delete().where(IntakeEvent.move == "submit").execute()),
        ("W5", lambda r: store.path_of(r.sheet.sha256).unlink()),
        ("K1", lambda r: change(r, snapshot="{")),
        (
            "A3",
            lambda r: AuditEntry.update(subject_id=0).where(AuditEntry.subject_kind == "archive").execute(),
        ),
    ],
)
def test_damage_is_found_by_its_item(sealed, item, damage):
    damage(sealed)
    assert item in failed(sealed)


def test_script_in_a_pdf_and_a_broken_one_are_found(sealed):
    path = store.path_of(sealed.sheet.sha256)
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.7 /OpenAction << /S /JavaScript >>")
    assert {"Z1", "Z9", "K2", "A1"} <= failed(sealed)


def test_attachments_are_part_of_the_record(make_record):
    record = make_record(files=[upload("需求说明书.docx", DOCX), upload("报价.pdf", PDF)])
    Submission.update(document=record.sheet_id).execute()  # a real PDF, as `sealed` has it
    chain.seal()
    assert failed(record) == set()
    held = attached_to(record.form)
    path = store.path_of(held[0].file.sha256)
    path.chmod(0o600)
    path.write_bytes(DOCX + b"!")
    assert failed(record) == {"Z1", "Z9"}
    assert any(f"采集表 {record.form.number} 的附件「需求说明书.docx」" in fault for fault in differences())
    Attachment.delete().where(Attachment.id == held[1].id).execute()
    assert "W5" in failed(record)
    assert f"档案 {record.number}：附件「报价.pdf」缺失" in list(differences())


def test_archivist_checks_a_record_and_others_read_the_report(sealed, sign_in):
    answer = sign_in("xujing").post(f"/archive/{sealed.id}/checks")
    assert answer.status_code == 303
    page = sign_in("chenjing").get(f"/archive/{sealed.id}/checks").text
    assert "固化信息有效性" in page
    assert "不合格" not in page
    assert sign_in("chenjing").post(f"/archive/{sealed.id}/checks").status_code == 403
    assert sign_in("zhaomin").get(f"/archive/{sealed.id}/checks").status_code == 404


def test_month_has_one_report_that_names_what_failed(sealed, sign_in):
    ArchiveRecord.update(place="别处").execute()
    month = clock.today().replace(day=1)
    report = checks.check_month(month)

    assert checks.check_month(month) == report
    assert (report.checked, report.failed) == (1, 1)
    page = sign_in("auditor").get(f"/archive/checks/{month:%Y-%m}").text
    assert sealed.number in page
    assert f"{month:%Y-%m}" in sign_in("xujing").get("/archive/checks").text
    assert sign_in("chenjing").get("/archive/checks").status_code == 404


def test_who_can_act_is_told_of_a_month_that_failed(sealed, sign_in, work, people):
    place, month = sealed.place, clock.today().replace(day=1)
    ArchiveRecord.update(place="别处").execute()
    report = checks.check_month(month)
    told = Notice.select().where(Notice.title.contains("1 份不合格"))
    assert {notice.person for notice in told} == {people["xujing"], people["auditor"], people["admin"]}
    assert {notice.person: notice.address for notice in told}[people["admin"]] == ""
    ArchiveRecord.update(place=place).execute()
    checks.check_month_again(report)
    assert all(notice.read_at for notice in told.clone())


def test_a_row_that_was_changed_shows_wherever_the_record_is_proved(sealed, sign_in):
    ArchiveRecord.update(customer_name="改名公司").execute()
    for name, address in (("xujing", f"/archive/{sealed.id}"), ("auditor", "/archive")):
        assert "不一致" in sign_in(name).get(address).text


def test_month_is_checked_again_once_it_was_put_right(sealed, sign_in, work, people):
    place, month = sealed.place, f"{clock.today():%Y-%m}"
    ArchiveRecord.update(place="别处").execute()
    checks.check_month(clock.today().replace(day=1))
    ArchiveRecord.update(place=place).execute()
    assert "重新检测" not in sign_in("auditor").get(f"/archive/checks/{month}").text
    assert sign_in("auditor").post(f"/archive/checks/{month}").status_code == 403
    archivist = sign_in("xujing")
    assert archivist.post(f"/archive/checks/{month}").status_code == 303
    work()
    assert CheckReport.get().failed == 0
    assert "已重新检测：全部合格" in archivist.get("/notices?kind=info").text
    assert "重新检测四性月报" in sign_in("auditor").get("/audit").text


def test_worker_reports_the_month_that_ended_once(sealed, work):
    from intranet_crm.proofs.jobs import ask_for_the_month

    for _ in range(2):
        ask_for_the_month()
        work()
    assert CheckReport.select().count() == 1


def test_a_second_version_is_checked_against_the_first(sealed):
    """W4: what was changed belongs to the process; a first version superseded before its entry lacks none."""
    second = passed(amended(sealed.form))
    jobs.make_record(second.id)
    chain.seal()
    newer = ArchiveRecord.get(ArchiveRecord.form == second.id)
    ArchiveRecord.update(sheet=sealed.sheet_id).execute()
    Submission.update(document=sealed.sheet_id).execute()
    for record in (sealed, newer):
        reseal(record)
    assert failed(newer) == set()
    stored = ArchiveRecord.get_by_id(sealed.id)
    stored.file(
        place="3 号柜",
        confidentiality="internal",
        seen=stored.version,
        by=Person.get(Person.username == "xujing"),
    )
    assert failed(sealed) == set()
    change(sealed, digest="0" * 64)
    assert failed(newer) == {"W4"}
