"""A customer's attachments: who uploads, who downloads, who removes."""

from io import BytesIO

import pytest

from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers.attachments import attach_to
from intranet_crm.customers.models import TimelineEntry
from intranet_crm.database import database
from intranet_crm.files.models import Attachment
from tests.customers.made import customer_of
from tests.files import samples
from tests.files.bad import EVERYWHERE
from tests.files.samples import upload


@pytest.fixture
def customer(people):
    """A customer of 陈静, cared for by 黄丽 of 客户成功部."""
    made = customer_of(people["chenjing"])
    type(made).update(success_manager=people["huangli"]).execute()
    return made


@pytest.fixture
def card(customer, people):
    return attach_to(customer, [upload("王建国名片.png", samples.PNG)], people["chenjing"])[0]


def post(browser, customer, *files, **headers):
    data = {"files": [(BytesIO(content), name) for name, content in files]}
    return browser.post(f"/customers/{customer.id}/attachments", data=data, headers=headers)


def test_an_upload_shows_in_the_list_and_on_the_timeline(sign_in, customer):
    browser = sign_in("chenjing")
    answer = post(browser, customer, ("名片.png", samples.PNG), ("纪要.txt", samples.TEXT))
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "已上传 2 个附件。" in page
    assert "名片.png" in page
    entry = TimelineEntry.get(TimelineEntry.kind == "file")
    assert (entry.title, entry.summary) == ("上传附件 2 个", "名片.png、纪要.txt")


def test_in_place_the_panel_comes_back(sign_in, customer):
    answer = post(sign_in("chenjing"), customer, ("名片.png", samples.PNG), **{"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.text.strip().startswith('<section class="panel" id="attachments"')
    assert "名片.png" in answer.text


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("工具.exe", b"MZ")], "「工具.exe」不是可以上传的类型"),
        ([("名片.png", samples.PNG), ("合同.pdf", b"MZ")], "「合同.pdf」的内容不是PDF"),
        *(([each[:2]], each[2]) for each in map(EVERYWHERE.get, ("program started", "encrypted", "cut off"))),
        ([("", b"")], "请先选择要上传的文件。"),
        ([], "请先选择要上传的文件。"),
    ],
)
def test_unfit_files_are_named_and_nothing_is_kept(sign_in, customer, files, sentence):
    answer = post(sign_in("chenjing"), customer, *files)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert not Attachment.select().exists()


@pytest.mark.parametrize("username", ["chenjing", "huangli", "liqiang", "zhoufang", "linhai", "admin"])
def test_who_reaches_the_customer_in_full_downloads_it_unchanged(sign_in, customer, card, username):
    answer = sign_in(username).get(f"/customers/{customer.id}/attachments/{card.id}")
    assert answer.data == samples.PNG
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    last = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    assert (last.action, last.subject_id) == ("下载附件", customer.id)


def test_who_sees_contacts_masked_sees_the_list_but_opens_nothing(sign_in, customer, card):
    browser, address = sign_in("hetao"), f"/customers/{customer.id}/attachments"
    page = browser.get(address).text
    assert "下载需要「查看完整联系方式」权限" in page
    assert f"{address}/{card.id}" not in page
    assert browser.get(f"{address}/{card.id}").status_code == 403


@pytest.mark.parametrize("username", ["wanglei", "zhaomin", "sunhao"])
def test_others_find_neither_list_nor_file(sign_in, customer, card, username):
    browser, address = sign_in(username), f"/customers/{customer.id}/attachments"
    assert browser.get(address).status_code == 404
    assert browser.get(f"{address}/{card.id}").status_code == 404


def test_a_file_is_not_found_under_another_customer(sign_in, people, card):
    other = customer_of(people["chenjing"], "苏州博远精密机械有限公司")
    assert sign_in("chenjing").get(f"/customers/{other.id}/attachments/{card.id}").status_code == 404


def test_readers_upload_nothing(sign_in, customer):
    browser = sign_in("liqiang")
    assert "上传" not in browser.get(f"/customers/{customer.id}/attachments").text
    assert post(browser, customer, ("名片.png", samples.PNG)).status_code == 403


def test_the_uploader_removes_it_and_so_does_an_administrator(sign_in, customer, card, people):
    base = f"/customers/{customer.id}/attachments"
    answer = sign_in("huangli").post(f"{base}/{card.id}/removal")
    assert answer.status_code == 403
    assert "请本人或管理员移除" in answer.text
    assert sign_in("chenjing").post(f"{base}/{card.id}/removal").status_code == 303
    [other] = attach_to(customer, [upload("纪要.txt", samples.TEXT)], people["huangli"])
    assert sign_in("admin").post(f"{base}/{other.id}/removal").status_code == 303
    assert not Attachment.select().exists()
    assert sign_in("chenjing").get(f"{base}/{card.id}").status_code == 404


def test_the_list_costs_the_same_for_many_files(sign_in, customer, people, monkeypatch):
    browser, counts = sign_in("chenjing"), []
    execute = type(database.obj).execute_sql

    def counted(self, *args, **options):
        counts[-1] += 1
        return execute(self, *args, **options)

    monkeypatch.setattr(type(database.obj), "execute_sql", counted)
    for _ in range(2):
        attach = [upload(f"{n}.txt", samples.TEXT) for n in range(5)]
        counts.append(0)
        attach_to(customer, attach, people["chenjing"])
        counts[-1] = 0
        assert browser.get(f"/customers/{customer.id}/attachments").status_code == 200
    assert counts[0] == counts[1]
