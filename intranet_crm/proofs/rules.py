"""The checks of 四性检测 (DA/T 70-2018, 归档环节) on what is known of one record; no Flask, no Peewee."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from intranet_crm.intake.snapshot import digest
from intranet_crm.reference.choices import Choices
from intranet_crm.reference.identifiers import check_citizen_id, check_credit_code
from intranet_crm.reference.industries import find_industry
from intranet_crm.reference.regions import region_name

PROPERTIES = Choices((("Z", "真实性"), ("W", "完整性"), ("K", "可用性"), ("A", "安全性")))
PASSED, FAILED, BY_HAND, NOT_HERE = "passed", "failed", "by_hand", "not_here"
RESULTS = Choices(((PASSED, "合格"), (FAILED, "不合格"), (BY_HAND, "人工核对"), (NOT_HERE, "不适用")))
NUMBER = re.compile(r"DA-\d{4}-\d{4,}")
NOT_SHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
STEPS = ("create", "self_check", "submit", "approve")


@dataclass(frozen=True)
class FileFacts:
    """A stored file of the record: as registered, and as found on disk."""

    name: str
    registered_size: int
    size: int | None  # None: missing
    whole: bool  # its bytes have the registered SHA-256
    sha256: str = ""
    is_pdf: bool = False
    opens: bool = True
    pdf_a: bool = True
    active: bool = False  # runs scripts or opens something by itself


@dataclass(frozen=True)
class RecordFacts:
    """All that the checks of one record ask for."""

    number: str
    title: str
    twins: int  # other records of the same number or title
    neighbour: bool  # the number before exists, or this is the first of its year
    customer_name: str
    collected_on: date
    created_at: datetime
    sheet_made_at: datetime | None
    filed_on: date | None
    entered_on: date | None
    snapshot: str
    digest: str
    sealed: bool  # the catalogue's row is as its verbs left it
    steps: tuple[str, ...]
    state: str
    overtaken: bool  # a newer version came before the entry, which then was not made
    files: tuple[FileFacts, ...]
    signatures_hold: bool | None  # None: signed with the pen
    logged: bool  # the audit chain holds and knows of the record
    chain_fault: str  # what is wrong with the record of the version before, or ''
    today: date
    data: dict[str, Any] = field(default_factory=dict)

    def words(self) -> dict[str, Any]:
        """The frozen values by key."""
        return {
            each["key"]: each.get("value")
            for section in self.data.get("sections", ())
            for each in section["fields"]
        }


@dataclass(frozen=True)
class Result:
    """One item's outcome; ``said`` explains what is not simply right."""

    id: str
    name: str
    outcome: str
    said: str = ""


Check = Callable[[RecordFacts], str]


def results(facts: RecordFacts) -> list[Result]:
    """Every item of the list for one record, in its order."""
    found = []
    for key, name, check in ITEMS:
        said = check(facts) if callable(check) else ""
        if callable(check):
            outcome = FAILED if said else PASSED
            if said.startswith("-"):  # nothing here to judge
                outcome, said = NOT_HERE, said[1:]
        else:
            outcome, said = check
        found.append(Result(key, name, outcome, said))
    return found


def faults(found: list[Result]) -> list[Result]:
    return [each for each in found if each.outcome == FAILED]


def load(snapshot: str) -> dict[str, Any]:
    """The frozen data, or an empty dict when they cannot be read."""
    try:
        data = json.loads(snapshot)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _digests(facts: RecordFacts) -> str:
    bad = [file.name for file in facts.files if not file.whole]
    if digest(facts.snapshot) != facts.digest:
        bad.insert(0, "数据")
    if not facts.sealed:
        bad.insert(0, "著录")
    if facts.signatures_hold is False:
        bad.append("电子签署")
    return f"{'、'.join(bad)}与登记的摘要或签名不符" if bad else ""


def _lengths(facts: RecordFacts) -> str:
    long = [each["label"] for each in _fields(facts) if len(each["words"]) > 5000]
    return f"{'、'.join(long)}超过 5000 字" if long else ""


def _formats(facts: RecordFacts) -> str:
    values, bad = facts.words(), []
    code = values.get("credit_code")
    if code and check_credit_code(code).error and not values.get("credit_code_reason"):
        bad.append("统一社会信用代码")
    citizen_id = str(values.get("citizen_id") or "")
    if citizen_id and check_citizen_id(citizen_id, facts.today).error:
        bad.append("身份证号")
    for key, value in values.items():
        if key.endswith("_on") and value and not _is_day(value):
            bad.append(key)
    return f"{'、'.join(bad)}格式不对" if bad else ""


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _in_lists(facts: RecordFacts) -> str:
    values, bad = facts.words(), []
    industry = values.get("industry")
    if industry and industry != "OTHER" and find_industry(str(industry)) is None:
        bad.append("所属行业不在 GB/T 4754 中")
    address = values.get("address") or {}
    codes = (
        [address.get(part) for part in ("province", "city", "district")] if isinstance(address, dict) else []
    )
    if any(code and not region_name(code) for code in codes):
        bad.append("注册地址不在 GB/T 2260 中")
    return "；".join(bad)


def _in_time(facts: RecordFacts) -> str:
    """采集 ≤ 建档 ≤ 录入 ≤ 归档, and nothing in the future."""
    days = [
        ("采集", facts.collected_on),
        ("建档", facts.created_at.date()),
        ("录入", facts.entered_on),
        ("归档", facts.filed_on),
    ]
    known = [(word, day) for word, day in days if day]
    for (first, before), (second, after) in pairwise(known):
        if before > after:
            return f"{first}日期 {before} 晚于{second}日期 {after}"
    late = [word for word, day in known if day > facts.today]
    return f"{'、'.join(late)}日期在今天之后" if late else ""


def _characters(facts: RecordFacts) -> str:
    bad = [each["label"] for each in _fields(facts) if NOT_SHOWN.search(each["words"])]
    return f"{'、'.join(bad)}含有不可见的控制字符" if bad else ""


def _number(facts: RecordFacts) -> str:
    return "" if NUMBER.fullmatch(facts.number) else f"档号 {facts.number} 不合规则"


def _unique(facts: RecordFacts) -> str:
    return "档号或题名重复" if facts.twins else ""


def _sizes(facts: RecordFacts) -> str:
    bad = [file.name for file in facts.files if file.size is not None and file.size != file.registered_size]
    return f"{'、'.join(bad)}的大小与登记不符" if bad else ""


def _linked(facts: RecordFacts) -> str:
    if facts.data.get("archive", {}).get("number") != facts.number:
        return "数据里的档号与著录不一致"
    names = [each["words"] for each in _fields(facts) if each["key"] == "name"]
    return "" if facts.customer_name in names else "数据里的客户名称与著录不一致"


def _complete(facts: RecordFacts) -> str:
    blank = [each["label"] for each in _fields(facts) if each["required"] and not each["words"]]
    return f"必填项为空：{'、'.join(blank)}" if blank else ""


def _continuous(facts: RecordFacts) -> str:
    return "" if facts.neighbour else "前一个件号缺失"


def _process(facts: RecordFacts) -> str:
    wanted = STEPS + (("enter",) if facts.state in ("entered", "archived") and not facts.overtaken else ())
    wanted += ("archive",) if facts.state == "archived" else ()
    missing = [step for step in wanted if step not in facts.steps]
    said = [f"过程记录不全：缺 {'、'.join(missing)}"] if missing else []
    return "；".join([*said, *filter(None, [facts.chain_fault])])


def _contents(facts: RecordFacts) -> str:
    missing = [file.name for file in facts.files if file.size is None]
    there = {file.sha256 for file in facts.files}
    listed = facts.data.get("attachments", ())
    missing += [f"附件「{each['name']}」" for each in listed if each["sha256"] not in there]
    if facts.sheet_made_at is None:
        missing.insert(0, "归档表")
    return f"缺少 {'、'.join(missing)}" if missing else ""


def _filed(facts: RecordFacts) -> str:
    return "" if facts.state == "archived" else "-还没有归档"


def _readable(facts: RecordFacts) -> str:
    return "" if facts.data.get("sections") else "数据文件不能解析"


def _opens(facts: RecordFacts) -> str:
    closed = [file.name for file in facts.files if file.is_pdf and not file.opens]
    other = [file.name for file in facts.files if file.is_pdf and file.opens and not file.pdf_a]
    sentences = [f"{'、'.join(closed)}打不开"] if closed else []
    return "；".join(sentences + ([f"{'、'.join(other)}不是 PDF/A"] if other else []))


def _harmless(facts: RecordFacts) -> str:
    bad = [file.name for file in facts.files if file.active]
    return f"{'、'.join(bad)}含有脚本或自动动作" if bad else ""


def _controlled(facts: RecordFacts) -> str:
    return "" if facts.logged else "审计链不完整，或没有这份档案的记录"


def _fields(facts: RecordFacts) -> list[dict[str, Any]]:
    return [each for section in facts.data.get("sections", ()) for each in section["fields"]]


PACKAGED = (NOT_HERE, "移交或导出时由数据包自带的校验程序核对")
# data/four_nature_checks.csv: DA/T 70-2018, the items of 归档环节
ITEMS: tuple[tuple[str, str, Check | tuple[str, str]], ...] = (
    ("Z1", "固化信息有效性（摘要、电子签署）", _digests),
    ("Z2", "元数据项长度", _lengths),
    ("Z3", "元数据项类型、格式", _formats),
    ("Z4", "元数据项值域", _in_lists),
    ("Z5", "元数据项值合理性", _in_time),
    ("Z6", "元数据项特殊字符", _characters),
    ("Z7", "档号规范性", _number),
    ("Z8", "档号、题名重复性", _unique),
    ("Z9", "内容数据的电子属性一致性", _sizes),
    ("Z10", "元数据与内容关联", _linked),
    ("Z11", "信息包一致性", PACKAGED),
    ("W1", "总件数、总字节数相符性", PACKAGED),
    ("W2", "必填著录项", _complete),
    ("W3", "件号连续性", _continuous),
    ("W4", "过程信息完整性", _process),
    ("W5", "内容数据完整性", _contents),
    ("W6", "归档范围", _filed),
    ("K1", "元数据可读性", _readable),
    ("K2", "内容数据可打开，格式符合归档要求", _opens),
    ("K3", "软硬件环境", (PASSED, "由本系统以 WeasyPrint 生成 PDF/A-3a，数据为 UTF-8 JSON")),
    ("K4", "信息包无加密和非公开压缩", PACKAGED),
    ("K5", "备份数据可恢复性", (BY_HAND, "请按月抽检恢复")),
    ("A1", "恶意代码（脚本、自动动作）", _harmless),
    ("A2", "载体外观与读取", (BY_HAND, "离线载体请人工检查")),
    ("A3", "归档和保存过程安全", _controlled),
)
