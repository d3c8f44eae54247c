"""The review of a form as an explicit state machine (O4, O5, S4 二(四)); history is only ever added to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from intranet_crm.errors import IllegalMove, NotAllowed
from intranet_crm.reference.choices import Choices

STATES = Choices(
    (
        ("draft", "草稿"),
        ("self_checked", "已自查"),
        ("in_review", "待复核"),
        ("returned", "已退回"),
        ("withdrawn", "已撤回"),
        ("approved", "已通过"),
        ("rejected", "已否决"),
        ("entered", "已录入"),
        ("archived", "已归档"),
    )
)
# What happens next in each state, said so that collector and head both understand it
NEXT_STEPS = {
    "draft": "先要由采集人提交自查",
    "self_checked": "下一步由采集人提交审核",
    "in_review": "正在等待复核",
    "returned": "先要由采集人逐项答复退回意见并重新提交",
    "withdrawn": "采集人修改后可以重新提交",
    "approved": "复核已经通过，下一步是录入",
    "rejected": "复核已经否决，如有新情况请另填一份",
    "entered": "内容已经录入客户档案，下一步是归档",
    "archived": "如有变化请发起变更",
}
NO_REVIEWER = "牵头部门和它的上级部门都没有可以复核这份采集表的负责人，请联系管理员为部门指定负责人。"

Role = Literal["collector", "reviewer", "clerk", "archivist"]


@dataclass(frozen=True)
class Move:
    """One move of the table: what people call it, from where to where, and who may make it."""

    word: str
    sources: tuple[str, ...]
    target: str | None
    role: Role


EDITABLE = ("draft", "self_checked", "returned", "withdrawn")
MOVES = {
    "edit": Move("修改", EDITABLE, None, "collector"),
    "self_check": Move("提交自查", ("draft", "returned", "withdrawn"), "self_checked", "collector"),
    "submit": Move("提交审核", ("self_checked",), "in_review", "collector"),
    "withdraw": Move("撤回", ("in_review",), "withdrawn", "collector"),
    "approve": Move("通过", ("in_review",), "approved", "reviewer"),
    "return": Move("退回", ("in_review",), "returned", "reviewer"),
    "reject": Move("否决", ("in_review",), "rejected", "reviewer"),
    "enter": Move("录入", ("approved",), "entered", "clerk"),
    "archive": Move("归档", ("entered",), "archived", "archivist"),
}


@dataclass(frozen=True)
class Actor:
    """What the rules need to know of the person who asks; `may_enter` and `may_archive` are permissions."""

    is_collector: bool = False
    is_reviewer: bool = False
    may_enter: bool = False
    may_archive: bool = False


def decide(
    move: str,
    state: str,
    actor: Actor,
    *,
    reviewer: str = "",
    has_open_returns: bool = False,
    superseded_by: str = "",
) -> str:
    """The state after the move. `reviewer` is the named head's name, for the sentences.

    `superseded_by`: the words for the approved newer version, if there is one: an approved form is then not
    entered any more, and may be filed as it is.

    An edit voids the self-check: the form is a draft again, or returned again while a return is unanswered
    for the head. Raises IllegalMove or NotAllowed with a sentence that says why and what to do.
    """
    step = MOVES[move]
    _refuse_person(step, actor, reviewer)
    if superseded_by and state == "approved" and move == "enter":
        raise IllegalMove(f"这份采集表已由{superseded_by}取代，不再录入，请录入{superseded_by}。")
    if superseded_by and state == "approved" and move == "archive":
        return step.target
    if state not in step.sources:
        raise IllegalMove(_wrong_state(move, step, state, reviewer))
    if step.target is not None:
        return step.target
    if state != "self_checked":
        return state
    return "returned" if has_open_returns else "draft"


def _refuse_person(step: Move, actor: Actor, reviewer: str) -> None:
    named = reviewer or "部门负责人"
    if step.role == "reviewer" and actor.is_collector:
        raise NotAllowed(f"这份采集表由你本人采集，不能由你复核，请由 {named} 复核。")
    if step.role == "reviewer" and not actor.is_reviewer:
        raise NotAllowed(f"这份采集表由 {named} 复核，你不是它的复核人。")
    if step.role == "collector" and not actor.is_collector:
        raise NotAllowed(f"只有采集人本人可以{step.word}这份采集表。")
    if step.role == "clerk" and not (actor.is_collector or actor.may_enter):
        raise NotAllowed("录入由采集人或有权编辑这位客户的人办理，你没有这项权限。")
    if step.role == "archivist" and not actor.may_archive:
        raise NotAllowed("归档由档案员办理，你没有这项权限。")


def _wrong_state(move: str, step: Move, state: str, reviewer: str) -> str:
    now = f"这份采集表现在是「{STATES.label(state)}」"
    if move == "submit" and state == "in_review":
        return f"这份采集表已经提交，正在等 {reviewer or '部门负责人'} 复核，不必再次提交。"
    if move == "withdraw" and state != "in_review" and state not in EDITABLE:
        return f"{now}，复核人已经作出结论，不能再撤回。"
    if step.role == "reviewer" and state in ("approved", "rejected", "returned", "entered", "archived"):
        return f"{now}，已经复核过，不能再次{step.word}。请刷新页面查看结论。"
    return f"{now}，不能{step.word}；{NEXT_STEPS[state]}。"


EVENT_WORDS = {key: move.word for key, move in MOVES.items()} | {
    "create": "新建",
    "urge": "催办",
    "take_over": "接手复核",
    "amend": "发起变更",
    "supersede": "由新版本取代",
    "adopt": "接手变更",
    "discard": "放弃变更",
}


def acting_words(name: str, instead_of: str) -> str:
    """Who decided, as it is shown and printed: 「李四（代张三）」 for a deputy (O4)."""
    return f"{name}（代{instead_of}）" if instead_of else name


def edition_words(edition: int) -> str:
    return f"第{edition}版"


def first_number(number: str) -> str:
    """The 采集编号 that all versions of a form begin with."""
    return number.partition("-")[0]


def edition_number(number: str, edition: int) -> str:
    """「CJ202405150001-2」, from the number of any version."""
    return f"{first_number(number)}-{edition}"


def find_reviewer(heads_upward: Iterable[int | None], collector_id: int) -> int | None:
    """The first head from the 牵头部门 upward who is not the collector (O4); None: see NO_REVIEWER."""
    return next((head for head in heads_upward if head is not None and head != collector_id), None)
