"""`verify`: silent while everything is as it was kept, and names the record of any changed byte."""

import sys
from datetime import timedelta

import pytest

from intranet_crm import verification
from intranet_crm.archive import jobs
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import reseal
from intranet_crm.audit import chain
from intranet_crm.audit_log import AuditEntry
from intranet_crm.files import store
from intranet_crm.intake.models import Submission
from intranet_crm.verification import differences
from tests.archive.approved import approved
from tests.archive.test_records import drawn  # noqa: F401


@pytest.fixture
def record(people, drawn):  # noqa: F811
    jobs.make_record(approved(people["chenjing"], people["zhoufang"]).id)
    chain.seal()
    return ArchiveRecord.get()


def flip_one_byte(stored) -> None:
    path = store.path_of(stored.sha256)
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_nothing_differs(record):
    assert list(differences()) == []


def test_changed_sheet_is_named(record):
    flip_one_byte(record.sheet)
    (found,) = differences()
    assert f"档案 {record.number} 的归档表" in found


def test_missing_sheet_file_is_named(record):
    store.path_of(record.sheet.sha256).unlink()
    (found,) = differences()
    assert record.number in found
    assert "缺失" in found


def test_changed_submission_file_is_named(record):
    submission = Submission.get()
    flip_one_byte(submission.document)
    (found,) = differences()
    assert f"采集表 {submission.form.number} 送审稿第 1 次" in found


def test_changed_data_is_named(record):
    ArchiveRecord.update(snapshot=record.snapshot.replace("罗欣怡", "罗欣恰")).execute()
    Submission.update(snapshot=Submission.get().snapshot.replace("罗欣怡", "罗欣恰")).execute()
    found = list(differences())
    assert len(found) == 2
    assert any(record.number in each for each in found)


def test_sheet_that_never_came_is_named_after_a_while(record):
    ArchiveRecord.update(sheet=None).execute()
    reseal(record)
    assert list(differences()) == []
    ArchiveRecord.update(created_at=record.created_at - timedelta(minutes=20)).execute()
    (found,) = differences()
    assert found == f"档案 {record.number}：归档表没有生成"


def test_approved_form_without_a_record_is_named(people):
    form = approved(people["chenjing"], people["zhoufang"])
    form.decided_at -= timedelta(minutes=20)
    form.save()
    (found,) = differences()
    assert form.number in found


def test_it_says_on_a_terminal_how_far_it_is(record, monkeypatch, capsys):
    monkeypatch.setattr(verification, "EVERY", -1)
    list(differences(verification.Progress))
    assert capsys.readouterr().err == ""  # a file or a pipe
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    list(differences(verification.Progress))
    said = capsys.readouterr().err
    assert "档案 1 / 1" in said
    assert "审计日志 1 / " in said


def test_changed_audit_row_is_named(record):
    AuditEntry.update(actor_name="别人").where(AuditEntry.position == 1).execute()
    (found,) = differences()
    assert "审计日志第 1 条" in found
