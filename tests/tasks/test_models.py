"""Tasks: asked once, done by their person only, reminded of once."""

from datetime import date, timedelta

import pytest

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed, StaleVersion
from intranet_crm.notices.models import Notice, notify
from intranet_crm.tasks import jobs
from intranet_crm.tasks.models import Task
from tests.together import at_once, refused


def ask(person, key="k1", **more):
    usual = {
        "kind": "next_followup",
        "title": "客户云帆需在3月15日前跟进",
        "reason": "云帆：电话跟进",
        "due_on": clock.today(),
        "subject_kind": "followup",
        "subject_id": 7,
        "address": "/customers/7",
    }
    return Task.ask(person, key=key, **usual | more)


def again(task):
    return Task.get_by_id(task.id)


def test_the_same_cause_makes_one_task(people):
    assert ask(people["chenjing"]) is not None
    assert ask(people["chenjing"]) is None
    assert Task.select().count() == 1


def test_the_log_tells_which_task_it_was_and_names_nobody(people):
    task = ask(people["chenjing"], title="客户欧阳孙小美需在3月15日前跟进")
    task.complete(seen=1, by=people["chenjing"])
    assert AuditEntry.get(AuditEntry.action == "完成待办").subject_title == "下次跟进 /customers/7"


def test_settling_closes_only_what_is_open_about_that_subject_and_kind(people):
    chenjing = people["chenjing"]
    mine = ask(chenjing)
    other_subject, other_kind = (
        ask(chenjing, "k2", subject_id=8),
        ask(chenjing, "k3", kind="next_step"),
    )
    assert Task.settle("followup", 7, "next_followup", by=people["wanglei"], outcome="已跟进") == 1
    assert again(mine).outcome == "已跟进"
    assert again(mine).done_by == people["wanglei"].id
    assert again(other_subject).done_at is None
    assert again(other_kind).done_at is None


def test_settling_spares_what_was_asked_after_the_minute(people):
    """A contact's time is typed to the minute: what was asked for in that minute is kept by it."""
    task = ask(people["chenjing"])
    minute = task.created_at.replace(second=0, microsecond=0)
    before = minute - timedelta(seconds=1)
    assert Task.settle("followup", 7, "next_followup", by=people["chenjing"], asked_by=before) == 0
    assert Task.settle("followup", 7, "next_followup", by=people["chenjing"], asked_by=minute) == 1


def test_done_is_done_once(people):
    chenjing = people["chenjing"]
    task = ask(chenjing)
    in_other_tab = again(task)
    task.complete(seen=1, by=chenjing)
    with pytest.raises(IllegalMove, match="办结"):
        in_other_tab.complete(seen=1, by=chenjing)
    assert AuditEntry.select().where(AuditEntry.action == "完成待办").count() == 1


def test_a_tab_opened_before_a_postponement_gets_a_sentence_and_changes_nothing(people):
    chenjing, later = people["chenjing"], clock.today() + timedelta(days=3)
    task = ask(chenjing)
    in_other_tab = again(task)
    task.postpone(later, reason="客户出差", seen=1, by=chenjing)
    with pytest.raises(StaleVersion, match="另一个页面"):
        in_other_tab.complete(seen=1, by=chenjing)
    assert again(task).due_on == later
    assert again(task).done_at is None


def test_a_postponed_task_reminds_anew_on_the_working_day_before(people, monkeypatch):
    monday = clock.at(date(2026, 3, 2), 8)
    monkeypatch.setattr(clock, "now", lambda: monday)
    task = ask(people["chenjing"], due_on=date(2026, 3, 3), remind_at=clock.at(date(2026, 3, 2), 7))
    jobs.remind()
    task.postpone(date(2026, 3, 9), reason="客户出差", seen=1, by=people["chenjing"])
    assert again(task).remind_at == clock.at(date(2026, 3, 6), 9)
    assert again(task).reminded_at is None


def test_a_day_past_is_no_postponement(people):
    task = ask(people["chenjing"])
    with pytest.raises(DomainError, match="不能早于今天"):
        task.postpone(clock.today() - timedelta(days=1), reason="x", seen=1, by=people["chenjing"])


def test_who_gets_a_task_from_a_colleague_is_told_why(people):
    chenjing, wanglei = people["chenjing"], people["wanglei"]
    task = ask(chenjing)
    task.hand_over(wanglei, reason="我休假", seen=1, by=chenjing)
    assert again(task).person == wanglei
    assert again(task).reason.startswith("陈静转交：我休假")
    told = Notice.get(Notice.person == wanglei)
    assert told.kind == "action"
    assert "我休假" in told.body
    with pytest.raises(NotAllowed, match="已转交"):
        again(task).complete(seen=2, by=chenjing)


@pytest.mark.parametrize("kind", ["review", "return", "entry"])
def test_a_step_of_a_forms_way_ends_by_its_own_act_only(people, kind):
    chenjing = people["chenjing"]
    task = ask(chenjing, kind=kind)
    with pytest.raises(IllegalMove):
        task.complete(seen=1, by=chenjing)
    with pytest.raises(IllegalMove):
        task.postpone(clock.today(), reason="x", seen=1, by=chenjing)
    with pytest.raises(IllegalMove):
        task.hand_over(people["wanglei"], reason="x", seen=1, by=chenjing)
    assert again(task).done_at is None


def due_for_reminder(person, key="k1"):
    return ask(person, key, remind_at=clock.now() - timedelta(hours=3))


def test_a_missed_reminder_is_caught_up_and_delivered_once(people):
    task = due_for_reminder(people["chenjing"])
    jobs.remind()
    jobs.remind()
    told = Notice.get()
    assert told.title == task.title
    assert told.address == "/customers/7"
    assert Notice.select().count() == 1


def test_not_before_its_time_and_not_when_it_is_done(people):
    ask(people["chenjing"], "early", remind_at=clock.now() + timedelta(minutes=1))
    done = due_for_reminder(people["chenjing"], "done")
    done.complete(seen=1, by=people["chenjing"])
    jobs.remind()
    assert Notice.select().count() == 0


def test_a_worker_killed_between_telling_and_noting_it_tells_once(people, monkeypatch):
    due_for_reminder(people["chenjing"])

    def killed(*_args, **_values):
        raise KeyboardInterrupt

    monkeypatch.setattr(Task, "update", killed)  # the notice is written, its mark is not
    with pytest.raises(KeyboardInterrupt):
        jobs.remind()
    monkeypatch.undo()
    assert Notice.select().count() == 0
    jobs.remind()
    assert Notice.select().count() == 1


def test_two_workers_tell_each_person_once(people):
    for number in range(6):
        due_for_reminder(people["chenjing"], f"k{number}")
    assert refused(at_once(jobs.remind, jobs.remind)) == []
    assert Notice.select().count() == 6
    assert Task.select().where(Task.reminded_at.is_null()).count() == 0


def test_more_than_a_batch_is_reminded_in_one_minute(people, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    for number in range(5):
        due_for_reminder(people["chenjing"], f"k{number}")
    jobs.remind()
    assert Notice.select().count() == 5


@pytest.mark.parametrize("act", ["complete", "postpone", "hand_over", "settle"])
def test_what_is_done_no_longer_waits_in_the_inbox(people, act):
    chenjing, wanglei = people["chenjing"], people["wanglei"]
    task, other = due_for_reminder(chenjing), due_for_reminder(chenjing, "k2")
    Task.update(subject_id=8).where(Task.id == other.id).execute()
    jobs.remind()
    notify(chenjing, "与待办无关", key="x", action=True)
    if act == "complete":
        task.complete(seen=1, by=chenjing)
    elif act == "postpone":
        task.postpone(clock.today() + timedelta(days=3), reason="客户出差", seen=1, by=chenjing)
    elif act == "hand_over":
        task.hand_over(wanglei, reason="我休假", seen=1, by=chenjing)
    else:
        Task.settle("followup", 7, "next_followup", by=chenjing)
    waiting = {(notice.person_id, notice.key) for notice in Notice.select().where(Notice.read_at.is_null())}
    mine = {key.split(":")[1] for person, key in waiting if person == chenjing.id and ":" in key}
    assert mine == {str(other.id)}
    assert (chenjing.id, "x") in waiting
    assert len(waiting) == (3 if act == "hand_over" else 2)
