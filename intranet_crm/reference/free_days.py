"""Free and worked days as an administrator types them from the State Council's notice; pure."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_DAY = r"(?:\d{4}[-/.年])?\d{1,2}[-/.月]\d{1,2}日?"
_LINE = re.compile(rf"({_DAY})(?:\s*(?:至|到|—|–|~|～|-)\s*({_DAY}|\d{{1,2}}日))?(?:\D.*)?")
LONGEST = timedelta(days=20)


class WrongWorked(ValueError):
    """What is wrong with the days that are worked, not with those that are free."""


def days_of(text: str, year: int) -> list[date]:
    """Every day that the lines name, 「2月6日至2月12日 春节」 each; raises ValueError with a sentence."""
    found = [day for line in text.splitlines() if line.strip() for day in _span(line.strip(), year)]
    if len(set(found)) < len(found):
        raise ValueError(f"{next(day for day in found if found.count(day) > 1)} 写了两次。")
    return sorted(found)


def worked_days_of(text: str, year: int) -> list[date]:
    """Likewise for the days that are worked; raises WrongWorked."""
    try:
        return days_of(text, year)
    except ValueError as error:
        raise WrongWorked(str(error)) from None


def _span(line: str, year: int) -> Iterator[date]:
    matched = _LINE.fullmatch(line)
    if not matched:
        raise ValueError(f"「{line}」看不出是哪天，请写成「2月6日至2月12日」或「2月14日」。")
    first = _day(matched[1], year, line)
    last = _day(matched[2], year, line, month=first.month) if matched[2] else first
    if last < first or last - first > LONGEST:
        raise ValueError(f"「{line}」的起止日期不对，请核对。")
    return (first + timedelta(days=step) for step in range((last - first).days + 1))


def _day(words: str, year: int, line: str, month: int = 0) -> date:
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    if len(numbers) == 1:
        numbers = [month, *numbers]
    if len(numbers) == 3 and numbers.pop(0) != year:
        raise ValueError(f"「{line}」不在 {year} 年，请核对。")
    try:
        return date(year, *numbers)
    except ValueError:
        raise ValueError(f"「{line}」里没有这一天，请核对。") from None


def differing(free: list[date], worked: list[date], year: int) -> dict[date, bool]:
    """The days that are not as Monday to Friday would have them; raises ValueError or WrongWorked."""
    if both := set(free) & set(worked):
        raise WrongWorked(f"{min(both)} 既写了放假又写了上班，请核对。")
    if week := [day for day in worked if day.weekday() < 5]:
        raise WrongWorked(f"{week[0]} 不是周末，不用写成调休上班。")
    if date(year, 1, 1) not in free:
        raise ValueError("1月1日是元旦，每年都放假，请核对是否漏写。")
    return {day: False for day in free if day.weekday() < 5} | dict.fromkeys(worked, True)
