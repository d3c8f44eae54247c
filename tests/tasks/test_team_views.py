"""The team's overdue tasks on their pages, and urging from there."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Role
from intranet_crm.database import database
from intranet_crm.notices.models import Notice
from intranet_crm.tasks import team
from intranet_crm.tasks.models import Task
from intranet_crm.tasks.urges import Urge
from tests.tasks.test_models import ask
from tests.tasks.test_urges import late
from tests.tasks.test_views import HTMX


@pytest.fixture
def browser(sign_in):
    return sign_in("liqiang")


def rows(page):
    return [part.partition("</tr>")[0] for part in page.partition("<tbody>")[2].split("<tr>")[1:]]


def test_the_one_who_keeps_things_waiting_longest_comes_first(browser, people):
    late(people["chenjing"], "a", days=2)
    late(people["wanglei"], "b", days=9)
    late(people["wanglei"], "c", days=1)
    late(people["zhaomin"], "d", days=30)
    ask(people["chenjing"], "e")
    first, second = rows(browser.get("/tasks/team").text)
    assert "王磊" in first
    assert '逾期" class="number">2<' in first
    assert '超过一周" class="number">1<' in first
    assert "9 天前" in first
    assert "陈静" in second
    assert '逾期" class="number">1<' in second


def test_a_team_without_anything_overdue_says_so(browser):
    assert "团队没有逾期的待办" in browser.get("/tasks/team").text


def test_numbers_stop_where_nobody_counts_on(browser, people, monkeypatch):
    monkeypatch.setattr(team, "MOST_COUNTED", 3)
    for number in range(5):
        late(people["chenjing"], f"k{number}")
    assert team.waiting_people(people["liqiang"], clock.today())[0].number == 3


def test_items_are_listed_with_what_is_needed_to_judge_them(browser, people):
    late(people["chenjing"], title="给云帆发报价", reason="三月约好的", days=4)
    late(people["chenjing"], "review", kind="review", title="复核采集表", address="/reviews/3")
    page = browser.get(f"/tasks/team/{people['chenjing'].id}").text
    assert "给云帆发报价" in page
    assert "三月约好的" in page
    assert "逾期 4 天" in page
    assert "/reviews/3" not in page  # somebody else's desk


def test_paging_shows_every_item_once(browser, people):
    for number in range(45):
        late(people["chenjing"], f"k{number}", title=f"第{number:02d}件事", days=number % 7 + 1)
    assert pages_of(browser, f"/tasks/team/{people['chenjing'].id}", "第{:02d}件事") == list(range(45))


def pages_of(browser, address, words):
    seen = []
    while address:
        page = browser.get(address).text
        seen += [n for n in range(60) if words.format(n) in page]
        link = page.rpartition('rel="next" href="')[2].partition('"')[0] if 'rel="next"' in page else ""
        address = link.replace("&amp;", "&")
    return sorted(seen)


@pytest.fixture
def many(people):
    """45 colleagues of the same team with one overdue task each."""
    for number in range(45):
        person = Person.enrol(
            username=f"p{number}",
            name=f"同事{number:02d}号",
            department=people["chenjing"].department,
            roles=[Role.SALES],
            password="Not-used-1",
        )
        late(person, f"k{number}", days=number % 5 + 1)


def test_paging_shows_every_colleague_once(browser, many):
    assert pages_of(browser, "/tasks/team", "同事{:02d}号") == list(range(45))


def queries_of(browser, address, monkeypatch):
    asked, real = [], database.obj.execute_sql
    monkeypatch.setattr(database.obj, "execute_sql", lambda *a, **k: asked.append(a[0]) or real(*a, **k))
    assert browser.get(address).status_code == 200
    monkeypatch.undo()
    return len(asked)


@pytest.mark.parametrize("address", ["/tasks/team", "/"])
def test_a_large_team_costs_what_a_small_one_does(browser, people, address, monkeypatch, request):
    late(people["chenjing"], "a")
    Urge.all_of(people["chenjing"], by=people["liqiang"])
    browser.get(address)
    small = queries_of(browser, address, monkeypatch)
    request.getfixturevalue("many")
    for person in Person.select().where(Person.username.startswith("p")):
        Urge.all_of(person, by=people["liqiang"])
    large = queries_of(browser, address, monkeypatch)
    assert large <= small + 2 <= 20  # the customers of many people are found another way


def test_a_task_is_urged_by_a_plain_form_and_in_place(browser, sign_in, people):
    first, second = late(people["chenjing"], "a"), late(people["chenjing"], "b")
    answer = browser.post(f"/tasks/{first.id}/urges")
    assert (answer.status_code, answer.location) == (303, f"/tasks/team/{people['chenjing'].id}")
    page = browser.get(answer.location).text
    assert f"/tasks/{first.id}/urges" not in page
    assert f"/tasks/{second.id}/urges" in page
    assert "李强 今天" in page
    part = browser.post(f"/tasks/{second.id}/urges", headers=HTMX).text
    assert "<html" not in part
    assert "已催办" in part
    again = browser.post(f"/tasks/{second.id}/urges", headers=HTMX)
    assert again.headers["HX-Retarget"] == "#messages"
    assert "起可以再催" in again.text
    assert f"李强 今天 {clock.local(clock.now()):%H}" in sign_in("chenjing").get("/").text
    assert Notice.select().count() == 2


def test_all_of_a_colleague_are_urged_from_the_list(browser, people):
    late(people["chenjing"], "a")
    late(people["chenjing"], "b")
    answer = browser.post(f"/tasks/team/{people['chenjing'].id}/urges", headers=HTMX)
    assert "已催办陈静的 2 项逾期待办" in answer.text
    assert "李强 今天" in rows(browser.get("/tasks/team").text)[0]


@pytest.mark.parametrize("username", ["sunhao", "guoyan"])
def test_another_team_is_not_there(sign_in, people, username):
    task = late(people["chenjing"])
    other = sign_in(username)
    assert "陈静" not in other.get("/tasks/team").text
    assert other.get(f"/tasks/team/{people['chenjing'].id}").status_code == 404
    assert other.post(f"/tasks/team/{people['chenjing'].id}/urges").status_code == 404
    assert other.post(f"/tasks/{task.id}/urges").status_code == 404
    assert Urge.select().count() == 0


def test_nobody_urges_oneself(browser, people):
    task = late(people["liqiang"])
    assert browser.post(f"/tasks/{task.id}/urges").status_code == 404
    assert "李强" not in browser.get("/tasks/team").text.partition("<main")[2]


def test_the_workbench_shows_the_team_to_those_who_lead_one(sign_in, people):
    for number, username in enumerate(("chenjing", "wanglei")):
        late(people[username], username, days=number + 2)
    box = sign_in("liqiang").get("/").text.partition("团队逾期")[2].partition("未读通知")[0]
    assert box.index("王磊") < box.index("陈静")
    assert "1 项，最久逾期 3 天" in box
    assert "团队逾期" not in sign_in("chenjing").get("/").text
    assert "团队逾期" not in sign_in("admin").get("/").text
    assert "团队逾期" in sign_in("liqiang").get("/tasks").text


def test_a_new_day_takes_the_word_of_urging_away_once_it_is_postponed(sign_in, people):
    task = late(people["chenjing"])
    Urge.one(task, by=people["liqiang"])
    browser = sign_in("chenjing")
    assert "催办</span>" in browser.get("/tasks?span=逾期").text
    Task.get_by_id(task.id).postpone(
        clock.today() + timedelta(days=1), reason="客户出差", seen=1, by=people["chenjing"]
    )
    assert "催办</span>" not in browser.get("/").text
