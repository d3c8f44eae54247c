"""Service issues at the browser: in the dossier's panel, on their own page, in the list."""

import re
from datetime import timedelta

import pytest

from intranet_crm import clock
from intranet_crm.customers.models import Contact, Customer
from intranet_crm.service_issues.models import ServiceIssue
from tests.counting import questions
from tests.customers.made import customer_of
from tests.service_issues.made import an_issue

HTMX = {"HX-Request": "true"}


@pytest.fixture
def customer(people):
    """A customer of 陈静, cared for by 黄丽 of 客户成功部, where 何涛 is 客服."""
    made = customer_of(people["chenjing"])
    Customer.update(success_manager=people["huangli"]).execute()
    facts = {"name": "王建国", "post": "采购经理", "mobile": "13800008000"}
    Contact.add(made, by=people["chenjing"], **facts)
    return Customer.get_by_id(made.id)


def typed(person, **more) -> dict[str, str]:
    now = f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}"
    contact = str(Contact.get().id)
    usual = {"kind": "complaint", "detail": "三天没人回", "contact": contact, "reported_at": now}
    return usual | {"person": str(person.id), "reporter": "", "result": ""} | more


@pytest.mark.parametrize("username", ["chenjing", "huangli", "hetao", "admin"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "in place"])
def test_whoever_serves_the_customer_records_an_issue(sign_in, customer, people, username, headers):
    browser, here = sign_in(username), f"/customers/{customer.id}/service-issues"
    form = browser.get(f"{here}/new", headers=headers).text
    assert ("<html" in form) is not bool(headers)
    assert ("王建国" in form) is (username != "hetao")
    answer = browser.post(here, data=typed(people[username]), headers=headers)
    assert answer.status_code == (200 if headers else 303)
    issue = ServiceIssue.get()
    assert (issue.reporter, issue.person, issue.created_by) == ("王建国", people[username], people[username])
    panel = browser.get(here, headers=HTMX).text
    for words in ("三天没人回", "投诉", "待响应", "1 个未解决"):
        assert words in panel


@pytest.mark.parametrize("username", ["zhaomin", "wanglei"])
def test_for_others_it_does_not_exist(sign_in, customer, people, username):
    issue, browser = an_issue(customer, people["chenjing"]), sign_in(username)
    here = f"/customers/{customer.id}/service-issues"
    for address in (here, f"{here}/new", f"/service-issues/{issue.id}", f"/service-issues/{issue.id}/reply"):
        assert browser.get(address).status_code == 404
    assert issue.detail not in browser.get("/service-issues").text


@pytest.mark.parametrize("username", ["liqiang", "zhoufang"])
def test_superiors_read_and_do_not_record(sign_in, customer, people, username):
    issue, browser = an_issue(customer, people["chenjing"]), sign_in(username)
    here = f"/customers/{customer.id}/service-issues"
    assert "记录问题" not in browser.get(here).text
    page = browser.get(f"/service-issues/{issue.id}").text
    assert issue.detail in page
    assert f"/service-issues/{issue.id}/reply" not in page
    assert browser.post(here, data=typed(people["chenjing"])).status_code == 403
    assert browser.post(f"/service-issues/{issue.id}/solution", data={}).status_code == 403


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"kind": ""}, "请选择问题类型。"),
        ({"detail": " "}, "请填写问题描述。"),
        ({"contact": ""}, "请选择报告人，或写下他的姓名。"),
        ({"reported_at": "2099-01-01T10:00"}, "报告时间不能晚于现在。"),
        ({"person": "999"}, "处理人没有这一项"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field(sign_in, customer, people, change, sentence):
    data = typed(people["chenjing"], result="先记下来") | change
    answer = sign_in("chenjing").post(f"/customers/{customer.id}/service-issues", data=data)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert "先记下来" in answer.text
    assert not ServiceIssue.select().exists()


def test_only_who_finds_the_issue_is_offered_to_handle_it(sign_in, customer):
    form = sign_in("chenjing").get(f"/customers/{customer.id}/service-issues/new").text
    offered = re.search(r'<select[^>]*name="person".*?</select>', form, re.S)[0]
    assert re.findall(r">([^<]+)</option>", offered) == ["何涛", "陈静", "黄丽"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "in place"])
def test_reply_solution_and_reopening_in_the_row_or_on_a_page(sign_in, customer, people, headers):
    issue, browser = an_issue(customer, people["hetao"]), sign_in("hetao")
    address, version = f"/service-issues/{issue.id}", 1
    now = f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}"
    for noun, said, words in (
        ("reply", "马上派人", "处理中"),
        ("solution", "换了接收器", "已解决"),
        ("reopening", "又断了", "重新打开"),
    ):
        form = browser.get(f"{address}/{noun}", headers=headers).text
        assert f'id="issue-{issue.id}"' in form
        assert (
            browser.post(f"{address}/{noun}", data={"version": version}, headers=headers).status_code == 422
        )
        data = {"version": version, "said": said, "at": now}
        answer = browser.post(f"{address}/{noun}", data=data, headers=headers)
        assert answer.status_code == (200 if headers else 303)
        assert words in (answer.text if headers else browser.get(address).text)
        version += 1


def test_who_was_slower_keeps_what_was_typed(sign_in, customer, people):
    issue = an_issue(customer, people["chenjing"])
    issue.answer(clock.now(), "我先说了", seen=1, by=people["chenjing"])
    data = {"version": "1", "said": "我写的", "at": f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}"}
    for noun, sentence in (("reply", "已经答复过"), ("solution", "刚被修改过")):
        answer = sign_in("huangli").post(f"/service-issues/{issue.id}/{noun}", data=data)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert "我写的" in answer.text
        assert 'value="2"' in answer.text


def test_a_reply_before_the_report_is_told(sign_in, customer, people):
    issue = an_issue(customer, people["chenjing"])
    early = f"{clock.local(clock.now() - timedelta(days=2)):%Y-%m-%dT%H:%M}"
    data = {"version": "1", "said": "说了", "at": early}
    answer = sign_in("chenjing").post(f"/service-issues/{issue.id}/reply", data=data)
    assert "答复时间不能早于报告时间。" in answer.text


def test_who_does_not_see_names_hands_it_on_but_does_not_rewrite_it(sign_in, customer, people):
    issue = an_issue(customer, people["hetao"], detail="王建国说扫码枪坏了")
    browser, address = sign_in("hetao"), f"/service-issues/{issue.id}/edit"
    form = browser.get(address).text
    assert "王*说扫码枪坏了" in form
    assert 'name="detail"' not in form
    data = typed(people["huangli"], version="1", kind="inquiry", detail="王*说")
    assert browser.post(address, data=data).status_code == 303
    stored = ServiceIssue.get()
    assert (stored.detail, stored.kind) == ("王建国说扫码枪坏了", "inquiry")
    assert stored.person == people["huangli"]


def test_a_correction_made_from_an_old_page_is_told(sign_in, customer, people):
    issue = an_issue(customer, people["chenjing"])
    issue.revise(seen=1, by=people["chenjing"], kind="inquiry")
    data = typed(people["chenjing"], version="1", detail="我改的")
    answer = sign_in("chenjing").post(f"/service-issues/{issue.id}/edit", data=data)
    assert (answer.status_code, "刚被修改过" in answer.text, "我改的" in answer.text) == (422, True, True)


def test_the_list_is_filtered_and_paged(sign_in, customer, people):
    by, begin = people["chenjing"], clock.now() - timedelta(days=30)
    for hour in range(23):
        solved = {"result": "好了"} if hour % 2 else {}
        at, kind = begin + timedelta(hours=hour), "complaint" if hour == 3 else "fault"
        an_issue(customer, by, detail=f"第{hour}件", reported_at=at, kind=kind, **solved)
    browser = sign_in("chenjing")

    def shown(address: str) -> list[str]:
        return re.findall(r"第(\d+)件", browser.get(address, headers=HTMX).text)

    first = shown("/service-issues")
    assert first == [str(number) for number in range(22, 2, -1)]
    more = re.search(r'rel="next" href="([^"]+)"', browser.get("/service-issues").text)[1]
    assert shown(more.replace("&amp;", "&")) == ["2", "1", "0"]
    assert len(shown("/service-issues?state=unsolved")) == 12
    assert shown("/service-issues?kind=complaint&state=solved") == ["3"]
    an_issue(customer, by, person=people["huangli"], detail="第99件")
    assert shown(f"/service-issues?person={people['huangli'].id}") == ["99"]
    assert shown(f"/service-issues?until={clock.local(begin - timedelta(days=1)):%Y-%m-%d}") == []
    assert len(shown(f"/service-issues?customer={customer.id}&state=solved")) == 11
    assert shown("/service-issues?customer=999999") == []
    assert len(shown("/service-issues?customer=abc&since=odd&person=x&after=odd")) == 20


def test_the_panel_shows_what_is_unsolved_and_a_few_more(sign_in, customer, people):
    by = people["chenjing"]
    for number in range(7):
        an_issue(customer, by, detail=f"第{number}件", result="好了" if number else "")
    panel = sign_in("chenjing").get(f"/customers/{customer.id}/service-issues", headers=HTMX).text
    found = re.findall(r"/service-issues/\d+\">第(\d)件", panel)
    assert found == ["0", "6", "5", "4", "3"]
    assert f'href="/service-issues?customer={customer.id}"' in panel


@pytest.mark.parametrize("address", ["/service-issues", "/customers/{}/service-issues"])
def test_twenty_rows_cost_what_ten_do(sign_in, customer, people, address):
    browser, costs = sign_in("hetao"), []
    for _ in range(2):
        for _ in range(10):
            an_issue(customer, people["hetao"])
        with questions() as asked:
            browser.get(address.format(customer.id), headers=HTMX)
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 11
