"""Pure decisions about needs: the time node a customer names, as a span of dates (D4, S0); why it changes."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from unicodedata import normalize

from intranet_crm.reference.choices import CHANGE_REASONS, RESPONSES

CORRECTION = "correction"  # our own record was wrong; the customer wants what he always wanted
REASONS = (*CHANGE_REASONS, (CORRECTION, "更正记录"))
UNANSWERED = ("waiting", "handling")
ANSWER_WORKING_DAYS = 2  # no source names a day; as long as entry may take


@dataclass(frozen=True)
class Cause:
    """Why a need is changed (D6): the reason with a note, who asked for it, and how far the answer is."""

    reason: str = CORRECTION
    note: str = ""
    asked_by: str = ""
    progress: str = ""


def reason_words(reason: str) -> str:
    """「预算调整」; '' for the change that recorded the need."""
    return dict(REASONS).get(reason, reason)


def overall(progress: Iterable[str]) -> str:
    """How far the answer to a need is: as far as the change that is answered least; '' without any."""
    order = RESPONSES.keys()
    return min(filter(None, progress), key=order.index, default="")


class UnclearTime(ValueError):
    """The text is no time node; its message is a Chinese sentence that helps to mend it.

    `code` tells a quarter without a year (`quarter_without_year`) from all else (`unclear_time`).
    """

    def __init__(self, sentence: str, code: str = "unclear_time"):
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class TimeSpan:
    """First and last day of a time node, both included, and the words people read."""

    start: date
    end: date
    words: str


QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "一": 1, "二": 2, "三": 3, "四": 4}
QUARTER_WORDS = "一二三四"
QUARTER = r"(?:[Qq](?P<q>[1-4])|第?(?P<word>[一二三四1-4])季度?)"

YEARLESS = re.compile(rf"(?:{QUARTER}|上半年|下半年|\d{{1,2}}月(?:\d{{1,2}}[日号]?)?)(?:底|末|前)?")


def parse_time_node(text: str, today: date) -> TimeSpan:
    """The span a time node names: a day, month, quarter, half-year or year (S0「2024年Q3」).

    Raises UnclearTime when the year is missing (an example with the coming year is offered) or the
    words are not understood.
    """
    bare = re.sub(r"\s", "", normalize("NFKC", text))
    for pattern, span in SHAPES:
        found = pattern.fullmatch(bare)
        if found:
            try:
                return span(found)
            except ValueError:
                raise UnclearTime(f"「{text.strip()}」不是真实存在的日期，请核对年、月、日。") from None
    if YEARLESS.fullmatch(bare):
        code = "quarter_without_year" if re.match(QUARTER, bare) else "unclear_time"
        raise UnclearTime(f"「{text.strip()}」没有写年份，请补上，例如「{today.year + 1}年{bare}」。", code)
    raise UnclearTime(
        f"看不懂时间「{text.strip()}」，请写成「{today.year + 1}-03-31」「{today.year + 1}年3月」"
        f"「{today.year + 1}年Q3」「{today.year + 1}年上半年」或「{today.year + 1}年」。"
    )


def _day(found: re.Match[str]) -> TimeSpan:
    day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    return TimeSpan(day, day, f"{day.year}年{day.month}月{day.day}日")


def _month(found: re.Match[str]) -> TimeSpan:
    year, month = int(found["y"]), int(found["m"])
    return _months(year, month, month, f"{year}年{month}月")


def _quarter(found: re.Match[str]) -> TimeSpan:
    year, quarter = int(found["y"]), QUARTERS[found["q"] or found["word"]]
    return _months(year, quarter * 3 - 2, quarter * 3, f"{year}年第{QUARTER_WORDS[quarter - 1]}季度")


def _half(found: re.Match[str]) -> TimeSpan:
    year, first = int(found["y"]), 1 if found["half"] == "上" else 7
    return _months(year, first, first + 5, f"{year}年{found['half']}半年")


def _year(found: re.Match[str]) -> TimeSpan:
    return _months(int(found["y"]), 1, 12, f"{found['y']}年")


def _months(year: int, first: int, last: int, words: str) -> TimeSpan:
    if not 1 <= last <= 12:
        raise ValueError(words)
    return TimeSpan(date(year, first, 1), date(year, last, monthrange(year, last)[1]), words)


SHAPES: list[tuple[re.Pattern[str], Callable[[re.Match[str]], TimeSpan]]] = [
    (re.compile(pattern), span)
    for pattern, span in (
        (r"(?P<y>[12]\d{3})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})", _day),
        (r"(?P<y>[12]\d{3})年(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?", _day),
        (r"(?P<y>[12]\d{3})[年\-/.](?P<m>\d{1,2})(?:月份?)?", _month),
        (rf"(?P<y>[12]\d{{3}})年?[-/]?{QUARTER}", _quarter),
        (r"(?P<y>[12]\d{3})年(?P<half>[上下])半年", _half),
        (r"(?P<y>[12]\d{3})年?", _year),
    )
]
