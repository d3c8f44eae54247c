"""Drafts: opened once, saved while typing, checked, submitted, withdrawn; nothing typed is lost."""

from datetime import date

import pytest

from intranet_crm import clock, secrecy
from intranet_crm.audit_log import AuditEntry, AuditValues
from intranet_crm.background import Job
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed, StaleVersion
from intranet_crm.intake import drafts, submissions
from intranet_crm.intake.models import IntakeEvent, IntakeForm, ReturnItem, Review, SelfCheck, Submission
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from tests.intake.typing import GOOD, new_key
from tests.together import at_once

VALUES = {
    "customer_kind": "enterprise", "name": "海澜信息技术(深圳)有限公司", "credit_code": "91440305763170665M",
    "industry": "I65", "contact_name": "罗欣怡", "phone": "13800806360", "post": "总经理",
    "source": "exhibition", "need_type": "joint_development", "background": GOOD["background"],
    "detail": GOOD["detail"], "priority": "high", "collected_on": "2026-11-02", "situation": "new_customer",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _in_november(monkeypatch):
    day = clock.at(date(2026, 11, 20), 10)
    monkeypatch.setattr(clock, "now", lambda: day)


@pytest.fixture
def draft(people):
    by = people["chenjing"]
    return drafts.open_draft(new_key(), dict(VALUES), department=by.department, by=by)


@pytest.fixture
def checked(draft, people):
    result, found = drafts.check(draft.id, by=people["chenjing"])
    assert result.passed, found
    return IntakeForm.get_by_id(draft.id)


@pytest.fixture
def submitted(checked, people):
    submissions.submit(checked.id, by=people["chenjing"])
    return IntakeForm.get_by_id(checked.id)


def send_back(form, head):
    submission = Submission.get(Submission.form == form.id, Submission.round == form.round)
    review = Review.create(submission=submission, by=head, at=clock.now(), decision="return", opinion="请补")
    ReturnItem.create(review=review, field="background", remark="写明门店数量")
    IntakeForm.update(state="returned", version=form.version + 1).where(IntakeForm.id == form.id).execute()
    return IntakeForm.get_by_id(form.id)


def test_a_new_draft_has_a_number_of_the_day_and_a_history(draft):
    assert draft.number == "CJ202611200001"
    assert (draft.state, draft.values["department"], draft.values["collector"]) == (
        "draft",
        "华东销售一组",
        "陈静",
    )
    assert [event.move for event in draft.events] == ["create"]


def test_the_same_page_opens_one_form_and_gives_no_number_away(people):
    by, key = people["chenjing"], new_key()
    given = {"by": by, "seen": 0, "stays": True, "department": by.department}
    first = drafts.open_once(key, dict(VALUES), **given)
    again = drafts.open_once(key, VALUES | {"name": "改"}, **given)
    other = drafts.open_once(new_key(), dict(VALUES), **given)
    assert first.id == again.id
    assert again.values["name"] == "改"
    assert other.number == "CJ202611200002"


def test_the_same_page_in_the_hands_of_another_is_refused(draft, people):
    other = people["wanglei"]
    with pytest.raises(NotAllowed):
        drafts.open_once(draft.key, {}, by=other, seen=1, stays=False, department=other.department)


def test_saying_the_same_again_changes_nothing_even_with_an_old_version(draft, people):
    before = AuditEntry.select().count()
    assert drafts.save(draft.id, dict(VALUES), by=people["chenjing"], seen=0).version == draft.version
    assert AuditEntry.select().count() == before


def test_a_stale_page_changes_nothing(draft, people):
    by = people["chenjing"]
    drafts.save(draft.id, {"post": "经理"}, by=by, seen=draft.version)
    with pytest.raises(StaleVersion, match="另一窗口"):
        drafts.save(draft.id, {"post": "董事长"}, by=by, seen=draft.version)
    assert IntakeForm.get_by_id(draft.id).values["post"] == "经理"


def test_a_page_may_go_on_after_its_own_autosave_until_it_is_left(draft, people):
    by, page = people["chenjing"], new_key()
    drafts.save(draft.id, {"post": "甲"}, by=by, seen=1, page=page, stays=True)
    drafts.save(draft.id, {"post": "乙"}, by=by, seen=1, page=page)  # a button, overtaking the answer
    with pytest.raises(StaleVersion):  # an autosave that comes after the button
        drafts.save(draft.id, {"post": "甲"}, by=by, seen=1, page=page, stays=True)
    assert IntakeForm.get_by_id(draft.id).values["post"] == "乙"


def test_the_citizen_number_is_kept_encrypted_and_masked(draft, people):
    by, number = people["chenjing"], "440305198510102522"
    form = drafts.save(draft.id, {"customer_kind": "individual", "citizen_id": number}, by=by, seen=1)
    stored = IntakeForm.get_by_id(draft.id)
    assert stored.values["citizen_id"] == "440***********2522"
    assert secrecy.decrypted(stored.citizen_id_cipher) == number
    assert stored.citizen_id_hash == secrecy.keyed_hash(number)
    assert not any(number in f"{row.old}{row.new}" for row in AuditValues.select())
    again = drafts.save(draft.id, {"citizen_id": "440***********2522"}, by=by, seen=form.version)
    assert again.citizen_id_hash == stored.citizen_id_hash
    fresh = drafts.save(draft.id, {"citizen_id": "440524188001010014"}, by=by, seen=again.version)
    assert fresh.citizen_id_hash == secrecy.keyed_hash("440524188001010014")


def test_a_check_that_fails_is_kept_and_leaves_a_draft(draft, people):
    by = people["chenjing"]
    form = drafts.save(draft.id, {"background": "客户说近期想买个系统", "post": ""}, by=by, seen=1)
    result, found = drafts.check(form.id, by=by)
    assert not result.passed
    assert {finding.id for finding in found} >= {
        "required@post",
        "vague:近期@background",
        "colloquial:买个系统@background",
    }
    assert IntakeForm.get_by_id(draft.id).state == "draft"
    assert SelfCheck.select().count() == 1


def test_a_warning_passes_with_a_reason(draft, people):
    by = people["chenjing"]
    reasons = {"vague:近期@background": "客户原话，已约定下周确认日期"}
    form = drafts.save(draft.id, {"background": "客户近期扩张门店", "reasons": reasons}, by=by, seen=1)
    result, _ = drafts.check(form.id, by=by)
    assert result.passed
    assert result.reasons == reasons


def test_the_standard_term_replaces_the_colloquial_words(draft, people):
    by = people["chenjing"]
    drafts.save(draft.id, {"background": "想买个系统，再买个系统"}, by=by, seen=1)
    drafts.replace_words(draft.id, "colloquial:买个系统@background", by=by)
    assert IntakeForm.get_by_id(draft.id).values["background"] == "想采购信息系统，再采购信息系统"


def test_characters_that_cannot_be_printed_stop_the_check_and_are_named(draft, people):
    form = drafts.save(draft.id, {"name": "北京\U000f1234有限公司"}, by=people["chenjing"], seen=1)
    result, found = drafts.check(form.id, by=people["chenjing"])
    assert not result.passed
    assert any("U+F1234" in finding.message for finding in found)


def test_an_edit_voids_the_check(checked, people):
    form = drafts.save(checked.id, {"post": "经理"}, by=people["chenjing"], seen=checked.version)
    assert form.state == "draft"
    with pytest.raises(IllegalMove):
        submissions.submit(form.id, by=people["chenjing"])


def test_submitting_freezes_the_form_and_puts_it_before_the_head(submitted, people):
    submission = Submission.get()
    assert (submitted.state, submitted.round, submitted.reviewer.name) == ("in_review", 1, "周芳")
    assert "海澜信息技术" in submission.snapshot
    assert len(submission.digest) == 64
    assert Job.get(Job.kind == "intake.document").subject_id == submission.id
    task = Task.get(Task.kind == "review")
    assert (task.person.name, task.address) == ("周芳", f"/reviews/{submitted.id}")
    assert Notice.get(Notice.person == people["zhoufang"]).kind == "action"
    assert AuditEntry.select().where(AuditEntry.action == "提交审核").count() == 1


def test_a_second_click_changes_nothing(submitted, people):
    with pytest.raises(IllegalMove, match="不必再次提交"):
        submissions.submit(submitted.id, by=people["chenjing"])
    assert Submission.select().count() == Task.select().count() == 1


def test_what_another_choice_left_behind_is_not_submitted(draft, people):
    by = people["chenjing"]
    drafts.save(draft.id, {"occupation": "employee", "bottlenecks": "旧的"}, by=by, seen=1)
    drafts.check(draft.id, by=by)
    submission = submissions.submit(draft.id, by=by)
    assert not {"occupation", "bottlenecks"} & set(submission.values)


def test_without_a_head_upward_nothing_changes(people):
    by = people["linhai"]
    form = drafts.open_draft(new_key(), dict(VALUES), department=by.department, by=by)
    drafts.check(form.id, by=by)
    with pytest.raises(DomainError, match="联系管理员"):
        submissions.submit(form.id, by=by)
    assert IntakeForm.get_by_id(form.id).state == "self_checked"
    assert not Submission.select().exists()


def test_withdrawing_takes_the_task_off_the_desk(submitted, people):
    form = submissions.withdraw(submitted.id, by=people["chenjing"])
    assert form.state == "withdrawn"
    assert Task.get(Task.kind == "review").done_at is not None
    with pytest.raises(NotAllowed):
        submissions.withdraw(submitted.id, by=people["wanglei"])


def test_a_return_must_be_answered_before_it_goes_again(submitted, people):
    by = people["chenjing"]
    form = send_back(submitted, people["zhoufang"])
    result, found = drafts.check(form.id, by=by)
    assert not result.passed
    assert "请答复" in found[0].message
    more = {"background": GOOD["background"] + "，共 12 家门店"}
    form = drafts.save(form.id, more, by=by, seen=form.version, answers={"background": "已补 12 家"})
    assert form.state == "returned"
    assert drafts.check(form.id, by=by)[0].passed
    submission = submissions.submit(form.id, by=by)
    assert submission.round == 2
    assert "已补 12 家" in submission.snapshot
    assert [event.move for event in IntakeEvent.select()] == [
        "create",
        "self_check",
        "submit",
        "self_check",
        "submit",
    ]


def test_an_answer_or_a_reason_that_cannot_be_printed_is_found(submitted, people):
    by = people["chenjing"]
    form = send_back(submitted, people["zhoufang"])
    given = {"detail": GOOD["detail"] + "，大概二十个席位", "reasons": {"vague:大概@detail": "客户原话😀"}}
    drafts.save(form.id, given, by=by, seen=None, answers={"background": "已补😀"})
    result, found = drafts.check(form.id, by=by)
    assert not result.passed
    assert sorted(each.field for each in found if each.code == "glyph") == ["background", "detail"]
    reasons = {"reasons": {"vague:大概@detail": "客户原话"}}
    drafts.save(form.id, reasons, by=by, seen=None, answers={"background": "已补"})
    assert drafts.check(form.id, by=by)[0].passed


def test_a_second_window_does_not_wipe_out_an_answer(submitted, people):
    by = people["chenjing"]
    form = send_back(submitted, people["zhoufang"])
    opened = form.version
    drafts.save(form.id, {}, by=by, seen=opened, page="first", answers={"background": "已补 12 家"})
    with pytest.raises(StaleVersion):
        drafts.save(form.id, {}, by=by, seen=opened, page="second", answers={"background": ""})
    assert ReturnItem.get().answer == "已补 12 家"
    entry = AuditEntry.select().where(AuditEntry.action == "保存采集表").order_by(AuditEntry.id.desc()).get()
    assert "「需求背景简述」的答复" in AuditValues.get(AuditValues.entry == entry.id).new


def test_two_tabs_that_submit_at_once_make_one_submission(checked, people):
    by = people["chenjing"]
    outcomes = at_once(*[lambda: submissions.submit(checked.id, by=by)] * 2)
    assert sorted(type(each).__name__ for each in outcomes) == ["IllegalMove", "Submission"]
    assert Submission.select().count() == Task.select().count() == 1


def test_two_first_posts_of_one_page_make_one_form(people):
    by, key = people["chenjing"], new_key()
    given = {"by": by, "seen": 0, "stays": True, "department": by.department}
    outcomes = at_once(*[lambda: drafts.open_once(key, dict(VALUES), **given)] * 3)
    assert len({each.id for each in outcomes}) == 1
    assert IntakeForm.select().count() == 1
    assert drafts.open_once(new_key(), dict(VALUES), **given).number == "CJ202611200002"
