"""The follow-up panel of the dossier: the quarter's mix (E4), and status and stage in the same form (E6)."""

import re
from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.customers.models import Customer, StatusChange, TimelineEntry
from intranet_crm.errors import StaleVersion
from intranet_crm.followups.models import FollowUp
from intranet_crm.followups.rules import Move, start_of_quarter
from tests.followups.made import a_customer, a_followup
from tests.followups.test_views import HTMX, typed

SEEN = "potential/first_contact"


@pytest.fixture
def customer(people) -> Customer:
    return a_customer(people["chenjing"])


@pytest.fixture
def browser(sign_in):
    return sign_in("chenjing")


def moved(people, **more) -> dict:
    wanted = {"status": "intending", "stage": "needs_confirmed", "status_reason": "确认了预算"}
    return typed(people, status_seen=SEEN, **wanted | more)


def test_the_panel_tells_the_share_of_non_business_contacts(browser, customer, people):
    address = f"/customers/{customer.id}/followups"
    assert "本季度还没有联系过这位客户" in browser.get(address).text
    a_followup(customer, people["chenjing"])
    a_followup(customer, people["chenjing"], is_business=0)
    before = clock.start_of(start_of_quarter(clock.today())) - timedelta(hours=2)
    a_followup(customer, people["chenjing"], is_business=0, happened_at=before)
    page = browser.get(address, headers=HTMX).text
    assert "本季度联系 2 次，其中非业务 1 次，达到 30% 的目标。" in page
    assert '<meter value="50"' in page
    page = browser.post(address, data=typed(people), headers=HTMX).text
    assert "联系 3 次，其中非业务 1 次" in page


def test_status_and_stage_change_with_the_follow_up(browser, customer, people):
    answer = browser.post(f"/customers/{customer.id}/followups", data=moved(people))
    assert answer.status_code == 303
    now = Customer.get_by_id(customer.id)
    assert (now.status, now.stage) == ("intending", "needs_confirmed")
    changes = StatusChange.select(StatusChange.what, StatusChange.reason).order_by(StatusChange.id).tuples()
    assert list(changes) == [("status", "确认了预算"), ("stage", "确认了预算")]
    assert "客户状态已更改" in browser.get(answer.location).text
    again = browser.post(f"/customers/{customer.id}/followups", data=moved(people), headers=HTMX)
    assert again.status_code == 409, "the page was opened before the change"


def test_under_htmx_the_whole_page_is_shown_anew(browser, customer, people):
    answer = browser.post(f"/customers/{customer.id}/followups", data=moved(people), headers=HTMX)
    assert answer.headers["HX-Redirect"] == f"/customers/{customer.id}"


def test_without_a_change_no_reason_is_asked_for(browser, customer, people):
    data = moved(people, status="potential", stage="first_contact", status_reason="")
    answer = browser.post(f"/customers/{customer.id}/followups", data=data, headers=HTMX)
    assert answer.status_code == 200
    assert "HX-Redirect" not in answer.headers
    assert StatusChange.select().count() == 0


def test_a_change_wants_its_reason_beside_the_field(browser, customer, people):
    data = moved(people, status_reason="")
    answer = browser.post(f"/customers/{customer.id}/followups", data=data, headers=HTMX)
    assert answer.status_code == 422
    assert "请写明原因" in answer.text
    assert FollowUp.select().count() == 0


def test_a_status_changed_meanwhile_is_told_and_nothing_typed_is_lost(browser, customer, people):
    customer.change_status("won", "signing", reason="签了", by=people["chenjing"])
    data, address = moved(people, subject="聊续约"), f"/customers/{customer.id}/followups"
    answer = browser.post(address, data=data, headers=HTMX)
    assert answer.status_code == 409
    assert "刚被别人改为「成交客户 / 签约」，跟进还没有保存" in answer.text
    for kept in ("聊续约", "客户愿意续约", "确认了预算", data["key"]):
        assert kept in answer.text
    assert FollowUp.select().count() == 0
    assert 'name="status_seen" type="hidden" value="won/signing"' in answer.text
    left_alone = browser.post(address, data=data | {"status": "potential"}, headers=HTMX).text
    assert re.search(r'<input checked[^>]*value="won"', left_alone)
    assert re.search(r'<input checked[^>]*value="needs_confirmed"', left_alone)
    assert browser.post(address, data=data | {"status_seen": "won/signing"}).status_code == 303
    assert Customer.get_by_id(customer.id).status == "intending"


def test_one_transaction_both_or_neither(customer, people):
    customer.change_status("won", "signing", reason="签了", by=people["chenjing"])
    outdated = Move("intending", "proposal", "有意向", ("potential", "first_contact"))
    with pytest.raises(StaleVersion):
        a_followup(customer, people["chenjing"], move=outdated)
    assert FollowUp.select().count() == 0
    assert TimelineEntry.select().where(TimelineEntry.kind == "followup").count() == 0


def test_the_same_form_sent_twice_moves_once(browser, customer, people):
    data, address = moved(people), f"/customers/{customer.id}/followups"
    browser.post(address, data=data)
    answer = browser.post(address, data=data)
    assert "已经保存过" in browser.get(answer.location).text
    assert StatusChange.select().count() == 2
