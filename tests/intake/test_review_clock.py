"""How long a head has and when a head who stays away is passed over: an administrator's to say (O4, F4)."""

from datetime import datetime

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import Department, PersonRole
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.intake.escalation import escalate, escalate_all
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.review_clock import ReviewClock
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from tests.intake.in_review import submitted


def on(day, hour=10):
    return clock.as_of(clock.stored(datetime(2026, 11, day, hour)))


@pytest.fixture
def form(people):
    """Submitted on Friday 20 November 2026; by the first clock the review is due on Monday 23."""
    with on(20):
        return submitted(people["chenjing"])


def write(people, review_days, absent_days, seen=0):
    return ReviewClock.write(review_days, absent_days, seen=seen, by=people["admin"])


def test_other_days_count_from_now_on(people, form):
    write(people, 3, 5)
    with on(20):
        later = submitted(people["chenjing"], name="云帆科技(广州)有限公司")
    due = {task.subject_id: task.due_on.day for task in Task.select().where(Task.kind == "review")}
    assert due == {form.id: 23, later.id: 25}
    with on(30):
        assert escalate_all() == 0  # 23 November and five working days
    with on(30 - 0, 23):
        assert not escalate(later.id)
    with clock.as_of(clock.stored(datetime(2026, 12, 1, 9))):
        assert escalate(form.id)
    assert Task.get(Task.kind == "escalation").reason == "周芳在到期后 5 个工作日内没有处理"


def test_days_out_of_bounds_and_two_at_once_are_refused(people):
    for days in (0, 21, -1):
        with pytest.raises(DomainError, match="1 到 20"):
            write(people, 1, days)
    write(people, 1, 3)
    with pytest.raises(StaleVersion):
        write(people, 1, 4)
    assert write(people, 1, 3, seen=1).version == 1  # nothing changed, nothing logged
    write(people, 1, 4, seen=1)
    assert AuditEntry.select().where(AuditEntry.action == "修改复核时限").count() == 2


def test_the_administrators_page(people, sign_in):
    admin = sign_in("admin")
    page = admin.get("/admin/reviews").text
    assert "任何采集表都不会因为超时而通过" in page
    assert "现在是系统管理员" in page
    for given in ("", "0", "两天", "99"):
        refused = admin.post(
            "/admin/reviews", data={"review_days": "1", "absent_days": given, "version": "0"}
        )
        assert refused.status_code == 422
        assert "1 到 20 之间的整数" in refused.text
    wanted = {"review_days": "2", "absent_days": "4", "version": "0"}
    assert admin.post("/admin/reviews", data=wanted).status_code == 303
    assert (ReviewClock.current().review_days, ReviewClock.current().absent_days) == (2, 4)
    stale = admin.post("/admin/reviews", data=wanted | {"absent_days": "5"})
    assert stale.status_code == 422
    assert "刚被别人改过" in stale.text


def test_the_page_names_who_reviews_and_departments_without_anybody(people, sign_in):
    page = sign_in("admin").get("/admin/reviews").text
    assert "没有复核人" not in page
    PersonRole.delete().where(PersonRole.role == "部门负责人").execute()
    page = sign_in("admin").get("/admin/reviews").text
    assert page.count("没有复核人，不能提交审核") == Department.select().count()


def test_one_who_was_asked_and_stays_away_is_passed_over_too(people, form):
    above = Department.found("集团总部", None)
    for department in Department.select().where(Department.id != above.id):
        Department.update(path=f"/{above.id}{department.path}").where(
            Department.id == department.id
        ).execute()
    people["sunhao"].department = above
    people["sunhao"].save()
    with on(26):
        assert escalate(form.id)
    with on(27):
        assert not escalate(form.id)  # 林海 has until the end of the 27th, and two working days more
    with clock.as_of(clock.stored(datetime(2026, 12, 2, 10))):
        assert escalate(form.id)
    asked = [task.person.name for task in Task.select().where(Task.kind == "escalation").order_by(Task.id)]
    assert asked == ["林海", "孙浩"]


def test_with_nobody_above_the_administrators_and_the_collector_are_told_once(people):
    with on(20):
        form = submitted(people["zhoufang"])
    with on(27):
        for _ in range(3):
            assert not escalate(form.id)
    told = Notice.select().where(Notice.key.startswith(f"intake:{form.id}:nobody-above"))
    assert {each.person.username for each in told} == {"admin", "zhoufang"}
    assert told.count() == 2
    assert form.customer_name not in Notice.get(Notice.person == people["admin"]).title
    assert AuditEntry.select().where(AuditEntry.action == "复核无人接手").count() == 1
    assert IntakeForm.get_by_id(form.id).state == "in_review"
