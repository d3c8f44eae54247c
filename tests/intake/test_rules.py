"""The review: every move by the right person from the right state, or a sentence and no change."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.intake.rules import (
    MOVES,
    NEXT_STEPS,
    STATES,
    Actor,
    decide,
    edition_number,
    find_reviewer,
    first_number,
)

COLLECTOR = Actor(is_collector=True)
HEAD = Actor(is_reviewer=True)
STRANGER = Actor()
ARCHIVIST = Actor(may_archive=True)
COLLECTING_HEAD = Actor(is_collector=True, is_reviewer=True, may_enter=True, may_archive=True)


@pytest.mark.parametrize(
    ("move", "state", "actor", "after"),
    [
        ("self_check", "draft", COLLECTOR, "self_checked"),
        ("self_check", "returned", COLLECTOR, "self_checked"),
        ("self_check", "withdrawn", COLLECTOR, "self_checked"),
        ("edit", "draft", COLLECTOR, "draft"),
        ("edit", "withdrawn", COLLECTOR, "withdrawn"),
        ("edit", "self_checked", COLLECTOR, "draft"),
        ("submit", "self_checked", COLLECTOR, "in_review"),
        ("withdraw", "in_review", COLLECTOR, "withdrawn"),
        ("approve", "in_review", HEAD, "approved"),
        ("return", "in_review", HEAD, "returned"),
        ("reject", "in_review", HEAD, "rejected"),
        ("enter", "approved", COLLECTOR, "entered"),
        ("enter", "approved", Actor(may_enter=True), "entered"),
        ("archive", "entered", ARCHIVIST, "archived"),
    ],
)
def test_moves_of_the_table(move, state, actor, after):
    assert decide(move, state, actor) == after


def test_editing_after_a_return_keeps_the_return_open():
    assert decide("edit", "self_checked", COLLECTOR, has_open_returns=True) == "returned"


@pytest.mark.parametrize(
    ("move", "state", "actor", "sentence"),
    [
        ("approve", "in_review", COLLECTING_HEAD, "这份采集表由你本人采集，不能由你复核，请由 林海 复核。"),
        ("approve", "in_review", STRANGER, "这份采集表由 林海 复核，你不是它的复核人。"),
        ("submit", "in_review", COLLECTOR, "这份采集表已经提交，正在等 林海 复核，不必再次提交。"),
        ("submit", "draft", COLLECTOR, "这份采集表现在是「草稿」，不能提交审核；先要由采集人提交自查。"),
        ("withdraw", "approved", COLLECTOR, "这份采集表现在是「已通过」，复核人已经作出结论，不能再撤回。"),
        (
            "approve",
            "approved",
            HEAD,
            "这份采集表现在是「已通过」，已经复核过，不能再次通过。请刷新页面查看结论。",
        ),
        ("edit", "in_review", COLLECTOR, "这份采集表现在是「待复核」，不能修改；正在等待复核。"),
        ("edit", "draft", STRANGER, "只有采集人本人可以修改这份采集表。"),
        ("enter", "approved", STRANGER, "录入由采集人或有权编辑这位客户的人办理，你没有这项权限。"),
        ("archive", "entered", COLLECTOR, "归档由档案员办理，你没有这项权限。"),
    ],
)
def test_refusals_say_why(move, state, actor, sentence):
    with pytest.raises((IllegalMove, NotAllowed)) as refused:
        decide(move, state, actor, reviewer="林海")
    assert str(refused.value) == sentence


def test_every_state_tells_what_comes_next():
    assert set(NEXT_STEPS) == set(STATES.keys())
    assert {state for move in MOVES.values() for state in move.sources} <= set(NEXT_STEPS)


@pytest.mark.parametrize(
    ("heads", "reviewer"),
    [([5, 9], 5), ([3, 9], 9), ([None, None, 9], 9), ([3, None, 3], None), ([], None)],
)
def test_reviewer_is_the_first_head_upward_who_did_not_collect(heads, reviewer):
    assert find_reviewer(heads, collector_id=3) == reviewer


class Review(RuleBasedStateMachine):
    """Random people try random moves; only what the table allows ever happens."""

    people = {
        "collector": COLLECTOR,
        "head": HEAD,
        "stranger": STRANGER,
        "archivist": ARCHIVIST,
        "collecting head": COLLECTING_HEAD,
    }

    def __init__(self):
        super().__init__()
        self.state = "draft"
        self.history = []
        self.past = ()

    @rule(move=st.sampled_from(sorted(MOVES)), person=st.sampled_from(sorted(people)), returned=st.booleans())
    def somebody_tries(self, move, person, returned):
        self.past = tuple(self.history)
        try:
            after = decide(move, self.state, self.people[person], reviewer="林海", has_open_returns=returned)
        except DomainError as refusal:
            assert str(refusal).endswith("。")  # noqa: PT017
        else:
            self.history.append((move, person, self.state, after))
            self.state = after

    @precondition(lambda self: self.state in ("draft", "returned", "withdrawn"))
    @rule()
    def collector_sends_it_up(self):
        self.somebody_tries("self_check", "collector", False)
        self.somebody_tries("submit", "collector", False)

    @invariant()
    def state_is_in_the_table(self):
        assert self.state in STATES.keys()  # noqa: SIM118

    @invariant()
    def history_is_only_added_to_and_unbroken(self):
        assert tuple(self.history[: len(self.past)]) == self.past
        assert all(a[3] == b[2] for a, b in zip(self.history, self.history[1:], strict=False))

    @invariant()
    def nobody_reviews_the_own_form(self):
        assert all(
            person == "head" for move, person, *_ in self.history if move in ("approve", "return", "reject")
        )

    @invariant()
    def what_was_concluded_stays(self):
        concluded = [
            step for step in self.history if step[2] in ("approved", "rejected", "entered", "archived")
        ]
        assert {step[0] for step in concluded} <= {"enter", "archive"}


Review.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_random_sequences = Review.TestCase


def test_a_superseded_form_is_filed_and_not_entered():
    newer = {"superseded_by": "第2版（CJ202611020001-2）"}
    with pytest.raises(IllegalMove, match="由第2版（CJ202611020001-2）取代"):
        decide("enter", "approved", Actor(may_enter=True), **newer)
    assert decide("archive", "approved", ARCHIVIST, **newer) == "archived"
    with pytest.raises(NotAllowed):
        decide("archive", "approved", COLLECTOR, **newer)
    with pytest.raises(IllegalMove):
        decide("archive", "in_review", ARCHIVIST, **newer)
    assert decide("archive", "entered", ARCHIVIST, **newer) == "archived"


def test_numbers_of_versions():
    assert first_number("CJ202405150001-3") == first_number("CJ202405150001") == "CJ202405150001"
    assert edition_number("CJ202405150001-3", 4) == edition_number("CJ202405150001", 4) == "CJ202405150001-4"
