"""Deputies: who may name whom, for how long, and what they then review (O4)."""

from datetime import date, datetime

import pytest

from intranet_crm import clock
from intranet_crm.accounts.deputies import Deputy, deputies_of, represented_by
from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.errors import DomainError, NotAllowed
from tests.counting import questions


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def head(people):
    return people["zhoufang"]


def appoint(head, deputy, first=date(2026, 11, 20), last=date(2026, 11, 24), by=None):
    return Deputy.appoint(head, deputy, first, last, by=by or head)


def test_a_deputy_stands_in_on_both_days_and_between(head, people):
    appoint(head, people["sunhao"])
    for day, stands_in in ((19, False), (20, True), (24, True), (25, False)):
        with clock.as_of(clock.stored(datetime(2026, 11, day, 9))):
            assert (head.id in represented_by(people["sunhao"])) == stands_in
            assert [each.name for each in deputies_of(head)] == (["孙浩"] if stands_in else [])
    entry = AuditEntry.get(AuditEntry.action == "指定代理人")
    values = AuditValues.get(AuditValues.entry == entry.id)
    assert "孙浩" in values.new


def test_an_administrator_names_one_for_an_absent_head_and_nobody_else_does(head, people):
    appoint(head, people["sunhao"], by=people["admin"])
    with pytest.raises(NotAllowed):
        appoint(head, people["guoyan"], date(2026, 12, 1), date(2026, 12, 2), by=people["linhai"])


@pytest.mark.parametrize("who", ["zhoufang", "chenjing"])
def test_oneself_and_who_may_not_review_are_refused(head, people, who):
    with pytest.raises(DomainError):
        appoint(head, people[who])


def test_two_deputies_at_once_are_refused_until_the_first_is_ended(head, people):
    first = appoint(head, people["sunhao"])
    with pytest.raises(DomainError, match="已由孙浩代理"):
        appoint(head, people["guoyan"], date(2026, 11, 24), date(2026, 11, 30))
    Deputy.get_by_id(first.id).end(by=head)
    assert represented_by(people["sunhao"]) == []
    appoint(head, people["guoyan"], date(2026, 11, 24), date(2026, 11, 30))


def test_a_span_that_is_over_or_upside_down_is_refused(head, people):
    for first, last in ((date(2026, 11, 1), date(2026, 11, 3)), (date(2026, 12, 3), date(2026, 12, 1))):
        with pytest.raises(DomainError, match="结束日期"):
            appoint(head, people["sunhao"], first, last)


def test_the_page_names_and_ends(sign_in, people):
    browser = sign_in("zhoufang")
    wanted = {"deputy": people["sunhao"].id, "starts_on": "2026-11-20", "ends_on": "2026-11-24"}
    assert browser.post("/account/deputies", data=wanted | {"ends_on": "2026-11-01"}).status_code == 422
    assert browser.post("/account/deputies", data=wanted).status_code == 303
    page = browser.get("/account/deputies").text
    assert "孙浩" in page
    assert "代理中" in page
    assert "周芳" in sign_in("sunhao").get("/account/deputies").text
    key = Deputy.get().id
    assert sign_in("linhai").post(f"/account/deputies/{key}/end").status_code == 404
    assert browser.post(f"/account/deputies/{key}/end").status_code == 303
    assert "已结束" in browser.get("/account/deputies").text


def test_the_administrator_chooses_the_head(sign_in, people):
    browser = sign_in("admin")
    wanted = {"deputy": people["sunhao"].id, "starts_on": "2026-11-20", "ends_on": "2026-11-24"}
    assert browser.post("/admin/deputies", data=wanted | {"head": people["zhoufang"].id}).status_code == 303
    assert represented_by(people["sunhao"]) == [people["zhoufang"].id]
    assert "周芳" in browser.get("/admin/deputies").text


def test_the_list_costs_the_same_however_long(head, people, sign_in):
    browser = sign_in("zhoufang")

    def cost():
        with questions() as made:
            browser.get("/account/deputies")
        return len(made)

    appoint(head, people["sunhao"])
    few = cost()
    for day in range(1, 9):
        appoint(head, people["guoyan"], date(2026, 12, day), date(2026, 12, day))
    assert cost() == few
