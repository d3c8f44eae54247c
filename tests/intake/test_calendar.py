"""A year not yet published is expected, and counted anew once the administrator enters it (F4)."""

import re
from datetime import date, datetime

import pytest

from intranet_crm import background, clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.reviews import FullJudgements, approve
from intranet_crm.reference import calendars
from intranet_crm.reference.calendars import WorkYear
from intranet_crm.reference.workdays import add_working_days, is_working_day
from intranet_crm.tasks.models import Task
from tests.counting import questions
from tests.intake.in_review import read, submitted

GIVEN = FullJudgements("phone", date(2029, 12, 28), is_sensitive=False, fits=True, fit_grade="promising")
FREE = "1月1日至1月4日 元旦\n2月2日至2月8日 春节"


@pytest.fixture(autouse=True)
def monday(db):
    """31 December 2029, a Monday; no year from 2027 on is in the package."""
    calendars.look_anew()
    with clock.as_of(clock.stored(datetime(2029, 12, 31, 10))):
        yield
    calendars.look_anew()


def enter(people, free=FREE, worked="1月12日", seen=0):
    return WorkYear.enter(2030, free=free, worked=worked, seen=seen, by=people["admin"])


def task(form, kind):
    return Task.get((Task.subject_id == form.id) & (Task.kind == kind) & Task.done_at.is_null())


def test_reviews_and_entries_are_counted_anew(people, sign_in):
    waiting = submitted(people["chenjing"], collected_on="2029-12-28", expected_finish="2030年Q3")
    entry = submitted(
        people["wanglei"],
        name="云帆科技(广州)有限公司",
        collected_on="2029-12-28",
        expected_finish="2030年Q3",
    )
    approve(entry.id, GIVEN, opinion="同意", seen=read(entry), by=people["zhoufang"])
    assert (task(waiting, "review").due_on, task(waiting, "review").due_is_expected) == (date(2030, 1, 1), 1)
    assert task(entry, "entry").due_on == date(2030, 1, 2)
    assert "预计" in sign_in("zhoufang").get(f"/reviews/{waiting.id}").text
    enter(people)
    for _ in range(2):  # a job may run twice
        background.work_off()
        background.Job.update(done_at=None).where(background.Job.kind.endswith("recount")).execute()
    assert (task(waiting, "review").due_on, task(waiting, "review").due_is_expected) == (date(2030, 1, 7), 0)
    assert (task(entry, "entry").due_on, task(entry, "entry").due_is_expected) == (date(2030, 1, 8), 0)
    form = IntakeForm.get_by_id(entry.id)
    assert (form.entry_due_on, form.entry_due_is_expected) == (date(2030, 1, 8), False)
    assert "预计" not in sign_in("zhoufang").get(f"/reviews/{waiting.id}").text


def test_from_then_on_it_is_known(people):
    assert add_working_days(date(2029, 12, 31), 1).expected
    enter(people)
    due = add_working_days(date(2030, 1, 4), 1)
    assert (due.day, due.expected) == (date(2030, 1, 7), False)
    assert is_working_day(date(2030, 1, 12))
    assert not is_working_day(date(2030, 2, 6))


def test_another_process_looks_it_up_once_a_minute(people):
    calendars.entered_years()
    with questions() as asked:
        for day in range(1, 20):
            is_working_day(date(2030, 1, day))
    assert asked == []


def test_nonsense_known_years_and_two_at_once_are_refused(people):
    with pytest.raises(DomainError, match="已经知道"):
        WorkYear.enter(2026, free="1月1日", worked="", seen=0, by=people["admin"])
    with pytest.raises(DomainError, match="看不出是哪天"):
        enter(people, free="元旦")
    enter(people)
    with pytest.raises(StaleVersion):
        enter(people)
    assert enter(people, worked="", seen=1).days == {
        str(day): False
        for day in [date(2030, 1, n) for n in (1, 2, 3, 4)] + [date(2030, 2, n) for n in (4, 5, 6, 7, 8)]
    }
    assert AuditEntry.select().where(AuditEntry.action == "录入工作日历").count() == 2


def test_by_the_page(people, sign_in):
    admin = sign_in("admin")
    assert "2030 年" in admin.get("/admin/calendar").text
    wrong = admin.post("/admin/calendar/2030", data={"free": "元旦放三天", "version": "0"})
    assert wrong.status_code == 422
    assert "元旦放三天" in wrong.text
    given = {"free": FREE, "worked": "1月12日", "version": "0"}
    assert admin.post("/admin/calendar/2030", data=given).status_code == 303
    page = admin.get("/admin/calendar").text
    assert "已录入" in page
    assert "春节" in page
    assert admin.get("/admin/calendar/2026").status_code == 404
    assert admin.get("/admin/calendar/2099").status_code == 404


@pytest.mark.parametrize("worked", ["1月1日", "1月9日", "元旦上班"])
def test_what_is_wrong_with_the_worked_days_is_said_beside_them(people, sign_in, worked):
    given = {"free": FREE, "worked": worked, "version": "0"}
    page = sign_in("admin").post("/admin/calendar/2030", data=given).text
    assert 'id="worked-error"' in page
    assert 'id="free-error"' not in page


def test_a_second_window_sees_what_the_first_saved_and_loses_nothing(people, sign_in):
    admin = sign_in("admin")
    for address, first, second in (
        ("/admin/calendar/2030", {"free": FREE, "worked": ""}, {"free": "1月1日 元旦放假", "worked": ""}),
        (
            "/admin/reviews",
            {"review_days": "3", "absent_days": "4"},
            {"review_days": "5", "absent_days": "6"},
        ),
        (
            "/admin/outlines/high_value",
            {"purpose": "先说明来意", "questions": "先写的问题？"},
            {"purpose": "后写的来意", "questions": "后写的问题？"},
        ),
    ):
        assert admin.post(address, data=first | {"version": "0"}).status_code == 303
        stale = admin.post(address, data=second | {"version": "0"})
        assert stale.status_code == 422
        assert "现在的内容，刚由别人保存" in stale.text
        for words in (*filter(None, first.values()), *filter(None, second.values())):
            assert words.splitlines()[0] in stale.text
        version = re.search(r'name="version" value="(\d+)"', stale.text)[1]
        assert admin.post(address, data=second | {"version": version}).status_code == 303
