"""The administrator's page of the channels: how they stand, a test, what did not arrive."""

import pytest

from intranet_crm import background
from intranet_crm.accounts.models import Person
from intranet_crm.config import Robot, SmtpServer
from intranet_crm.notices import channels
from intranet_crm.notices.messages import Message
from intranet_crm.notices.models import notify
from tests.notices.test_views import tell

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(sign_in, people):
    Person.update(email="admin@company.cn").where(Person.username == "admin").execute()
    return sign_in("admin")


def test_channels_that_are_not_set_up_say_how(browser):
    page = browser.get("/admin/channels").text
    assert "CRM_SMTP" in page
    assert "CRM_WEBHOOK" in page
    assert "发送测试消息" not in page


def test_what_is_set_up_is_shown_without_its_secrets(browser, monkeypatch):
    monkeypatch.setattr(
        channels, "mail", SmtpServer("mail.lan", 587, "crm@company.cn", "", "user-x", "SECRET1")
    )
    robot = Robot("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=SECRET2", "SECRET3")
    monkeypatch.setattr(channels, "robot", robot)
    page = browser.get("/admin/channels").text
    assert "mail.lan:587，发件地址 crm@company.cn" in page
    assert "钉钉群机器人（oapi.dingtalk.com）" in page
    assert "SECRET" not in page


def test_a_test_goes_through_the_worker_at_once(browser, by_mail, to_group):
    for name in ("mail", "robot"):
        answer = browser.post(f"/admin/channels/{name}/tests")
        assert (answer.status_code, answer.location) == (303, "/admin/channels")
    page = browser.get("/admin/channels").text
    assert page.count("正在发送") == 2
    assert 'hx-trigger="every 2s"' in page
    background.work_off()
    assert [mail["To"] for mail in by_mail.mails] == ["admin@company.cn"]
    assert "测试消息" in to_group.said[0][1]["text"]["content"]
    part = browser.get("/admin/channels/state", headers=HTMX).text
    assert part.count("已送达") == 2
    assert "every 2s" not in part


def test_a_failed_test_says_why_and_is_not_repeated(browser, by_mail, later):
    by_mail.answers["MAIL"] = "550 no"
    browser.post("/admin/channels/mail/tests")
    background.work_off()
    page = browser.get("/admin/channels").text
    assert "邮件服务器不接受发件地址（550）" in page
    assert "没有送达" in page
    later(minutes=90)
    background.work_off()
    assert Message.get().attempts == 1


def test_a_test_mail_wants_an_address(browser, by_mail):
    Person.update(email="").execute()
    answer = browser.post("/admin/channels/mail/tests")
    assert answer.status_code == 422
    assert "填写邮箱" in answer.text
    assert browser.post("/admin/channels/pigeon/tests").status_code == 404


def test_what_did_not_arrive_is_listed_and_sent_again(browser, by_mail, people, minute):
    tell(people["chenjing"])
    by_mail.answers["RCPT"] = "550 no"
    minute()
    page = browser.get("/admin/channels").text
    assert "陈静" in page
    assert "试了 1 次" in page
    by_mail.answers.clear()
    message = Message.get()
    assert browser.post(f"/admin/channels/messages/{message.id}/retries").status_code == 303
    background.work_off()
    assert len(by_mail.mails) == 1
    assert "重新发送" not in browser.get("/admin/channels").text
    browser.post(f"/admin/channels/messages/{message.id}/retries")  # from an old page
    background.work_off()
    assert len(by_mail.mails) == 1


def test_a_message_to_the_group_that_did_not_arrive_has_no_person(sign_in, to_group, people, minute):
    to_group.status = 500
    notify(people["chenjing"], "请复核", key="a", action=True)
    for _ in range(10):
        minute(hours=2)
    assert ">群<" in sign_in("admin").get("/admin/channels").text
