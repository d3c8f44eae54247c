"""The rhythm of visits: planned by status, grade and strategy, asked for in time, moved by each visit."""

from datetime import date, timedelta

import pytest

from intranet_crm import background, clock
from intranet_crm.background import Job
from intranet_crm.customers.grades import GradeStrategy
from intranet_crm.customers.grading import set_grade
from intranet_crm.customers.models import Customer
from intranet_crm.database import database
from intranet_crm.followups import visit_runs
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.rhythm import VisitPlan
from intranet_crm.followups.visit_runs import VisitRun
from intranet_crm.notices.models import Notice
from intranet_crm.tasks import jobs as task_jobs
from intranet_crm.tasks.models import Task
from tests.batches.test_batches import begun
from tests.customers.making import opened
from tests.followups.made import a_followup

SIGNED = date(2026, 9, 1)


@pytest.fixture
def chenjing(people):
    return people["chenjing"]


@pytest.fixture
def customer(chenjing):
    return signed(chenjing, "云帆科技有限公司")


def on(day: date, hour: int = 10):
    return clock.as_of(clock.at(day, hour))


def signed(by, name="云帆科技有限公司", day=SIGNED, **values) -> Customer:
    with on(day, 9):
        customer = opened(by, name, **values)
        customer.change_status("won", "signing", reason="合同已签", by=by)
    return customer


def run(day: date) -> None:
    """The daily work of that day."""
    with on(day, 1):
        for _ in VisitRun.of(day).work():
            pass


def visit(customer, by, day: date, **facts) -> FollowUp:
    with on(day, 16):
        return a_followup(customer, by, **{"method": "visit"} | facts)


def graded(customer, grade: str, by, day: date) -> None:
    with on(day):
        set_grade(customer, grade, seen=customer.grade, reason="会议决定", by=by)


def open_ones() -> list[tuple]:
    """(title, due, reason) of the open to-dos."""
    found = Task.select().where((Task.kind == "visit") & Task.done_at.is_null()).order_by(Task.id)
    return [(task.title, task.due_on, task.reason) for task in found]


def test_the_first_visit_is_due_within_thirty_days_of_signing(customer, chenjing):
    run(date(2026, 9, 2))
    assert open_ones() == []
    run(date(2026, 9, 17))
    first = ("回访云帆科技有限公司", date(2026, 10, 1), "签约后 30 天内首次拜访，2026-09-01 签约")
    assert open_ones() == [first]
    task = Task.get()
    assert (task.person, task.address) == (chenjing, f"/customers/{customer.id}")
    run(date(2026, 9, 17))
    run(date(2026, 9, 18))
    assert open_ones() == [first]


def test_a_visit_ends_the_to_do_and_the_next_one_follows_the_grade(customer, chenjing):
    graded(customer, "vip", chenjing, SIGNED)
    run(date(2026, 9, 20))
    visit(customer, chenjing, date(2026, 10, 2))
    done = Task.get(Task.kind == "visit")
    assert (done.outcome, done.done_by) == ("已拜访", chenjing.id)
    assert VisitPlan.get().due_on == date(2026, 11, 2)
    run(date(2026, 10, 18))
    assert open_ones() == []
    run(date(2026, 10, 19))
    assert open_ones() == [("回访云帆科技有限公司", date(2026, 11, 2), "VIP客户每月拜访，上次 2026-10-02")]


@pytest.mark.parametrize(
    ("facts", "moves"),
    [
        ({"method": "visit"}, True),
        ({"method": "offline_meeting"}, True),
        ({"method": "phone", "purpose": "return_visit", "business_change": "无变化"}, True),
        ({"method": "phone"}, False),
        ({"method": "wechat", "purpose": "care"}, False),
    ],
)
def test_what_counts_as_a_visit(customer, chenjing, facts, moves):
    run(date(2026, 9, 20))
    visit(customer, chenjing, date(2026, 9, 25), **facts)
    assert (VisitPlan.get().due_on == date(2026, 12, 25)) is moves
    assert bool(open_ones()) is not moves


def test_a_visit_before_the_first_run_is_planned_from_at_once(customer, chenjing):
    visit(customer, chenjing, date(2026, 9, 5))
    assert VisitPlan.get().due_on == date(2026, 12, 5)


def test_a_corrected_follow_up_moves_the_plan_back(customer, chenjing):
    run(date(2026, 9, 20))
    saved = visit(customer, chenjing, date(2026, 9, 25))
    with on(date(2026, 9, 26)):
        FollowUp.get_by_id(saved.id).revise(
            seen=1, by=chenjing, happened_at=saved.happened_at, method="phone", content="其实是电话"
        )
    assert VisitPlan.get().due_on == date(2026, 10, 1)
    run(date(2026, 9, 27))
    assert len(open_ones()) == 1


def test_a_visit_told_late_does_not_turn_the_plan_back(customer, chenjing):
    visit(customer, chenjing, date(2026, 10, 20))
    visit(customer, chenjing, date(2026, 10, 21), happened_at=clock.at(date(2026, 9, 20), 10))
    assert VisitPlan.get().due_on == date(2027, 1, 20)


def test_a_new_grade_moves_the_plan_the_next_day(customer, chenjing):
    visit(customer, chenjing, date(2026, 10, 2))
    run(date(2026, 10, 3))
    assert VisitPlan.get().due_on == date(2027, 1, 2)
    graded(customer, "vip", chenjing, date(2026, 10, 5))
    run(date(2026, 10, 6))
    assert VisitPlan.get().due_on == date(2026, 11, 2)
    run(date(2026, 10, 25))
    graded(customer, "regular", chenjing, date(2026, 10, 26))
    run(date(2026, 10, 27))
    assert open_ones() == []
    assert Task.get(Task.kind == "visit").outcome == "改期到 2027-01-02"


def test_grades_changed_in_bulk_are_seen_too(customer, sign_in, chenjing, work):
    visit(customer, chenjing, date(2026, 10, 2))
    run(date(2026, 10, 3))
    with on(date(2026, 10, 5)):
        begun(sign_in("chenjing"), "operation=grade", value="vip")
        work()
    run(date(2026, 10, 6))
    assert VisitPlan.get().due_on == date(2026, 11, 2)


def test_who_buys_no_more_is_visited_no_more_until_he_buys_again(customer, chenjing):
    run(date(2026, 9, 20))
    with on(date(2026, 9, 21)):
        customer.change_status("paused", "signing", reason="停产检修", by=chenjing)
    run(date(2026, 9, 22))
    assert open_ones() == []
    task = Task.get()
    assert (task.outcome, task.done_by) == ("客户已不是成交客户", None)
    with on(date(2026, 11, 2)):
        customer.change_status("won", "signing", reason="恢复合作", by=chenjing)
    run(date(2026, 11, 20))
    assert open_ones()[0][1] == date(2026, 12, 2)


def test_an_edited_strategy_moves_all_its_plans(customer, chenjing, people):
    visit(customer, chenjing, date(2026, 10, 2))
    run(date(2026, 10, 3))
    strategy = GradeStrategy.get(GradeStrategy.grade == "regular")
    strategy.revise(seen=1, by=people["admin"], visit_months=1)
    run(date(2026, 10, 4))
    assert VisitPlan.get().due_on == date(2026, 11, 2)
    strategy.revise(seen=2, by=people["admin"], visit_months=None)
    run(date(2026, 10, 5))
    assert VisitPlan.get().due_on is None
    strategy.revise(seen=3, by=people["admin"], visit_months=2)
    run(date(2026, 10, 6))
    assert VisitPlan.get().due_on == date(2026, 12, 2)


def test_a_to_do_ticked_off_without_a_record_counts_from_that_day(customer, chenjing):
    run(date(2026, 9, 20))
    with on(date(2026, 9, 28)):
        Task.get().complete(outcome="顺路看过", seen=1, by=chenjing)
    run(date(2026, 9, 29))
    plan = VisitPlan.get()
    assert (plan.ticked_on, plan.due_on) == (date(2026, 9, 28), date(2026, 12, 28))
    run(date(2026, 12, 20))
    assert len(open_ones()) == 1


def test_overdue_ones_stand_on_the_workbench_with_their_reason(customer, chenjing, sign_in):
    run(date(2026, 11, 20))
    with on(date(2026, 11, 20)):
        page = sign_in("chenjing").get("/").text
    overdue = page.partition("<h2>逾期</h2>")[2]
    assert "回访云帆科技有限公司" in overdue
    assert "签约后 30 天内首次拜访，2026-09-01 签约" in overdue
    assert Task.get().remind_at is None


def test_it_reminds_on_the_working_day_before(customer, chenjing):
    run(date(2026, 9, 17))
    with on(date(2026, 9, 30), 9):
        task_jobs.remind()
        task_jobs.remind()
    assert [notice.title for notice in Notice.select()] == ["回访云帆科技有限公司"]


def test_the_success_manager_visits_and_nobody_who_is_gone(chenjing, people):
    huangli = people["huangli"]
    customer = signed(chenjing, success_manager_id=huangli.id)
    huangli.disable(by=people["admin"])
    chenjing.disable(by=people["admin"])
    run(date(2026, 9, 20))
    assert open_ones() == []
    Customer.update(owner=people["wanglei"]).where(Customer.id == customer.id).execute()
    run(date(2026, 9, 21))
    assert Task.get().person == people["wanglei"]


def test_prospects_have_no_plan(chenjing):
    customer = opened(chenjing)
    visit(customer, chenjing, date(2026, 9, 5))
    run(date(2026, 9, 6))
    assert VisitPlan.select().count() == 0


def test_a_run_reads_what_changed_and_what_is_due_however_many_customers_there_are(chenjing, monkeypatch):
    costs, asked, real = [], [], database.obj.execute_sql
    monkeypatch.setattr(visit_runs, "OVERLAP", timedelta(0))
    monkeypatch.setattr(database.obj, "execute_sql", lambda *a, **k: asked.append(a[0]) or real(*a, **k))
    for number, day in enumerate((date(2026, 9, 3), date(2026, 9, 5))):
        for each in range(3 + 9 * number):
            signed(chenjing, f"客户{number}之{each}有限公司", day=day - timedelta(days=2))
        run(day - timedelta(days=1))
        asked.clear()
        run(day)
        costs.append(len([sql for sql in asked if sql.startswith("SELECT")]))
    assert VisitPlan.select().count() == 15
    assert costs[0] == costs[1]


def test_a_run_that_was_killed_goes_on_where_it_was(chenjing, monkeypatch):
    monkeypatch.setattr(visit_runs, "CHUNK", 2)
    for number in range(5):
        signed(chenjing, f"客户{number}有限公司")
    day = date(2026, 9, 20)
    with on(day, 1):
        steps = VisitRun.of(day).work()
        next(steps)
        next(steps)
    assert VisitRun.get().place == VisitPlan.select(VisitPlan.customer).order_by(VisitPlan.id.desc()).scalar()
    assert VisitPlan.select().count() == 4
    run(day)
    assert len(open_ones()) == 5
    assert VisitRun.get().finished_at
    run(day)
    assert len(open_ones()) == 5


def test_the_job_runs_once_a_day(customer, work):
    with on(date(2026, 9, 20), 1):
        background.tick()
        background.tick()
        assert Job.select().where(Job.kind == "followups.visits").count() == 1
        assert len(open_ones()) == 1
    with on(date(2026, 9, 21), 1):
        background.tick()
        assert VisitRun.select().count() == 2


def test_the_dossier_tells_of_the_last_visit_and_the_next(customer, chenjing, sign_in):
    browser, address = sign_in("chenjing"), f"/customers/{customer.id}/visits"
    with on(date(2026, 10, 11)):
        page = browser.get(address).text
        assert "2026-10-01" in page
        assert "逾期 10 天" in page
    visit(customer, chenjing, date(2026, 10, 12))
    with on(date(2026, 10, 13)):
        page = browser.get(address, headers={"HX-Request": "true"}).text
        assert "2027-01-12" in page
        assert "成交客户每季度拜访，上次 2026-10-12" in page
        assert "逾期" not in page
    assert "成为成交客户后" in browser.get(f"/customers/{opened(chenjing, '潜在有限公司').id}/visits").text
    assert sign_in("zhaomin").get(address).status_code == 404
