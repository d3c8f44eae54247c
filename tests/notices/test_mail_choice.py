"""One's own choice of e-mail: where to, and about what."""

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.audit_log import AuditEntry
from intranet_crm.notices.messages import Message
from intranet_crm.notices.models import MailChoice
from intranet_crm.notices.rules import MAILED_BY_DEFAULT, Channel, Topic

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(sign_in):
    return sign_in("chenjing")


def again(people):
    return Person.get_by_id(people["chenjing"].id)


def test_the_account_pulls_the_panel_and_the_usual_kinds_are_chosen(browser, people):
    assert 'hx-get="/account/mail"' in browser.get("/account").text
    page = browser.get("/account/mail", headers=HTMX).text
    assert "<html" not in page
    assert "还没有设置邮件服务器" in page
    assert page.count(" checked") == len(MAILED_BY_DEFAULT)
    assert MailChoice.of(people["chenjing"]) == list(MAILED_BY_DEFAULT)


def test_address_and_kinds_are_saved_and_logged(browser, people):
    posted = {"email": "Chen@Company.cn", "topics": ["urge", "info"], "version": again(people).version}
    answer = browser.post("/account/mail", data=posted)
    assert (answer.status_code, answer.location) == (303, "/account")
    assert again(people).email.lower() == "chen@company.cn"
    assert MailChoice.of(people["chenjing"]) == [Topic.URGE, Topic.INFO]
    logged = {entry.action for entry in AuditEntry.select().where(AuditEntry.actor_name == "陈静")}
    assert {"修改邮箱", "修改邮件通知"} <= logged


def test_in_place_the_panel_comes_back_and_may_be_saved_again(browser, people):
    version = again(people).version
    part = browser.post("/account/mail", data={"email": "a@company.cn", "version": version}, headers=HTMX)
    assert "邮件通知已保存" in part.text
    assert f'name="version" type="hidden" value="{version + 1}"' in part.text
    assert MailChoice.of(people["chenjing"]) == []
    again_saved = {"email": "", "topics": "urge", "version": version + 1}
    assert browser.post("/account/mail", data=again_saved, headers=HTMX).status_code == 200
    assert again(people).email == ""


def test_a_wrong_address_is_told_beside_the_field_and_kept(browser, people):
    answer = browser.post("/account/mail", data={"email": "chen@", "version": again(people).version})
    assert answer.status_code == 422
    assert 'value="chen@"' in answer.text
    assert "邮箱" in answer.text.partition("field-error")[2]
    assert again(people).email == ""


def test_what_changed_elsewhere_is_not_overwritten(browser, people):
    version = again(people).version
    again(people).claim_version(version, name="陈静静")
    posted = {"email": "a@company.cn", "topics": ["info"], "version": version}
    answer = browser.post("/account/mail", data=posted)
    assert answer.status_code == 422
    assert "还没有保存" in answer.text
    assert MailChoice.select().count() == 0
    posted["version"] = again(people).version
    assert f'value="{posted["version"]}"' in answer.text
    assert browser.post("/account/mail", data=posted).status_code == 303


def test_the_person_sees_whether_the_last_one_arrived(browser, people):
    message = Message.begin(Channel.MAIL, people["chenjing"])
    message.failed("邮件服务器不接受收件邮箱（550）", for_good=True)
    assert "没有送达" in browser.get("/account/mail").text
    message.sent()
    assert f"最近一封：今天 {clock.local(clock.now()):%H}" in browser.get("/account/mail").text


def test_an_issued_password_is_changed_before_anything_else(sign_in, people):
    Person.update(must_change_password=True).where(Person.id == people["chenjing"].id).execute()
    assert "/account/mail" not in sign_in("chenjing").get("/account").text
