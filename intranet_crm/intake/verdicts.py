"""What must be on the table before a form is approved, returned, rejected or sent again; the entry clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from intranet_crm.intake.fields import FIELDS
from intranet_crm.reference.workdays import DueDay, WorkCalendar, add_working_days

ENTRY_WORKING_DAYS = 2  # S4 二(五) 录入CRM系统


@dataclass(frozen=True)
class Judgements:
    """The three judgements of 二级复核 (S4 二(四)); None: not given."""

    truth_method: str = ""
    truth_on: date | None = None
    is_sensitive: bool | None = None
    sensitive_note: str = ""
    fits: bool | None = None
    fit_note: str = ""


@dataclass(frozen=True)
class ReturnedField:
    """One field named by a return, what is wrong, and the collector's answer; a table row serves too."""

    field: str
    remark: str
    answer: str = ""


def approval_obstacles(
    given: Judgements, *, pdf_ready: bool, collected_on: date, today: date, days_before: int = 0
) -> dict[str, str]:
    """What keeps the head from 「通过」: input name → sentence; empty when nothing does.

    `days_before`: how many days before the collection date a confirmation of the truth still counts.
    """
    found = {
        "pdf": "" if pdf_ready else "送审文件还在生成，请稍候几秒，看过文件后再通过。",
        "truth_method": "" if given.truth_method else "请选择用什么方式向客户确认了需求的真实性。",
        "truth_on": _truth_date_obstacle(given.truth_on, collected_on - timedelta(days=days_before), today),
        "is_sensitive": "" if given.is_sensitive is not None else "请判断内容是否涉及企业敏感信息。",
        "sensitive_note": "请写明敏感信息如何处理，例如隐去或限定知悉范围。"
        if given.is_sensitive and not given.sensitive_note.strip()
        else "",
        "fits": "" if given.fits is not None else "请判断需求与客户分级、维护策略是否相符。",
        "fit_note": "与客户分级或维护策略不符时，请写明为什么仍然通过。"
        if given.fits is False and not given.fit_note.strip()
        else "",
    }
    return {name: sentence for name, sentence in found.items() if sentence}


def _truth_date_obstacle(on: date | None, earliest: date, today: date) -> str:
    if on is None:
        return "请填写向客户二次确认的日期。"
    if on > today:
        return "二次确认的日期不能在今天之后，请核对。"
    if on < earliest:
        return f"二次确认的日期不能早于{earliest.isoformat()}，请核对。"
    return ""


def return_obstacles(opinion: str, items: Iterable[ReturnedField]) -> dict[str, str]:
    """What keeps the head from 「退回」: it needs an opinion and a field with a remark (O5)."""
    items = list(items)
    found = {}
    if not opinion.strip():
        found["opinion"] = "退回时请写明意见，采集人据此修改。"
    if not items:
        found["items"] = "退回时请至少指出一个需要修改的字段。"
    for item in items:
        if item.field not in FIELDS:
            found["items"] = f"采集表里没有「{item.field}」这个字段，请重新选择。"
        elif not item.remark.strip():
            found[f"remark-{item.field}"] = f"请写明「{FIELDS[item.field].label}」要改什么。"
    return found


def rejection_obstacles(opinion: str) -> dict[str, str]:
    """What keeps the head from 「否决」: the opinion."""
    return {} if opinion.strip() else {"opinion": "否决时请写明理由，采集人会看到。"}


def resubmission_obstacles(items: Iterable[ReturnedField]) -> dict[str, str]:
    """What keeps the collector from submitting again: each item of the return needs an answer (O5)."""
    return {
        f"answer-{item.field}": f"退回意见要求修改「{FIELDS[item.field].label}」，请答复后再提交。"
        for item in items
        if not item.answer.strip()
    }


def entry_due(approved_on: date, calendar: WorkCalendar | None = None) -> DueDay:
    """The day by whose end, in Asia/Shanghai, an approved form must be entered (F4); `expected` is 「预计」.

    `approved_on` is the day of the approval in Asia/Shanghai.
    """
    return add_working_days(approved_on, ENTRY_WORKING_DAYS, calendar)
