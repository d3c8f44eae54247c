"""The pages of needs, as the roles see them."""

import re
from html import unescape
from io import BytesIO

import pytest

from intranet_crm.customers.models import Customer
from intranet_crm.needs.models import Need
from intranet_crm.needs.tags import put_on
from tests.counting import questions
from tests.customers.made import customer_of
from tests.files import samples
from tests.followups.made import a_followup
from tests.needs.made import a_need

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


def field_value(page: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)[0]
    return re.search(r'value="([^"]*)"', tag)[1]


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
    changed = {"version": "1", "reason": "correction", "priority": "low"}
    answer = browser.post(f"/needs/{need.id}/edit", data=TYPED | changed)
    assert answer.status_code == 303
    stored = Need.get_by_id(need.id)
    assert (stored.priority, stored.budget_low, stored.source_form_id) == ("low", 50_000_000, 41)


def test_a_stale_form_shows_each_field_and_the_next_save_undoes_nothing(sign_in, need, people):
    by = people["huangli"]
    Need.get_by_id(need.id).revise(1, by, budget_high=90_000_000, detail="黄丽写的内容", priority="low")
    mine = TYPED | {"version": "1", "reason": "budget", "detail": "我写的新内容", "intention": "considering"}
    browser = sign_in("chenjing")
    answer = browser.post(f"/needs/{need.id}/edit", data=mine)
    assert answer.status_code == 409
    page = unescape(answer.text)
    for words in ("这条记录刚被改过", "黄丽", "90 万元", "80 万元", "黄丽写的内容", "我写的新内容"):
        assert words in page
    assert Need.get_by_id(need.id).detail == "黄丽写的内容"
    again = mine | {"version": field_value(page, "version"), "budget_high": field_value(page, "budget_high")}
    again["priority"] = re.search(r'<input checked[^>]*name="priority"[^>]*value="(\w+)"', page)[1]
    assert browser.post(f"/needs/{need.id}/edit", data=again).status_code == 303
    stored = Need.get_by_id(need.id)
    assert (stored.budget_high, stored.priority) == (
        90_000_000,
        "low",
    )  # what I left alone stays as it was saved
    assert (stored.detail, stored.intention) == ("我写的新内容", "considering")


def test_a_vague_time_that_came_by_a_form_may_stay(sign_in, need):
    Need.update(expected_finish="春节以后", expected_from=None, expected_to=None).execute()
    data = TYPED | {"version": "1", "reason": "correction", "expected_finish": "春节以后", "priority": "low"}
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


@pytest.fixture
def visit(customer, people):
    content = "提到现有流程效率低，报表要三天"
    return a_followup(customer, people["chenjing"], subject="上门拜访", content=content)


def test_an_implied_need_names_the_followup_it_was_inferred_from(sign_in, customer, visit):
    browser, address = sign_in("chenjing"), f"/customers/{customer.id}/needs/new"
    offered = browser.get(f"{address}?followup={visit.id}").text
    assert "报表要三天" in offered
    assert re.search(rf'<option selected value="{visit.id}">[^<]*上门拜访', offered)
    assert re.search(r'<input checked[^>]*value="implied"', offered)
    refused = browser.post(address, data=TYPED | {"nature": "implied"})
    assert (refused.status_code, "请选择跟进记录" in refused.text) == (422, True)
    answer = browser.post(address, data=TYPED | {"nature": "implied", "followup": str(visit.id)})
    need = Need.get()
    assert (need.followup_id, need.followup_words.endswith("：上门拜访")) == (visit.id, True)
    page = browser.get(answer.location).text
    assert f'href="/followups/{visit.id}"' in page
    assert "隐性需求" in page


def test_a_followup_of_another_customer_is_not_taken(sign_in, customer, people):
    other = a_followup(customer_of(people["chenjing"], "乙软件有限公司"), people["chenjing"])
    data = TYPED | {"nature": "implied", "followup": str(other.id)}
    answer = sign_in("chenjing").post(f"/customers/{customer.id}/needs/new", data=data)
    assert answer.status_code == 422
    assert "推断依据没有这一项" in answer.text
    assert other.customer.name not in answer.text


def test_the_form_takes_tags_the_3w_and_who_spoke_of_it(sign_in, customer):
    said = {
        "preset_tags": ["降本", "数据安全"],
        "free_tags": "国产化、信创",
        "current_state": "三个部门各用各的表格",
        "pain_points": "月底对账三天",
        "wished_state": "运维成本降30%",
        "product_type": "仓储系统",
        "service_requirements": "驻场培训两次",
        "planned_start": "2027年Q1",
        "asked_by": "王建国",
        "progress": "handling",
    }
    browser = sign_in("chenjing")
    page = browser.get(browser.post(f"/customers/{customer.id}/needs/new", data=TYPED | said).location).text
    tags = ("降本", "国产化", "What现状", "Why痛点", "What期望", "处理中", "提出人 王建国")
    for words in (
        *tags,
        *(v for v in said.values() if isinstance(v, str) and v != "handling" and "、" not in v),
    ):
        assert words in page
    assert "2027-01-01 至 2027-03-31" in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reason": ""}, "请选择变更原因。"),
        ({"reason": "other"}, "请在变更说明里写明"),
        ({"reason": "budget", "planned_start": "Q1"}, "没有写年份"),
    ],
)
def test_a_change_says_why(sign_in, need, change, sentence):
    data = TYPED | {"version": "1", "priority": "low"} | change
    answer = sign_in("chenjing").post(f"/needs/{need.id}/edit", data=data)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert Need.get_by_id(need.id).priority == "high"


def test_a_change_is_read_as_old_and_new_on_the_page_and_in_the_panel(sign_in, customer, need):
    browser = sign_in("chenjing")
    cause = {"reason": "budget", "asked_by": "王总", "note": "总部统一预算", "progress": "waiting"}
    data = TYPED | cause | {"version": "1", "budget_high": "90"}
    browser.post(f"/needs/{need.id}/edit", data=data)
    for address in (f"/needs/{need.id}", f"/customers/{customer.id}/needs"):
        page = browser.get(address).text
        for words in (
            "预算调整",
            "提出人 王总",
            "总部统一预算",
            "<del>80 万元</del>",
            "<ins>90 万元</ins>",
            "待响应",
        ):
            assert words in page
    assert "90 万元" in browser.get(f"/customers/{customer.id}/needs/changes").text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "in place"])
def test_the_answer_is_written_down_in_place_or_by_a_plain_form(sign_in, need, headers):
    browser, change = sign_in("chenjing"), need.changes.get()
    address = f"/needs/{need.id}/changes/{change.id}"
    form = browser.get(f"{address}/response", headers=headers)
    assert ("<html" in form.text) is not bool(headers)
    assert f'id="change-{change.id}"' in form.text
    assert browser.post(f"{address}/response", data={"version": "1"}, headers=headers).status_code == 422
    said = {"version": "1", "progress": "answered", "response": "已发报价"}
    answer = browser.post(f"{address}/response", data=said, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    page = answer.text if headers else browser.get(f"/needs/{need.id}").text
    assert "已答复" in page
    assert "已发报价" in page
    again = browser.post(f"{address}/response", data=said | {"progress": "closed"}, headers=headers)
    assert again.status_code == 422
    assert "现在是：已答复 已发报价" in again.text
    assert f'id="change-{change.id}"' in browser.get(address, headers={"HX-Request": "true"}).text


def test_the_panel_costs_the_same_however_many_needs_there_are(sign_in, customer, people):
    browser, costs = sign_in("chenjing"), []
    for _ in range(2):
        for _ in range(4):
            put_on(a_need(customer, people["chenjing"]), ["降本"], by=people["chenjing"])
        with questions() as asked:
            browser.get(f"/customers/{customer.id}/needs", headers={"HX-Request": "true"})
        costs.append(len(asked))
    assert costs[0] == costs[1] <= 10
