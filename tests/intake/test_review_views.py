"""The review desk as heads see it."""

import re
from datetime import datetime

import pytest

from intranet_crm import clock
from intranet_crm.background import Job
from intranet_crm.intake.models import IntakeForm, ReturnItem, Review, Submission
from intranet_crm.intake.reviews import return_
from intranet_crm.intake.submissions import withdraw
from intranet_crm.intake.verdicts import ReturnedField
from tests.intake.in_review import PERSON, read, render, resubmitted, submitted

JUDGED = {
    "truth_method": "phone",
    "truth_on": "2026-11-18",
    "is_sensitive": "no",
    "fit_grade": "promising",
    "fits": "yes",
    "opinion": "同意",
}


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def form(people):
    return submitted(people["chenjing"])


@pytest.fixture
def head(sign_in):
    return sign_in("zhoufang")


def state(form):
    return IntakeForm.get_by_id(form.id).state


def post(browser, form, decision, **more):
    return browser.post(
        f"/reviews/{form.id}", data=JUDGED | {"seen": read(form), "decision": decision} | more
    )


def test_the_queue_shows_what_waits_longest_first_then_what_was_decided(people, head):
    with clock.as_of(clock.stored(datetime(2026, 11, 18, 9))):
        old = submitted(people["chenjing"], name="华晟精密制造有限公司", detail="近期买个系统，交付源代码")
    submitted(people["wanglei"], PERSON, document=False)
    decided = submitted(people["chenjing"], name="云帆科技(广州)有限公司")
    post(head, decided, "reject", opinion="不在经营范围")
    page = head.get("/reviews").text
    queue, recent = page.split("最近复核过", 1)
    assert queue.index("华晟精密") < queue.index("赵欣怡")
    for words in (old.number, "陈静", "新客户开发", "2 天", "2 处说明", "已生成", "生成中…", "第1次提交"):
        assert words in queue
    assert "云帆科技" in recent
    assert "否决" in recent


def test_the_queue_and_the_decided_are_paged(people, head):
    for number in range(23):
        with clock.as_of(clock.stored(datetime(2026, 11, 18, 9, number))):
            form = submitted(people["chenjing"], name=f"第{number:02d}号设备有限公司")
        if number > 20:
            post(head, form, "reject", opinion="不做")
    page = head.get("/reviews").text
    assert "第00号" in page
    assert "第20号" not in page
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    second = head.get(following).text
    assert "第20号" in second
    assert "第00号" not in second
    assert "第22号" in second.split("最近复核过", 1)[1]
    assert head.get("/reviews?after=nonsense&before=x").status_code == 200


def test_twenty_rows_cost_what_two_do(people, head, form, statements):
    submitted(people["wanglei"], PERSON)
    head.get("/reviews")
    few = statements(lambda: head.get("/reviews"))
    for _ in range(6):
        submitted(people["chenjing"])
    assert statements(lambda: head.get("/reviews")) == few


@pytest.fixture
def statements(monkeypatch):
    """How many statements an act sends to the database."""
    from intranet_crm.database import database

    def count(act):
        sent, execute = [], database.obj.execute_sql
        monkeypatch.setattr(
            database.obj, "execute_sql", lambda *given, **more: sent.append(given) or execute(*given, **more)
        )
        act()
        monkeypatch.undo()
        return len(sent)

    return count


def test_heads_above_read_the_queue_of_their_departments(form, sign_in):
    above = sign_in("linhai")
    assert form.number not in above.get("/reviews").text
    around = above.get("/reviews?show=around").text
    assert form.number in around
    assert "周芳" in around
    desk = above.get(f"/reviews/{form.id}").text
    assert "这份采集表由 周芳 复核，你可以查看，不能作结论" in desk
    assert 'name="decision"' not in desk


@pytest.mark.parametrize(
    ("username", "status"),
    [
        ("zhoufang", 200), ("linhai", 200), ("sunhao", 404), ("guoyan", 404),
        ("chenjing", 403), ("liqiang", 403), ("huangli", 403), ("hetao", 403), ("tangjia", 403),
        ("xujing", 403), ("admin", 403), ("auditor", 403),
    ],
)  # fmt: skip
def test_addresses_open_only_within_reach(form, sign_in, username, status):
    browser = sign_in(username)
    for address in ("", "/document", "/rounds/1.pdf"):
        assert browser.get(f"/reviews/{form.id}{address}").status_code == status
    if status != 200:
        assert post(browser, form, "approve").status_code == status
    assert state(form) == "in_review"


def test_an_unsubmitted_form_is_not_on_any_desk(people, sign_in, head):
    from intranet_crm.intake.drafts import open_draft
    from tests.intake.in_review import COMPANY

    person = people["chenjing"]
    draft = open_draft("empty", COMPANY, department=person.department, by=person)
    assert head.get(f"/reviews/{draft.id}").status_code == 404


def test_the_desk_shows_the_paper_and_each_warning_with_its_reason(people, head):
    form = submitted(people["chenjing"], PERSON, detail="近期买个系统，交付源代码")
    page = head.get(f"/reviews/{form.id}").text
    for words in (
        "赵欣怡",
        "440***********2522",
        "120–150 万元",
        "浙江省杭州市西湖区创新路188号",
    ):
        assert words in page
    assert "440305198510102522" not in page
    assert page.count("采集人说明：客户原话，已核对") == 2
    assert "建议潜力客户" in page


def test_approving_leads_back_to_the_queue(form, head):
    answer = post(head, form, "approve")
    assert (answer.status_code, answer.location) == (303, "/reviews")
    assert "已通过「海澜信息技术(深圳)有限公司」的采集表" in head.get("/reviews").text
    assert state(form) == "approved"
    desk = head.get(f"/reviews/{form.id}").text
    assert "不涉及企业敏感信息" in desk
    assert "电话回访" in desk


def test_errors_stand_beside_their_inputs_and_nothing_typed_is_lost(form, head):
    answer = post(head, form, "approve", truth_on="2026-13-45", fits="", truth_note="与罗总通话")
    page = answer.text
    assert answer.status_code == 422
    assert "日期不对" in page
    assert 'value="2026-13-45"' in page
    assert 'value="与罗总通话"' in page
    answer = post(head, form, "approve", fits="")
    assert answer.status_code == 422
    assert 'id="fits-error"' in answer.text
    answer = post(head, form, "return", opinion="", **{"return": "budget", "remark-budget": ""})
    assert 'id="remark-budget-error"' in answer.text
    assert 'id="opinion-error"' in answer.text
    assert 'value="budget" checked' in answer.text
    answer = post(head, form, "return", **{"remark-budget": "含税吗"})
    assert "退回时请至少指出一个需要修改的字段" in answer.text
    assert 'value="含税吗"' in answer.text
    assert (state(form), Review.select().count()) == ("in_review", 0)


def test_what_is_too_long_is_said_once_and_kept(form, head):
    page = post(head, form, "approve", truth_note="长" * 201, opinion="意" * 4001).text
    assert page.count("确认说明最多200字，现在多出1字，请精简。</p>") == 1
    assert page.count("请精简。；") == 0
    assert "意" * 4001 in page
    answer = post(head, form, "return", **{"return": "budget", "remark-budget": "改" * 301})
    assert "最多 300 字，现在是 301 字" in answer.text  # nothing is cut off while it is pasted
    assert 'name="remark-budget" value="' + "改" * 301 + '">' in answer.text.replace(
        ' aria-invalid="true" aria-describedby="remark-budget-error"', ""
    )


def test_what_cannot_be_printed_is_said_before_the_verdict(form, head):
    told = "没有可打印的字形，请改用其他写法"
    for decision, more in (
        ("approve", {"opinion": "同意😀"}),
        ("approve", {"truth_note": "已电话😀"}),
        ("reject", {"opinion": "不行😀"}),
        ("return", {"opinion": "请改", "return": "budget", "remark-budget": "含税吗😀"}),
    ):
        answer = post(head, form, decision, **more)
        assert (answer.status_code, state(form)) == (422, "in_review")
        assert f"「😀」{told}" in answer.text
    assert post(head, form, "approve", opinion="𠮷羊堂，同意").status_code == 303  # rare, and drawn


def test_a_remark_keeps_its_chinese_punctuation(form, head):
    words = "含税吗？请写明（含安装），再核对：单价"
    post(head, form, "return", **{"return": "budget", "remark-budget": words})
    assert ReturnItem.get().remark == words


def test_a_return_names_fields_in_place_and_the_next_round_shows_the_change(form, head):
    post(
        head,
        form,
        "return",
        **{"return": ["budget", "detail"], "remark-budget": "含税吗", "remark-detail": "数量"},
    )
    assert state(form) == "returned"
    again = resubmitted(
        IntakeForm.get_by_id(form.id),
        answers={"budget": "含税", "detail": "120台"},
        budget={"low": 130_000_000, "high": 150_000_000},
    )
    page = head.get(f"/reviews/{again.id}").text
    for words in ("第2次提交", "与上次提交的差异", "120–150 万元", "130–150 万元", "含税吗", "答复：120台"):
        assert words in page


def test_approval_waits_for_the_document_and_opens_without_reload(people, head):
    form = submitted(people["chenjing"], document=False)
    page = head.get(f"/reviews/{form.id}").text
    assert "送审文件生成中…" in page
    assert 'value="approve" disabled' in page
    waiting = head.get(f"/reviews/{form.id}/document").text
    assert 'hx-trigger="every 2s"' in waiting
    assert post(head, form, "approve").status_code == 422
    submission = Submission.get(Submission.form == form.id)
    render(submission)
    ready = head.get(f"/reviews/{form.id}/document").text
    assert "hx-trigger" not in ready
    assert "disabled" not in ready
    assert f"/reviews/{form.id}/rounds/1.pdf" in ready
    pdf = head.get(f"/reviews/{form.id}/rounds/1.pdf")
    assert (pdf.mimetype, pdf.data[:4]) == ("application/pdf", b"%PDF")


def test_a_document_that_cannot_be_made_is_told(people, head):
    form = submitted(people["chenjing"], document=False)
    Job.update(failed_at=clock.now()).where(Job.kind == "intake.document").execute()
    part = head.get(f"/reviews/{form.id}/document").text
    assert "送审文件没有生成成功，请联系系统管理员" in part
    assert "hx-trigger" not in part


def test_a_second_tab_gets_a_sentence_and_changes_nothing(form, head):
    seen = read(form)
    post(head, form, "approve")
    answer = post(head, form, "return", seen=seen, **{"return": "budget", "remark-budget": "含税吗"})
    assert answer.status_code == 409
    assert "已经复核过，不能再次退回" in answer.text
    assert state(form) == "approved"


def test_another_round_is_shown_before_it_can_be_decided(form, head, people):
    seen = read(form)
    withdraw(form.id, by=people["chenjing"])
    answer = post(head, form, "approve", seen=seen)
    assert answer.status_code == 409
    assert "已撤回" in answer.text
    resubmitted(IntakeForm.get_by_id(form.id), detail="只做会员积分模块")
    answer = post(head, form, "approve", seen=seen, truth_note="与罗总通话")
    assert answer.status_code == 409
    for words in ("现在是第2次提交", "只做会员积分模块", "与罗总通话", read(IntakeForm.get_by_id(form.id))):
        assert words in answer.text
    assert state(form) == "in_review"


def test_the_named_head_alone_decides_even_from_above(form, sign_in):
    answer = post(sign_in("linhai"), form, "approve")
    assert answer.status_code == 403
    assert "由 周芳 复核，你不是它的复核人" in answer.text
    assert state(form) == "in_review"


def test_a_head_does_not_review_the_own_form(people, sign_in):
    form = submitted(people["zhoufang"])
    answer = post(sign_in("zhoufang"), form, "approve")
    assert answer.status_code == 403
    assert "由你本人采集，不能由你复核" in answer.text


def test_a_decided_form_keeps_its_rounds(form, head, people):
    items = [ReturnedField("budget", "含税吗")]
    return_(form.id, items, opinion="请补充", seen=read(form), by=people["zhoufang"])
    resubmitted(IntakeForm.get_by_id(form.id), answers={"budget": "含税"})
    assert head.get(f"/reviews/{form.id}/rounds/1.pdf").status_code == 200
    assert head.get(f"/reviews/{form.id}/rounds/3.pdf").status_code == 404
