"""A company with a mail server and a group robot."""

from datetime import timedelta

import pytest

from intranet_crm import background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.config import Robot, SmtpServer
from intranet_crm.notices import channels, jobs
from tests.notices.servers import MailServer, RobotServer, running


@pytest.fixture
def later(monkeypatch):
    """``later(minutes=2)`` sets the clock on, from where it was set before."""
    real, ahead = clock.now, timedelta()

    def later(**by):
        nonlocal ahead
        ahead += timedelta(**by)
        monkeypatch.setattr(clock, "now", lambda: real() + ahead)

    return later


@pytest.fixture
def mail_server():
    with running(MailServer()) as server:
        yield server


@pytest.fixture
def robot_server():
    with running(RobotServer()) as server:
        yield server


@pytest.fixture
def by_mail(mail_server, people, monkeypatch):
    """E-mail is set up, and 陈静 and 王磊 have addresses; gives the mail server."""
    monkeypatch.setattr(channels, "mail", SmtpServer("127.0.0.1", mail_server.port, "crm@company.cn"))
    monkeypatch.setattr(channels, "url", "http://crm.lan")
    for username in ("chenjing", "wanglei"):
        person = people[username]
        person.email = f"{username}@company.cn"
        person.save(only=[Person.email])
    return mail_server


@pytest.fixture
def to_group(robot_server, monkeypatch):
    """The group robot of 企业微信 is set up; gives its server."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(channels, "robot", Robot("wecom", robot_server.url))
    monkeypatch.setattr(channels, "url", "http://crm.lan")
    return robot_server


@pytest.fixture
def minute(later, db):
    """A minute and a half passes, then the worker does the minute's work."""

    def minute(**by):
        later(**(by or {"seconds": 90}))
        jobs.mail_out()
        jobs.robot_out()
        background.work_off()

    return minute
