"""Deputies: who may name whom, for how long, and what they then review (O4)."""

import re
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


def errors_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<p class="field-error" id="(\w+)-error">.*?</svg>([^<]*)</p>', page, re.S))


def test_nobody_is_chosen_beforehand(sign_in, people):
    page = sign_in("admin").get("/admin/deputies").text
    assert page.count('<option value="">请选择</option>') == 2
    assert "<option selected" not in page
    posted = {"deputy": "", "starts_on": "2026-11-20", "ends_on": "2026-11-24"}
    assert errors_of(sign_in("zhoufang").post("/account/deputies", data=posted).text) == {
        "deputy": "请选择代理人。"
    }


def test_what_is_wrong_is_said_beside_it(sign_in, people):
    browser, sunhao = sign_in("zhoufang"), str(people["sunhao"].id)
    good = {"deputy": sunhao, "starts_on": "2026-11-20", "ends_on": "2026-11-24"}
    for wrong, said in (
        ({"deputy": "abc"}, {"deputy": "代理人没有这一项，请重新选择。"}),
        ({"starts_on": "2026-02-30"}, {"starts_on": "日期不对，请填写年-月-日，如 2026-03-05。"}),
        ({"starts_on": "2026-11-01"}, {"starts_on": "代理从今天或以后的一天开始，开始日期不能早于今天。"}),
        ({"ends_on": "2026-11-19"}, {"ends_on": "代理的结束日期不能早于开始日期，也不能早于今天。"}),
    ):
        answer = browser.post("/account/deputies", data=good | wrong)
        assert (answer.status_code, errors_of(answer.text)) == (422, said)
    own = {"head": sunhao, "deputy": sunhao, "starts_on": "2026-11-20", "ends_on": "2026-11-24"}
    page = sign_in("admin").post("/admin/deputies", data=own).text
    assert errors_of(page) == {"deputy": "代理人不能是本人，请选择另一位同事。"}
    slashed = good | {"starts_on": "2026/11/20", "ends_on": "2026/11/24"}
    assert browser.post("/account/deputies", data=slashed).status_code == 303


def test_a_deputy_who_is_away_as_well_is_told_of(sign_in, people):
    appoint(people["sunhao"], people["guoyan"], date(2026, 11, 24), date(2026, 11, 30))
    posted = {"deputy": people["sunhao"].id, "starts_on": "2026-11-20", "ends_on": "2026-11-24"}
    page = sign_in("zhoufang").post("/account/deputies", data=posted, follow_redirects=True).text
    assert "孙浩在 2026-11-24 至 2026-11-30 也指定了郭岩代理，代理不会再往下传" in page
    assert represented_by(people["guoyan"]) == []


def test_one_that_has_begun_keeps_its_first_day_and_may_end_later(head, people):
    made = appoint(head, people["sunhao"])
    with clock.as_of(clock.stored(datetime(2026, 11, 23, 9))):
        made.reschedule(made.starts_on, date(2026, 11, 27), by=head)
    assert Deputy.get().ends_on == date(2026, 11, 27)
