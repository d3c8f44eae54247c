"""What changed, why, who asked, and how far the answer is (D6)."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.customers.models import Contact, TimelineEntry
from intranet_crm.customers.queries import as_it_is, masking
from intranet_crm.errors import StaleVersion
from intranet_crm.needs import history
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.needs.rules import Cause, overall
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from tests.counting import questions
from tests.customers.made import customer_of
from tests.needs.made import a_need

BUDGET = Cause("budget", "总部收回审批权", "王总", "waiting")


@pytest.fixture
def customer(people):
    return customer_of(people["chenjing"])


@pytest.fixture
def need(customer, people):
    return a_need(customer, people["chenjing"], budget_high=80_000_000, asked_by="李工")


def open_tasks() -> list[Task]:
    return list(Task.select().where((Task.kind == "need_change") & Task.done_at.is_null()))


def test_a_new_need_begins_its_history_with_who_spoke_of_it(need):
    (item,) = history.of_need(need, as_it_is)
    assert (item.title, item.rows, item.asked_by) == ("记录需求：服务定制", [], "李工")
    assert (item.progress_words, need.progress, open_tasks()) == ("待响应", "waiting", [])


def test_a_change_keeps_old_and_new_values_in_words(need, people):
    need.revise(1, people["chenjing"], BUDGET, budget_high=90_000_000, intention="internal_approval")
    item, _ = history.of_need(need, as_it_is)
    assert item.rows == [("预算上限", "80 万元", "90 万元"), ("合作意向", "", "需内部审批")]
    assert (item.title, item.reason, item.note) == ("需求变更：服务定制", "预算调整", "总部收回审批权")
    assert (item.asked_by, item.by, item.progress) == ("王总", "陈静", "waiting")
    entry = TimelineEntry.select().order_by(TimelineEntry.id.desc()).first()
    assert (entry.title, entry.summary) == ("需求变更：服务定制", "预算调整。改动：预算上限、合作意向")


def test_a_change_asks_the_owner_to_answer_and_the_answer_settles_it(need, customer, people):
    need.revise(1, people["huangli"], BUDGET, budget_high=90_000_000)
    (task,) = open_tasks()
    change = NeedChange.get(NeedChange.reason == "budget")
    assert (task.person, task.address) == (people["chenjing"], f"/needs/{need.id}#change-{change.id}")
    assert (task.title, task.reason) == (f"答复「{customer.name}」的需求变更", "预算调整：总部收回审批权")
    assert Notice.get().person == people["chenjing"]
    change.respond("answered", response="已发新报价", seen=1, by=people["chenjing"])
    assert open_tasks() == []
    item, _ = history.of_need(need, as_it_is)
    assert (item.progress_words, item.response, item.responded_by) == ("已答复", "已发新报价", "陈静")


def test_an_answer_that_did_not_hold_asks_again(need, people):
    by = people["chenjing"]
    need.revise(1, by, BUDGET, budget_high=90_000_000)
    change = NeedChange.get(NeedChange.reason == "budget")
    change.respond("handling", response="", seen=1, by=by)
    assert len(open_tasks()) == 1
    change.respond("closed", response="", seen=2, by=by)
    change.respond("waiting", response="客户又问", seen=3, by=by)
    assert len(open_tasks()) == 1


def test_a_correction_wants_no_answer(need, people):
    need.revise(1, people["chenjing"], detail="改正错字")
    item, _ = history.of_need(need, as_it_is)
    assert (item.title, item.progress, item.reason) == ("更正记录：服务定制", "", "")
    assert open_tasks() == []
    assert history.find_change(need, item.key) is None


def test_a_need_is_answered_as_far_as_its_least_answered_change(need, people):
    by = people["chenjing"]
    need.revise(1, by, BUDGET, budget_high=90_000_000)
    first, second = NeedChange.select().order_by(NeedChange.id)
    first.respond("closed", response="", seen=1, by=by)
    assert Need.get_by_id(need.id).progress == "waiting"
    second.respond("handling", response="", seen=1, by=by)
    assert Need.get_by_id(need.id).progress == "handling"


def test_overall_progress():
    assert overall(["closed", "", "answered", "closed"]) == "answered"
    assert overall([""]) == ""


def test_an_answer_from_an_old_page_is_refused(need, people):
    change = NeedChange.get()
    change.respond("answered", response="", seen=1, by=people["chenjing"])
    with pytest.raises(StaleVersion):
        NeedChange.get().respond("closed", response="", seen=1, by=people["chenjing"])


def test_changes_of_decision_roles_stand_in_the_same_history(need, customer, people):
    facts = {"name": "王建国", "post": "总经理", "mobile": "13800008000"}
    wang = Contact.add(customer, by=people["chenjing"], decision_role="influencer", **facts)
    wang.revise(1, people["chenjing"], decision_role="decision_maker")
    for found in (history.of_need(need, as_it_is), history.of_customer(customer, as_it_is)):
        assert (found[0].title, found[0].rows) == (
            "决策角色变化：王建国",
            [("决策角色", "影响者", "决策者")],
        )
        assert found[1].title == "记录需求：服务定制"
    hidden = masking([customer.id])[customer.id]
    assert history.of_customer(customer, hidden)[0].title == "决策角色变化：王*"


def test_who_may_not_see_names_meets_none_in_the_history(need, customer, people):
    chain = [{"name": "令狐决断", "role": "decision_maker"}]
    cause = Cause("decision_maker", "令狐决断接任，电话13812345678", "慕容复兴", "waiting")
    need.revise(1, people["chenjing"], cause, decision_chain=chain, detail="慕容复兴说要快")
    NeedChange.get(NeedChange.reason != "").respond(
        "answered", response="已告诉令狐决断", seen=1, by=people["chenjing"]
    )
    need.revise(2, people["chenjing"], decision_chain=[])
    said = str(history.of_need(need, masking([customer.id])[customer.id]))
    assert [name for name in ("令狐决断", "慕容复兴", "13812345678") if name in said] == []


def test_the_history_goes_on_by_pages_and_a_page_has_its_price(customer, people):
    by = people["chenjing"]
    begin = clock.now() - timedelta(days=30)
    for day in range(25):
        with clock.as_of(begin + timedelta(days=day)):
            a_need(customer, by, detail=f"第{day}项")
    with questions() as asked:
        found = history.of_customer(customer, as_it_is)
        assert len(found) == history.PAGE + 1
    assert len(asked) == 2
    rest = history.of_customer(customer, as_it_is, before=found[history.PAGE - 1].at)
    assert len(rest) == 5
