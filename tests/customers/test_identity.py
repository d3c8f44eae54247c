"""The ID number in full: shown to the heads within reach, each look logged (B3)."""

import pytest

from intranet_crm.audit_log import AuditEntry
from tests.customers.making import opened

NUMBER = "440524188001010014"


@pytest.fixture
def person(people):
    return opened(people["chenjing"], "孙小美", kind="individual", citizen_id=NUMBER)


def test_the_head_sees_the_number_after_asking_and_the_look_is_logged(sign_in, person):
    head = sign_in("zhoufang")
    page = head.get(f"/customers/{person.id}").text
    assert NUMBER not in page
    assert "查看证件号码" in page
    answer = head.post(f"/customers/{person.id}/citizen-id/readings")
    assert NUMBER in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    entry = AuditEntry.select().order_by(AuditEntry.id.desc()).first()
    assert (entry.action, entry.actor_name, entry.subject_id) == ("查看证件号码", "周芳", person.id)
    assert "孙小美" not in entry.subject_title


def test_in_place_only_the_panel_is_answered(sign_in, person):
    address = f"/customers/{person.id}/citizen-id/readings"
    answer = sign_in("zhoufang").post(address, headers={"HX-Request": "true"})
    assert NUMBER in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize(("username", "status"), [("chenjing", 403), ("admin", 403), ("sunhao", 404)])
def test_nobody_else_does_not_even_the_administrator(sign_in, person, username, status):
    answer = sign_in(username).post(f"/customers/{person.id}/citizen-id/readings")
    assert answer.status_code == status
    assert NUMBER not in answer.text


def test_without_a_full_number_there_is_nothing_to_show(sign_in, people):
    company = opened(people["chenjing"], "杭州云帆软件有限公司")
    head = sign_in("zhoufang")
    assert "查看证件号码" not in head.get(f"/customers/{company.id}").text
    answer = head.post(f"/customers/{company.id}/citizen-id/readings")
    assert "没有登记完整的证件号码" in answer.text
