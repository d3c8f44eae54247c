"""The list, the reading page, submitting, withdrawing, files and the customer's panel, as people see them."""

from datetime import timedelta
from io import BytesIO

import pytest

from intranet_crm import clock
from intranet_crm.customers.models import Customer
from intranet_crm.database import database
from intranet_crm.files import store
from intranet_crm.files.models import Attachment
from intranet_crm.intake import drafts
from intranet_crm.intake.models import IntakeForm, ReturnItem, Review, Submission
from tests.intake.typing import GOOD, PERSON, VAGUE, autosave, new_key, press

HTMX = {"HX-Request": "true"}


@pytest.fixture
def chenjing(sign_in):
    return sign_in("chenjing")


def only_form():
    return IntakeForm.select().order_by(IntakeForm.id.desc()).get()


@pytest.fixture
def submitted(chenjing):
    press(chenjing, "self_check")
    chenjing.post(f"/intake/{only_form().id}/submission")
    return only_form()


def test_an_empty_form_makes_no_row(chenjing):
    page = chenjing.get("/intake/new").text
    assert "新建采集表" in page
    assert "华东销售一组" in page
    assert 'value="陈静"' in page
    assert "身份证号" not in page
    assert not IntakeForm.select().exists()


def test_a_form_goes_in_passes_and_is_submitted_to_the_head(chenjing, sign_in):
    assert press(chenjing, "self_check").location == f"/intake/{only_form().id}"
    form = only_form()
    page = chenjing.get(f"/intake/{form.id}").text
    assert "已自查" in page
    assert "提交审核后由 周芳 复核" in page
    assert "I65 软件和信息技术服务业" in page
    assert "广东省深圳市南山区创新路739号" in page
    assert "120–150 万元" in page
    answer = chenjing.post(
        f"/intake/{form.id}/submission", data={"version": form.version}, follow_redirects=True
    )
    assert "已提交审核，等待 周芳 复核。" in answer.text
    assert "撤回" in answer.text
    assert "海澜信息技术" in sign_in("zhoufang").get(f"/intake/{form.id}").text


def test_submitting_twice_gets_a_sentence(chenjing, submitted):
    answer = chenjing.post(f"/intake/{submitted.id}/submission")
    assert answer.status_code == 409
    assert "不必再次提交" in answer.text
    assert Submission.select().count() == 1


def test_the_self_check_marks_the_words_and_offers_the_term(chenjing):
    press(chenjing, "self_check", VAGUE)
    page = chenjing.get(f"/intake/{only_form().id}").text
    for word in ("近期", "大概", "差不多", "可能", "尽快", "买个系统"):
        assert f"<mark>{word}</mark>" in page
    assert "自查发现 7 处需要处理" in page
    assert "逻辑一致性" in page
    assert "改为：采购信息系统" in page
    form = only_form()
    press(chenjing, "save", VAGUE, form=form, replace="colloquial:买个系统@background")
    assert "客户说近期想采购信息系统" in only_form().values["background"]


def test_reasons_let_warnings_pass_and_are_shown(chenjing):
    press(chenjing, "self_check", GOOD | {"background": "客户近期扩张门店"})
    form = only_form()
    more = {"reason:vague:近期@background": "合同日期未定"}
    press(chenjing, "self_check", GOOD | {"background": "客户近期扩张门店"} | more, form=form)
    page = chenjing.get(f"/intake/{form.id}").text
    assert "说明后通过" in page
    assert "理由：合同日期未定" in page


def test_a_citizen_number_is_never_shown_again(chenjing):
    press(chenjing, "save", PERSON)
    form = only_form()
    page = chenjing.get(f"/intake/{form.id}").text
    assert "440***********2522" in page
    assert "440305198510102522" not in page
    press(chenjing, "self_check", PERSON | {"citizen_id": "440***********2522"}, form=form)
    page = chenjing.get(f"/intake/{form.id}").text
    assert "已自查" in page
    assert "440305198510102522" not in page


@pytest.mark.parametrize("citizen_id", ["440305198510102521", "4403051985"])
def test_a_wrong_citizen_number_is_told_although_it_is_masked(chenjing, citizen_id):
    press(chenjing, "self_check", PERSON | {"citizen_id": citizen_id})
    page = chenjing.get(f"/intake/{only_form().id}").text
    assert "身份证号" in page
    assert "自查发现 1 处" in page


def test_nothing_typed_is_lost_that_no_rule_can_read(chenjing):
    odd = {"industry": "造梦业", "budget-low": "三五十", "founded": "去年", "collected_on": "上周"}
    press(chenjing, "self_check", GOOD | odd)
    page = chenjing.get(f"/intake/{only_form().id}").text
    for typed in odd.values():
        assert f'value="{typed}"' in page
    assert "没有行业「造梦业」" in page
    assert "金额「三五十」不是数字" in page


def test_municipalities_have_no_city(chenjing):
    press(
        chenjing,
        "self_check",
        GOOD | {"address-province": "110000", "address-city": "", "address-district": "110108"},
    )
    assert "北京市海淀区创新路739号" in chenjing.get(f"/intake/{only_form().id}").text


def test_another_province_drops_the_city_left_over(chenjing):
    press(chenjing, "save", GOOD | {"address-province": "330000"})
    assert only_form().values["address"] == {
        "province": "330000",
        "city": "",
        "district": "",
        "street": "创新路739号",
    }


def test_autosave_answers_only_its_state_and_the_address(chenjing):
    key = new_key()
    answer = autosave(chenjing, {"name": "海"}, key=key)
    form = only_form()
    assert answer.headers["HX-Replace-Url"] == f"/intake/{form.id}"
    assert "已保存" in answer.text
    assert form.number in answer.text
    assert "<form" not in answer.text
    autosave(chenjing, {"name": "海澜"}, key=key)
    assert IntakeForm.select().count() == 1
    assert only_form().values["name"] == "海澜"


def test_autosave_is_no_activity(app):
    for endpoint in ("intake.autosave", "intake.autosave_new"):
        assert app.view_functions[endpoint].not_activity


def test_two_windows_get_to_choose(chenjing):
    press(chenjing, "save")
    form = only_form()
    autosave(chenjing, GOOD | {"post": "董事"}, form=form, version=form.version)
    answer = autosave(chenjing, GOOD | {"post": "经理"}, form=form, version=form.version)
    assert answer.status_code == 409
    assert "这份表在另一窗口保存过" in answer.text
    assert "载入最新" in answer.text
    assert "董事" in answer.text
    answer = press(chenjing, "save", GOOD | {"post": "经理"}, form=form)
    assert answer.status_code == 409
    assert 'value="经理"' in answer.text
    assert only_form().values["post"] == "董事"
    press(chenjing, "overwrite", GOOD | {"post": "经理"}, form=form)
    assert only_form().values["post"] == "经理"


def test_what_is_no_number_counts_as_a_difference(chenjing):
    press(chenjing, "save")
    form = only_form()
    autosave(chenjing, GOOD | {"post": "董事"}, form=form, version=form.version)
    typed = GOOD | {"post": "董事", "budget-low": "五十万左右"}
    page = autosave(chenjing, typed, form=form, version=form.version).text
    assert "五十万左右" in page
    assert "两边内容相同" not in page


@pytest.fixture
def returned(submitted, people):
    """The form, sent back for one field."""
    kept = Submission.get()
    review = Review.create(
        submission=kept, by=people["zhoufang"], at=kept.at, decision="return", opinion="请补充"
    )
    ReturnItem.create(review=review, field="background", remark="写明门店数量")
    IntakeForm.update(state="returned").where(IntakeForm.id == submitted.id).execute()
    return only_form()


def test_two_windows_with_other_answers_get_to_choose(chenjing, returned):
    first = GOOD | {"answer-background": "已补 12 家"}
    second = GOOD | {"answer-background": "共十二家门店", "reason:vague:大概@detail": "客户原话"}
    assert autosave(chenjing, first, form=returned, version=returned.version).status_code == 200
    late = autosave(chenjing, second, form=returned, version=returned.version)
    page = press(chenjing, "save", second, form=returned)
    for answer in (late, page):
        assert answer.status_code == 409
        assert "「需求背景简述」的答复" in answer.text
        assert "已补 12 家" in answer.text
        assert "保留「具体需求描述」原文的理由" in answer.text
    assert "共十二家门店</textarea>" in page.text  # what this window holds is still in it
    assert ReturnItem.get().answer == "已补 12 家"
    press(chenjing, "overwrite", second, form=returned)
    assert ReturnItem.get().answer == "共十二家门店"


def test_a_part_shown_again_keeps_the_answer_being_typed(chenjing, returned):
    typed = GOOD | {"form_id": returned.id, "key": new_key(), "answer-background": "共十二家门店"}
    assert "共十二家门店</textarea>" in chenjing.post("/intake/parts/needs", data=typed).text


def test_what_is_too_long_beside_a_field_is_said(chenjing, returned):
    typed = GOOD | {"answer-background": "答" * 301, "reason:vague:大概@detail": "由" * 310}
    answer = autosave(chenjing, typed, form=returned, version=returned.version)
    assert "「需求背景简述」的答复最多300字，多出的1字没有保存" in answer.text
    assert "「具体需求描述」的理由最多300字，多出的10字没有保存" in answer.text
    assert ReturnItem.get().answer == "答" * 300


def test_the_situation_and_the_kind_decide_what_is_asked(chenjing):
    page = chenjing.post("/intake/parts/changes", data=GOOD | {"key": new_key()}).text
    assert "不需要填写这一部分" in page
    page = chenjing.post(
        "/intake/parts/changes", data=GOOD | {"key": new_key(), "situation": "return_visit"}
    ).text
    assert "满意度反馈" in page
    page = chenjing.post(
        "/intake/parts/basic", data=GOOD | {"key": new_key(), "customer_kind": "individual"}
    ).text
    assert "身份证号" in page
    assert '<input type="hidden" name="credit_code" value="91440305763170665M">' in page
    page = chenjing.post(
        "/intake/parts/under-industry", data=GOOD | {"key": new_key(), "industry": "其他"}
    ).text
    assert "行业说明" in page
    page = chenjing.post(
        "/intake/parts/under-credit_code", data=GOOD | {"key": new_key(), "credit_code": "91440305763170665N"}
    ).text
    assert "校验位不对" in page
    assert "信用代码核对说明" in page
    assert not IntakeForm.select().exists()
    assert chenjing.post("/intake/parts/under-nothing", data={"key": new_key()}).status_code == 404


def test_another_row_for_the_decision_chain(chenjing):
    typed = GOOD | {f"decision_chain-{row}-name": f"王{row}" for row in range(3)} | {"key": new_key()}
    page = chenjing.post("/intake/parts/cell-decision_chain", data=typed | {"intent": "add_person"}).text
    assert 'name="decision_chain-3-name"' in page
    assert 'value="王2"' in page


def test_pending_blanks_are_kept_and_said(chenjing):
    press(chenjing, "self_check", GOOD | {"pending": ["", "decision_chain"]})
    assert "决策链" in chenjing.get(f"/intake/{only_form().id}").text
    assert "待补充" in chenjing.get(f"/intake/{only_form().id}").text


@pytest.mark.parametrize("username", ["wanglei", "zhaomin", "sunhao", "xujing", "hetao"])
def test_a_form_of_others_is_not_there_by_address(chenjing, submitted, sign_in, username):
    stranger = sign_in(username)
    for address in ("", "/edit", "/submissions/1/document.pdf", "/attachments/1"):
        assert stranger.get(f"/intake/{submitted.id}{address}").status_code in (403, 404)
    for address in ("", "/draft", "/submission", "/withdrawal"):
        assert stranger.post(f"/intake/{submitted.id}{address}", data=GOOD).status_code in (403, 404)
    assert "海澜" not in stranger.get("/intake").text
    assert only_form().version == submitted.version


@pytest.mark.parametrize("username", ["liqiang", "zhoufang", "linhai", "admin"])
def test_those_above_read_but_do_not_edit(chenjing, submitted, sign_in, username):
    above = sign_in(username)
    assert "海澜" in above.get("/intake").text
    assert above.get(f"/intake/{submitted.id}").status_code == 200
    assert above.post(f"/intake/{submitted.id}", data=GOOD).status_code in (403, 404)


def test_the_head_does_not_withdraw(chenjing, submitted, sign_in):
    answer = sign_in("zhoufang").post(f"/intake/{submitted.id}/withdrawal")
    assert answer.status_code == 403
    assert "只有采集人本人可以撤回" in answer.text


def test_withdrawn_it_is_a_form_again(chenjing, submitted):
    answer = chenjing.post(f"/intake/{submitted.id}/withdrawal", follow_redirects=True)
    assert "已撤回" in answer.text
    assert "提交自查" in answer.text


def test_a_returned_form_says_what_the_head_wants_and_asks_for_answers(chenjing, submitted, people):
    submission = Submission.get()
    review = Review.create(
        submission=submission, by=people["zhoufang"], at=clock.now(), decision="return", opinion="请补门店数"
    )
    ReturnItem.create(review=review, field="background", remark="写明门店数量")
    IntakeForm.update(state="returned", version=submitted.version + 1).execute()
    page = chenjing.get(f"/intake/{submitted.id}").text
    assert "复核人退回了 1 项" in page
    assert "请补门店数" in page
    assert "退回意见：写明门店数量" in page
    assert "自查发现" not in page
    press(chenjing, "self_check", GOOD, form=only_form())
    assert "请答复后再提交" in chenjing.get(f"/intake/{submitted.id}").text
    press(chenjing, "self_check", GOOD | {"answer-background": "共 12 家"}, form=only_form())
    assert "已提交审核" in chenjing.post(f"/intake/{submitted.id}/submission", follow_redirects=True).text
    page = chenjing.get(f"/intake/{submitted.id}").text
    assert "第 2 次提交" in page
    assert "答复：共 12 家" in page


def test_the_frozen_document_comes_unchanged(chenjing, submitted):
    with database.atomic():
        kept = store.keep(b"%PDF-1.7 frozen", "application/pdf")
        Submission.update(document=kept).execute()
    answer = chenjing.get(f"/intake/{submitted.id}/submissions/1/document.pdf")
    assert answer.data == b"%PDF-1.7 frozen"
    assert "送审文件 PDF" in chenjing.get(f"/intake/{submitted.id}").text


def test_files_come_with_the_draft_and_leave_it(chenjing):
    key = new_key()
    upload = (BytesIO("会议纪要".encode()), "纪要.txt")
    data = GOOD | {"key": key, "version": 0, "uploads": upload}
    answer = chenjing.post("/intake/attachments", data=data, headers=HTMX)
    assert "纪要.txt" in answer.text
    form = only_form()
    found = chenjing.get(f"/intake/{form.id}/attachments/{Attachment.get().id}")
    assert found.data.decode() == "会议纪要"
    bad = GOOD | {"key": key, "uploads": (BytesIO(b"MZ"), "a.exe")}
    answer = chenjing.post("/intake/attachments", data=bad, headers=HTMX)
    assert answer.status_code == 422
    assert "a.exe" in answer.text
    removal = f"/intake/{form.id}/attachments/{Attachment.get().id}/removal"
    answer = chenjing.post(removal, data=GOOD | {"key": key}, headers=HTMX)
    assert "纪要.txt" not in answer.text


def test_the_list_filters_and_pages(chenjing, people):
    by = people["chenjing"]
    for number in range(23):
        values = {"name": f"第{number:02d}公司", "collected_on": "2026-11-02"}
        drafts.open_draft(new_key(), values, department=by.department, by=by)
    first = chenjing.get("/intake").text
    assert "第22公司" in first
    assert "第02公司" not in first
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = chenjing.get(link).text
    assert "第02公司" in second
    assert "第03公司" not in second
    assert "没有符合条件的采集表" in chenjing.get("/intake?state=approved").text
    assert (
        "第22公司"
        in chenjing.get(f"/intake?state=draft&collector={by.id}&since=2026-11-01&until=2026-11-30").text
    )
    assert "没有符合条件的采集表" in chenjing.get("/intake?since=2026-11-03").text
    assert chenjing.get("/intake?after=nonsense").status_code == 400


def test_twenty_rows_cost_what_ten_do(chenjing, people):
    by, costs = people["chenjing"], []
    execute = database.obj.execute_sql

    def cost():
        asked = []
        database.obj.execute_sql = lambda *given, **more: asked.append(1) or execute(*given, **more)
        try:
            chenjing.get("/intake")
        finally:
            del database.obj.execute_sql
        return len(asked)

    for _ in range(2):
        for _ in range(10):
            drafts.open_draft(new_key(), {"name": "甲公司"}, department=by.department, by=by)
        costs.append(cost())
    assert costs[0] == costs[1] <= 8


def test_the_entry_clock_is_seen(chenjing, submitted):
    today = clock.today()
    IntakeForm.update(state="approved", entry_due_on=today - timedelta(days=2)).execute()
    page = chenjing.get("/intake").text
    assert "已逾期" in page
    assert "1 份已通过的采集表超过录入时限" in page
    IntakeForm.update(entry_due_on=today + timedelta(days=1), entry_due_is_expected=True).execute()
    assert "预计须于" in chenjing.get("/intake").text


@pytest.fixture
def customer(people):
    moment = clock.now()
    return Customer.create(
        number="CUST202611200001", name="青禾建筑工程(重庆)有限公司", credit_code="91500112049996224Q",
        industry="E47", source="exhibition", owner=people["chenjing"], created_by=people["chenjing"],
        touched_at=moment, created_at=moment, updated_at=moment, registered_region="500112",
    )  # fmt: skip


def test_a_change_of_a_customer_begins_with_what_is_known(chenjing, sign_in, customer):
    page = chenjing.get(f"/intake/new?customer={customer.id}").text
    assert 'value="青禾建筑工程(重庆)有限公司"' in page
    assert 'value="91500112049996224Q"' in page
    assert "合作瓶颈" in page
    assert sign_in("zhaomin").get(f"/intake/new?customer={customer.id}").status_code == 404
    press(chenjing, "save", GOOD | {"customer_id": customer.id})
    assert only_form().customer_id == customer.id
    stranger = sign_in("zhaomin")
    assert press(stranger, "save", GOOD | {"customer_id": customer.id}).status_code == 404


def test_the_customer_shows_its_source_forms(chenjing, sign_in, customer):
    press(chenjing, "save", GOOD | {"customer_id": customer.id})
    form = only_form()
    panel = chenjing.get(f"/customers/{customer.id}/intake", headers=HTMX).text
    assert f'href="/intake/{form.id}"' in panel
    assert "<html" not in panel
    assert "来源采集表" in chenjing.get(f"/customers/{customer.id}/intake").text
    assert sign_in("zhaomin").get(f"/customers/{customer.id}/intake").status_code == 404


def test_who_does_not_collect_has_no_form(sign_in):
    for username in ("admin", "xujing", "auditor", "tangjia"):
        assert sign_in(username).get("/intake/new").status_code == 403
