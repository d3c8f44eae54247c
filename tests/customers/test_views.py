"""Opening, showing, editing and moving a customer at the browser."""

import re

import pytest

from intranet_crm.customers import timeline
from intranet_crm.customers.models import Contact, Customer, TimelineEntry
from tests.customers.making import CODES, opened, posted


def summary(page):
    """The sentences of the error summary."""
    return re.findall(r'<li><a href="#[^"]+">[^<]+</a>：([^<]+)', page)


def test_a_new_customer_comes_with_its_first_contact(sign_in):
    me = sign_in("chenjing")
    contact = {"contact-name": "张三", "contact-post": "信息部主任", "contact-mobile": "139 1111 2222"}
    region = {"region-province": "440000", "region-city": "440300", "region-district": "440305"}
    answer = me.post(
        "/customers/new", data=posted(credit_code=CODES[0], revenue="1,200.5", **contact, **region)
    )
    assert answer.status_code == 303
    customer = Customer.get()
    assert (customer.industry, customer.region, customer.revenue) == ("I65", "440305", 1_200_500_000)
    assert Contact.get().mobile == "13911112222"
    page = me.get(answer.location).text
    for word in (customer.number, "广东省深圳市南山区", "已新建客户", "更改状态", "编辑"):
        assert word in page


def test_nothing_typed_is_lost_and_every_error_stands_beside_its_field(sign_in):
    data = posted(name="", phone="1380000", industry="不存在的行业", founded="2999", notes="第一段，\n第二段")
    answer = sign_in("chenjing").post("/customers/new", data=data | {"region-province": "440000"})
    assert answer.status_code == 422
    for kept in ("1380000", "不存在的行业", "2999", "第一段，\n第二段", "深圳市"):
        assert kept in answer.text
    assert len(summary(answer.text)) == 4
    assert Customer.select().count() == 0


def test_one_way_to_reach_the_customer_is_enough_wherever_it_stands(sign_in):
    me = sign_in("chenjing")
    assert "至少填写一项" in me.post("/customers/new", data=posted(phone="")).text
    contact = {"contact-name": "张三", "contact-post": "主任", "contact-email": "z@example.cn"}
    assert me.post("/customers/new", data=posted(phone="", **contact)).status_code == 303


def test_a_contact_begun_must_be_whole(sign_in):
    answer = sign_in("chenjing").post("/customers/new", data=posted(**{"contact-post": "主任"}))
    assert answer.status_code == 422
    assert "请填写姓名" in answer.text
    assert "手机号、固定电话、邮箱至少填写一项" in answer.text


def test_a_wrong_check_digit_passes_with_a_reason(sign_in):
    me, wrong = sign_in("chenjing"), CODES[0][:-1] + "7"
    answer = me.post("/customers/new", data=posted(credit_code=wrong))
    assert answer.status_code == 422
    assert 'name="credit_code_reason"' in answer.text
    reason = {"credit_code": wrong, "credit_code_reason": "与营业执照原件一致"}
    assert me.post("/customers/new", data=posted(**reason)).status_code == 303


def test_a_repeated_code_says_whom_to_ask_and_nothing_more(sign_in, people):
    opened(people["zhaomin"], "首家客户有限公司", credit_code=CODES[0])
    me = sign_in("chenjing")
    for page in (
        me.post("/customers/new", data=posted(credit_code=CODES[0])).text,
        me.get(f"/customers/credit-code?credit_code={CODES[0]}").text,
    ):
        assert "请联系其负责人赵敏核对" in page
        assert "首家客户" not in page


def test_the_code_is_checked_while_it_is_typed(sign_in, people):
    me = sign_in("chenjing")
    assert "没有重复登记" in me.get(f"/customers/credit-code?credit_code={CODES[0]}").text
    wrong = me.get(f"/customers/credit-code?credit_code={CODES[0][:-1]}7").text
    assert "校验位不对" in wrong
    assert "信用代码核对说明" in wrong
    own = opened(people["chenjing"], credit_code=CODES[0])
    assert "没有重复" in me.get(f"/customers/credit-code?credit_code={CODES[0]}&customer={own.id}").text


def test_an_abbreviated_name_is_saved_with_a_warning(sign_in):
    me = sign_in("chenjing")
    page = me.get(me.post("/customers/new", data=posted(name="海澜科技")).location).text
    assert "请核对是否为营业执照上的全称" in page


def test_a_person_needs_a_name_and_no_code(sign_in):
    data = posted(
        kind="individual", name="孙小美", citizen_id="440524188001010014", occupation="business_owner"
    )
    me = sign_in("chenjing")
    page = me.get(me.post("/customers/new", data=data).location).text
    assert "440***********0014" in page
    assert "440524188001010014" not in page
    assert "全称" not in page


def test_the_labels_of_size_follow_the_numbers(sign_in):
    page = sign_in("chenjing").get("/customers/size?industry=C39&employees=19").text
    assert "微型" in page


@pytest.mark.parametrize("path", ["", "/edit", "/status", "/timeline"])
def test_another_ones_customer_is_not_there(sign_in, people, path):
    customer = opened(people["zhaomin"])
    assert sign_in("chenjing").get(f"/customers/{customer.id}{path}").status_code == 404
    assert sign_in("chenjing").get(f"/customers/999999{path}").status_code == 404


@pytest.mark.parametrize("path", ["edit", "status"])
def test_who_may_only_read_cannot_post(sign_in, people, path):
    customer = opened(people["chenjing"])
    for username in ("liqiang", "zhoufang"):
        data = posted(version=1, name="别的名字有限公司", status="lost", stage="signing", reason="x")
        assert sign_in(username).post(f"/customers/{customer.id}/{path}", data=data).status_code == 403
    assert Customer.get().name == customer.name
    assert Customer.get().status == "potential"


def test_readers_see_no_buttons_they_cannot_use(sign_in, people):
    customer = opened(people["chenjing"])
    page = sign_in("liqiang").get(f"/customers/{customer.id}").text
    for word in ("编辑", "更改状态", "填采集表"):
        assert word not in page


def test_service_sees_the_page_masked(sign_in, people):
    customer = opened(people["guoyan"], contact="张三丰", email="sun@example.cn")
    timeline.note(
        customer, kind="followup", title="电话", summary="张三丰让我们打13812345678", by=people["guoyan"]
    )
    for path in ("", "/timeline"):
        page = sign_in("hetao").get(f"/customers/{customer.id}{path}").text
        assert "张*让我们打138****5678" in page
        for hidden in ("13800008000", "张三丰", "13812345678", "sun@"):
            assert hidden not in page
    assert "138****8000" in sign_in("hetao").get(f"/customers/{customer.id}").text


def edited(page, **changes):
    """What the edit form posts: all its fields as drawn, with some changed."""
    fields = {"version": "", "original": ""}
    for tag in re.findall(r"<input[^>]+>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_off = 'type="radio"' in tag or ('type="checkbox"' in tag and " checked" not in tag)
        if name and name[1] not in ("csrf_token",) and not is_off:
            fields[name[1]] = (value[1] if value else "").replace("&#34;", '"')
    for name, body in re.findall(r'<select[^>]+name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option selected value="([^"]*)"', body)
        fields[name] = chosen[1] if chosen else ""
    for name, body in re.findall(r'<textarea[^>]+name="([^"]+)"[^>]*>\s*(.*?)</textarea>', page, re.S):
        fields[name] = body
    return fields | changes


def clashes(page):
    """The rows of the conflict panel: field, original, current, yours."""
    cell = r'<td data-label="{}">(?:<strong>)?([^<]*)(?:</strong>)?</td>'
    row = r'data-label="字段">([^<]+)</th>' + "".join(map(cell.format, ("原来", "现在", "你的")))
    return re.findall(row, page)


def test_saving_an_untouched_form_changes_nothing(sign_in, people):
    customer = opened(
        people["chenjing"],
        credit_code=CODES[0],
        region="440305",
        revenue=123_000_000,
        founded="2015-03",
        notes="一\n二",
    )
    me = sign_in("chenjing")
    page = me.get(f"/customers/{customer.id}/edit").text
    assert me.post(f"/customers/{customer.id}/edit", data=edited(page)).status_code == 303
    assert Customer.get().version == 1


def test_the_later_save_sees_what_the_other_one_did_and_loses_nothing(sign_in, people):
    customer = opened(people["chenjing"], success_manager_id=people["huangli"].id)
    mine, hers = sign_in("chenjing"), sign_in("huangli")
    address = f"/customers/{customer.id}/edit"
    my_page, her_page = mine.get(address).text, hers.get(address).text
    said = {"notes": "她的备注", "short_name": "海澜", "main_business": "软件", "budget_low": "90"}
    hers.post(address, data=edited(her_page, **said))
    answer = mine.post(address, data=edited(my_page, notes="我的备注", short_name="HL"))
    assert answer.status_code == 409
    assert "黄丽" in answer.text
    rows = clashes(answer.text)
    assert ("备注", "", "她的备注", "我的备注") in rows
    assert ("简称", "", "海澜", "HL") in rows
    assert ("主营业务", "", "软件", "") in rows
    assert Customer.get().notes == "她的备注"
    again = mine.post(address, data=edited(answer.text))
    assert again.status_code == 303
    saved = Customer.get()
    assert (saved.notes, saved.short_name, saved.main_business) == ("我的备注", "HL", "软件")
    assert saved.budget_low == 90_000_000


def test_the_status_changes_with_a_reason(sign_in, people):
    customer = opened(people["chenjing"])
    me, address = sign_in("chenjing"), f"/customers/{customer.id}/status"
    seen = {"seen": "potential/first_contact", "stage": "needs_confirmed", "status": "intending"}
    assert "请填写原因" in me.post(address, data=seen).text
    assert me.post(address, data=seen | {"reason": "客户要了报价"}).status_code == 303
    page = me.get(f"/customers/{customer.id}").text
    assert "客户状态：潜在客户 → 意向客户" in page
    assert "跟进阶段：初次接触 → 需求确认" in page
    late = me.post(address, data=seen | {"status": "lost", "reason": "没戏"})
    assert late.status_code == 409
    assert "刚被别人改过" in late.text


def test_a_status_that_is_the_same_is_no_change(sign_in, people):
    customer = opened(people["chenjing"])
    data = {"seen": "potential/first_contact", "status": "potential", "stage": "first_contact", "reason": "x"}
    answer = sign_in("chenjing").post(f"/customers/{customer.id}/status", data=data)
    assert answer.status_code == 422
    assert "都没有变化" in answer.text


def test_the_timeline_filters_and_goes_back_in_place(sign_in, people):
    customer = opened(people["chenjing"])
    for n in range(20):
        timeline.note(customer, kind="followup", title=f"第{n}次电话", by=people["chenjing"])
    me, address = sign_in("chenjing"), f"/customers/{customer.id}/timeline"
    part = me.get(f"{address}?kind=followup", headers={"HX-Request": "true"}).text
    assert "第19次电话" in part
    assert "新建客户" not in part
    assert "<html" not in part
    more = re.search(r'hx-get="([^"]+before=[^"]+)"', part)[1].replace("&amp;", "&")
    older = me.get(more, headers={"HX-Request": "true"}).text
    assert older.count("次电话") == 5
    assert 'id="timeline-panel"' not in older
    assert "<h1>" in me.get(more).text
    assert TimelineEntry.select().count() == 21


def test_the_page_costs_the_same_whatever_happened(sign_in, people, monkeypatch):
    from intranet_crm.database import database

    customer, asked = opened(people["chenjing"]), []
    real = type(database.obj).execute_sql
    monkeypatch.setattr(
        type(database.obj),
        "execute_sql",
        lambda self, sql, *a, **k: (asked.append(sql), real(self, sql, *a, **k))[1],
    )
    me, costs = sign_in("chenjing"), []
    for _ in range(2):
        for n in range(12):
            timeline.note(customer, kind="followup", title=f"电话{n}", by=people["chenjing"])
        asked.clear()
        me.get(f"/customers/{customer.id}")
        costs.append(len([sql for sql in asked if sql.startswith("SELECT")]))
    assert costs[0] == costs[1] <= 11
