"""「本次跟进请确认」 at the head of the follow-up form, until the values arrive (B12)."""

import re
from html import unescape

import pytest

from intranet_crm.needs.models import Need
from intranet_crm.tasks.models import Task
from tests.customers.making import opened

HTMX = {"HX-Request": "true"}
NEED = {"type": "custom_service", "background": "b", "detail": "d", "priority": "high"}


def asked(browser, customer):
    """(address, words) of each question in the box."""
    panel = unescape(browser.get(f"/customers/{customer.id}/followups", headers=HTMX).text)
    return re.findall(r'<li><a href="([^"]+)"[^>]*>([^<]+)</a><span class="muted">([^<]+)', panel)


@pytest.fixture
def customer(people):
    return opened(people["chenjing"], budget_pending=1)


def test_what_is_open_stands_above_the_form(sign_in, people, customer):
    need = Need.record(customer, by=people["chenjing"], budget_pending=1, expected_finish="越快越好", **NEED)
    assert asked(sign_in("chenjing"), customer) == [
        (f"/customers/{customer.id}/edit#budget_low", "预算范围", "待确认"),
        (f"/needs/{need.id}/edit#budget_low", "服务定制的预算范围", "待确认"),
        (f"/needs/{need.id}/edit#expected_finish", "服务定制的期望完成时间", "时间不明确"),
    ]
    assert "本次跟进请确认" in sign_in("chenjing").get(f"/customers/{customer.id}/followups").text


def test_it_goes_when_the_values_arrive(sign_in, people, customer):
    by = people["chenjing"]
    need = Need.record(customer, by=by, expected_finish="越快越好", **NEED)
    need.revise(1, by, expected_finish="2027年Q3")
    customer.revise({"budget_pending": 0, "budget_low": 1}, seen=1, by=by)
    assert asked(sign_in("chenjing"), customer) == []
    assert "本次跟进请确认" not in sign_in("chenjing").get(f"/customers/{customer.id}/followups").text
    assert Task.get(Task.kind == "pending").done_at


def test_a_time_that_becomes_another_vague_one_stays_open(sign_in, people):
    by, customer = people["chenjing"], opened(people["chenjing"])
    need = Need.record(customer, by=by, expected_finish="越快越好", **NEED)
    need.revise(1, by, expected_finish="年底")
    assert len(asked(sign_in("chenjing"), customer)) == 1
    assert Task.select().where(Task.done_at.is_null()).count() == 1


def test_readers_who_add_nothing_are_asked_nothing(sign_in, customer):
    assert asked(sign_in("liqiang"), customer) == []
