"""Attachments are kept whole, come back unchanged as downloads, and leave traces in the audit log."""

import pytest

from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import NotAllowed
from intranet_crm.files import store
from intranet_crm.files.attachments import attach, attachments_of, find_attachment, remove, send_attachment
from intranet_crm.files.models import Attachment, StoredFile
from intranet_crm.files.rules import UnfitFile
from tests.files import samples
from tests.files.samples import upload


def audited() -> list[str]:
    entries = AuditEntry.select().where(AuditEntry.action.contains("附件")).order_by(AuditEntry.id)
    return [entry.action for entry in entries]


def test_uploads_are_kept_in_order_and_empty_inputs_are_passed_over(people):
    made = attach(
        "customer",
        7,
        [upload("名片.png", samples.PNG), upload("", b""), upload("纪要.txt", samples.TEXT)],
        people["chenjing"],
    )
    assert [each.name for each in made] == ["名片.png", "纪要.txt"]
    assert [store.read(each.file) for each in made] == [samples.PNG, samples.TEXT]
    assert audited() == ["上传附件", "上传附件"]


def test_the_same_bytes_are_stored_once(people):
    attach("customer", 7, [upload("a.pdf", samples.PDF)], people["chenjing"])
    attach("need", 3, [upload("b.pdf", samples.PDF)], people["wanglei"])
    assert (Attachment.select().count(), StoredFile.select().count()) == (2, 1)


def test_one_unfit_file_keeps_all_of_them_out(people):
    with pytest.raises(UnfitFile, match="工具"):
        attach("customer", 7, [upload("a.pdf", samples.PDF), upload("工具.exe", b"MZ")], people["chenjing"])
    assert not Attachment.select().exists()


def test_attachments_of_many_records_come_in_one_query(people):
    attach("need", 1, [upload("一.pdf", samples.PDF), upload("二.png", samples.PNG)], people["chenjing"])
    attach("customer", 2, [upload("三.png", samples.PNG)], people["chenjing"])
    found = attachments_of("need", [1, 2])
    assert {key: [each.name for each in rows] for key, rows in found.items()} == {
        1: ["一.pdf", "二.png"],
        2: [],
    }
    assert attachments_of("need", []) == {}


def test_an_attachment_is_found_only_at_its_own_record(people):
    [made] = attach("need", 1, [upload("一.pdf", samples.PDF)], people["chenjing"])
    assert find_attachment("need", 1, made.id).name == "一.pdf"
    assert find_attachment("need", 2, made.id) is None
    assert find_attachment("customer", 1, made.id) is None


def test_a_download_is_never_shown_inline_and_carries_its_chinese_name(app, people):
    [made] = attach("need", 1, [upload("报价单.pdf", samples.PDF)], people["chenjing"])
    with app.test_request_context():
        answer = send_attachment(made, people["liqiang"])
        answer.direct_passthrough = False
        assert answer.get_data() == samples.PDF
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''%E6%8A%A5%E4%BB%B7%E5%8D%95.pdf" in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    assert (entry.action, entry.actor_name, entry.subject_title) == ("下载附件", "李强", "报价单.pdf")


def test_only_the_uploader_or_an_administrator_removes(people):
    made = attach(
        "need", 1, [upload("一.pdf", samples.PDF), upload("二.png", samples.PNG)], people["chenjing"]
    )
    with pytest.raises(NotAllowed, match="陈静"):
        remove(made[0], people["wanglei"])
    remove(made[0], people["chenjing"])
    remove(made[1], people["admin"])
    assert attachments_of("need", [1]) == {1: []}
    assert StoredFile.select().count() == 2
    assert audited()[-2:] == ["移除附件", "移除附件"]
