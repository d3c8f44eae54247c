"""Adding, reading, listing and correcting follow-ups at the browser."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest

from intranet_crm import clock
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.customers import reach
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.customers.queries import within_reach
from intranet_crm.database import database
from intranet_crm.followups import queries
from intranet_crm.followups.models import FollowUp
from intranet_crm.tasks.models import Task
from tests.files import samples
from tests.files.bad import EVERYWHERE
from tests.followups.made import a_contact, a_customer, a_followup
from tests.needs.made import a_need

HTMX = {"HX-Request": "true"}


@pytest.fixture
def customer(people):
    return a_customer(people["chenjing"])


@pytest.fixture
def browser(sign_in):
    return sign_in("chenjing")


def wall(moment) -> str:
    return f"{clock.local(moment):%Y-%m-%dT%H:%M}"


def typed(people, **more):
    usual = {
        "key": str(uuid4()),
        "happened_at": wall(clock.now()),
        "method": "phone",
        "person": people["chenjing"].id,
        "content": "客户愿意续约",
        "feedback": "interested",
        "is_business": "1",
    }
    return usual | more


def test_a_plain_form_leads_back_to_the_dossier(browser, customer, people):
    address = f"/customers/{customer.id}/followups"
    page = browser.get(address).text
    for label in ("跟进日期", "跟进方式", "跟进人", "跟进内容", "下一步计划", "下次跟进时间", "业务/非业务"):
        assert label in page
    answer = browser.post(address, data=typed(people))
    assert (answer.status_code, answer.location) == (303, f"/customers/{customer.id}")
    assert "客户愿意续约" in browser.get(answer.location).text


def test_under_htmx_a_fresh_form_comes_back_with_the_entry_for_the_timeline(browser, customer, people):
    data = typed(people)
    answer = browser.post(f"/customers/{customer.id}/followups", data=data, headers=HTMX)
    assert answer.status_code == 200
    assert 'hx-swap-oob="afterbegin:#timeline"' in answer.text
    assert f'id="entry-{TimelineEntry.get().id}"' in answer.text
    assert data["key"] not in answer.text
    assert "<textarea" in answer.text
    assert answer.text.count("客户愿意续约") == 1


def test_a_form_sent_twice_says_so_and_shows_no_second_entry(browser, customer, people):
    data, address = typed(people), f"/customers/{customer.id}/followups"
    browser.post(address, data=data, headers=HTMX)
    answer = browser.post(address, data=data, headers=HTMX)
    assert "已经保存过" in answer.text
    assert "afterbegin:#timeline" not in answer.text
    assert FollowUp.select().count() == 1


def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(browser, customer, people):
    data = typed(people, method="", purpose="return_visit", subject="续约意向", **{"steps-1-what": "寄样品"})
    answer = browser.post(f"/customers/{customer.id}/followups", data=data, headers=HTMX)
    assert answer.status_code == 422
    assert "请选择跟进方式" in answer.text
    assert "回访必须填写业务变化" in answer.text
    for kept in ("续约意向", "客户愿意续约", "寄样品", data["key"]):
        assert kept in answer.text
    assert FollowUp.select().count() == 0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("happened_at", "2999-01-01T09:00", "不能晚于现在"),
        ("happened_at", "昨天", "时间不对"),
        ("next_at", "2020-01-01T09:00", "下次跟进时间应晚于跟进日期"),
        ("person", "0", "跟进人没有这一项"),
        ("content", "字" * 4001, "最多4000字"),
        ("contacts", "99999", "对接人"),
        ("key", "x" * 40, "页面已失效"),
        ("key", "", "页面已失效"),
        ("happened_at", "0001-01-01T00:00", "年份不对"),
        ("next_at", "9999-12-31T23:59", "年份不对"),
    ],
)
def test_a_wrong_value_is_refused(browser, customer, people, field, value, sentence):
    answer = browser.post(f"/customers/{customer.id}/followups", data=typed(people, **{field: value}))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert FollowUp.select().count() == 0


def test_contacts_steps_and_files_are_taken_in(browser, customer, people):
    contact, day = a_contact(customer, "张伟"), clock.today() + timedelta(days=6)
    steps = {"steps-0-what": "寄样品", "steps-0-due_on": str(day), "steps-0-person": people["wanglei"].id}
    files = {"attachments": (BytesIO(samples.PDF), "纪要.pdf")}
    browser.post(
        f"/customers/{customer.id}/followups", data=typed(people, contacts=contact.id, **steps) | files
    )
    saved = FollowUp.get()
    page = browser.get(f"/followups/{saved.id}").text
    for shown in ("张伟", "寄样品", "王磊", "纪要.pdf", "有意向"):
        assert shown in page
    assert Task.get(Task.person == people["wanglei"]).due_on == day


@pytest.mark.parametrize("kind", ["script when opened", "encrypted", "cut off", "png too wide"])
def test_bad_files_are_named_beside_the_field(browser, customer, people, kind):
    name, content, said = EVERYWHERE[kind]
    files = {"attachments": (BytesIO(content), name)}
    answer = browser.post(f"/customers/{customer.id}/followups", data=typed(people) | files)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert FollowUp.select().count() == 0


def test_chosen_files_are_asked_for_again_when_the_form_comes_back(browser, customer, people):
    data = typed(people, content="") | {"attachments": (BytesIO(samples.PDF), "纪要.pdf")}
    answer = browser.post(f"/customers/{customer.id}/followups", data=data, headers=HTMX)
    assert "请重新选择附件" in answer.text
    alone = browser.post(f"/customers/{customer.id}/followups", data=typed(people, content=""), headers=HTMX)
    assert "请重新选择附件" not in alone.text


def test_a_line_is_added_with_and_without_script(browser, customer, people):
    row = browser.get(f"/customers/{customer.id}/followups/row?index=3", headers=HTMX).text
    assert 'name="steps-3-what"' in row
    assert "row?index=4" in row
    more = browser.post(f"/customers/{customer.id}/followups", data=typed(people, add_step="1"))
    assert more.status_code == 200
    assert "客户愿意续约" in more.text
    assert 'name="steps-3-what"' in more.text
    assert FollowUp.select().count() == 0


def test_a_late_record_is_marked_with_its_gap(browser, customer, people):
    saved = a_followup(customer, people["chenjing"], happened_at=clock.now() - timedelta(days=3, hours=4))
    for address in ("/followups", f"/followups/{saved.id}", f"/customers/{customer.id}"):
        page = browser.get(address).text
        assert "补录" in page
        assert "3 天 4 小时" in page


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("chenjing", 200),
        ("wanglei", 404),
        ("zhaomin", 404),
        ("liqiang", 200),
        ("zhoufang", 200),
        ("sunhao", 404),
        ("linhai", 200),
        ("hetao", 404),
        ("admin", 200),
        ("tangjia", 403),
        ("xujing", 403),
        ("auditor", 403),
    ],
)
def test_each_role_reads_within_its_reach(sign_in, customer, people, username, status):
    saved, browser = a_followup(customer, people["chenjing"]), sign_in(username)
    assert browser.get(f"/followups/{saved.id}").status_code == status
    assert browser.get(f"/customers/{customer.id}/followups").status_code == status
    listed = browser.get("/followups")
    assert listed.status_code == (403 if status == 403 else 200)
    assert ("云帆科技有限公司" in listed.text) == (status == 200)


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("wanglei", 404),
        ("liqiang", 403),
        ("zhoufang", 403),
        ("hetao", 403),
        ("tangjia", 403),
        ("auditor", 403),
    ],
)
def test_only_who_may_edit_the_customer_adds_to_it(sign_in, customer, people, username, status):
    answer = sign_in(username).post(f"/customers/{customer.id}/followups", data=typed(people))
    assert answer.status_code == status
    assert FollowUp.select().count() == 0


def test_a_reader_gets_the_panel_without_a_form(sign_in, customer, people):
    a_followup(customer, people["chenjing"])
    panel = sign_in("zhoufang").get(f"/customers/{customer.id}/followups", headers=HTMX).text
    assert "<form" not in panel
    assert "陈静" in panel


def test_names_of_contacts_are_masked_for_readers_without_the_right(sign_in, people):
    customer = a_customer(people["huangli"])
    contact = a_contact(customer, "张伟")
    saved = a_followup(customer, people["huangli"], contact_ids=[contact.id])
    page = sign_in("hetao").get(f"/followups/{saved.id}").text
    assert "张伟" not in page
    assert "张*" in page


def test_a_file_is_served_within_reach_only(browser, sign_in, customer, people):
    files = {"attachments": (BytesIO(samples.PDF), "纪要.pdf")}
    browser.post(f"/customers/{customer.id}/followups", data=typed(people) | files)
    saved = FollowUp.get()
    address = f"/followups/{saved.id}/attachments/1"
    page = browser.get(f"/followups/{saved.id}").text
    address = page.partition(f'href="/followups/{saved.id}/attachments/')[2].partition('"')[0]
    address = f"/followups/{saved.id}/attachments/{address}"
    assert browser.get(address).data == samples.PDF
    assert sign_in("zhaomin").get(address).status_code == 404
    assert sign_in("liqiang").post(f"{address}/removal").status_code == 403
    assert browser.post(f"{address}/removal").status_code == 303
    assert browser.get(address).status_code == 404


def test_the_author_corrects_it_and_a_second_tab_loses_nothing(browser, customer, people):
    saved = a_followup(customer, people["chenjing"], content="原来的内容")
    address = f"/followups/{saved.id}/edit"
    assert "原来的内容" in browser.get(address).text
    first = typed(people, key=saved.key, version=1, content="第一次修改", happened_at=wall(saved.happened_at))
    assert browser.post(address, data=first).status_code == 303
    conflict = browser.post(address, data=first | {"content": "第二次修改"})
    assert conflict.status_code == 409
    assert "刚被别人修改过" in conflict.text
    assert "第一次修改" in conflict.text
    assert "第二次修改" in conflict.text
    assert 'name="version" type="hidden" value="2"' in conflict.text
    again = browser.post(address, data=first | {"content": "第二次修改", "version": 2})
    assert again.status_code == 303
    assert FollowUp.get_by_id(saved.id).content == "第二次修改"


@pytest.mark.parametrize(("username", "status"), [("liqiang", 403), ("wanglei", 404), ("admin", 403)])
def test_nobody_else_corrects_it(sign_in, customer, people, username, status):
    saved = a_followup(customer, people["chenjing"])
    assert sign_in(username).get(f"/followups/{saved.id}/edit").status_code == status


def test_the_list_narrows_by_person_method_and_day(browser, customer, people):
    chenjing, wanglei = people["chenjing"], people["wanglei"]
    a_followup(customer, chenjing, subject="甲事", method="phone")
    a_followup(customer, chenjing, subject="乙事", method="visit", person=wanglei)
    a_followup(customer, chenjing, subject="丙事", happened_at=clock.now() - timedelta(days=9))
    day = clock.today() - timedelta(days=3)
    for query, wanted in (
        ("", {"甲事", "乙事", "丙事"}),
        (f"?person={wanglei.id}", {"乙事"}),
        ("?method=phone", {"甲事", "丙事"}),
        (f"?since={day}", {"甲事", "乙事"}),
        (f"?until={day}", {"丙事"}),
        ("?person=x&method=y&since=z&after=q", {"甲事", "乙事", "丙事"}),
    ):
        page = browser.get(f"/followups{query}").text
        assert {word for word in ("甲事", "乙事", "丙事") if word in page} == wanted, query
    assert "没有符合条件的跟进" in browser.get("/followups?method=email").text


def test_paging_shows_every_followup_once_also_those_of_the_same_moment(browser, customer, people):
    moment = clock.now() - timedelta(hours=1)
    for number in range(45):
        a_followup(customer, people["chenjing"], subject=f"第{number:02d}次", happened_at=moment)
    seen, address = [], "/followups"
    while address:
        page = browser.get(address).text
        seen += [number for number in range(45) if f"第{number:02d}次" in page]
        address = page.rpartition('rel="next" href="')[2].partition('"')[0] if 'rel="next"' in page else ""
        address = address.replace("&amp;", "&")
    assert sorted(seen) == list(range(45))


def test_choosing_a_customer_offers_only_those_one_may_write_to(browser, customer, people):
    a_customer(people["zhaomin"], "南方科技有限公司")
    assert "云帆" in browser.get("/followups/new").text
    assert "云帆" in browser.get("/followups/new?name=云").text
    assert "没有找到「南方」" in browser.get("/followups/new?name=南方", headers=HTMX).text


def queries_of(act, monkeypatch) -> int:
    asked, real = [], database.obj.execute_sql
    monkeypatch.setattr(database.obj, "execute_sql", lambda *a, **k: asked.append(a[0]) or real(*a, **k))
    act()
    monkeypatch.undo()
    return len(asked)


def test_twenty_rows_cost_what_ten_do(browser, customer, people, monkeypatch):
    for _ in range(10):
        a_followup(customer, people["chenjing"])
    browser.get("/followups")
    ten = queries_of(lambda: browser.get("/followups"), monkeypatch)
    for number in range(10):
        a_followup(a_customer(people["chenjing"], f"客户{number}"), people["chenjing"])
    assert queries_of(lambda: browser.get("/followups"), monkeypatch) == ten <= 9


def test_adding_costs_the_same_whatever_came_before(browser, customer, people, monkeypatch):
    def add():
        browser.post(f"/customers/{customer.id}/followups", data=typed(people), headers=HTMX)

    a_followup(customer, people["chenjing"], next_at=clock.now() + timedelta(days=2))
    first = queries_of(add, monkeypatch)
    for _ in range(10):
        a_followup(customer, people["chenjing"], next_at=clock.now() + timedelta(days=2))
    assert queries_of(add, monkeypatch) == first <= 36


@pytest.fixture(params=[(1, 1, 10_000), (3, 900, 10_000), (200, 900, 10_000), (200, 900, 0)])
def plan(request, monkeypatch):
    """Ways to a page: all customers of a small reach, those touched last, along the dates."""
    few, more, small = request.param
    monkeypatch.setattr(queries, "WINDOWS", (few, more))
    monkeypatch.setattr(reach, "SMALL", small)


@pytest.mark.parametrize("username", ["chenjing", "huangli", "liqiang", "zhaomin", "admin"])
def test_every_plan_shows_the_same_page(people, plan, monkeypatch, username):
    monkeypatch.setattr(queries, "PAGE", 4)
    viewer, moment = people[username], clock.now()
    for number in range(12):
        owner = people[("chenjing", "wanglei", "zhaomin")[number % 3]]
        customer = a_customer(owner, f"客户{number}")
        if number % 4 == 0:
            Customer.update(success_manager=people["huangli"]).where(Customer.id == customer.id).execute()
        for day in range(3):
            happened = moment - timedelta(days=(number * 5 + day * 7) % 23, minutes=number)
            a_followup(customer, owner, happened_at=happened, method=("phone", "visit")[day % 2])
    everything = FollowUp.select(FollowUp).join(Customer).where(within_reach(viewer, P.SEE_CUSTOMERS))
    rows = list(everything.order_by(FollowUp.happened_at.desc(), FollowUp.id.desc()))
    for method in ("", "visit"):
        wanted = [row.id for row in rows if not method or row.method == method]
        shown, after = [], None
        while page := queries.list_page(viewer, method=method, after=after)[:4]:
            shown += [row.id for row in page]
            after = (page[-1].happened_at, page[-1].id)
        assert shown == wanted


def test_no_contact_is_later_than_its_customer_was_touched(customer, people):
    chenjing = people["chenjing"]
    followup = a_followup(customer, chenjing, happened_at=clock.now() - timedelta(days=9))
    long_ago = clock.now() - timedelta(days=5)
    Customer.update(touched_at=long_ago).where(Customer.id == customer.id).execute()
    followup.revise(
        seen=1, by=chenjing, happened_at=clock.now() - timedelta(days=1), method="phone", content="改了日期"
    )
    again = Customer.get_by_id(customer.id)
    assert again.touched_at == again.last_followup_at > long_ago


def test_a_followup_leads_to_the_need_that_is_inferred_from_it(sign_in, people):
    customer = a_customer(people["chenjing"])
    visit = a_followup(customer, people["chenjing"])
    link = f'href="/customers/{customer.id}/needs/new?followup={visit.id}"'
    page = sign_in("chenjing").get(f"/followups/{visit.id}").text
    assert link in page
    assert "由此推断的隐性需求" not in page
    need = a_need(customer, people["chenjing"], nature="implied", followup_id=visit.id, followup_words="电话")
    page = sign_in("liqiang").get(f"/followups/{visit.id}").text
    assert f'href="/needs/{need.id}"' in page
    assert link not in page
