"""How values look to people: filters for every template."""

from datetime import date, datetime, timedelta

from flask import Flask

from intranet_crm import clock

WEEKDAYS = "一二三四五六日"


def moment(value: datetime | None) -> str:
    """「2026-11-21 14:03」 in Shanghai."""
    return f"{clock.local(value):%Y-%m-%d %H:%M}" if value else ""


def day(value: date | datetime | None) -> str:
    """「2026-11-21」; a moment shows the day it is in Shanghai."""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    return f"{value:%Y-%m-%d}" if value else ""


def near_day(value: date | datetime | None) -> str:
    """「今天」「明天」「周三」 near by, else the date."""
    if isinstance(value, datetime):
        value = clock.local(value).date()
    if value is None:
        return ""
    today = clock.today()
    words = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}.get((value - today).days)
    if words:
        return words
    if today < value <= today + timedelta(days=6):
        return f"周{WEEKDAYS[value.weekday()]}"
    return f"{value.month}月{value.day}日" if value.year == today.year else f"{value:%Y-%m-%d}"


def near_moment(value: datetime | None) -> str:
    """「今天 10:20」「3月5日 10:20」."""
    return f"{near_day(value)} {clock.local(value):%H:%M}" if value else ""


def ago(value: datetime | None) -> str:
    """「3 分钟前」「5 小时前」「12 天前」, then the date."""
    if value is None:
        return ""
    seconds = (clock.now() - value).total_seconds()
    if seconds < 60:
        return "刚刚"
    for size, limit, word in ((60, 3600, "分钟"), (3600, 86400, "小时"), (86400, 86400 * 30, "天")):
        if seconds < limit:
            return f"{int(seconds // size)} {word}前"
    return day(value)


def ten_thousands(fen: int | None) -> str:
    """Fen as 万元 without useless zeros: 50000000 → 「50」."""
    if fen is None:
        return ""
    whole, rest = divmod(fen, 1_000_000)
    return f"{whole:,}" + (f".{rest:06d}".rstrip("0") if rest else "")


def file_size(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    if size < 1024**2:
        return f"{size / 1024:.0f} KB"
    return f"{size / 1024**2:.1f} MB"


def init(app: Flask) -> None:
    for function in (moment, day, near_day, near_moment, ago, ten_thousands, file_size):
        app.add_template_filter(function)
