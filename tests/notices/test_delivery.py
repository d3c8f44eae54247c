"""Out of the house by e-mail and group robot: in digests, once, tried again, given up, no secret said."""

import logging
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.config import Robot, SmtpServer
from intranet_crm.database import is_sqlite
from intranet_crm.notices import channels, jobs, mail
from intranet_crm.notices.messages import Message
from intranet_crm.notices.models import Delivery, MailChoice, Notice, notify
from intranet_crm.notices.robots import signed
from intranet_crm.notices.rules import Topic
from intranet_crm.tasks import jobs as task_jobs
from intranet_crm.tasks.urges import Urge
from tests.notices.servers import certificate
from tests.notices.test_views import tell
from tests.tasks.test_models import ask
from tests.tasks.test_urges import late
from tests.together import at_once, refused

ROOT = Path(__file__).parents[2]
WORKER = """
import intranet_crm
from intranet_crm.config import load_settings
from intranet_crm.database import database
intranet_crm.connect(load_settings())
from intranet_crm.notices import jobs
with database.connection_context():
    jobs.mail_out()
"""


def text_of(mail):
    return mail.get_content()


def test_one_morning_is_one_mail_a_person(by_mail, people, minute):
    for number in range(3):
        tell(people["chenjing"], number, topic=Topic.REMINDER)
    tell(people["wanglei"], 7, topic=Topic.REMINDER)
    minute()
    mails = {mail["To"]: mail for mail in by_mail.mails}
    assert set(mails) == {"chenjing@company.cn", "wanglei@company.cn"}
    assert len(by_mail.mails) == 2
    assert mails["chenjing@company.cn"]["Subject"] == "客户档案：3 条消息"
    assert "陈静，你好" in text_of(mails["chenjing@company.cn"])
    assert "· 第00条消息\n  http://crm.lan/customers/7" in text_of(mails["chenjing@company.cn"])
    assert mails["wanglei@company.cn"]["Subject"] == "客户档案：第07条消息"
    assert "crm@company.cn" in mails["wanglei@company.cn"]["From"]
    assert by_mail.connections == 1
    minute()
    assert len(by_mail.mails) == 2


def test_the_reminders_of_one_morning_are_one_mail_and_one_text(by_mail, to_group, people, minute):
    for number in range(30):
        ask(people["chenjing"], f"k{number}", remind_at=clock.now() - timedelta(minutes=1))
    ask(people["wanglei"], "other", remind_at=clock.now() - timedelta(minutes=1))
    task_jobs.remind()
    task_jobs.remind()
    minute()
    assert sorted(mail["Subject"] for mail in by_mail.mails) == [
        "客户档案：30 条消息",
        "客户档案：客户云帆需在3月15日前跟进",
    ]
    assert [body["text"]["content"] for _, body in to_group.said] == [
        "客户档案：2 位同事有 31 条新消息要处理（待办提醒 31 条）。请打开工作台：http://crm.lan/"
    ]


def test_a_person_urged_for_many_tasks_gets_one_mail(by_mail, people, minute):
    for number in range(5):
        late(people["chenjing"], f"k{number}")
    Urge.all_of(people["chenjing"], by=people["liqiang"])
    minute()
    assert [mail["Subject"] for mail in by_mail.mails] == ["客户档案：李强催办：你有 5 项待办已逾期"]
    assert "http://crm.lan/tasks?span=%E9%80%BE%E6%9C%9F\n" in text_of(by_mail.mails[0])


def test_what_keeps_coming_is_waited_for_but_not_for_ever(by_mail, people, minute):
    tell(people["chenjing"], 1)
    for number in range(2, 12):
        minute(seconds=50)
        assert by_mail.mails == []
        tell(people["chenjing"], number)
    for _ in range(2):
        minute(seconds=55)
    assert len(by_mail.mails) == 1


def test_what_has_been_read_by_then_is_not_repeated(by_mail, to_group, people, minute):
    tell(people["chenjing"], 1).read()
    tell(people["wanglei"], 2)
    tell(people["wanglei"], 3).read()
    minute()
    assert [mail["To"] for mail in by_mail.mails] == ["wanglei@company.cn"]
    assert "第03条" not in text_of(by_mail.mails[0])
    assert "1 位同事有 1 条" in to_group.said[0][1]["text"]["content"]
    assert Message.select().where(Message.sent_at.is_null()).count() == 0


def test_action_stands_before_information_and_a_long_list_is_cut(by_mail, people, minute):
    MailChoice.create(person=people["chenjing"], topics=[topic.value for topic in Topic])
    tell(people["chenjing"], 99, action=False)
    for number in range(60):
        tell(people["chenjing"], number)
    minute()
    said = text_of(by_mail.mails[0])
    assert said.index("【要处理】") < said.index("【供知晓】")
    assert said.count("· 第") == 50
    assert "另有 10 条" in said


def test_a_person_gets_only_the_kinds_they_chose(by_mail, people, minute):
    MailChoice.create(person=people["wanglei"], topics=[Topic.INFO])
    for person in (people["chenjing"], people["wanglei"], people["zhaomin"]):  # 赵敏 has no address
        tell(person, 1)
        tell(person, 2, action=False)
    minute()
    told = {mail["To"]: text_of(mail) for mail in by_mail.mails}
    assert set(told) == {"chenjing@company.cn", "wanglei@company.cn"}
    assert "第01条" in told["chenjing@company.cn"]
    assert "第02条" not in told["chenjing@company.cn"]
    assert "第02条" in told["wanglei@company.cn"]
    assert "第01条" not in told["wanglei@company.cn"]


def test_nothing_is_kept_for_channels_that_are_not_set_up(people):
    tell(people["chenjing"])
    assert Delivery.select().count() == 0


def test_a_roll_back_takes_the_mail_back(by_mail, people, db, minute):
    with db.atomic() as transaction:
        tell(people["chenjing"])
        transaction.rollback()
    minute()
    assert by_mail.mails == []


def test_whoever_was_disabled_gets_no_mail(by_mail, people, minute):
    tell(people["chenjing"])
    people["chenjing"].disable(by=people["admin"])
    minute()
    assert by_mail.mails == []
    assert Message.select().count() == 0


def test_the_group_reads_numbers_and_a_link_and_no_name(to_group, people, minute):
    notify(people["chenjing"], "客户欧阳孙小美需在3月15日前跟进", key="a", action=True, topic=Topic.REMINDER)
    notify(people["wanglei"], "李强催办：给慕容复兴回电 13911112222", key="b", action=True, topic=Topic.URGE)
    notify(people["wanglei"], "请复核采集表", key="c", action=True)
    notify(people["liqiang"], "批量操作完成", key="d")
    minute()
    path, body = to_group.said[0]
    assert path == "/send?key=hidden"
    assert body == {
        "msgtype": "text",
        "text": {
            "content": "客户档案：2 位同事有 3 条新消息要处理（待办提醒 1 条，催办 1 条，其他待处理 1 条）。请打开工作台：http://crm.lan/"
        },
    }
    minute()
    assert len(to_group.said) == 1


def test_dingtalk_is_signed_as_it_asks():
    robot = Robot("dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=x", "SECthis is secret")
    assert signed(robot, 1700000000000) == (
        "https://oapi.dingtalk.com/robot/send?access_token=x&timestamp=1700000000000"
        "&sign=Rtm2YK4Eu5oP8gxZgn2C87ziY6Py5sJyH4pcuwAafMU%3D"
    )


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (200, b'{"errcode":93000,"errmsg":"invalid webhook url, hidden"}', "errcode 93000"),
        (200, b"<html>proxy</html>", "不是机器人的格式"),
        (302, b"", "HTTP 302"),
        (500, b"", "HTTP 500"),
    ],
)
def test_a_robot_that_refuses_is_tried_again_and_says_no_secret(
    to_group, people, minute, status, answer, said
):
    to_group.status, to_group.answer = status, answer
    tell(people["chenjing"])
    minute()
    message = Message.get()
    assert said in message.error
    assert "hidden" not in message.error
    assert (message.sent_at, message.given_up_at) == (None, None)
    to_group.status, to_group.answer = 200, b'{"errcode":0}'
    minute()
    assert Message.get().sent_at
    assert len(to_group.said) == 2


def test_a_dead_server_is_tried_at_growing_distances_then_given_up(by_mail, people, later, minute):
    by_mail.answers["EHLO"] = by_mail.answers["HELO"] = "421 closing"
    tell(people["chenjing"])
    waits, last = [], clock.now()
    for _ in range(300):
        minute(seconds=60)
        message = Message.get_or_none()
        if message and message.failed_at and message.failed_at > last:
            waits.append(round((message.failed_at - last).total_seconds() / 60))
            last = message.failed_at
    assert waits[1:] == [1, 2, 4, 8, 16, 32, 64]
    message = Message.get()
    assert message.attempts == 8
    assert message.given_up_at
    assert "邮件服务器" in message.error


def test_one_dead_server_costs_one_connection_a_minute(by_mail, people, minute):
    by_mail.answers["MAIL"] = "451 later"
    for username in ("chenjing", "wanglei"):
        tell(people[username])
    minute()
    assert Message.select().where(Message.attempts == 1).count() == 1
    by_mail.answers.clear()
    minute(minutes=2)
    assert len(by_mail.mails) == 2


def test_a_mailbox_that_is_none_is_given_up_and_the_others_get_theirs(by_mail, people, minute):
    tell(people["chenjing"])
    by_mail.answers["RCPT"] = "550 no such user hidden"
    minute()
    refused = Message.get()
    assert refused.given_up_at
    assert refused.error == "邮件服务器不接受收件邮箱（550）"
    by_mail.answers.clear()
    tell(people["wanglei"])
    minute()
    assert [mail["To"] for mail in by_mail.mails] == ["wanglei@company.cn"]


def test_a_worker_killed_while_sending_sends_it_once_after_its_lease(
    by_mail, people, settings, tmp_path, db, later
):
    """kill -9 between the recipient and the text; whoever comes next waits for the lease, then sends it."""
    tell(people["chenjing"])
    Notice.update(created_at=clock.now() - timedelta(minutes=5)).execute()
    by_mail.hangs = {"DATA"}
    where = {
        "CRM_DATA": str(tmp_path),
        "CRM_SECRET_KEY": settings.secret_key,
        "CRM_DATABASE": f"sqlite:///{db.obj.database}" if is_sqlite() else settings.database,
        "CRM_SMTP": f"smtp://127.0.0.1:{by_mail.port}?from=crm@company.cn",
    }
    worker = subprocess.Popen([sys.executable, "-c", WORKER], env=os.environ | where, cwd=ROOT)
    assert by_mail.hung.wait(20)
    worker.kill()
    worker.wait()
    by_mail.hangs = set()
    by_mail.go_on.set()
    jobs.mail_out()
    assert by_mail.mails == []
    assert Message.get().sent_at is None
    later(minutes=4)
    jobs.mail_out()
    jobs.mail_out()
    assert len(by_mail.mails) == 1
    assert Message.get().sent_at


def test_what_is_too_old_is_no_news(by_mail, people, minute, monkeypatch):
    tell(people["chenjing"], 1)
    minute(days=3)
    assert Message.select().count() == 0
    tell(people["chenjing"], 2)
    by_mail.answers["MAIL"] = "451 later"
    minute()
    by_mail.answers.clear()
    minute(days=3)
    assert by_mail.mails == []
    assert "作废" in Message.get().error


@pytest.mark.parametrize("tls", ["starttls", ""])
def test_a_password_goes_out_only_after_starttls(by_mail, people, minute, monkeypatch, tmp_path, tls):
    by_mail.tls, pem = certificate(tmp_path)
    by_mail.offers = ["STARTTLS"]
    server = SmtpServer("127.0.0.1", by_mail.port, "crm@company.cn", tls, "crm", "hidden-word")
    monkeypatch.setattr(channels, "mail", server)
    tell(people["chenjing"])
    minute()
    assert Message.get().error.startswith("邮件服务器的证书不受信任")
    assert not [line for line in by_mail.heard if line.startswith("AUTH")]
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    minute()
    assert len(by_mail.mails) == 1
    assert by_mail.heard.index("STARTTLS") < next(
        at for at, line in enumerate(by_mail.heard) if line.startswith("AUTH")
    )


def test_a_server_without_encryption_never_hears_the_password(by_mail, people, minute, monkeypatch):
    server = SmtpServer("127.0.0.1", by_mail.port, "crm@company.cn", "", "crm", "hidden-word")
    monkeypatch.setattr(channels, "mail", server)
    tell(people["chenjing"])
    minute()
    assert "口令没有发出" in Message.get().error
    assert not [line for line in by_mail.heard if line.startswith("AUTH")]


def test_a_server_that_hangs_is_left_after_a_while(by_mail, people, minute, monkeypatch):
    monkeypatch.setattr(mail, "SECONDS", 0.2)
    by_mail.hangs = {"DATA"}
    tell(people["chenjing"])
    minute()
    assert "没有回应" in Message.get().error
    by_mail.hangs = set()
    by_mail.go_on.set()
    minute()
    assert len(by_mail.mails) == 1


def test_neither_log_nor_row_names_a_secret(by_mail, to_group, people, minute, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    by_mail.answers["AUTH"] = "535 no hidden-word"
    server = SmtpServer("127.0.0.1", by_mail.port, "crm@company.cn", "none", "crm", "hidden-word")
    monkeypatch.setattr(channels, "mail", server)
    to_group.status = 404
    tell(people["chenjing"])
    minute()
    assert {message.error for message in Message.select()} == {
        "邮件服务器不接受用户名或口令（535）",
        "127.0.0.1 没有接受（HTTP 404）",
    }
    assert not re.search("hidden|chenjing@", caplog.text)


def test_two_workers_send_each_message_once(by_mail, people, later):
    everybody = list(people.values())
    Person.update(email=Person.username.concat("@company.cn")).execute()
    for person in Person.select():
        tell(person)
    later(seconds=90)
    assert refused(at_once(jobs.mail_out, jobs.mail_out)) == []
    assert sorted(mail["To"] for mail in by_mail.mails) == sorted(
        f"{person.username}@company.cn" for person in everybody
    )


def test_old_messages_are_swept_away(by_mail, people, minute, later):
    tell(people["chenjing"])
    minute()
    later(days=91)
    jobs.sweep()
    assert Message.select().count() == Delivery.select().count() == 0
    assert Notice.select().count() == 1
