"""Marks vague and colloquial words, amounts without unit and quarters without year in a text (S4 二(四))."""

import re
from collections.abc import Iterator
from functools import lru_cache

from intranet_crm.intake.fields import Field
from intranet_crm.intake.findings import Finding, Span
from intranet_crm.intake.settings import ASKS, CheckSettings, VagueWord

NUMERAL = "[0-9０-９零一二两三四五六七八九十百]"

NUMBER = r"(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?"
# An amount counts as bare only before the end or a word that closes it: 「预算3个月内批准」 names no amount.
AMOUNT = re.compile(
    r"(?:预算|费用|价格|报价|金额|总价|单价|造价|成本|投入|花费|资金)"
    r"(?:范围|上限|下限|总额|共计|大约|大概|控制在|不超过|不高于|不低于|最多|至少|[约为在是:：\s])*"
    rf"(?P<word>{NUMBER}(?:\s*[-–—~～至到]\s*{NUMBER})?)"
    r"(?=\s*(?:$|左右|上下|以内|以上|以下|之内|多|[,，。;；、!！?？)）\n]))(?![,，]\d)"
)

QUARTER = re.compile(
    r"(?<![A-Za-z])(?:(?<!\d)|(?<=\d{4}))[Qq][1-4](?![A-Za-z0-9])"
    r"|(?<![每上下本这该])(?:第?[一二三四1-4][、和至到-])?第?[一二三四1-4]季度"
)
YEAR_BEFORE = re.compile(r"(?:\d{4}|年|年度|财年)[\s的度/-]*$")
# The year of the quarter before it goes on: 「2027年Q1至Q2」
JOINED = re.compile(r"[\s、,，和及与或至到~～/–—-]*")


def check_wording(field: Field, text: str, settings: CheckSettings) -> Iterator[Finding]:
    """The findings in one text, all of them warnings, each with the places of its words."""
    for code, pattern, message, suggestion in _rules(settings):
        spans = tuple(match.span("word") for match in pattern.finditer(text) if match["word"])
        if spans:
            yield _warning(code, field, text, spans, message, suggestion)
    if spans := yearless_quarters(text):
        yield _warning("quarter_without_year", field, text, spans, "没有写年份，请补上是哪一年的季度。", "")


@lru_cache(maxsize=4)
def _rules(settings: CheckSettings) -> tuple[tuple[str, re.Pattern[str], str, str], ...]:
    """(code, pattern whose group `word` is the fault, what is wrong, what to write instead)."""
    vague = (
        (
            f"vague:{entry.word}",
            _vague(entry),
            f"不明确，请{ASKS.label(entry.asks)}。",
            ASKS.label(entry.asks),
        )
        for entry in settings.vague_words
    )
    colloquial = (
        (
            f"colloquial:{phrase}",
            re.compile(f"(?P<word>{re.escape(phrase)})"),
            f"是口语，请改写为「{term}」。",
            term,
        )
        for phrase, term in settings.colloquial
    )
    amount = ("amount_without_unit", AMOUNT, "没有单位，请写明「元」或「万元」。", "")
    return (*vague, *colloquial, amount)


def _vague(entry: VagueWord) -> re.Pattern[str]:
    """Takes the harmless words first, so that the group `word` is only what is really vague."""
    harmless = [re.escape(words).replace(r"\#", NUMERAL) for words in entry.unless]
    return re.compile("|".join([*harmless, f"(?P<word>{re.escape(entry.word)})"]))


def _warning(
    code: str, field: Field, text: str, spans: tuple[Span, ...], message: str, suggestion: str
) -> Finding:
    start, end = spans[0]
    excerpt = text[max(0, start - 8) : end + 8]
    message = f"「{field.label}」里的「{text[start:end]}」{message}"
    return Finding("warning", code, field.key, message, spans, excerpt, suggestion)


def yearless_quarters(text: str) -> tuple[Span, ...]:
    """The places of quarters that have no year of their own nor share that of the quarter before."""
    bare: list[Span] = []
    dated_until: int | None = None
    for match in QUARTER.finditer(text):
        before = text[: match.start()]
        shares = dated_until is not None and JOINED.fullmatch(text, dated_until, match.start())
        if YEAR_BEFORE.search(before) or shares:
            dated_until = match.end()
        else:
            bare.append(match.span())
    return tuple(bare)
