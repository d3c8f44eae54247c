"""The list of tasks and doing one of them, with and without script."""

from datetime import timedelta
from uuid import uuid4

import pytest

from intranet_crm import clock
from intranet_crm.tasks.models import Task
from tests.followups.made import a_customer, a_followup
from tests.tasks.test_models import again, ask

HTMX = {"HX-Request": "true"}


@pytest.fixture
def task(people):
    return ask(people["chenjing"])


@pytest.fixture
def browser(sign_in):
    return sign_in("chenjing")


def test_a_task_is_done_by_a_plain_form(browser, task):
    answer = browser.post(f"/tasks/{task.id}/completion", data={"version": 1})
    assert (answer.status_code, answer.location) == (303, "/")
    assert again(task).done_at
    assert task.title not in browser.get("/").text
    assert task.title in browser.get("/tasks?span=已完成").text


def test_under_htmx_the_row_comes_back_done(browser, task):
    answer = browser.post(f"/tasks/{task.id}/completion", data={"version": 1}, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.strip().startswith(f'<li id="task-{task.id}" tabindex="-1" data-focus>')
    assert "已完成" in answer.text
    assert "/completion" not in answer.text


def test_the_second_tab_gets_a_sentence(browser, task):
    browser.post(f"/tasks/{task.id}/completion", data={"version": 1})
    plain = browser.post(f"/tasks/{task.id}/completion", data={"version": 1})
    assert plain.status_code == 409
    assert "办结" in plain.text
    short = browser.post(f"/tasks/{task.id}/completion", data={"version": 1}, headers=HTMX)
    assert short.headers["HX-Retarget"] == "#messages"
    assert "办结" in short.text


def test_postponing_asks_for_day_and_reason(browser, task):
    page = browser.get(f"/tasks/{task.id}/postponement").text
    assert "新的日期" in page
    assert "延期原因" in page
    day = clock.today() + timedelta(days=5)
    wrong = browser.post(f"/tasks/{task.id}/postponement", data={"version": 1, "due_on": str(day)})
    assert wrong.status_code == 422
    assert "请填写延期原因" in wrong.text
    assert str(day) in wrong.text
    right = {"version": 1, "due_on": str(day), "reason": "客户出差"}
    assert browser.post(f"/tasks/{task.id}/postponement", data=right).status_code == 303
    assert again(task).due_on == day


def test_postponing_in_the_row_answers_with_the_row(browser, task):
    asked = browser.get(f"/tasks/{task.id}/postponement", headers=HTMX).text
    assert asked.strip().startswith(f'<li id="task-{task.id}">')
    data = {"version": 1, "due_on": str(clock.today() + timedelta(days=5)), "reason": "客户出差"}
    row = browser.post(f"/tasks/{task.id}/postponement", data=data, headers=HTMX).text
    assert "已延期到" in row
    again_asked = browser.get(f"/tasks/{task.id}", headers=HTMX).text
    assert "完成" in again_asked


def test_a_task_goes_to_a_colleague_of_the_team_only(browser, task, people):
    page = browser.get(f"/tasks/{task.id}/handover").text
    assert "王磊" in page
    assert "赵敏" not in page
    data = {"version": 1, "reason": "我休假"}
    beyond = browser.post(f"/tasks/{task.id}/handover", data=data | {"to": people["zhaomin"].id})
    assert beyond.status_code == 422
    answer = browser.post(
        f"/tasks/{task.id}/handover", data=data | {"to": people["wanglei"].id}, headers=HTMX
    )
    assert "已转交给王磊" in answer.text
    assert again(task).person == people["wanglei"]
    second_tab = browser.post(f"/tasks/{task.id}/completion", data={"version": 1})
    assert second_tab.status_code == 403
    assert "已转交" in second_tab.text


@pytest.mark.parametrize("address", ["", "/postponement", "/handover"])
@pytest.mark.parametrize("username", ["wanglei", "liqiang", "linhai", "admin"])
def test_nobody_reads_another_persons_task(sign_in, task, username, address):
    assert sign_in(username).get(f"/tasks/{task.id}{address}").status_code == 404


@pytest.mark.parametrize("noun", ["completion", "postponement", "handover"])
def test_nobody_does_another_persons_task(sign_in, task, noun):
    answer = sign_in("liqiang").post(f"/tasks/{task.id}/{noun}", data={"version": 1})
    assert answer.status_code == 404
    assert again(task).version == 1


def test_each_span_lists_its_own(browser, people):
    chenjing, today = people["chenjing"], clock.today()
    ask(chenjing, "a", title="昨天的事", due_on=today - timedelta(days=1))
    ask(chenjing, "b", title="今天的事", due_on=today)
    ask(chenjing, "c", title="以后的事", due_on=today + timedelta(days=30))
    ask(people["wanglei"], "d", title="王磊的事", due_on=today)
    for span, title in (("逾期", "昨天的事"), ("今天", "今天的事"), ("以后", "以后的事")):
        page = browser.get(f"/tasks?span={span}").text
        shown = {name for name in ("昨天的事", "今天的事", "以后的事", "王磊的事") if name in page}
        assert shown == {title}
    assert "没有完成过待办" in browser.get("/tasks?span=已完成").text


@pytest.mark.parametrize("span", ["今天", "已完成"])
def test_paging_shows_every_task_once(browser, people, span):
    for number in range(45):
        task = ask(people["chenjing"], f"k{number}", title=f"第{number:02d}件事")
        if span == "已完成":
            task.complete(seen=1, by=people["chenjing"])
    seen, address = [], f"/tasks?span={span}"
    while address:
        page = browser.get(address).text
        seen += [f"第{n:02d}件事" for n in range(45) if f">第{n:02d}件事<" in page]
        link = page.rpartition('rel="next" href="')[2].partition('"')[0] if 'rel="next"' in page else ""
        address = link.replace("&amp;", "&")
    assert sorted(seen) == [f"第{n:02d}件事" for n in range(45)]


def test_a_task_that_asks_for_a_followup_offers_to_write_it(browser, people):
    customer = a_customer(people["chenjing"])
    a_followup(customer, people["chenjing"], next_at=clock.now() + timedelta(hours=1))
    task = Task.get()
    assert f'hx-get="/tasks/{task.id}/followup"' in browser.get("/").text
    answer = browser.get(f"/tasks/{task.id}/followup")
    assert (answer.status_code, answer.location) == (302, f"/customers/{customer.id}/followups")
    part = browser.get(f"/tasks/{task.id}/followup", headers=HTMX).text
    assert task.title in part
    assert f'hx-get="/customers/{customer.id}/followups"' in part
    done = browser.post(f"/tasks/{task.id}/completion", data={"version": 1}, headers=HTMX).text
    assert "已完成" in done
    assert f'hx-get="/tasks/{task.id}/followup"' in done


def test_a_followup_written_over_the_workbench_leads_back_to_it(browser, people):
    customer = a_customer(people["chenjing"])
    a_followup(customer, people["chenjing"], next_at=clock.now() + timedelta(hours=1))
    posted = {
        "key": str(uuid4()),
        "happened_at": f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}",
        "method": "phone",
        "content": "确认了上线时间",
        "person": people["chenjing"].id,
        "is_business": "1",
    }
    here = HTMX | {"HX-Current-URL": "http://localhost/tasks?span=今天"}
    address = f"/customers/{customer.id}/followups"
    assert browser.post(address, data=posted | {"content": ""}, headers=here).status_code == 422
    answer = browser.post(address, data=posted, headers=here)
    assert answer.headers["HX-Redirect"] == "/tasks?span=今天"
    assert Task.get().outcome == "已跟进"
    assert "跟进已添加" in browser.get("/tasks").text


def test_other_kinds_of_tasks_offer_no_followup(browser, people):
    step = ask(people["chenjing"], kind="next_step", address="/followups/1")
    assert '/followup"' not in browser.get("/").text
    assert browser.get(f"/tasks/{step.id}/followup").status_code == 404
