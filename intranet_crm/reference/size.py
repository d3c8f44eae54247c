"""企业规模 (B5): labels derived from employees and yearly revenue, each given as a number or a band.

A number known only as a band is a `Span`; a label is given when both ends of the span lead to the same one,
else it is 「无法推算」.
"""

import math
import re
from bisect import bisect_right
from dataclasses import dataclass

from intranet_crm.reference.choices import EMPLOYEE_BANDS
from intranet_crm.reference.industries import OTHER, section_of
from intranet_crm.reference.text import compact

UNKNOWN = "无法推算"
S3_LABELS = ("小型", "中型", "大型")
CLASSES = ("微型", "小型", "中型", "大型")


@dataclass(frozen=True, slots=True)
class Span:
    """A number, or all numbers from `low` up to but not including `below`: lower bounds count in."""

    low: float
    below: float

    def place(self, thresholds: tuple[float, ...]) -> tuple[int, int]:
        """Give how many thresholds the lowest and the highest number of the span reach."""
        lowest = bisect_right(thresholds, self.low)
        if self.low == self.below:
            return lowest, lowest
        return lowest, sum(threshold < self.below for threshold in thresholds)


ANY = Span(0, math.inf)
Amount = int | float | str | Span | None


def employees_span(value: Amount) -> Span:
    """Read 120, 「50-200人」, 「500人以上」 or a key of EMPLOYEE_BANDS; ANY when it says no number."""
    if isinstance(value, str):
        value = EMPLOYEE_BANDS.label(value)
    return _span(value, "人")


def revenue_span(value: Amount) -> Span:
    """Read a yearly revenue as 万元: 3000, 「1-5亿」, 「500万元以下」; ANY when it says no number."""
    return _span(value, "亿万元")


def _span(value: Amount, units: str) -> Span:
    if value is None or isinstance(value, Span):
        return value or ANY
    if isinstance(value, int | float):
        return Span(value, value)
    text = _part(compact(value).replace(",", ""), units)
    numbers = [float(number) * _unit(text, end) for number, end in _numbers(text)]
    if len(numbers) == 2 and numbers[0] < numbers[1]:
        return Span(*numbers)
    if len(numbers) != 1:
        return ANY
    if re.search("以下|不足|少于|小于|<", text):
        return Span(0, numbers[0])
    return Span(numbers[0], math.inf if re.search("以上|超过|大于|不少于|≥|>", text) else numbers[0])


def _part(text: str, units: str) -> str:
    """Give the side with the unit in 「100-500人/年营收1-5亿」 (S3); a text without sides is whole."""
    sides = text.split("/")
    return text if len(sides) == 1 else next((side for side in sides if set(side) & set(units)), "")


def _numbers(text: str) -> list[tuple[str, int]]:
    return [(match[0], match.end()) for match in re.finditer(r"[0-9]+(?:\.[0-9]+)?", text)]


def _unit(text: str, end: int) -> float:
    """Give what the number ending at `end` is multiplied with; the 亿 of 「1-5亿」 holds for both."""
    unit = re.match(r"[^亿万元人]*(亿|万|元|人|$)", text[end:])
    return {"亿": 10_000, "元": 0.0001}.get(unit[1], 1) if unit else 1


def size_label_s3(employees: Amount) -> str:
    """Give 大型 (≥ 500), 中型 (100–499) or 小型 (< 100), the sizes of S3; 「无法推算」 when undecided."""
    return _label(employees_span(employees), (100, 500), S3_LABELS)


def employee_band(employees: Amount) -> str:
    """Give the band of S4 三(一), such as 50-200人 for 50 to 199; 「无法推算」 when undecided."""
    return _label(employees_span(employees), (50, 200, 500), EMPLOYEE_BANDS.labels())


def _label(span: Span, thresholds: tuple[float, ...], labels: tuple[str, ...]) -> str:
    lowest, highest = span.place(thresholds)
    return labels[lowest] if lowest == highest and span != ANY else UNKNOWN


@dataclass(frozen=True, slots=True)
class SizeRow:
    """One row of the 2017 table: from which number on small, medium, large; None where it does not count."""

    employees: tuple[float, float, float] | None = None
    revenue: tuple[float, float, float] | None = None
    assets: tuple[float, float, float] | None = None


# 统计上大中小微型企业划分办法(2017), 国统字〔2017〕213号; employees, 万元, 万元. Keys are codes of any level,
# the longest that begins a company's code holds; what is not named is not covered.
FARMING = SizeRow(revenue=(50, 500, 20_000))
MANUFACTURING = SizeRow((20, 300, 1_000), (300, 2_000, 40_000))
CONSTRUCTION = SizeRow(revenue=(300, 6_000, 80_000), assets=(300, 5_000, 80_000))
WHOLESALE = SizeRow((5, 20, 200), (1_000, 5_000, 40_000))
RETAIL = SizeRow((10, 50, 300), (100, 500, 20_000))
TRANSPORT = SizeRow((20, 300, 1_000), (200, 3_000, 30_000))
STORAGE = SizeRow((20, 100, 200), (100, 1_000, 30_000))
POST = SizeRow((20, 300, 1_000), (100, 2_000, 30_000))
HOSPITALITY = SizeRow((10, 100, 300), (100, 2_000, 10_000))
TELECOMMUNICATION = SizeRow((10, 100, 2_000), (100, 1_000, 100_000))
SOFTWARE = SizeRow((10, 100, 300), (50, 1_000, 10_000))
REAL_ESTATE = SizeRow(revenue=(100, 1_000, 200_000), assets=(2_000, 5_000, 10_000))
PROPERTY_MANAGEMENT = SizeRow((100, 300, 1_000), (500, 1_000, 5_000))
BUSINESS_SERVICES = SizeRow((10, 100, 300), assets=(100, 8_000, 120_000))
OTHER_SERVICES = SizeRow((10, 100, 300))

SIZE_ROWS: dict[str, SizeRow | None] = {
    "A": FARMING,
    **dict.fromkeys("BCD", MANUFACTURING),
    "E": CONSTRUCTION,
    "F51": WHOLESALE,
    "F52": RETAIL,
    **dict.fromkeys(("G54", "G55", "G56", "G57", "G58", "G591"), TRANSPORT),
    **dict.fromkeys(("G592", "G593", "G594", "G595", "G596", "G599"), STORAGE),
    "G60": POST,
    **dict.fromkeys(("H61", "H62"), HOSPITALITY),
    **dict.fromkeys(("I63", "I64"), TELECOMMUNICATION),
    "I65": SOFTWARE,
    "K701": REAL_ESTATE,
    "K702": PROPERTY_MANAGEMENT,
    **dict.fromkeys(("K703", "K709"), OTHER_SERVICES),
    "L": BUSINESS_SERVICES,
    **dict.fromkeys(("M", "N", "O", "Q85", "R"), OTHER_SERVICES),
    # Said to be not covered: 铁路运输, 自有房地产经营, 金融, 教育, 卫生, 公共管理, 国际组织.
    **dict.fromkeys(("G53", "K704", "J", "P", "Q84", "S", "T"), None),
}


@dataclass(frozen=True, slots=True)
class SizeVerdict:
    """The statistical class 大型/中型/小型/微型, or 「无法推算」 with the reason in a sentence."""

    label: str
    reason: str | None = None


def statistical_class(
    industry_code: str | None, employees: Amount = None, revenue: Amount = None, assets: Amount = None
) -> SizeVerdict:
    """Give the class of 统计上大中小微型企业划分办法(2017); revenue and assets in 万元.

    An industry too broad for the table (G, K70), a band and a missing number are decided when all that they
    leave open leads to the same class: 19 people make a 微型 factory whatever it sells.
    """
    rows = _rows(industry_code)
    if not rows:
        return SizeVerdict(UNKNOWN, "没有可用于划型的行业代码，请先选择所属行业。")
    covered = [row for row in rows if row]
    if not covered:
        return SizeVerdict(UNKNOWN, "《统计上大中小微型企业划分办法（2017）》不适用于该行业。")
    spans = (employees_span(employees), revenue_span(revenue), revenue_span(assets))
    ends = {end for row in covered for end in _ends(row, spans)}
    if len(covered) == len(rows) and len(ends) == 1:
        return SizeVerdict(CLASSES[ends.pop()])
    return SizeVerdict(UNKNOWN, _open_question(rows, spans))


def _rows(industry_code: str | None) -> set[SizeRow | None]:
    """Give the rows that may hold: one for a fine code, several for a broad one, none for an unknown one."""
    section = section_of(industry_code)
    if section in ("", OTHER.code):
        return set()
    code = section + compact(industry_code).removeprefix(section)
    if above := [key for key in SIZE_ROWS if code.startswith(key)]:
        return {SIZE_ROWS[max(above, key=len)]}
    return {row for key, row in SIZE_ROWS.items() if key.startswith(code)}


def _ends(row: SizeRow, spans: tuple[Span, Span, Span]) -> tuple[int, int]:
    """Give the lowest and highest class possible: the weakest indicator decides (办法 四)."""
    limits = (row.employees, row.revenue, row.assets)
    places = [span.place(limit) for span, limit in zip(spans, limits, strict=True) if limit]
    return min(low for low, _ in places), min(high for _, high in places)


def _open_question(rows: set[SizeRow | None], spans: tuple[Span, Span, Span]) -> str:
    if len(rows) > 1:
        return "该行业大类下各小类的划型标准不同，请选择更细的行业。"
    (row,) = rows
    needed = zip(
        ("从业人员", "营业收入", "资产总额"), (row.employees, row.revenue, row.assets), spans, strict=True
    )
    missing = [name for name, limit, span in needed if limit and span == ANY]
    if missing:
        return f"缺少{'、'.join(missing)}，请补充。"
    return "所填区间跨越两个以上类型，请填写具体数字。"
