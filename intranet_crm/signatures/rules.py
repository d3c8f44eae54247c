"""Who signs what, and what a good signing password is; no Flask, no Peewee."""

from datetime import timedelta

from intranet_crm.reference.choices import Choices

ROLES = Choices((("collector", "采集人"), ("reviewer", "复核人")))
BOX_LABELS = {"collector": "采集人签字", "reviewer": "复核人签字"}  # as the sheet prints them
SHORTEST = 8
VALID_FOR = timedelta(days=3 * 365)
REVOKED_FOR = Choices(
    (
        ("left", "人员离职"),
        ("forgotten", "忘记签署口令"),
        ("leaked", "签署口令可能泄露"),
        ("replaced", "换发新证书"),
    )
)


def password_fault(password: str, username: str) -> str | None:
    """Why a signing password is not good enough, as a sentence, or None."""
    if len(password) < SHORTEST:
        return f"签署口令至少 {SHORTEST} 个字符。"
    if len(password) > 128:
        return "签署口令最多 128 个字符。"
    if password.isdigit() or password.isalpha():
        return "签署口令应同时有字母和数字（或符号）。"
    if username and username.lower() in password.lower():
        return "签署口令不能包含账号名。"
    return None
