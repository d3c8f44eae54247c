"""The pages of needs, as the roles see them."""

from io import BytesIO

import pytest

from intranet_crm.customers.models import Customer
from intranet_crm.needs.models import Need
from tests.customers.made import customer_of
from tests.files import samples

TYPED = {
    "type": "custom_service",
    "background": "业务规模扩大",
    "detail": "客户数据实时同步",
    "priority": "high",
    "budget_low": "50",
    "budget_high": "80",
    "expected_finish": "2027年Q3",
    "decision_chain-0-name": "王建国",
    "decision_chain-0-role": "decision_maker",
    "decision_chain-1-name": "",
    "decision_chain-1-role": "",
}


@pytest.fixture
def customer(people):
    """A customer of 陈静, cared for by 黄丽 of 客户成功部."""
    made = customer_of(people["chenjing"])
    Customer.update(success_manager=people["huangli"]).execute()
    return made


@pytest.fixture
def need(customer, people):
    return Need.record(
        customer,
        by=people["chenjing"],
        type="custom_service",
        background="业务规模扩大",
        detail="客户数据实时同步",
        priority="high",
        budget_low=50_000_000,
        budget_high=80_000_000,
        expected_finish="2027年Q3",
        decision_chain=[{"name": "王建国", "role": "decision_maker"}],
        source_form_id=41,
    )


def test_the_form_records_a_need_with_budget_time_chain_and_files(sign_in, customer):
    browser = sign_in("chenjing")
    files = {"files": [(BytesIO(samples.PDF), "需求说明.pdf")]}
    answer = browser.post(f"/customers/{customer.id}/needs/new", data=TYPED | files)
    assert answer.status_code == 303
    need = Need.get()
    assert (need.budget_low, need.budget_high) == (50_000_000, 80_000_000)
    assert need.decision_chain == [{"name": "王建国", "role": "decision_maker"}]
    page = browser.get(answer.location).text
    for words in ("50–80 万元", "2027年Q3（2027-07-01 至 2027-09-30）", "王建国（决策者）", "需求说明.pdf"):
        assert words in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"type": ""}, "请选择需求类型。"),
        ({"type": "other"}, "请写明是什么需求"),
        ({"background": " "}, "请填写需求背景简述。"),
        ({"priority": "urgent"}, "需求优先级没有这一项"),
        ({"budget_low": "90"}, "预算下限大于上限"),
        ({"budget_low": "五十"}, "请填写数字，单位万元"),
        ({"budget_low": "0"}, "预算应大于零"),
        ({"budget_pending": "y"}, "就不要再填金额"),
        ({"expected_finish": "Q3"}, "没有写年份"),
        ({"expected_finish": "春节以后"}, "看不懂时间"),
        ({"decision_chain-1-role": "user"}, "选了角色但没有姓名"),
        ({"files": (BytesIO(b"MZ"), "工具.exe")}, "「工具.exe」不是可以上传的类型"),
    ],
)
def test_a_wrong_value_is_told_and_nothing_typed_is_lost(sign_in, customer, change, sentence):
    answer = sign_in("chenjing").post(f"/customers/{customer.id}/needs/new", data=TYPED | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "客户数据实时同步" in answer.text
    assert 'value="王建国"' in answer.text
    assert not Need.select().exists()


def test_the_panel_lists_needs_with_their_source(sign_in, customer, need):
    page = sign_in("chenjing").get(f"/customers/{customer.id}/needs", headers={"HX-Request": "true"}).text
    assert page.strip().startswith('<section class="panel flush" id="needs"')
    for words in ("服务定制", "优先级 高", "50–80 万元", "2027年Q3", 'href="/intake/41"'):
        assert words in page


def test_without_needs_the_panel_says_what_to_do(sign_in, customer):
    assert "记录客户想要什么" in sign_in("chenjing").get(f"/customers/{customer.id}/needs").text


@pytest.mark.parametrize("username", ["wanglei", "zhaomin", "sunhao"])
def test_for_others_the_need_does_not_exist(sign_in, customer, need, username):
    browser = sign_in(username)
    for address in (f"/customers/{customer.id}/needs", f"/needs/{need.id}", f"/needs/{need.id}/attachments"):
        assert browser.get(address).status_code == 404


def test_a_superior_reads_but_does_not_edit(sign_in, need):
    browser = sign_in("liqiang")
    assert f"/needs/{need.id}/edit" not in browser.get(f"/needs/{need.id}").text
    assert browser.get(f"/needs/{need.id}/edit").status_code == 403


def test_customer_service_reads_names_masked(sign_in, need):
    page = sign_in("hetao").get(f"/needs/{need.id}").text
    assert "王*（决策者）" in page
    assert "王建国" not in page


def test_editing_keeps_what_is_not_touched(sign_in, need):
    browser = sign_in("chenjing")
    form = browser.get(f"/needs/{need.id}/edit").text
    assert 'value="50"' in form
    assert 'value="2027年Q3"' in form
    answer = browser.post(f"/needs/{need.id}/edit", data=TYPED | {"version": "1", "priority": "low"})
    assert answer.status_code == 303
    stored = Need.get_by_id(need.id)
    assert (stored.priority, stored.budget_low, stored.source_form_id) == ("low", 50_000_000, 41)


def test_a_stale_form_shows_both_values_and_loses_nothing(sign_in, need, people):
    Need.get_by_id(need.id).revise(1, people["huangli"], budget_high=90_000_000)
    browser = sign_in("chenjing")
    answer = browser.post(f"/needs/{need.id}/edit", data=TYPED | {"version": "1", "detail": "我写的新内容"})
    assert answer.status_code == 409
    for words in ("刚被别人修改过", "90 万元", "80 万元", "我写的新内容"):
        assert words in answer.text
    assert 'value="2"' in answer.text
    assert Need.get_by_id(need.id).detail == "客户数据实时同步"


def test_a_vague_time_that_came_by_a_form_may_stay(sign_in, need):
    Need.update(expected_finish="春节以后", expected_from=None, expected_to=None).execute()
    data = TYPED | {"version": "1", "expected_finish": "春节以后", "priority": "low"}
    assert sign_in("chenjing").post(f"/needs/{need.id}/edit", data=data).status_code == 303


def test_attachments_of_a_need_come_and_go(sign_in, need):
    browser, base = sign_in("chenjing"), f"/needs/{need.id}/attachments"
    answer = browser.post(base, data={"files": [(BytesIO(samples.PDF), "方案.pdf")]})
    assert answer.location == f"/needs/{need.id}"
    assert "方案.pdf" in browser.get(answer.location).text
    key = browser.get(base).text.split(f'href="{base}/')[1].split('"')[0]
    assert browser.get(f"{base}/{key}").data == samples.PDF
    assert sign_in("hetao").get(f"{base}/{key}").status_code == 403
    assert sign_in("wanglei").get(f"{base}/{key}").status_code == 404
    assert sign_in("huangli").post(f"{base}/{key}/removal").status_code == 403
    assert browser.post(f"{base}/{key}/removal").status_code == 303
    assert browser.get(f"{base}/{key}").status_code == 404
