"""What an archive record is called, and what is still missing for its filing."""

import re
from datetime import date

from intranet_crm.reference.choices import Choices

FILING_STATES = Choices((("approved", "待录入"), ("entered", "待归档"), ("archived", "已归档")))
LONGEST_PLACE = 120
LONGEST_NAME = 200  # bytes of a name: Linux takes 255, Windows some 260 characters for the whole path

# What Windows, macOS or Linux refuse in a file's name, and what does not show
NOT_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]')


def record_title(customer_name: str, collected_on: date) -> str:
    """「客户名称-采集日期」 (S4 二(五)), fit for a file's name."""
    name = NOT_IN_FILE_NAMES.sub("_", customer_name).strip(" .") or "_"
    return f"{name}-{collected_on.isoformat()}"


def nth_title(title: str, place: int) -> str:
    """The title of the second, third … record of the same name and day: with -2, -3 (P2)."""
    return title if place == 1 else f"{title}-{place}"


def file_system_name(name: str, ending: str = "") -> str:
    """The name as every file system takes it: without its special characters, and short enough."""
    fit = NOT_IN_FILE_NAMES.sub("_", name).encode()[: LONGEST_NAME - len(ending.encode())]
    return fit.decode(errors="ignore").rstrip(" .") + ending
