"""Twenty rows cost what ten do: no page or panel asks the database more often because it shows more."""

from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.notices.models import notify
from tests.followups.made import a_contact, a_customer, a_followup
from tests.needs.made import a_need

PULLED = {"HX-Request": "true"}


@pytest.fixture
def customer(people):
    return a_customer(people["chenjing"])


def fill(customer, by, rows):
    for number in rows:
        a_contact(customer, f"张{number}")
        a_followup(customer, by, next_at=clock.now() + timedelta(days=number % 5))
        a_need(customer, by)
        notify(by, "消息", key=f"n{number}", action=number % 2 == 0)


@pytest.mark.parametrize(
    "address",
    [
        "/customers",
        "/customers/{key}",
        "/customers/{key}/timeline",
        "/customers/{key}/contacts",
        "/customers/{key}/followups",
        "/customers/{key}/needs",
        "/followups",
        "/tasks",
        "/tasks?span=本周",
        "/tasks?span=以后",
        "/notices",
        "/notices?kind=info",
        "/search?q=云帆",
    ],
)
def test_twenty_rows_cost_what_ten_do(sign_in, people, customer, sent, address):
    chenjing, browser = people["chenjing"], sign_in("chenjing")
    address, costs = address.format(key=customer.id), []
    headers = PULLED if address.count("/") == 3 else {}
    for rows in (range(6), range(6, 12)):
        fill(customer, chenjing, rows)
        for number in rows:
            a_customer(chenjing, f"云帆{number}有限公司")
        browser.get(address, headers=headers)
        sent.clear()
        assert browser.get(address, headers=headers).status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 20


@pytest.mark.parametrize("kind", ["action=登录", ""])
def test_a_long_log_costs_what_a_short_one_does(sign_in, people, sent, kind):
    browser, costs = sign_in("auditor"), []
    for _ in range(2):
        for _ in range(5):
            sign_in("chenjing")
        browser.get(f"/audit?{kind}")
        sent.clear()
        assert browser.get(f"/audit?{kind}").status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 5
