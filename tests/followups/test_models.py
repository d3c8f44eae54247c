"""Recording and revising a follow-up: everything it causes, once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.errors import DomainError, NotAllowed, StaleVersion
from intranet_crm.followups.models import FollowUp, NextStep
from intranet_crm.followups.rules import Step
from intranet_crm.notices.models import Notice
from intranet_crm.tasks import jobs
from intranet_crm.tasks.models import Task
from tests.followups.made import a_contact, a_customer, a_followup
from tests.together import at_once


@pytest.fixture
def chenjing(people):
    return people["chenjing"]


@pytest.fixture
def customer(chenjing):
    return a_customer(chenjing)


def open_tasks():
    return list(Task.select().where(Task.done_at.is_null()).order_by(Task.id))


def revised(saved, by, **changed):
    same = {"happened_at": saved.happened_at, "method": saved.method, "content": saved.content}
    found = FollowUp.get_by_id(saved.id)
    found.revise(seen=found.version, by=by, **same | {"next_at": saved.next_at} | changed)
    return found


def test_it_stands_in_the_timeline_and_moves_the_customers_last_contact(customer, chenjing):
    saved = a_followup(customer, chenjing, subject="续约意向", content="客户愿意续约")
    entry = TimelineEntry.get(TimelineEntry.kind == "followup")
    assert (entry.title, entry.summary, entry.by_name) == ("电话跟进：续约意向", "客户愿意续约", "陈静")
    assert entry.at == saved.happened_at
    assert Customer.get_by_id(customer.id).last_followup_at == saved.happened_at
    assert AuditEntry.select().where(AuditEntry.action == "添加跟进").count() == 1


def test_a_contact_told_late_does_not_turn_the_last_contact_back(customer, chenjing):
    saved = a_followup(customer, chenjing)
    a_followup(customer, chenjing, happened_at=clock.now() - timedelta(days=9))
    assert Customer.get_by_id(customer.id).last_followup_at == saved.happened_at


def test_the_next_time_becomes_a_task_that_reminds_on_the_working_day_before(customer, chenjing, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.at(date(2026, 3, 2), 10))
    a_followup(customer, chenjing, next_at=clock.at(date(2026, 3, 15), 10))
    (task,) = open_tasks()
    assert task.title == "客户云帆科技有限公司需在3月15日前跟进"
    assert task.due_on == date(2026, 3, 15)
    assert task.remind_at == clock.at(date(2026, 3, 13), 9)  # the 15th is a Sunday
    assert "3月2日电话跟进" in task.reason
    assert task.address == f"/customers/{customer.id}"


def test_the_reminder_arrives_once(customer, chenjing, monkeypatch):
    a_followup(customer, chenjing, next_at=clock.now() + timedelta(days=20))
    later = clock.now() + timedelta(days=21)
    monkeypatch.setattr(clock, "now", lambda: later)
    jobs.remind()
    jobs.remind()
    assert [notice.title for notice in Notice.select()] == [open_tasks()[0].title]


def test_each_dated_next_step_becomes_its_persons_task_and_they_are_told(customer, chenjing, people):
    wanglei = people["wanglei"]
    day = clock.today() + timedelta(days=4)
    steps = [Step("寄送样品", day, wanglei.id), Step("整理纪要", None, chenjing.id)]
    a_followup(customer, chenjing, steps=steps)
    (task,) = open_tasks()
    assert (task.title, task.person, task.due_on) == ("寄送样品", wanglei, day)
    assert Notice.get(Notice.person == wanglei).body.startswith("陈静安排")
    assert NextStep.select().count() == 2


def test_a_new_contact_settles_the_promise_of_an_earlier_one(customer, chenjing, people):
    first = a_followup(customer, chenjing, next_at=clock.now() + timedelta(days=9))
    other = a_customer(chenjing, "别家科技有限公司")
    a_followup(other, chenjing, next_at=clock.now() + timedelta(days=9))
    Task.update(created_at=clock.now() - timedelta(days=2)).execute()
    a_followup(customer, people["wanglei"])
    settled = Task.get(Task.subject_id == first.id)
    assert settled.outcome == "已跟进"
    assert len(open_tasks()) == 1


def test_a_contact_from_before_the_promise_does_not_settle_it(customer, chenjing):
    a_followup(customer, chenjing, next_at=clock.now() + timedelta(days=9))
    a_followup(customer, chenjing, happened_at=clock.now() - timedelta(days=1))
    assert len(open_tasks()) == 1


def test_the_same_form_sent_twice_is_one_record(customer, chenjing):
    key = str(uuid4())
    facts = {"happened_at": clock.now(), "method": "visit", "content": "面谈"}
    facts |= {"next_at": clock.now() + timedelta(days=3)}
    first = FollowUp.record(customer, key=key, by=chenjing, **facts)
    second = FollowUp.record(customer, key=key, by=chenjing, **facts)
    assert (first.id, first.repeated, second.repeated) == (second.id, False, True)
    assert len(open_tasks()) == TimelineEntry.select().count() == 1


def test_the_same_form_sent_from_two_tabs_at_once_is_one_record(customer, chenjing):
    facts = {"key": str(uuid4()), "happened_at": clock.now(), "method": "phone", "content": "谈了续约"}
    saved = at_once(*[lambda: FollowUp.record(customer, by=chenjing, **facts)] * 2)
    assert sorted(each.repeated for each in saved) == [False, True]
    assert TimelineEntry.select().count() == 1


def test_nothing_is_kept_of_a_record_that_fails_half_way(customer, chenjing, monkeypatch):
    def crash(*_args, **_values):
        raise RuntimeError

    monkeypatch.setattr("intranet_crm.customers.timeline.note", crash)
    with pytest.raises(RuntimeError):
        a_followup(customer, chenjing, next_at=clock.now() + timedelta(days=3))
    assert FollowUp.select().count() == Task.select().count() == 0


def test_the_verb_itself_refuses_what_has_not_happened(customer, chenjing):
    with pytest.raises(DomainError, match="不能晚于现在"):
        a_followup(customer, chenjing, happened_at=clock.now() + timedelta(hours=1))


def test_a_correction_moves_timeline_task_and_last_contact(customer, chenjing):
    saved = a_followup(customer, chenjing, next_at=clock.now() + timedelta(days=3))
    new_next, earlier = clock.now() + timedelta(days=10), saved.happened_at - timedelta(hours=2)
    revised(saved, chenjing, subject="报价", content="谈了报价", next_at=new_next, happened_at=earlier)
    (task,) = open_tasks()
    assert task.due_on == clock.local(new_next).date()
    entry = TimelineEntry.get(TimelineEntry.kind == "followup")
    assert (entry.title, entry.summary, entry.at) == ("电话跟进：报价", "谈了报价", earlier)
    assert Customer.get_by_id(customer.id).last_followup_at == earlier


def test_a_correction_that_leaves_the_plan_alone_leaves_the_tasks_alone(customer, chenjing):
    day = clock.today() + timedelta(days=4)
    step = Step("寄送样品", day, chenjing.id)
    saved = a_followup(customer, chenjing, next_at=clock.now() + timedelta(days=3), steps=[step])
    before = [task.id for task in open_tasks()]
    revised(saved, chenjing, content="补充说明", steps=[step])
    assert [task.id for task in open_tasks()] == before


def test_a_dropped_next_step_takes_its_task_along_and_a_new_one_brings_its_own(customer, chenjing):
    day = clock.today() + timedelta(days=4)
    saved = a_followup(customer, chenjing, steps=[Step("寄送样品", day, chenjing.id)])
    revised(saved, chenjing, steps=[Step("安排演示", day, chenjing.id)])
    assert [task.title for task in open_tasks()] == ["安排演示"]


def test_there_and_back_again_still_has_a_task(customer, chenjing):
    first, second = clock.now() + timedelta(days=3), clock.now() + timedelta(days=5)
    saved = a_followup(customer, chenjing, next_at=first)
    revised(saved, chenjing, next_at=second)
    revised(saved, chenjing, next_at=first)
    assert [task.due_on for task in open_tasks()] == [clock.local(first).date()]


def test_only_its_authors_correct_it(customer, chenjing, people):
    saved = a_followup(customer, chenjing)
    with pytest.raises(NotAllowed):
        revised(saved, people["liqiang"], content="改写")


def test_an_outdated_page_saves_nothing(customer, chenjing):
    saved = a_followup(customer, chenjing)
    revised(saved, chenjing, content="第一次修改")
    with pytest.raises(StaleVersion):
        saved.revise(seen=1, by=chenjing, happened_at=saved.happened_at, method="phone", content="第二次修改")
    assert FollowUp.get_by_id(saved.id).content == "第一次修改"


def test_the_log_names_contacts_by_id_only(customer, chenjing):
    contact = a_contact(customer, "张伟")
    saved = a_followup(customer, chenjing, contact_ids=[contact.id])
    assert [row.contact_id for row in saved.contact_rows] == [contact.id]
    titles = " ".join(entry.subject_title for entry in AuditEntry.select())
    assert "张伟" not in titles + TimelineEntry.get().title
