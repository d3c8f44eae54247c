"""A contact leaves and comes back: dated, kept, no longer offered; who decides is told in the timeline."""

from datetime import date, timedelta
from html import unescape

import pytest

from intranet_crm import clock
from intranet_crm.customers import employment
from intranet_crm.customers.contact_rules import birthday_words, notice_fault, read_birthday
from intranet_crm.customers.employment import EmploymentChange, SuccessorWanted, come_back, leave
from intranet_crm.customers.models import Contact, TimelineEntry
from intranet_crm.errors import DomainError, IllegalMove, StaleVersion
from tests.customers.made import customer_of
from tests.customers.test_contacts import LI, WANG, panel
from tests.followups.made import a_followup

TODAY = date(2026, 11, 20)


@pytest.fixture
def chenjing(people):
    return people["chenjing"]


@pytest.fixture
def customer(chenjing):
    return customer_of(chenjing)


@pytest.fixture
def wang(customer, chenjing):
    """The primary contact, who decides."""
    return Contact.add(customer, by=chenjing, decision_role="decision_maker", **WANG)


@pytest.fixture
def li(customer, wang, chenjing):
    return Contact.add(customer, by=chenjing, **LI)


def titles() -> list[str]:
    found = TimelineEntry.select().where(TimelineEntry.kind == "contact").order_by(TimelineEntry.id)
    return [entry.title for entry in found]


def test_the_primary_contact_leaves_when_another_takes_the_part(wang, li, chenjing):
    with pytest.raises(SuccessorWanted):
        leave(wang, clock.today(), seen=1, by=chenjing)
    leave(wang, clock.today(), reason="退休", successor=li, seen=1, by=chenjing)
    assert (Contact.get_by_id(wang.id).left_on, Contact.get_by_id(wang.id).is_primary) == (clock.today(), 0)
    assert Contact.get_by_id(li.id).is_primary == 1
    change = EmploymentChange.get()
    assert (change.has_left, change.on_day, change.reason, change.by) == (1, clock.today(), "退休", chenjing)


def test_it_is_told_and_who_decides_with_it(wang, li, chenjing):
    del li
    before = len(titles())
    leave(wang, clock.today(), successor=Contact.get(Contact.name == "李梅"), seen=1, by=chenjing)
    assert titles()[before:] == ["联系人离职 王*", "修改联系人 李*", "决策者变更：王* → 未知"]


def test_every_change_of_the_decision_maker_is_told(wang, li, chenjing):
    assert "决策者变更：未知 → 王*" in titles()
    li.revise(li.version, chenjing, decision_role="decision_maker")
    wang.revise(1, chenjing, decision_role="influencer")
    assert titles()[-2:] == ["修改联系人 王*", "决策者变更：王*、李* → 李*"]
    assert "决策者变更：王* → 王*、李*" in titles()
    told = len(titles())
    li.revise(li.version, chenjing, area="财务")
    assert len(titles()) == told + 1


def test_the_last_one_may_leave_and_the_next_one_becomes_primary(customer, wang, chenjing, sign_in):
    leave(wang, clock.today(), seen=1, by=chenjing)
    page = panel(sign_in("chenjing"), customer)
    assert "没有在职的联系人" in page
    assert "已离职" in page
    assert Contact.add(customer, by=chenjing, **LI).is_primary == 1


def test_coming_back_keeps_the_history_and_takes_no_part_from_others(wang, li, chenjing):
    leave(wang, clock.today(), successor=li, seen=1, by=chenjing)
    come_back(wang, seen=2, by=chenjing)
    again = Contact.get_by_id(wang.id)
    assert (again.left_on, again.is_primary) == (None, 0)
    assert [change.has_left for change in employment.history_of(again)] == [0, 1]
    assert titles()[-2:] == ["联系人恢复在职 王*", "决策者变更：未知 → 王*"]
    with pytest.raises(IllegalMove):
        come_back(again, seen=3, by=chenjing)


def test_what_makes_no_sense_is_refused(wang, li, chenjing, people):
    with pytest.raises(DomainError, match="不能在今天之后"):
        leave(li, clock.today() + timedelta(days=1), seen=1, by=chenjing)
    with pytest.raises(StaleVersion):
        leave(li, clock.today(), seen=7, by=chenjing)
    leave(li, clock.today(), seen=1, by=chenjing)
    with pytest.raises(IllegalMove):
        leave(li, clock.today(), seen=2, by=chenjing)
    with pytest.raises(DomainError, match="不能是主联系人"):
        li.revise(2, chenjing, is_primary=True)
    stranger = Contact.add(customer_of(chenjing, "别家有限公司"), by=chenjing, **LI)
    zhao = Contact.add(wang.customer, by=chenjing, **LI | {"name": "赵新"})
    with pytest.raises(SuccessorWanted):
        leave(wang, clock.today(), successor=stranger, seen=1, by=chenjing)
    leave(wang, clock.today(), successor=zhao, seen=1, by=chenjing)


def test_a_left_contact_does_not_count_as_decision_maker(customer, wang, li, chenjing, sign_in):
    browser = sign_in("chenjing")
    assert "还不知道谁是决策者" not in panel(browser, customer)
    leave(wang, clock.today(), successor=li, seen=1, by=chenjing)
    page = panel(browser, customer)
    assert "还不知道谁是决策者" in page
    assert f"{clock.today()} 离职" in page
    assert page.index("李梅") < page.index("王建国")


def test_it_is_not_offered_in_new_follow_ups_but_stays_in_old_ones(customer, wang, li, chenjing, sign_in):
    old = a_followup(customer, chenjing, contact_ids=[wang.id])
    leave(wang, clock.today(), successor=li, seen=1, by=chenjing)
    browser, address = sign_in("chenjing"), f"/customers/{customer.id}/followups"
    page = browser.get(address).text
    offered = page.partition(">对接人</legend>")[2].partition("</fieldset>")[0]
    assert "李梅" in offered
    assert "王建国" not in offered
    assert "王建国（已离职）" in browser.get(f"/followups/{old.id}").text
    assert "王建国（已离职）" in browser.get(f"/followups/{old.id}/edit").text


def test_leaving_and_coming_back_as_plain_forms_and_in_place(customer, wang, li, chenjing, sign_in):
    browser, address = sign_in("chenjing"), f"/customers/{customer.id}/contacts/{wang.id}"
    assert "登记离职" in browser.get(address).text
    form = browser.get(f"{address}/departure").text
    assert "接任主联系人" in form
    data = {"version": 1, "left_on": str(clock.today()), "reason": "调任集团总部"}
    answer = browser.post(f"{address}/departure", data=data)
    assert answer.status_code == 422
    assert "请选择由谁接任" in answer.text
    assert "调任集团总部" in answer.text
    late = data | {"left_on": str(clock.today() + timedelta(days=2)), "successor": li.id}
    assert "到离职当天再登记" in browser.post(f"{address}/departure", data=late).text
    answer = browser.post(f"{address}/departure", data=data | {"successor": li.id})
    assert (answer.status_code, answer.location) == (303, f"/customers/{customer.id}/contacts")
    page = browser.get(address).text
    assert "恢复在职" in page
    assert "调任集团总部" in page
    assert 'name="is_primary"' not in page
    answer = browser.post(f"{address}/reinstatement", data={"version": 2}, headers={"HX-Request": "true"})
    assert "已恢复在职" in answer.text
    assert Contact.get_by_id(wang.id).left_on is None


def test_two_tabs_leave_and_edit(customer, wang, chenjing, sign_in):
    """What one tab typed stays, what the other saved comes in, and each difference has three columns."""
    browser, address = sign_in("chenjing"), f"/customers/{customer.id}/contacts/{wang.id}"
    page = browser.get(address).text
    original = page.partition('name="original" type="hidden" value="')[2].partition('"')[0]
    data = WANG | {"version": 1, "original": unescape(original), "area": ""}
    data |= {"decision_role": "decision_maker"}
    Contact.get_by_id(wang.id).revise(1, chenjing, post="采购总监", area="华东")
    answer = browser.post(address, data=data | {"post": "行政经理"})
    assert answer.status_code == 409
    assert "陈静" in answer.text.partition("这条记录刚被改过")[2].partition("</section>")[0]
    rows = answer.text.partition("<tbody")[2].partition("</tbody>")[0]
    assert [word in rows for word in ("采购经理", "采购总监", "行政经理", "负责领域")] == [True] * 4
    assert 'value="华东"' in answer.text
    assert 'value="行政经理"' in answer.text
    again = data | {"post": "行政经理", "area": "华东", "version": 2}
    assert browser.post(address, data=again).status_code == 303
    saved = Contact.get_by_id(wang.id)
    assert (saved.post, saved.area) == ("行政经理", "华东")


def test_every_field_of_t3_is_kept_and_shown(customer, sign_in):
    browser, address = sign_in("chenjing"), f"/customers/{customer.id}/contacts"
    told = {"consent": "agreed", "notice_way": "in_person", "notice_on": "2026-11-02"}
    more = {"form_of_address": "mr", "department": "采购部", "landline": "0755-26001234", "area": "采购"}
    more |= {"preferred_channel": "phone", "good_times": "仅工作日", "notes": "周三例会"}
    more |= {"birthday": "1985年3月12日", "decision_role": "purchaser"}
    assert browser.post(address, data=WANG | told | more).status_code == 303
    saved = Contact.get()
    assert (saved.birthday, saved.consent, saved.notice_on) == ("1985-03-12", "agreed", date(2026, 11, 2))
    page = browser.get(address).text
    shown = (
        "先生",
        "采购部",
        "采购经理",
        "负责采购",
        "偏好电话",
        "仅工作日",
        "周三例会",
        "采购者",
        "主联系人",
    )
    for word in (*shown, "生日3月12日", "已告知并同意（当面，2026-11-02）"):
        assert word in page
    assert "1985" not in page


def test_a_reader_without_the_right_never_sees_a_birthday(customer, people, sign_in):
    type(customer).update(success_manager=people["huangli"]).execute()
    Contact.add(customer, by=people["chenjing"], birthday="1985-03-12", **WANG)
    for address in ("contacts", "timeline", "followups"):
        page = sign_in("hetao").get(f"/customers/{customer.id}/{address}").text
        assert not any(word in page for word in ("3月12日", "03-12", "1985"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("3月12日", "03-12"),
        ("03-12", "03-12"),
        ("1985/3/12", "1985-03-12"),
        ("2月29日", "02-29"),
        ("12.1", "12-01"),
    ],
)
def test_birthdays_are_read_in_many_ways(typed, kept):
    assert read_birthday(typed, TODAY) == kept


@pytest.mark.parametrize("typed", ["2月30日", "1985", "13-01", "明天", "1985-02-29", "2027-01-01", "1"])
def test_what_is_no_birthday_is_refused(typed):
    with pytest.raises(ValueError, match="生日"):
        read_birthday(typed, TODAY)


def test_a_birthday_is_shown_without_its_year():
    assert birthday_words("1985-03-12") == birthday_words("03-12") == "3月12日"


@pytest.mark.parametrize(
    ("consent", "way", "on", "where"),
    [
        ("", "", None, None),
        ("not_informed", "", None, None),
        ("agreed", "written", TODAY, None),
        ("agreed", "", TODAY, "notice_way"),
        ("informed", "phone", None, "notice_on"),
        ("", "phone", None, "consent"),
        ("not_informed", "", TODAY, "consent"),
        ("agreed", "phone", date(2026, 11, 21), "notice_on"),
    ],
)
def test_what_was_told_has_a_way_and_a_day(consent, way, on, where):
    fault = notice_fault(consent, way, on, TODAY)
    assert (fault and fault[0]) == where
