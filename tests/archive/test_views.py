"""The archive room: who sees which sheet, that bytes stay the same, and what the archivist does."""

import json

import pytest

from intranet_crm.archive import jobs
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.audit_log import AuditEntry
from intranet_crm.database import database
from intranet_crm.files import store
from intranet_crm.intake.attached import attached_to
from intranet_crm.intake.models import IntakeForm
from tests.archive.approved import approved, entered
from tests.archive.test_records import drawn  # noqa: F401
from tests.files.samples import DOCX, upload
from tests.intake.in_review import COMPANY


@pytest.fixture
def record(people, drawn):  # noqa: F811
    form = approved(people["chenjing"], people["zhoufang"])
    jobs.make_record(form.id)
    return ArchiveRecord.get()


# 陈静 collected; 周芳, 李强 and 林海 are above her; 徐静 keeps the archive
SEES = {"chenjing", "liqiang", "zhoufang", "linhai", "xujing"}
NEVER = {"hetao", "tangjia", "admin", "auditor"}


def test_each_role_opens_the_sheets_in_its_reach(record, people, sign_in):
    paths = ("", "/sheet.pdf", "/data.json", "/submissions/1.pdf")
    for name in people:
        expected = 200 if name in SEES else 403 if name in NEVER else 404
        browser = sign_in(name)
        answers = {path: browser.get(f"/archive/{record.id}{path}").status_code for path in paths}
        assert answers == dict.fromkeys(paths, expected), name


def test_attachments_are_opened_from_the_record(people, drawn, sign_in):  # noqa: F811
    form = approved(people["chenjing"], people["zhoufang"], files=[upload("需求说明书.docx", DOCX)])
    jobs.make_record(form.id)
    record = ArchiveRecord.get()
    address = f"/archive/{record.id}/attachments/{attached_to(form)[0].id}"
    archivist = sign_in("xujing")
    assert f'href="{address}"' in archivist.get(f"/archive/{record.id}").text
    assert archivist.get(address).data == DOCX
    assert sign_in("wanglei").get(address).status_code == 404


def test_no_cache_keeps_a_file_past_the_right_to_it(record, people, sign_in):
    """Each look asks again, so that it is allowed and logged; the bytes are sent once."""
    browser, address = sign_in("chenjing"), f"/archive/{record.id}/sheet.pdf"
    for path in (address, f"/archive/{record.id}/data.json", f"/archive/{record.id}/submissions/1.pdf"):
        kept = browser.get(path).cache_control
        assert (kept.public, kept.private, kept.no_cache, kept.max_age) == (False, True, True, None), path
    again = browser.get(address, headers={"If-None-Match": browser.get(address).headers["ETag"]})
    assert again.status_code == 304
    assert AuditEntry.select().where(AuditEntry.action == "查看归档表").count() == 3
    with browser.get("/static/app.js") as script:
        assert (script.cache_control.public, script.cache_control.max_age) == (True, 365 * 24 * 3600)


def test_list_holds_what_is_in_reach(record, people, sign_in):
    for name in SEES:
        assert record.number in sign_in(name).get("/archive").text
    for name in ("wanglei", "zhaomin", "sunhao"):
        assert "还没有归档表" in sign_in(name).get("/archive").text


def test_customers_owner_sees_the_sheet_another_collected(record, people, sign_in):
    from intranet_crm.customers.models import Customer

    moment = record.created_at
    customer = Customer.create(
        number="CUST1", name=record.customer_name, industry="I65", source="exhibition",
        owner=people["zhaomin"], created_by=people["zhaomin"], touched_at=moment, created_at=moment,
        updated_at=moment,
    )  # fmt: skip
    IntakeForm.update(customer=customer).where(IntakeForm.id == record.form_id).execute()

    assert sign_in("zhaomin").get(f"/archive/{record.id}").status_code == 200
    assert sign_in("wanglei").get(f"/archive/{record.id}").status_code == 404


def test_auditor_sees_proofs_without_names(record, sign_in):
    text = sign_in("auditor").get("/archive").text
    assert record.number in text
    assert record.digest in text
    assert "一致" in text
    assert record.customer_name not in text
    assert "陈静" not in text


def test_sheet_comes_back_unchanged_and_its_use_is_logged(record, sign_in):
    browser = sign_in("chenjing")
    first = browser.get(f"/archive/{record.id}/sheet.pdf")
    again = browser.get(f"/archive/{record.id}/sheet.pdf?for=download")

    assert first.data == again.data == store.read(record.sheet)
    assert first.headers["ETag"] == f'"{record.sheet.sha256}"'
    assert "attachment" in again.headers["Content-Disposition"]
    known = browser.get(f"/archive/{record.id}/sheet.pdf", headers={"If-None-Match": first.headers["ETag"]})
    assert known.status_code == 304
    uses = (
        AuditEntry.select().where(AuditEntry.action.in_(["查看归档表", "下载归档表"])).order_by(AuditEntry.id)
    )
    assert [(use.action, use.actor_name) for use in uses] == [
        ("查看归档表", "陈静"),
        ("下载归档表", "陈静"),
        ("查看归档表", "陈静"),
    ]


def test_changed_bytes_are_not_handed_out(record, sign_in):
    path = store.path_of(record.sheet.sha256)
    path.chmod(0o600)
    path.write_bytes(b"%PDF-forged")

    answer = sign_in("chenjing").get(f"/archive/{record.id}/sheet.pdf")
    assert (answer.status_code, "文件已损坏" in answer.text, "摘要不符" in answer.text) == (410, True, True)
    assert "不一致" in sign_in("chenjing").get(f"/archive/{record.id}").text
    assert "不一致" in sign_in("auditor").get("/archive").text


def test_data_file_is_the_sealed_json(record, sign_in):
    answer = sign_in("chenjing").get(f"/archive/{record.id}/data.json")
    assert answer.data.decode() == record.snapshot
    assert json.loads(answer.data)["archive"]["number"] == record.number


def test_record_page_shows_catalogue_versions_and_digests(record, sign_in):
    text = sign_in("chenjing").get(f"/archive/{record.id}").text
    for said in (
        record.title,
        record.number,
        record.digest,
        record.sheet.sha256,
        "送审稿第 1 次",
        "打印",
        "导出PDF",
    ):
        assert said in text
    assert "filing" not in text


def test_record_waiting_for_its_sheet_says_so(record, sign_in):
    ArchiveRecord.update(sheet=None).execute()
    text = sign_in("chenjing").get(f"/archive/{record.id}").text
    assert "归档表正在生成" in text
    assert sign_in("chenjing").get(f"/archive/{record.id}/sheet.pdf").status_code == 404


def test_archivist_files_by_the_form(record, people, sign_in):
    entered(IntakeForm.get_by_id(record.form_id), people["chenjing"])
    browser = sign_in("xujing")
    page = f"/archive/{record.id}"
    assert "归档" in browser.get(page).text
    given = {"place": "3 号柜", "confidentiality": "secret", "version": record.version, "next": "archive"}

    answer = browser.post(f"{page}/filing", data=given)

    assert answer.status_code == 303
    assert "已归档" in browser.get(page).text
    assert "3 号柜" in browser.get("/archive").text


def test_filing_without_a_place_keeps_the_page(record, sign_in):
    answer = sign_in("xujing").post(
        f"/archive/{record.id}/filing", data={"place": "", "confidentiality": "secret", "version": 1}
    )
    assert answer.status_code == 422
    assert "请填写存放位置" in answer.text


def test_stale_filing_keeps_what_was_typed(record, people, sign_in):
    record.shelve(place="甲柜", confidentiality="internal", seen=1, by=people["xujing"])
    answer = sign_in("xujing").post(
        f"/archive/{record.id}/filing", data={"place": "乙柜", "confidentiality": "internal", "version": 1}
    )
    assert answer.status_code == 409
    assert "乙柜" in answer.text
    assert ArchiveRecord.get_by_id(record.id).place == "甲柜"


def test_others_do_not_file(record, sign_in):
    given = {"place": "3 号柜", "confidentiality": "secret", "version": 1}
    for typed in (given, {}):
        assert sign_in("chenjing").post(f"/archive/{record.id}/filing", data=typed).status_code == 403
    assert sign_in("wanglei").post(f"/archive/{record.id}/filing", data=given).status_code == 404
    assert sign_in("auditor").post(f"/archive/{record.id}/filing", data=given).status_code == 403


def test_filters(record, people, sign_in):
    other = approved(
        people["chenjing"], people["zhoufang"], name="瑞禾商贸(北京)有限公司", collected_on="2026-11-05"
    )
    jobs.make_record(other.id)
    entered(IntakeForm.get_by_id(other.id), people["chenjing"])
    browser = sign_in("xujing")

    def names(query: str) -> list[str]:
        text = browser.get(f"/archive?{query}").text
        return [name for name in (COMPANY["name"], "瑞禾商贸(北京)有限公司") if name in text]

    assert names("q=瑞禾") == ["瑞禾商贸(北京)有限公司"]
    assert names(f"q={record.number.lower()}") == [COMPANY["name"]]
    assert names("since=2026-11-03") == ["瑞禾商贸(北京)有限公司"]
    assert names("until=2026-11-03") == [COMPANY["name"]]
    assert names("state=entered") == ["瑞禾商贸(北京)有限公司"]
    assert names("q=没有") == []
    assert len(names("state=nonsense")) == 2


def test_twenty_rows_cost_what_two_do(record, people, sign_in, monkeypatch):
    browser = sign_in("zhoufang")

    def queries() -> int:
        run, count = database.obj.execute_sql, []
        with monkeypatch.context() as patch:
            patch.setattr(database.obj, "execute_sql", lambda *a, **k: count.append(a) or run(*a, **k))
            assert browser.get("/archive").status_code == 200
        return len(count)

    few = queries()
    for _ in range(22):
        jobs.make_record(approved(people["chenjing"], people["zhoufang"]).id)
    assert queries() == few
    assert "下一页" in browser.get("/archive").text
