"""A change after approval is the next version, with its own review; the earlier one stays as it was (O6)."""

import json
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers.deletions import Deletion
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.intake import editions
from intranet_crm.intake.adoption import adopt
from intranet_crm.intake.collection_tasks import open_form_about
from intranet_crm.intake.drafts import save
from intranet_crm.intake.editions import amend, obstacle_to
from intranet_crm.intake.entry import enter
from intranet_crm.intake.entry_plan import plan_of
from intranet_crm.intake.models import IntakeEvent, IntakeForm, Submission
from intranet_crm.intake.queries import is_overdue, list_forms, overdue_count
from intranet_crm.intake.reviews import approve, reject, return_
from intranet_crm.intake.snapshot import digest
from intranet_crm.intake.verdicts import ReturnedField
from intranet_crm.needs.models import Need, NeedChange
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from tests.archive.approved import JUDGED
from tests.intake.amended import BUDGET, REASON, amended, begun, passed
from tests.intake.in_review import PERSON, read, resubmitted, submitted
from tests.intake.test_entry import approved, entered
from tests.together import at_once, refused


@pytest.fixture(autouse=True)
def friday(db):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def first(people):
    return approved(people)


def again(form):
    return IntakeForm.get_by_id(form.id)


def edition_of(form):
    return json.loads(Submission.get(Submission.form == form.id).snapshot)["edition"]


def test_the_next_version_begins_with_what_was_approved(first, people):
    made = begun(first)
    assert (made.number, made.edition, made.state, made.amends) == (f"{first.number}-2", 2, "draft", first)
    assert (made.amend_reason, made.customer_name) == (REASON, first.customer_name)
    approved_values = Submission.get(Submission.form == first.id).values
    renewed = {key for key in made.values if made.values[key] != approved_values.get(key)}
    assert renewed == {"collected_on"}
    assert (made.values["collected_on"], made.collected_on) == ("2026-11-20", clock.today())
    assert again(first).state == "approved"
    assert again(first).superseded_by_id is None
    told = {(event.form_id, event.move): event.note for event in IntakeEvent.select()}
    assert told[made.id, "create"] == f"由第1版 {first.number} 发起变更：{REASON}"
    assert told[first.id, "amend"] == f"第2版 {made.number}：{REASON}"
    assert AuditEntry.select().where(AuditEntry.action == "发起变更").count() == 1


def test_the_id_number_comes_along_sealed(people):
    first = approved(people, PERSON)
    made = begun(first)
    assert made.citizen_id_cipher == first.citizen_id_cipher != ""
    assert made.citizen_id_hash == first.citizen_id_hash
    assert "******" in made.values["citizen_id"]


def test_the_same_page_twice_makes_one(first, people):
    ArchiveRecord.establish(first.id)
    key, by = str(uuid4()), people["chenjing"]
    made = [amend(first.id, key=key, reason=REASON, by=by) for _ in range(2)]
    assert made[0] == made[1]
    with pytest.raises(IllegalMove, match="第2版正在办理（陈静，草稿）"):
        amend(first.id, key=str(uuid4()), reason=REASON, by=by)
    assert IntakeForm.select().count() == 2


def test_a_key_of_somebody_elses_page_opens_nothing(first, people):
    made = begun(first)
    with pytest.raises(NotAllowed):
        amend(first.id, key=made.key, reason=REASON, by=people["wanglei"])


def test_two_windows_at_once_make_one(first, people):
    ArchiveRecord.establish(first.id)
    by, keys = people["chenjing"], [str(uuid4()), str(uuid4())]
    acts = [lambda key=key: amend(first.id, key=key, reason=REASON, by=by) for key in (*keys, *keys)]
    assert len(refused(at_once(*acts))) == 2
    assert IntakeForm.select().where(IntakeForm.amends == first.id).count() == 1


@pytest.mark.parametrize("reason", ["", "   ", "长" * 301, "客户改了\U0001f600"])
def test_a_reason_is_asked_for(first, reason):
    with pytest.raises(DomainError, match="变更说明"):
        begun(first, reason=reason)


def test_who_may_begin_one(people):
    first = approved(people)
    customer = entered(first, people["chenjing"])
    first = again(first)
    for name in ("wanglei", "zhaomin", "liqiang", "zhoufang", "admin", "xujing", "hetao"):
        with pytest.raises(NotAllowed):
            begun(first, people[name])
    manager = {"success_manager": people["huangli"]}
    Customer.update(**manager).where(Customer.id == customer.id).execute()
    made = begun(again(first), people["huangli"])
    assert (made.collector, made.department.name, made.values["collector"]) == (
        people["huangli"], "客户成功部", "黄丽",
    )  # fmt: skip
    told = Notice.get(Notice.key == f"intake:{made.id}:amended")
    assert (told.person, told.title) == (
        people["chenjing"],
        f"黄丽对「{first.customer_name}」的采集表发起变更（第2版）",
    )
    titles = [entry.title for entry in TimelineEntry.select().where(TimelineEntry.customer == customer.id)]
    assert f"采集表 {first.number} 发起变更，第2版 {made.number}" in titles


def test_only_the_latest_approved_version_is_amended(first, people):
    draft = submitted(people["chenjing"], name="待复核有限公司")
    assert "通过复核之后才能" in obstacle_to(draft).sentence
    second = passed(amended(first))
    assert obstacle_to(again(first)).other == second
    with pytest.raises(IllegalMove, match="已有第2版"):
        begun(again(first))
    third = begun(second)
    assert (third.number, third.amends) == (f"{first.number}-3", second)
    assert passed(resubmitted(third, priority="medium")).edition == 3
    assert {again(each).superseded_by_id for each in (first, second)} == {third.id}


def test_a_rejected_version_counts_and_another_may_follow(first, people):
    second = amended(first)
    with pytest.raises(IllegalMove, match="待复核"):
        begun(first)
    reject(second.id, opinion="客户没有确认", seen=read(second), by=second.reviewer)
    third = begun(first)
    assert (third.number, third.amends) == (f"{first.number}-3", first)
    assert again(first).state == "approved"
    assert again(first).superseded_by_id is None


def test_without_its_record_a_form_waits(first, people):
    with pytest.raises(IllegalMove, match="归档表正在生成"):
        amend(first.id, key=str(uuid4()), reason=REASON, by=people["chenjing"])


def test_what_is_submitted_says_what_it_changes(first, people):
    second = amended(
        first, **BUDGET, detail="联合开发会员积分模块，交付源代码，验收标准为1000并发下单成功率99.9%"
    )
    record = ArchiveRecord.get(ArchiveRecord.form == first.id)
    edition = edition_of(second)
    assert edition["number"] == 2
    assert edition["reason"] == REASON
    assert edition["earlier"] == {
        "number": first.number, "edition": 1, "round": 1, "digest": record.digest, "record": record.number,
    }  # fmt: skip
    said = {each["field"]: (each["old"], each["new"]) for each in edition["changes"]}
    assert said["budget"] == ("120–150 万元", "80–100 万元")
    assert said["collected_on"] == ("2026年11月2日", "2026年11月20日")
    assert set(said) == {"budget", "detail", "collected_on"}
    assert "edition" not in json.loads(Submission.get(Submission.form == first.id).snapshot)


def test_nothing_changed_is_not_submitted(first):
    second = begun(first)
    with pytest.raises(DomainError, match="内容与第1版相同"):
        resubmitted(second)
    assert Submission.select().where(Submission.form == second.id).count() == 0


def test_another_id_number_with_the_same_ends_is_a_change(people):
    second = amended(approved(people, PERSON), citizen_id="440305196910102522")
    assert [each["new"] for each in edition_of(second)["changes"] if each["field"] == "citizen_id"] == [
        "440***********2522（隐去的数字有改动）"
    ]


def test_the_second_round_still_compares_with_the_version_before(first, people):
    from intranet_crm.intake.submissions import withdraw

    second = amended(first)
    withdraw(second.id, by=people["chenjing"])
    second = resubmitted(second, priority="medium")
    last = Submission.get((Submission.form == second.id) & (Submission.round == 2))
    fields = {each["field"] for each in json.loads(last.snapshot)["edition"]["changes"]}
    assert fields == {"budget", "priority", "collected_on"}


def test_approval_makes_a_record_of_its_own(first):
    record = ArchiveRecord.establish(first.id)
    text, seal = record.snapshot, ArchiveRecord.get_by_id(record.id).seal
    second = passed(amended(first))
    newer = ArchiveRecord.establish(second.id)
    assert newer.number != record.number
    assert newer.form == second
    assert json.loads(newer.snapshot)["edition"]["earlier"]["record"] == record.number
    kept = ArchiveRecord.get_by_id(record.id)
    assert (kept.snapshot, kept.digest, kept.seal) == (text, digest(text), seal)


def test_a_version_not_entered_yet_is_superseded(first, people):
    second = passed(amended(first))
    old = again(first)
    assert (old.state, old.superseded_by, old.waits_for_entry, old.filing_state) == (
        "approved", second, False, "entered",
    )  # fmt: skip
    task = Task.get((Task.subject_id == first.id) & (Task.kind == "entry"))
    assert task.done_at
    assert task.outcome == "已由第2版取代"
    with pytest.raises(IllegalMove, match=f"第2版（{second.number}）取代"):
        enter(first.id, by=people["chenjing"], seen="new")
    assert IntakeEvent.select().where(
        (IntakeEvent.form == first.id) & (IntakeEvent.move == "supersede")
    ).exists()  # fmt: skip


def test_a_superseded_version_is_no_longer_overdue(first, people):
    with clock.as_of(clock.stored(datetime(2026, 12, 4, 10))):
        assert overdue_count(people["chenjing"]) == 1
        second = passed(amended(first))
        assert overdue_count(people["chenjing"]) == 0
        assert again(first).entry_clock is None
    with clock.as_of(clock.stored(datetime(2026, 12, 20, 10))):
        found = list_forms(people["chenjing"], overdue=True)
        assert [form.id for form in found] == [second.id]
        assert IntakeForm.select().where(is_overdue()).count() == 1


def test_the_archivist_files_the_paper_of_a_superseded_version(first, people):
    record = ArchiveRecord.establish(first.id)
    second = passed(amended(first))
    given = {"place": "3 号柜", "confidentiality": "internal", "by": people["xujing"]}
    record.file(seen=record.version, **given)
    assert (again(first).state, again(first).entered_at) == ("archived", None)
    newer = ArchiveRecord.establish(second.id)
    with pytest.raises(IllegalMove, match="录入"):
        newer.file(seen=newer.version, **given)


def test_entry_of_the_first_while_the_second_is_in_review(people):
    first = approved(people)
    second = amended(first, credit_code="915001125088995713")  # by the code alone nobody would be found
    customer = entered(first, people["chenjing"])
    second = passed(second)
    plan = plan_of(second)
    assert plan.customer == customer
    assert plan.need_before == Need.get()
    assert entered(second, people["chenjing"]) == customer
    assert Customer.select().count() == Need.select().count() == 1


def test_the_need_is_revised_with_the_reason(first, people):
    by = people["chenjing"]
    customer = entered(first, by)
    need = Need.get()
    need.revise(need.version, by, priority="medium", acceptance="客户自测")
    second = passed(amended(again(first), **BUDGET, expected_finish="", background="预算减少"))
    entered(second, by)
    need = Need.get()
    assert (need.budget_low, need.budget_high, need.background) == (80_000_000, 100_000_000, "预算减少")
    assert (need.expected_finish, need.expected_to) == ("", None)
    assert (need.priority, need.acceptance) == ("medium", "客户自测")  # not in this version: as on file
    last = NeedChange.select().order_by(NeedChange.id.desc()).first()
    assert (last.reason, last.note, last.asked_by) == ("other", REASON, "罗欣怡")
    assert set(last.new) == {"budget_low", "budget_high", "background", "expected_finish"}
    assert Customer.get_by_id(customer.id).budget_high == 100_000_000


def test_without_an_earlier_entry_the_second_makes_the_need(first, people):
    second = passed(amended(first))
    entered(second, people["chenjing"])
    assert Need.get().source_form_id == second.id
    assert Customer.get().budget_high == 100_000_000


def test_a_third_version_revises_what_the_first_made(first, people):
    by = people["chenjing"]
    entered(first, by)
    second = passed(amended(again(first)))
    third = passed(amended(second, priority="low"))
    with pytest.raises(IllegalMove, match="第3版"):
        enter(second.id, by=by, seen="new")
    entered(third, by)
    need = Need.get()
    assert (need.budget_high, need.priority, need.source_form_id) == (100_000_000, "low", first.id)


def test_what_this_version_did_not_touch_keeps_the_file(first, people):
    by = people["chenjing"]
    customer = entered(first, by)
    customer = Customer.get_by_id(customer.id)
    customer.revise({"industry": "I64"}, seen=customer.version, by=by)
    second = passed(amended(again(first)))
    rows = {row.key: row for row in plan_of(second).rows}
    assert rows["industry"].differs
    assert rows["industry"].untouched
    assert rows["budget"].differs
    assert not rows["budget"].untouched


def test_a_version_does_not_warn_of_itself(first):
    second = begun(first)
    assert open_form_about(None, first.customer_name, but=second.id) is None
    assert open_form_about(None, first.customer_name) == second


def test_a_destroyed_version_is_not_amended(first, people):
    second = begun(first)
    save(second.id, BUDGET, by=people["chenjing"], seen=None)
    Submission.update(snapshot="", values={}).where(Submission.form == first.id).execute()
    with pytest.raises(DomainError, match="已按期销毁"):
        resubmitted(second)
    IntakeForm.update(state="rejected").where(IntakeForm.id == second.id).execute()
    assert "已按期销毁" in obstacle_to(again(first)).sentence
    assert editions.open_edition(first) is None


def test_a_form_of_a_deleted_customer_is_not_amended(first, people):
    customer = entered(first, people["chenjing"])
    Deletion.put_away(Customer.get_by_id(customer.id), reason="重复", by=people["admin"])
    with pytest.raises(NotAllowed):
        begun(again(first))


def test_entry_of_the_first_and_approval_of_the_second_at_once(people):
    for place in range(4):
        first = approved(people, name=f"第{place}家信息技术有限公司")
        second = amended(first)
        given = replace(JUDGED, truth_on=clock.today())
        seen, plan = read(second), plan_of(first).seen
        ended = at_once(
            lambda first=first, plan=plan: enter(first.id, by=people["chenjing"], seen=plan),
            lambda second=second, seen=seen, given=given: approve(
                second.id, given, opinion="同意", seen=seen, by=second.reviewer
            ),
        )
        refused(ended)
        assert again(second).state == "approved"
        assert again(first).superseded_by_id == second.id
        was_entered = again(first).entered_at is not None
        assert was_entered == (again(first).state == "entered")
        customer = entered(again(second), people["chenjing"])
        assert Need.select().where(Need.customer == customer.id).count() == 1 + place


def leaves(person):
    Person.update(disabled_at=clock.now()).where(Person.id == person.id).execute()


def test_a_draft_of_somebody_who_left_is_finished_by_a_colleague(first, people):
    customer = entered(first, people["chenjing"])
    Customer.update(owner=people["zhaomin"]).where(Customer.id == customer.id).execute()
    second = begun(again(first))
    by = people["zhaomin"]
    with pytest.raises(NotAllowed):
        adopt(second.id, by=by)
    leaves(people["chenjing"])
    with pytest.raises(NotAllowed):
        adopt(second.id, by=people["wanglei"])
    adopted, _ = (adopt(second.id, by=by) for _ in range(2))
    assert (adopted.collector, adopted.department.name, adopted.state) == (by, "华南销售一组", "draft")
    assert again(second).values["collector"] == "赵敏"
    submission = resubmitted(again(second), **BUDGET)
    assert (submission.reviewer.name, submission.number) == ("孙浩", second.number)
    moves = [event.move for event in second.events.order_by(IntakeEvent.id)]
    assert moves == ["create", "adopt", "self_check", "submit"]


def test_a_returned_version_is_adopted_with_its_task(first, people):
    customer = entered(first, people["chenjing"])
    Customer.update(owner=people["zhaomin"]).where(Customer.id == customer.id).execute()
    second = amended(again(first))
    items = [ReturnedField("detail", "请写明数量")]
    return_(second.id, items, opinion="请补充", seen=read(second), by=second.reviewer)
    leaves(people["chenjing"])
    adopt(second.id, by=people["zhaomin"])
    asked = Task.select().where((Task.subject_id == second.id) & (Task.kind == "return"))
    assert [(task.person.name, task.done_at is None) for task in asked.order_by(Task.id)] == [
        ("陈静", False),
        ("赵敏", True),
    ]
    again_submitted = resubmitted(again(second), answers={"detail": "已补充"}, priority="low")
    assert (again_submitted.state, again_submitted.round) == ("in_review", 2)
