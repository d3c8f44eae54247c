"""How long a record is kept, and what may be destroyed; no Flask, no Peewee, today is an argument."""

from dataclasses import dataclass
from datetime import date

from intranet_crm.reference.choices import Choices

SHORTEST_YEARS = 3  # S4 二(五): 保存期限不低于客户合作终止后3年
YEARS = Choices((("3", "3 年"), ("5", "5 年"), ("10", "10 年"), ("30", "30 年"), ("0", "永久")))
FOR_EVER = 0
NOT_BEGUN, RUNNING, EXPIRED, PERMANENT = "not_begun", "running", "expired", "permanent"
TERM_WORDS = Choices(
    ((NOT_BEGUN, "合作未终止，未起算"), (RUNNING, "保管中"), (EXPIRED, "已到期"), (PERMANENT, "永久保管"))
)
LONGEST_LOAN_DAYS = 90


@dataclass(frozen=True)
class Term:
    """Where a record's retention stands; ``ends_on`` is its last day."""

    state: str
    ends_on: date | None = None


def term(ended_on: date | None, years: int, today: date) -> Term:
    """The term of a record, from the day the cooperation ended; while it goes on, none runs (P5).

    A cooperation that is resumed has no end any more: the term is forgotten and begins anew.
    """
    if years == FOR_EVER:
        return Term(PERMANENT)
    if ended_on is None or ended_on > today:
        return Term(NOT_BEGUN)
    ends_on = years_later(ended_on, years)
    return Term(EXPIRED if ends_on < today else RUNNING, ends_on)


def end_of(written: date | None, lost_on: date | None, resumed_on: date | None) -> date | None:
    """The day the cooperation ended: as written on the customer's page, else when the customer was lost.

    A day that is older than the last resumption is of the cooperation before.
    """
    if written and resumed_on and lost_on and written < resumed_on <= lost_on:
        return lost_on
    return written or lost_on


def years_later(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March, so that no day is lost."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def obstacles(
    found: Term, *, held: str = "", lent_to: str = "", waits: bool = False, gone: bool = False
) -> list[str]:
    """Why a record may not be destroyed, as sentences; empty when it may."""
    if gone:
        return ["已经销毁。"]
    sentences = []
    if found.state != EXPIRED:
        until = f"，到 {found.ends_on} 为止" if found.ends_on else ""
        sentences.append(f"保管期限没有届满：{TERM_WORDS.label(found.state)}{until}。")
    if held:
        sentences.append(f"已冻结：{held}。")
    if lent_to:
        sentences.append(f"纸质件由 {lent_to} 借出，尚未归还。")
    if waits:
        sentences.append("已在另一份销毁清单里。")
    return sentences
