"""What an invented customer wants, in words."""

from calendar import monthrange
from datetime import date, timedelta
from random import Random

from intranet_crm.demo.customers import Trade


def need_words(trade: Trade, chance: Random, today: date) -> dict[str, str]:
    """One of the trade's needs with its blanks filled: type, background, detail, acceptance, pain, finish."""
    end = today + timedelta(days=chance.randrange(90, 270))
    last = f"{end.year}年{end.month}月{monthrange(end.year, end.month)[1]}日"
    blanks = {
        "users": chance.choice((12, 18, 24, 30, 45, 60, 80)),
        "count": chance.randrange(3, 9),
        "site": chance.choice(trade.sites),
        "product": chance.choice(trade.products),
        "finish": last,
    }
    words = {key: text.format_map(blanks) for key, text in chance.choice(trade.needs).items()}
    quarter = f"{end.year}年Q{(end.month + 2) // 3}"
    return words | {
        "type": _type(words["detail"]),
        "finish": chance.choice((last, quarter, f"{end.year}年{end.month}月")),
    }


def _type(detail: str) -> str:
    if "联合开发" in detail:
        return "joint_development"
    return "product_purchase" if detail.startswith("采购") else "custom_service"
