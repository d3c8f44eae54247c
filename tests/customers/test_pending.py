"""What a customer has yet to tell becomes one to-do, which follows it and settles by itself."""

import pytest

from intranet_crm.customers import pending
from intranet_crm.customers.models import Customer
from intranet_crm.tasks.models import Task
from tests.customers.making import opened, posted
from tests.customers.test_views import clashes, edited


def the_task():
    return Task.get_or_none(Task.kind == "pending")


@pytest.fixture
def customer(people):
    return opened(people["chenjing"], budget_pending=1)


def test_a_budget_to_be_confirmed_is_asked_for_until_it_is_known(customer, people):
    task = the_task()
    assert (task.person, task.title) == (people["chenjing"], f"向「{customer.name}」确认：预算范围")
    assert task.reason == "待确认：预算范围"
    values = {"budget_low": 100, "budget_pending": 0}
    customer.revise(values, seen=1, by=people["chenjing"])
    assert (the_task().outcome, the_task().done_by) == ("已全部问清", people["chenjing"].id)
    assert pending.open_values(customer.id) == []


def test_a_new_question_after_the_old_one_was_settled_is_a_new_task(customer, people):
    customer.revise({"budget_pending": 0}, seen=1, by=people["chenjing"])
    customer.revise({"budget_pending": 1}, seen=2, by=people["chenjing"])
    assert [bool(task.done_at) for task in Task.select().order_by(Task.id)] == [True, False]


def test_a_colleague_who_writes_it_down_leaves_the_question_to_the_owner(people):
    customer = opened(people["chenjing"])
    customer.revise({"budget_pending": 1}, seen=1, by=people["admin"])
    assert the_task().person == people["chenjing"]


def test_it_leads_to_the_field(customer):
    assert [value.place for value in pending.open_values(customer.id)] == [
        f"/customers/{customer.id}/edit#budget_low"
    ]


def test_the_form_takes_either_amounts_or_to_be_confirmed(sign_in):
    me = sign_in("chenjing")
    both = me.post("/customers/new", data=posted(budget_low="50", budget_pending="y"))
    assert both.status_code == 422
    assert "请保留其中一种" in both.text
    me.post("/customers/new", data=posted(budget_pending="y"))
    assert Customer.get().budget_pending == 1


def test_the_conflict_panel_tells_of_the_new_fields(sign_in, people, customer):
    mine, address = sign_in("chenjing"), f"/customers/{customer.id}/edit"
    my_page = mine.get(address).text
    hers = {"budget_pending": 0, "confidentiality": "secret", "processing_basis": "contract"}
    customer.revise(hers, seen=1, by=people["admin"])
    answer = mine.post(address, data=edited(my_page, confidentiality="internal"))
    assert answer.status_code == 409
    assert set(clashes(answer.text)) == {
        ("预算待确认", "是", "否", "是"),
        ("密级", "", "秘密", "内部"),
        ("处理依据", "", "订立、履行合同所必需", ""),
    }
    mine.post(address, data=edited(answer.text))
    saved = Customer.get()
    assert (saved.budget_pending, saved.confidentiality, saved.processing_basis) == (
        0,
        "internal",
        "contract",
    )
