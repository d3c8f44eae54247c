"""When a customer is thought of, and in which words (C4, S1 二(二) 客户司庆); no Flask, no Peewee."""

from calendar import isleap
from datetime import date

BIRTHDAY, FOUNDED, COOPERATION = "birthday", "founded", "since"
LEAP_DAY = "02-29"
OCCASIONS = {BIRTHDAY: "生日", FOUNDED: "成立纪念日"}


def names_of(day: date) -> list[str]:
    """The months-and-days that are kept on this day: in a common year 29 February is kept on the 28th."""
    name = f"{day:%m-%d}"
    return [name, LEAP_DAY] if name == "02-28" and not isleap(day.year) else [name]


def title(kind: str, customer: str, contact: str, years: int) -> str:
    """「关怀：海澜信息王建国生日」「关怀：海澜信息成立 10 周年」「关怀：与海澜信息合作 3 周年」"""
    if kind == BIRTHDAY:
        return f"关怀：{customer}{contact}生日"
    if kind == FOUNDED:
        return f"关怀：{customer}成立 {years} 周年"
    return f"关怀：与{customer}合作 {years} 周年"


def reason(kind: str, day: date, grade: str, ahead: int) -> str:
    """「11月29日生日，VIP客户提前 7 天提醒」"""
    return f"{day.month}月{day.day}日{OCCASIONS.get(kind, '合作周年')}，{grade}提前 {ahead} 天提醒"
