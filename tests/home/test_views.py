"""The workbench, as each role sees it."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.database import database
from intranet_crm.notices.models import notify
from intranet_crm.tasks.models import Task
from tests.cast import PEOPLE
from tests.followups.made import a_customer, a_followup
from tests.tasks.test_models import ask

QUICK = {"新建客户", "填写采集表", "添加跟进"}


@pytest.mark.parametrize("username", [username for username, *_ in PEOPLE])
def test_everybody_has_a_workbench(sign_in, username):
    page = sign_in(username).get("/")
    assert page.status_code == 200
    assert "没有待办" in page.text


@pytest.mark.parametrize(
    ("username", "offered"),
    [
        ("chenjing", QUICK),
        ("huangli", QUICK),
        ("zhoufang", {"填写采集表"}),
        ("hetao", set()),
        ("xujing", set()),
    ],
)
def test_quick_actions_follow_the_permissions(sign_in, username, offered):
    actions = sign_in(username).get("/").text.partition('page-actions">')[2].partition("person-bar")[0]
    assert {word for word in QUICK if word in actions} == offered


def test_each_task_stands_in_its_list_with_its_reason(sign_in, people):
    chenjing, today = people["chenjing"], clock.today()
    ask(chenjing, "a", title="昨天的事", due_on=today - timedelta(days=1), reason="因为约好了")
    ask(chenjing, "b", title="今天的事", due_on=today)
    ask(chenjing, "c", title="下月的事", due_on=today + timedelta(days=40))
    page = sign_in("chenjing").get("/").text
    overdue = page.partition("<h2>逾期</h2>")[2].partition("<h2>今天</h2>")
    assert "昨天的事" in overdue[0]
    assert "因为约好了" in overdue[0]
    assert "今天的事" in overdue[2].partition("<h2>以后</h2>")[0]
    assert "下月的事" in overdue[2].partition("<h2>以后</h2>")[2]


def test_a_step_of_a_form_offers_its_own_act_and_says_when_its_day_is_expected(sign_in, people):
    zhoufang = people["zhoufang"]
    ask(zhoufang, "a", kind="review", title="复核采集表", address="/intake/3")
    ask(zhoufang, "b", kind="entry", title="录入采集表", address="/intake/4", due_is_expected=True)
    page = sign_in("zhoufang").get("/").text
    assert "去复核" in page
    assert "去录入" in page
    assert page.count("预计") == 1
    assert "/completion" not in page


def test_the_customers_that_something_happened_with_come_first(sign_in, people):
    chenjing = people["chenjing"]
    first, second = a_customer(chenjing, "甲方有限公司"), a_customer(chenjing, "乙方有限公司")
    a_customer(people["zhaomin"], "别家有限公司")
    a_followup(second, chenjing, subject="旧事", happened_at=clock.now() - timedelta(days=2))
    a_followup(first, chenjing, subject="新近")
    page = sign_in("chenjing").get("/").text
    assert "我的客户" in page
    assert page.index("甲方有限公司") < page.index("乙方有限公司")
    assert "电话跟进：新近" in page
    assert "别家有限公司" not in page


@pytest.mark.parametrize("username", ["tangjia", "xujing", "auditor"])
def test_people_without_customers_get_no_panel_of_them(sign_in, username, people):
    a_customer(people["chenjing"])
    page = sign_in(username).get("/").text
    assert "最近活动" not in page
    assert "云帆" not in page


def queries_of(browser, monkeypatch) -> int:
    asked, real = [], database.obj.execute_sql
    monkeypatch.setattr(database.obj, "execute_sql", lambda *a, **k: asked.append(a[0]) or real(*a, **k))
    assert browser.get("/").status_code == 200
    monkeypatch.undo()
    return len(asked)


def test_a_full_workbench_costs_what_a_small_one_does(sign_in, people, monkeypatch):
    chenjing, browser = people["chenjing"], sign_in("chenjing")

    def fill(numbers):
        for n in numbers:
            a_followup(a_customer(chenjing, f"客户{n}"), chenjing, next_at=clock.now() + timedelta(days=1))
            notify(chenjing, "消息", key=f"n{n}")

    fill(range(2))
    browser.get("/")
    small = queries_of(browser, monkeypatch)
    fill(range(2, 9))
    assert Task.select().count() == 9
    assert queries_of(browser, monkeypatch) == small <= 16
