"""Versions on the pages: who sees the button, the reason, the differences first, and the links both ways."""

from datetime import datetime
from uuid import uuid4

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.customers.models import Customer
from intranet_crm.intake.models import IntakeForm
from intranet_crm.needs.models import Need
from tests.intake.amended import BUDGET, REASON, amended, begun, passed
from tests.intake.test_entry import approved, entered
from tests.intake.test_entry_views import seen


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def first(people):
    form = approved(people)
    ArchiveRecord.establish(form.id)
    return form


def key_of(page):
    return page.split('name="key"')[1].split('value="')[1].split('"')[0]


BUTTON = 'href="/intake/{}/versions/new"'


def test_the_collector_begins_a_version_from_the_form(first, sign_in):
    browser = sign_in("chenjing")
    assert BUTTON.format(first.id) in browser.get(f"/intake/{first.id}").text
    page = browser.get(f"/intake/{first.id}/versions/new").text
    assert "变更说明" in page
    given = {"key": key_of(page), "reason": REASON}
    answers = [browser.post(f"/intake/{first.id}/versions", data=given) for _ in range(2)]
    made = IntakeForm.get(IntakeForm.amends == first.id)
    assert {(each.status_code, each.location) for each in answers} == {(303, f"/intake/{made.id}")}
    draft = browser.get(f"/intake/{made.id}").text
    for words in ("第2版，从已通过的第1版开始", REASON, made.number):
        assert words in draft
    again = browser.get(f"/intake/{first.id}").text
    assert BUTTON.format(first.id) not in again
    assert "第2版正在办理：陈静，草稿" in again


@pytest.mark.parametrize(("reason", "sentence"), [("", "请写明变更说明"), ("长" * 301, "现在多出1字")])
def test_what_was_typed_stays_with_the_sentence(first, sign_in, reason, sentence):
    browser = sign_in("chenjing")
    answer = browser.post(f"/intake/{first.id}/versions", data={"key": str(uuid4()), "reason": reason})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert reason in answer.text


def test_a_second_window_is_led_to_the_open_version(first, people, sign_in):
    made = begun(first)
    browser = sign_in("chenjing")
    data = {"key": str(uuid4()), "reason": "另一个原因"}
    answer = browser.post(f"/intake/{first.id}/versions", data=data)
    assert answer.status_code == 409
    for words in ("第2版正在办理（陈静，草稿）", f'href="/intake/{made.id}"', "另一个原因"):
        assert words in answer.text
    assert browser.post(f"/intake/{first.id}/versions", data={"key": "x", "reason": "y"}).status_code == 400


def test_who_may_not_begin_one(first, sign_in):
    address = f"/intake/{first.id}/versions/new"
    expected = {
        "wanglei": 404, "zhaomin": 404, "liqiang": 403, "zhoufang": 403, "admin": 403, "xujing": 403,
        "hetao": 403, "huangli": 404,
    }  # fmt: skip
    assert {name: sign_in(name).get(address).status_code for name in expected} == expected
    for name in ("zhoufang", "liqiang"):
        assert BUTTON.format(first.id) not in sign_in(name).get(f"/intake/{first.id}").text
    data = {"key": str(uuid4()), "reason": REASON}
    posted = {name: sign_in(name).post(f"/intake/{first.id}/versions", data=data) for name in expected}
    assert {name: answer.status_code for name, answer in posted.items()} == expected
    assert IntakeForm.select().count() == 1


def test_the_head_sees_the_differences_first(first, sign_in):
    second = amended(first)
    page = sign_in("zhoufang").get(f"/reviews/{second.id}").text
    assert page.index("与第1版的差异") < page.index("一级自查") < page.index("具体需求描述")
    for words in (
        REASON,
        "<del>120–150 万元</del>",
        "<ins>80–100 万元</ins>",
        "第1版：<del>120–150 万元</del>",
    ):
        assert words in page
    assert "第2版" in sign_in("zhoufang").get("/reviews").text
    batch = sign_in("zhoufang").get("/reviews/batch").text
    assert "第2版，请看过与上一版的差异" in batch


def test_both_pages_point_at_each_other(first, people, sign_in):
    second = passed(amended(first))
    newer = ArchiveRecord.establish(second.id)
    older = ArchiveRecord.get(ArchiveRecord.form == first.id)
    for name in ("chenjing", "zhoufang"):
        browser = sign_in(name)
        old, new = (browser.get(f"/intake/{form.id}").text for form in (first, second))
        assert "已有第2版" in old
        assert f'href="/intake/{second.id}"' in old
        assert "由第2版取代，不再录入" in old
        assert f"/intake/{first.id}/entry" not in old
        assert f'href="/intake/{first.id}"' in new
        assert "与第1版的差异" in new
    assert BUTTON.format(second.id) in sign_in("chenjing").get(f"/archive/{newer.id}").text
    assert BUTTON.format(first.id) not in sign_in("chenjing").get(f"/archive/{older.id}").text
    browser = sign_in("xujing")
    assert BUTTON.format(second.id) not in browser.get(f"/archive/{newer.id}").text
    old, new = (browser.get(f"/archive/{record.id}").text for record in (older, newer))
    assert f"已有第2版，档号 {newer.number}" in old
    assert f'href="/archive/{newer.id}"' in old
    assert 'value="archive"' in old
    assert f'href="/archive/{older.id}"' in new
    assert 'value="archive"' not in new
    listed = browser.get("/archive").text
    assert listed.count("已有第2版") == 1
    assert older.number in browser.get("/archive?state=entered").text
    assert newer.number not in browser.get("/archive?state=entered").text
    assert older.number not in browser.get("/archive?state=approved").text


def test_lists_show_the_version_and_the_search_finds_both(first, people, sign_in):
    customer = entered(first, people["chenjing"])
    second = amended(IntakeForm.get_by_id(first.id))
    browser = sign_in("chenjing")
    listed = browser.get("/intake").text
    assert second.number in listed
    assert ">第2版<" in listed
    panel = browser.get(f"/customers/{customer.id}/intake").text
    assert second.number in panel
    assert ">第2版<" in panel
    for beginning in (first.number[:-1], first.number):
        found = browser.get(f"/search?q={beginning}").text
        assert f'href="/intake/{first.id}"' in found
        assert f'href="/intake/{second.id}"' in found
    assert browser.get(f"/search?q={second.number}").location == f"/intake/{second.id}"


def test_a_version_out_of_reach_is_named_without_a_link(first, people, sign_in):
    entered(first, people["chenjing"])
    first = IntakeForm.get_by_id(first.id)
    first.customer.__class__.update(success_manager=people["huangli"]).execute()
    second = amended(IntakeForm.get_by_id(first.id), people["huangli"])
    page = sign_in("chenjing").get(f"/intake/{first.id}").text
    assert second.number in page
    assert f'href="/intake/{second.id}"' not in page
    assert sign_in("chenjing").get(f"/intake/{second.id}").status_code == 404


def test_the_entry_page_shows_what_changes_in_the_need(first, people, sign_in):
    entered(first, people["chenjing"])
    need = Need.get()
    need.revise(need.version, people["chenjing"], budget_high=140_000_000, budget_low=140_000_000)
    second = passed(amended(IntakeForm.get_by_id(first.id), **BUDGET))
    browser = sign_in("chenjing")
    page = browser.get(f"/intake/{second.id}/entry").text
    for words in ("修改已有的需求", "120–150 万元", "80–100 万元", "140 万元", "上一版录入后改过"):
        assert words in page
    assert "新增一条需求" not in page
    need = Need.get()
    need.revise(need.version, people["chenjing"], priority="low")  # behind the page's back
    data = {"seen": seen(page), "take-budget": "form"}
    assert browser.post(f"/intake/{second.id}/entry", data=data).status_code == 409
    data["seen"] = seen(browser.get(f"/intake/{second.id}/entry").text)
    assert browser.post(f"/intake/{second.id}/entry", data=data).status_code == 303
    assert (Need.get().budget_high, Need.get().priority, Need.select().count()) == (100_000_000, "low", 1)


def test_entering_a_superseded_version_points_to_the_newer(first, sign_in):
    second = passed(amended(first))
    browser = sign_in("chenjing")
    answer = browser.get(f"/intake/{first.id}/entry", follow_redirects=True)
    assert answer.request.path == f"/intake/{first.id}"
    assert f"请录入第2版（{second.number}）" in answer.text
    assert f'href="/intake/{second.id}"' in answer.text
    posted = browser.post(f"/intake/{first.id}/entry", data={"seen": "new"})
    assert posted.status_code == 409
    assert f"请录入第2版（{second.number}）" in posted.text


def test_a_colleague_takes_over_what_a_leaver_began(first, people, sign_in):
    customer = entered(first, people["chenjing"])
    Customer.update(owner=people["wanglei"]).where(Customer.id == customer.id).execute()
    second = begun(IntakeForm.get_by_id(first.id))
    browser = sign_in("wanglei")
    page = browser.get(f"/intake/{first.id}/versions/new").text
    assert "第2版正在办理（陈静，草稿）" in page
    assert "接手变更" not in page
    assert browser.post(f"/intake/{second.id}/adoption").status_code == 404
    Person.update(disabled_at=clock.now()).where(Person.id == people["chenjing"].id).execute()
    assert f'action="/intake/{second.id}/adoption"' in browser.get(f"/intake/{first.id}/versions/new").text
    assert sign_in("zhaomin").post(f"/intake/{second.id}/adoption").status_code == 404
    answer = browser.post(f"/intake/{second.id}/adoption")
    assert (answer.status_code, answer.location) == (303, f"/intake/{second.id}")
    assert "第2版，从已通过的第1版开始" in browser.get(f"/intake/{second.id}").text
