"""The demo (示例公司): a year in the life of an invented company, told through the features' own verbs."""

import os
import sys
from datetime import date, timedelta
from random import Random

from peewee import fn

from intranet_crm import audit_log, clock
from intranet_crm.accounts import passwords
from intranet_crm.accounts.models import Person
from intranet_crm.audit_log import AuditEntry
from intranet_crm.config import Settings
from intranet_crm.customers.models import Customer
from intranet_crm.database import database
from intranet_crm.demo import lifecycle, looking_after, old_customers, people, reviewing
from intranet_crm.demo.archive_room import ArchiveRoom
from intranet_crm.demo.courses import HISTORY, courses
from intranet_crm.demo.forms import forms
from intranet_crm.demo.play import Play, working_days
from intranet_crm.demo.telling import Company, TalkBook, Telling
from intranet_crm.notices.models import Notice
from intranet_crm.tasks import jobs as task_jobs
from intranet_crm.tasks.urges import Urge

RANDOM_SEED = 20240515
REMINDED = 20  # working days of reminders: what was due before is done and read
WHOLE = "建立示例公司"  # the audit entry that closes the making of the demo
REAL_DATA = (
    "{where} 的数据库里已有真实数据，示例公司不会写进去。"
    "请用 CRM_DATA 另指一个空文件夹，或用 CRM_DATABASE 另指一个空库。"
)


def prepare(settings: Settings, *, customers: int = 200, followups: int = 1500) -> bool:
    """Make the demo unless it is there, and print its people; False when real data is in the way.

    All of it is one transaction: a preparation that was killed leaves an empty database and starts over.
    """
    marker = settings.data / "demo"
    with database.connection_context():
        is_whole = AuditEntry.select().where(AuditEntry.action == WHOLE).exists()
        if not is_whole and Person.select().exists():
            print(REAL_DATA.format(where=settings.data), file=sys.stderr)
            return False
        password = _password(settings)
        if is_whole:
            people.give_password(password)
        else:
            print("正在准备示例公司，约需半分钟……", flush=True)
            marker.touch(mode=0o600)
            with database.atomic():
                _make(password, clock.today(), customers, followups)
    print(people.table(password), flush=True)
    return True


def _password(settings: Settings) -> str:
    """The one of CRM_DEMO_PASSWORD, or else the one kept in the data folder, made on first use."""
    kept = settings.keys / "demo-password"
    if settings.demo_password:
        return settings.demo_password
    if not kept.exists():
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(passwords.issued())
    return kept.read_text()


def _make(password: str, today: date, customers: int, followups: int) -> None:
    chance = Random(f"{RANDOM_SEED} {today}")  # noqa: S311 - the same company for everybody on the same day
    days = working_days(today - timedelta(days=HISTORY + 30), today - timedelta(days=1))
    begin, end = clock.at(days[0], 8), clock.at(days[-1], 19, 30)
    with clock.as_of(begin):
        company = Company(people.enrol(password), chance, today)
    play, book = Play(), TalkBook(chance)
    tellings = [
        Telling(course, company, book, play)
        for course in courses(chance, today, customers - len(old_customers.OLD), followups)
    ]
    for form in forms(company, tellings, days):
        form.begin(play, days)
    for telling in tellings:
        telling.begin(end)
    lifecycle.happen(company, tellings, play, days)
    ArchiveRoom(company, old_customers.begin(company, play, days), days).begin(play)
    reviewing.begin(company, play, days)
    for day in days[-REMINDED:]:
        play.at(clock.at(day, 7), lambda: looking_after.each_day(chance))
        play.at(clock.at(day, 9), task_jobs.remind)
    play.run(end)
    _read_old_notices(today)
    Urge.all_of(company.people["chenjing"], by=company.people["liqiang"])
    audit_log.record(WHOLE, by=None, kind="demo", title=f"{Customer.select().count()} 位客户")


def _read_old_notices(today: date) -> None:
    """People have read what came before this week."""
    monday = clock.start_of(today - timedelta(days=today.weekday()))
    Notice.update(read_at=fn.COALESCE(Notice.read_at, Notice.created_at)).where(
        Notice.created_at < monday
    ).execute()
