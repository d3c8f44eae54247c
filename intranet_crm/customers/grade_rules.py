"""Which grade the facts of a customer speak for (B8, S0 一(四)); no Flask, no Peewee.

Each criterion gives points for one fact. What is not known is named and left out: the score is that of the
known criteria, out of 100. The promise is the score of size, contribution and industry alone: a customer
that could become more than it is.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Self

from intranet_crm.reference.choices import CUSTOMER_GRADES, CUSTOMER_STATUSES
from intranet_crm.reference.industries import section_of, sections

MOST_BANDS = 4
MOST_POINTS = 100
Band = tuple[int, int]  # (from, points)


class Criterion(NamedTuple):
    key: str
    noun: str
    fact: str
    unit: str = ""  # of a number; without one the fact is a key
    promises: bool = False

    @property
    def label(self) -> str:
        """「客户规模：员工人数」"""
        return f"{self.noun}：{self.fact}"


CRITERIA = {
    each.key: each
    for each in (
        Criterion("employees", "客户规模", "员工人数", "人", promises=True),
        Criterion("revenue", "客户规模", "年营收", "万元", promises=True),
        Criterion("contribution", "贡献度", "预算", "万元", promises=True),
        Criterion("industry", "所属行业", "重点行业", promises=True),
        Criterion("depth", "合作深度", "客户状态"),
        Criterion("activity", "合作深度", "近12个月跟进", "次"),
        Criterion("history", "合作历史", "合作年数", "年"),
    )
}
NUMBERED = tuple(key for key, each in CRITERIA.items() if each.unit)


class Fact(NamedTuple):
    """What is known for a criterion, in words, and as a number or key; None is missing, not zero."""

    words: str
    value: float | str | None


class Line(NamedTuple):
    """One criterion of a judgement; no points where the fact is missing."""

    label: str
    words: str
    points: int | None
    most: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """The rules as an administrator edits them."""

    bands: dict[str, tuple[Band, ...]]  # by numbered criterion
    depth: dict[str, int]  # by 客户状态
    industries: tuple[str, ...]  # sections of GB/T 4754 that are 重点行业
    industry_points: int
    other_points: int
    vip_from: int
    promising_from: int
    known_from: int  # percent of the points that must be known, else nothing is suggested

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        bands = {key: tuple(map(tuple, kept["bands"][key])) for key in NUMBERED}
        return cls(**{**kept, "bands": bands, "industries": tuple(kept["industries"])})

    def points(self, key: str, value: float | str) -> int:
        if key == "industry":
            return self.industry_points if section_of(str(value)) in self.industries else self.other_points
        if key == "depth":
            return self.depth.get(str(value), 0)
        return max((points for start, points in self.bands[key] if value >= start), default=0)

    def most(self, key: str) -> int:
        """The points of a criterion at its best."""
        if key == "industry":
            return max(self.industry_points if self.industries else 0, self.other_points)
        given = self.depth.values() if key == "depth" else (points for _, points in self.bands[key])
        return max(given, default=0)

    def words(self) -> dict[str, str]:
        """Each rule in words, by its label: what two versions are compared by."""
        found = {CRITERIA[key].label: _bands_words(CRITERIA[key], self.bands[key]) for key in NUMBERED}
        found[CRITERIA["depth"].label] = "，".join(
            f"{word} {self.depth.get(key, 0)} 分" for key, word in CUSTOMER_STATUSES
        )
        names = "、".join(each.label for each in sections() if each.code in self.industries) or "没有"
        found[CRITERIA["industry"].label] = f"{names} {self.industry_points} 分，其他 {self.other_points} 分"
        return found | {
            "VIP客户分数线": f"{self.vip_from} 分",
            "潜力客户分数线": f"{self.promising_from} 分",
            "至少已知": f"{self.known_from}%",
        }


def _bands_words(criterion: Criterion, bands: tuple[Band, ...]) -> str:
    return "，".join(f"{start} {criterion.unit}起 {points} 分" for start, points in bands) or "不计分"


def faults(scheme: Scheme) -> dict[str, str]:
    """What is wrong with the rules, by field, as sentences; empty when all is well."""
    found = {}
    for key, bands in scheme.bands.items():
        starts = [start for start, _ in bands]
        by_start = [points for _, points in sorted(bands)]
        if len(set(starts)) < len(starts):
            found[key] = "同一个起点写了两次，请合并成一档。"
        elif by_start != sorted(by_start):
            found[key] = "数值越高分数应越高，请核对各档的分数。"
    if not any(scheme.most(key) for key in CRITERIA):
        found["depth"] = "各项都是 0 分，没有可以计分的项目。"
    if scheme.industries and scheme.industry_points < scheme.other_points:
        found["industry_points"] = "重点行业的分数不应低于其他行业。"
    return found


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules make of the facts; ``grade`` is blank when too little is known."""

    grade: str
    score: int
    promise: int
    because: str
    lines: list[Line]

    @property
    def word(self) -> str:
        return CUSTOMER_GRADES.label(self.grade)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**{**kept, "lines": [Line(*line) for line in kept["lines"]]})


def judged(scheme: Scheme, facts: Mapping[str, Fact]) -> Judgement:
    """The grade that the facts speak for; a criterion without a fact does not apply."""
    counted = {key: facts[key] for key in CRITERIA if key in facts and scheme.most(key)}
    lines = {
        key: Line(
            CRITERIA[key].label,
            fact.words,
            None if fact.value is None else scheme.points(key, fact.value),
            scheme.most(key),
        )
        for key, fact in counted.items()
    }
    known = {key: line for key, line in lines.items() if line.points is not None}
    score = _score(known.values())
    promise = _score(line for key, line in known.items() if CRITERIA[key].promises)
    share = _percent(sum(line.most for line in known.values()), sum(line.most for line in lines.values()))
    grade, because = _verdict(scheme, score, promise, share)
    unknown = "、".join(CRITERIA[key].fact for key in lines if key not in known)
    because += f"；未知、未计入：{unknown}" if unknown else ""
    return Judgement(grade, score, promise, because, list(lines.values()))


def _verdict(scheme: Scheme, score: int, promise: int, share: int) -> tuple[str, str]:
    if share < scheme.known_from or not share:
        return "", f"已知的资料只占 {share}%，不足 {scheme.known_from}%，补齐后再给建议"
    if score >= scheme.vip_from:
        return "vip", f"总分 {score}，达到VIP客户的 {scheme.vip_from} 分"
    if promise >= scheme.promising_from:
        return "promising", f"潜力分 {promise}，达到潜力客户的 {scheme.promising_from} 分；总分 {score}"
    lines = f"VIP客户的 {scheme.vip_from} 分和潜力客户的 {scheme.promising_from} 分"
    return "regular", f"总分 {score}、潜力分 {promise}，未到{lines}"


def _score(lines: Any) -> int:
    found = list(lines)
    return _percent(sum(line.points for line in found), sum(line.most for line in found))


def _percent(part: int, whole: int) -> int:
    """Rounded half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def rhythm_words(months: int | None) -> str:
    """「每月拜访」「每季度拜访」"""
    if months is None:
        return "不定期拜访"
    known = {1: "每月", 3: "每季度", 6: "每半年", 12: "每年"}
    return f"{known.get(months) or f'每 {months} 个月'}拜访"


def plan_words(first_visit_days: int | None, visit_months: int | None) -> str:
    """「签约后 30 天内首次拜访，之后每季度拜访」 (F3)"""
    if first_visit_days is None:
        return rhythm_words(visit_months)
    return f"签约后 {first_visit_days} 天内首次拜访，之后{rhythm_words(visit_months)}"
