"""Who works on a customer: collaborators, the change of owner and its history (A6)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers.models import Collaboration, Customer, TimelineEntry
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.customers.queries import find_customer, may_edit
from intranet_crm.errors import DomainError, StaleVersion
from intranet_crm.followups.models import FollowUp
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from tests.customers.making import opened
from tests.followups.test_views import queries_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def customer(people) -> Customer:
    return opened(people["chenjing"], "云帆协作有限公司", contact="张三丰")


def shared(customer, person, by, *, may_write=False, until=None) -> Collaboration:
    return Collaboration.share(customer, person, may_write=may_write, until=until, by=by)


def told(person) -> list[str]:
    return [notice.title for notice in Notice.select().where(Notice.person == person).order_by(Notice.id)]


def test_a_collaborator_reads_or_edits_until_the_last_day(people, customer, monkeypatch):
    wanglei, chenjing = people["wanglei"], people["chenjing"]
    made = shared(customer, wanglei, chenjing, until=clock.today())
    assert find_customer(wanglei, customer.id)
    assert not may_edit(wanglei, customer)
    made.revise(may_write=True, until=clock.today(), seen=made.state, by=chenjing)
    assert may_edit(wanglei, customer)
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert find_customer(wanglei, customer.id) is None


def test_the_colleague_is_told_and_the_timeline_tells(people, customer):
    wanglei, chenjing = people["wanglei"], people["chenjing"]
    made = shared(customer, wanglei, chenjing, may_write=True)
    made.revise(may_write=False, until=None, seen=made.state, by=chenjing)
    again = Collaboration.get()
    again.end(seen=again.state, by=chenjing)
    assert told(wanglei) == [
        "陈静把你添加为客户「云帆协作有限公司」的协作人",
        "陈静修改了你对客户「云帆协作有限公司」的协作",
        "陈静结束了你对客户「云帆协作有限公司」的协作",
    ]
    assert told(chenjing) == []
    titles = [entry.title for entry in TimelineEntry.select().order_by(TimelineEntry.id)][-3:]
    assert titles == ["添加协作人：王磊（可编辑）", "修改协作人：王磊（只读）", "移除协作人：王磊"]
    assert AuditEntry.select().where(AuditEntry.action.endswith("协作人")).count() == 3
    assert Collaboration.select().count() == 0


def test_the_owner_hears_of_what_a_supervisor_does(people, customer):
    shared(customer, people["wanglei"], people["liqiang"])
    assert told(people["chenjing"]) == ["李强添加协作人：王磊（客户「云帆协作有限公司」）"]


def test_a_persons_name_is_masked_for_a_colleague_without_the_right(people):
    person = opened(people["chenjing"], "孙小美", kind="individual")
    shared(person, people["hetao"], people["chenjing"])
    assert told(people["hetao"]) == ["陈静把你添加为客户「孙*」的协作人"]


@pytest.mark.parametrize(
    ("username", "may_write", "days", "sentence"),
    [
        ("chenjing", False, None, "本来就负责"),
        ("tangjia", False, None, "不能查看客户"),
        ("hetao", True, None, "不能编辑客户"),
        ("wanglei", False, -1, "不能早于今天"),
    ],
)
def test_what_would_be_no_use_is_refused(people, customer, username, may_write, days, sentence):
    until = clock.today() + timedelta(days=days) if days else None
    with pytest.raises(DomainError, match=sentence):
        shared(customer, people[username], people["chenjing"], may_write=may_write, until=until)


def test_nobody_is_added_twice_and_an_outdated_page_changes_nothing(people, customer):
    chenjing = people["chenjing"]
    made = shared(customer, people["wanglei"], chenjing)
    with pytest.raises(DomainError, match="已经是协作人"):
        shared(customer, people["wanglei"], chenjing)
    made.revise(may_write=True, until=None, seen="0/", by=chenjing)
    with pytest.raises(StaleVersion):
        made.revise(may_write=False, until=None, seen="0/", by=chenjing)
    with pytest.raises(StaleVersion):
        made.end(seen="0/", by=chenjing)
    assert Collaboration.get().may_write == 1


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("chenjing", 303),  # the owner
        ("wanglei", 404),
        ("liqiang", 303),  # the team's supervisor
        ("zhoufang", 303),
        ("sunhao", 404),
        ("huangli", 404),
        ("admin", 303),
        ("hetao", 403),
    ],
)
def test_who_may_share(sign_in, people, customer, username, status):
    answer = sign_in(username).post(
        f"/customers/{customer.id}/collaborators", data={"person": people["zhaomin"].id, "access": "1"}
    )
    assert answer.status_code == status
    assert Collaboration.select().count() == int(status == 303)


def test_a_collaborator_who_edits_shares_no_further(sign_in, people, customer):
    shared(customer, people["wanglei"], people["chenjing"], may_write=True)
    browser = sign_in("wanglei")
    page = browser.get(f"/customers/{customer.id}/ownership").text
    assert "陈静" in page
    assert "添加协作人" not in page
    assert "变更负责人" not in page
    data = {"person": people["zhaomin"].id, "access": "0"}
    answer = browser.post(f"/customers/{customer.id}/collaborators", data=data)
    assert answer.status_code == 403
    assert "由客户的负责人、所在团队的主管或管理员添加" in answer.text


def test_adding_changing_and_removing_at_the_browser(sign_in, people, customer):
    browser, here = sign_in("chenjing"), f"/customers/{customer.id}"
    assert f'hx-get="{here}/ownership"' in browser.get(here).text
    form = browser.get(f"{here}/collaborators/new").text
    assert "赵敏（华南销售一组）" in form
    assert "陈静（" not in form
    assert "唐佳" not in form
    wrong = browser.post(f"{here}/collaborators", data={"person": "", "access": "0"}, headers=HTMX)
    assert wrong.status_code == 422
    assert "请选择协作人" in wrong.text
    key, day = people["zhaomin"].id, clock.today() + timedelta(days=30)
    data = {"person": key, "access": "0", "until": str(day)}
    panel = browser.post(f"{here}/collaborators", data=data, headers=HTMX).text
    assert f"只读，至 {day:%Y-%m-%d}" in panel
    assert "<html" not in panel
    page = browser.get(f"{here}/collaborators/{key}").text
    assert f'value="0/{day}"' in page
    change = {"access": "1", "until": "", "seen": f"0/{day}"}
    assert browser.post(f"{here}/collaborators/{key}", data=change).status_code == 303
    stale = browser.post(f"{here}/collaborators/{key}", data=change | {"access": "0"})
    assert stale.status_code == 409
    assert "现在是：可编辑" in stale.text
    assert "协作人 · 可编辑" in browser.get(f"{here}/ownership").text
    assert browser.post(f"{here}/collaborators/{key}/removal").status_code == 303
    assert browser.get(f"{here}/collaborators/{key}").status_code == 404
    assert "赵敏" not in browser.get(f"{here}/ownership").text


def test_an_ended_collaboration_says_so(sign_in, people, customer):
    made = shared(customer, people["zhaomin"], people["chenjing"])
    Collaboration.update(until=clock.today() - timedelta(days=1)).where(Collaboration.id == made.id).execute()
    assert "已到期" in sign_in("chenjing").get(f"/customers/{customer.id}/ownership").text
    assert sign_in("zhaomin").get(f"/customers/{customer.id}").status_code == 404


def changed(customer, to, by, **more) -> OwnerChange:
    return OwnerChange.make(
        customer, to, **{"reason": "区域调整", "seen": customer.owner_id, "by": by} | more
    )


def test_another_owner_is_a_row_with_who_when_and_why(people, customer):
    chenjing, wanglei, liqiang = people["chenjing"], people["wanglei"], people["liqiang"]
    shared(customer, wanglei, chenjing)
    change = changed(customer, wanglei, liqiang)
    assert (change.old, change.new, change.by, change.reason) == (chenjing, wanglei, liqiang, "区域调整")
    assert Customer.get_by_id(customer.id).owner == wanglei
    assert Collaboration.select().count() == 0, "the owner is no collaborator"
    assert told(chenjing) == ["李强把你的客户「云帆协作有限公司」转给了王磊"]
    assert told(wanglei)[-1] == "李强把客户「云帆协作有限公司」转给了你"
    entry = TimelineEntry.select().order_by(TimelineEntry.id.desc()).first()
    assert (entry.title, entry.summary) == ("变更负责人：陈静 → 王磊", "区域调整")


def test_open_tasks_go_along_when_wanted(people, customer):
    chenjing, wanglei = people["chenjing"], people["wanglei"]
    facts = {"happened_at": clock.now(), "method": "phone", "content": "谈了"}
    promised = clock.now() + timedelta(days=3)
    FollowUp.record(customer, key=str(uuid4()), by=chenjing, next_at=promised, **facts)
    changed(customer, wanglei, people["liqiang"], with_tasks=True)
    task = Task.get()
    assert (task.person, task.handed_by_id) == (wanglei, people["liqiang"].id)
    assert task.reason.startswith("李强变更负责人：区域调整。")
    assert "连同 1 项待办" in told(wanglei)[-1]
    back = Customer.get_by_id(customer.id)
    changed(back, chenjing, people["liqiang"])
    assert Task.get().person == wanglei


def test_a_change_that_makes_no_sense_is_refused(people, customer):
    liqiang = people["liqiang"]
    with pytest.raises(DomainError, match="已经是负责人"):
        changed(customer, people["chenjing"], liqiang)
    changed(customer, people["wanglei"], liqiang)
    with pytest.raises(StaleVersion, match="刚被改为王磊"):
        changed(customer, people["zhaomin"], liqiang, seen=people["chenjing"].id)
    assert OwnerChange.select().count() == 1


def test_changing_the_owner_at_the_browser(sign_in, people, customer):
    browser, here = sign_in("liqiang"), f"/customers/{customer.id}"
    page = browser.get(f"{here}/owner").text
    assert "王磊（华东销售一组）" in page
    assert "赵敏" not in page, "out of the supervisor's reach"
    data = {"owner": people["wanglei"].id, "reason": "", "seen": people["chenjing"].id, "with_tasks": "y"}
    missing = browser.post(f"{here}/owner", data=data)
    assert missing.status_code == 422
    assert "请填写变更原因" in missing.text
    assert browser.post(f"{here}/owner", data=data | {"reason": "区域调整"}).status_code == 303
    stale = browser.post(f"{here}/owner", data=data | {"reason": "再调整"})
    assert stale.status_code == 409
    assert "负责人刚被改为王磊" in stale.text
    assert "再调整" in stale.text
    panel = browser.get(f"{here}/ownership").text
    for shown in ("负责人变更记录（1）", "陈静 → 王磊", "李强变更", "区域调整"):
        assert shown in panel
    assert sign_in("chenjing").get(here).status_code == 404


@pytest.mark.parametrize(
    ("username", "status"), [("chenjing", 403), ("zhoufang", 200), ("sunhao", 404), ("admin", 200)]
)
def test_who_may_change_the_owner(sign_in, customer, username, status):
    assert sign_in(username).get(f"/customers/{customer.id}/owner").status_code == status


def test_the_panel_costs_the_same_however_many_there_are(sign_in, people, customer, monkeypatch):
    browser, here = sign_in("zhoufang"), f"/customers/{customer.id}/ownership"
    shared(customer, people["wanglei"], people["chenjing"])
    changed(customer, people["liqiang"], people["liqiang"])
    few = queries_of(lambda: browser.get(here), monkeypatch)
    for name in ("zhaomin", "huangli", "guoyan", "sunhao"):
        shared(customer, people[name], people["liqiang"])
    changed(Customer.get_by_id(customer.id), people["chenjing"], people["liqiang"])
    assert queries_of(lambda: browser.get(here), monkeypatch) == few
