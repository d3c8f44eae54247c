"""What happens with a printed copy and a scanned page, decided without a database."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from intranet_crm.reference.choices import Choices

PURPOSES = Choices((("sign", "签字归档"), ("keep", "存档备查"), ("customer", "提供客户"), ("other", "其他")))
COMES_BACK = "sign"  # the only purpose whose paper is expected in the scanner
MOST_COPIES = 1000  # in one run
OVERDUE_DAYS = 7

FILED, TRAY, ASIDE = "filed", "tray", "aside"
PAGE_STATES = Choices(((FILED, "已归入"), (TRAY, "待处理"), (ASIDE, "不归入")))
REASONS = Choices(
    (
        ("no_code", "没有可读的二维码"),
        ("foreign", "二维码不是本系统的"),
        ("unknown", "没有这份档案"),
        ("wrong_version", "不是归档的版本"),
        ("no_such_page", "归档表没有这一页"),
        ("repeat", "这一页已经有了"),
        ("out_of_reach", "不在上传人的范围内"),
        ("no_sheet", "归档表打不开"),
        ("destroyed", "档案已销毁"),
    )
)


class Place(NamedTuple):
    """A page of a record, from 1."""

    record: int
    page: int


def suggested(
    before: Place | None, after: Place | None, missing: Mapping[int, Sequence[int]]
) -> Place | None:
    """Where a page without a readable code most likely belongs, by the pages it lay between.

    ``missing``: the pages that each of these records still lacks.
    """
    if before and before.page + 1 in missing.get(before.record, ()):
        return Place(before.record, before.page + 1)
    if after and after.page - 1 in missing.get(after.record, ()):
        return Place(after.record, after.page - 1)
    for near in filter(None, (before, after)):
        if len(missing.get(near.record, ())) == 1:
            return Place(near.record, missing[near.record][0])
    return None


def waiting_days(printed_at: datetime, now: datetime) -> int:
    """For how many whole days a printed copy has been out."""
    return max((now - printed_at).days, 0)


def copy_mark(number: int, purpose: str, by: str, at: str) -> str:
    """What stands at the head of each page of a copy, e.g. 第2份 · 签字归档 · 李四 2026-11-22 10:05 打印."""
    return f"第{number}份 · {PURPOSES.label(purpose)} · {by} {at} 打印"
