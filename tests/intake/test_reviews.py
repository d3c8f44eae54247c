"""The verbs of 二级复核: who may, when, and what each leaves behind."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intranet_crm import clock
from intranet_crm.audit_log import AuditEntry
from intranet_crm.background import Job
from intranet_crm.customers.models import Customer, TimelineEntry
from intranet_crm.database import database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed, StaleVersion
from intranet_crm.intake.models import IntakeEvent, IntakeForm, ReturnItem, Review
from intranet_crm.intake.reviews import FullJudgements, Unfinished, approve, reject, return_
from intranet_crm.intake.rules import MOVES
from intranet_crm.intake.submissions import withdraw
from intranet_crm.intake.verdicts import ReturnedField
from intranet_crm.notices.models import Notice
from intranet_crm.tasks.models import Task
from tests.intake.in_review import COMPANY, read, resubmitted, submitted
from tests.together import at_once

GIVEN = FullJudgements("phone", date(2026, 11, 5), is_sensitive=False, fits=True, fit_grade="promising")
ITEMS = [ReturnedField("budget", "含税吗"), ReturnedField("detail", "80名用户是否同时在线")]


@pytest.fixture(autouse=True)
def friday(db):
    """Friday 20 November 2026, ten in the morning."""
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        yield


@pytest.fixture
def head(people):
    return people["zhoufang"]


@pytest.fixture
def form(people):
    return submitted(people["chenjing"])


def state(form):
    return IntakeForm.get_by_id(form.id).state


def open_kinds(person):
    return [task.kind for task in Task.select().where((Task.person == person) & Task.done_at.is_null())]


def test_approval_starts_the_entry_clock_and_asks_for_the_sheet(form, head, people):
    review = approve(form.id, GIVEN, opinion="同意", seen=read(form), by=head)
    kept = IntakeForm.get_by_id(form.id)
    assert (kept.state, kept.entry_due_on, kept.entry_due_is_expected) == (
        "approved",
        date(2026, 11, 24),
        False,
    )
    assert kept.decided_at == review.at
    assert (review.truth_method, review.truth_on, review.fits) == ("phone", date(2026, 11, 5), True)
    task = Task.get((Task.person == people["chenjing"]) & (Task.kind == "entry"))
    assert (task.due_on, task.reason) == (date(2026, 11, 24), "须于 11月24日（周二）前录入")
    assert task.remind_at == clock.at(date(2026, 11, 23), 9)
    assert open_kinds(head) == []
    assert Job.get(Job.kind == "archive.record").subject_id == form.id
    notice = Notice.select().where(Notice.person == people["chenjing"]).order_by(Notice.id.desc()).first()
    assert "已通过复核" in notice.title
    assert IntakeEvent.select().where(IntakeEvent.move == "approve").count() == 1
    assert AuditEntry.select().where(AuditEntry.action == "复核通过").count() == 1


@pytest.mark.parametrize(
    ("day", "due", "expected"),
    [
        (datetime(2026, 9, 30, 17), date(2026, 10, 9), False),  # over 国庆节
        (datetime(2026, 10, 9, 9), date(2026, 10, 12), False),  # Saturday 10 October is worked
        (datetime(2026, 12, 31, 18), date(2027, 1, 4), True),  # into a year not yet published
    ],
)
def test_the_clock_knows_holidays_and_unpublished_years(people, head, day, due, expected):
    with clock.as_of(clock.stored(datetime(2026, 9, 1, 9))):
        form = submitted(people["chenjing"], collected_on="2026-08-28")
    with clock.as_of(clock.stored(day)):
        approve(form.id, replace(GIVEN, truth_on=date(2026, 8, 29)), opinion="", seen=read(form), by=head)
    task = Task.get(Task.kind == "entry")
    assert (task.due_on, bool(task.due_is_expected)) == (due, expected)
    assert task.reason.startswith("预计") == expected


def test_a_reminder_that_would_lie_behind_is_not_set(people, head, form):
    with clock.as_of(clock.stored(datetime(2026, 11, 20, 8))):
        approve(form.id, GIVEN, opinion="", seen=read(form), by=head)
    assert Task.get(Task.kind == "entry").remind_at == clock.at(date(2026, 11, 23), 9)


def test_a_return_names_fields_and_is_answered_before_the_next_round(form, head, people):
    review = return_(form.id, ITEMS, opinion="请补充预算口径", seen=read(form), by=head)
    assert state(form) == "returned"
    assert [(item.field, item.remark) for item in review.items] == [
        (item.field, item.remark) for item in ITEMS
    ]
    assert open_kinds(people["chenjing"]) == ["return"]
    assert "预算范围、具体需求描述" in Task.get(Task.kind == "return").reason
    with pytest.raises(IllegalMove, match="已退回"):
        approve(form.id, GIVEN, opinion="", seen=read(form), by=head)
    again = resubmitted(
        IntakeForm.get_by_id(form.id), answers={"budget": "含税", "detail": "是"}, acceptance="一次验收"
    )
    assert (again.round, state(again), open_kinds(people["chenjing"])) == (2, "in_review", [])
    assert {item.answer for item in ReturnItem.select()} == {"含税", "是"}


def test_a_rejection_ends_the_form(form, head, people):
    reject(form.id, opinion="不在经营范围", seen=read(form), by=head)
    assert state(form) == "rejected"
    assert open_kinds(people["chenjing"]) == open_kinds(head) == []
    with pytest.raises(IllegalMove, match="已否决"):
        withdraw(form.id, by=people["chenjing"])


def judged_without(form, **said):
    approve(form.id, FullJudgements(), opinion="", **said)


def returned_without(form, **said):
    return_(form.id, [], opinion="", **said)


def returned_without_remark(form, **said):
    return_(form.id, [ReturnedField("budget", "")], opinion="改", **said)


def rejected_without(form, **said):
    reject(form.id, opinion=" ", **said)


@pytest.mark.parametrize(
    ("act", "inputs"),
    [
        (judged_without, {"truth_method", "truth_on", "is_sensitive", "fits"}),
        (returned_without, {"opinion", "items"}),
        (returned_without_remark, {"remark-budget"}),
        (rejected_without, {"opinion"}),
    ],
)
def test_what_is_missing_is_told_by_input_and_changes_nothing(form, head, act, inputs):
    with pytest.raises(Unfinished) as told:
        act(form, seen=read(form), by=head)
    assert set(told.value.by_input) == inputs
    assert (state(form), Review.select().count(), open_kinds(head)) == ("in_review", 0, ["review"])


def test_nothing_is_approved_before_its_document_is_there(people, head):
    form = submitted(people["chenjing"], document=False)
    with pytest.raises(Unfinished, match="送审文件还在生成"):
        approve(form.id, GIVEN, opinion="", seen=read(form), by=head)


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("chenjing", "由你本人采集，不能由你复核，请由 周芳 复核"),
        ("linhai", "由 周芳 复核，你不是它的复核人"),
        ("sunhao", "由 周芳 复核，你不是它的复核人"),
        ("admin", "由 周芳 复核，你不是它的复核人"),
    ],
)
def test_only_the_named_head_decides(form, people, username, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        approve(form.id, GIVEN, opinion="", seen=read(form), by=people[username])
    assert (state(form), Review.select().count()) == ("in_review", 0)


def test_a_head_who_collected_is_reviewed_from_above(people):
    form = submitted(people["zhoufang"])
    assert form.reviewer == people["linhai"]
    with pytest.raises(NotAllowed, match="请由 林海 复核"):
        approve(form.id, GIVEN, opinion="", seen=read(form), by=people["zhoufang"])


def test_what_is_approved_is_what_was_seen(form, head, people):
    seen = read(form)
    withdraw(form.id, by=people["chenjing"])
    with pytest.raises(IllegalMove, match="已撤回"):
        approve(form.id, GIVEN, opinion="", seen=seen, by=head)
    resubmitted(IntakeForm.get_by_id(form.id), detail="只做会员积分模块，交付源代码")
    with pytest.raises(StaleVersion, match="第2次提交"):
        approve(form.id, GIVEN, opinion="", seen=seen, by=head)
    assert state(form) == "in_review"


def test_a_second_tab_is_told_and_changes_nothing(form, head):
    approve(form.id, GIVEN, opinion="", seen=read(form), by=head)
    for act in (
        lambda: approve(form.id, GIVEN, opinion="", seen=read(form), by=head),
        lambda: return_(form.id, ITEMS, opinion="改", seen=read(form), by=head),
        lambda: reject(form.id, opinion="不做", seen=read(form), by=head),
    ):
        with pytest.raises(IllegalMove, match="已经复核过"):
            act()
    assert (state(form), Review.select().count()) == ("approved", 1)


def test_a_known_customers_timeline_tells_of_the_verdict(people, head):
    known = {key: COMPANY[key] for key in ("name", "credit_code", "industry", "source")}
    customer = Customer.open(known, by=people["chenjing"])
    form = submitted(people["chenjing"], customer=customer, change_kind="added")
    approve(form.id, GIVEN, opinion="同意", seen=read(form), by=head)
    entry = TimelineEntry.select().order_by(TimelineEntry.id.desc()).first()
    assert (entry.kind, entry.summary) == ("review", "同意")
    assert entry.title == f"采集表 {form.number} 复核通过"


def test_approving_and_withdrawing_at_once_has_one_winner(form, head, people):
    seen = read(form)
    ends = at_once(
        lambda: approve(form.id, GIVEN, opinion="", seen=seen, by=head),
        lambda: withdraw(form.id, by=people["chenjing"]),
    )
    assert [type(end) for end in ends].count(IllegalMove) == 1
    won = "approved" if isinstance(ends[0], Review) else "withdrawn"
    assert state(form) == won
    assert Review.select().count() == (won == "approved")


def test_two_tabs_approving_at_once_make_one_review(form, head):
    seen = read(form)
    ends = at_once(*[lambda: approve(form.id, GIVEN, opinion="", seen=seen, by=head)] * 3)
    assert sorted(type(end).__name__ for end in ends) == ["IllegalMove", "IllegalMove", "Review"]
    assert (Review.select().count(), Task.select().where(Task.kind == "entry").count()) == (1, 1)


def play(move, form, collector, head):
    """Make the move by its own verb."""
    seen = read(form)
    if move == "approve":
        approve(form.id, GIVEN, opinion="", seen=seen, by=head)
    elif move == "return":
        return_(form.id, ITEMS, opinion="改", seen=seen, by=head)
    elif move == "reject":
        reject(form.id, opinion="不做", seen=seen, by=head)
    elif move == "withdraw":
        withdraw(form.id, by=collector)
    else:
        resubmitted(IntakeForm.get_by_id(form.id), answers={"budget": "含税", "detail": "是"})


ANY = ["approve", "return", "reject", "withdraw", "again"]
NO_CHECK = [HealthCheck.function_scoped_fixture]


@settings(max_examples=8, deadline=None, suppress_health_check=NO_CHECK, derandomize=True)
@given(st.lists(st.sampled_from(ANY), max_size=7))
def test_random_sequences_follow_the_table_of_moves(people, moves):
    collector, head = people["chenjing"], people["zhoufang"]
    with database.atomic() as whole, clock.as_of(clock.stored(datetime(2026, 11, 20, 10))):
        form = submitted(collector)
        for move in moves:
            before, reviews = state(form), Review.select().count()
            if before in (("returned", "withdrawn") if move == "again" else MOVES[move].sources):
                play(move, form, collector, head)
                assert state(form) == ("in_review" if move == "again" else MOVES[move].target)
            else:
                with pytest.raises(DomainError, match=r"。$"):
                    play(move, form, collector, head)
                assert (state(form), Review.select().count()) == (before, reviews)
            form = IntakeForm.get_by_id(form.id)
            assert IntakeEvent.select().order_by(IntakeEvent.id.desc()).first().to_state == state(form)
            assert ("review" in open_kinds(head)) == (state(form) == "in_review")
        whole.rollback()
