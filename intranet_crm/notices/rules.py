"""What leaves the house by e-mail and group robot (F6): which notices, when, how worded, how often tried."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import quote

QUIET = timedelta(seconds=60)  # so long nothing more must have come, so that one morning is one e-mail
LONGEST_WAIT = timedelta(minutes=10)
STALE = timedelta(days=2)  # yesterday's reminder is no news
KEEP = timedelta(days=90)
MOST_ATTEMPTS = 8
LISTED = 50  # titles in one e-mail


class Channel(StrEnum):
    MAIL = "mail"
    ROBOT = "robot"


CHANNEL_WORDS = {Channel.MAIL: "电子邮件", Channel.ROBOT: "群机器人"}


class Topic(StrEnum):
    """What a notice is about, as far as a person may choose."""

    REMINDER = "reminder"
    URGE = "urge"
    ACTION = "action"
    INFO = "info"


TOPIC_WORDS = {
    Topic.REMINDER: "待办提醒",
    Topic.URGE: "催办",
    Topic.ACTION: "转交、复核、退回等要处理的消息",
    Topic.INFO: "复核结果、批量操作结果等供知晓的消息",
}
MAILED_BY_DEFAULT = (Topic.REMINDER, Topic.URGE, Topic.ACTION)
SAID_TO_THE_GROUP = {Topic.REMINDER: "待办提醒", Topic.URGE: "催办", Topic.ACTION: "其他待处理"}


def is_ready(first: datetime, last: datetime, now: datetime) -> bool:
    """Whether what came between ``first`` and ``last`` goes out now, as one message."""
    return now - last >= QUIET or now - first >= LONGEST_WAIT


def retry_after(attempts: int) -> timedelta:
    """1, 2, 4 … 64 minutes; two hours in all before it is given up."""
    return timedelta(minutes=2 ** (attempts - 1))


def mail_subject(titles: list[str]) -> str:
    return f"客户档案：{titles[0]}" if len(titles) == 1 else f"客户档案：{len(titles)} 条消息"


def mail_text(
    name: str, to_do: Iterable[tuple[str, str]], to_know: Iterable[tuple[str, str]], url: str
) -> str:
    """The e-mail about (title, address) pairs; links only when the system knows its own address."""
    lines, left = [f"{name}，你好：", ""], LISTED
    for heading, notices in (("要处理", list(to_do)), ("供知晓", list(to_know))):
        if notices:
            lines.append(f"【{heading}】")
        for title, address in notices[:left]:
            lines += [f"· {title}", *([f"  {url}{quote(address, safe='/?=&#')}"] if url and address else [])]
        if len(notices) > left:
            lines.append(f"另有 {len(notices) - left} 条，请到系统的「通知」里查看。")
        left = max(0, left - len(notices))
        lines += [""] if notices else []
    return "\n".join([*lines, *_footer(url)])


def _footer(url: str) -> list[str]:
    here = f"：{url}/account" if url else "。"
    return [
        *([f"打开工作台：{url}/", ""] if url else []),
        f"这封邮件由系统自动发送。收哪些邮件，在「我的账号」里选{here}",
    ]


def robot_text(counts: Mapping[Topic, int], people: int, url: str) -> str:
    """What the group reads: numbers and a link, nobody's name."""
    kinds = "，".join(
        f"{word} {counts[topic]} 条" for topic, word in SAID_TO_THE_GROUP.items() if counts.get(topic)
    )
    door = f"请打开工作台：{url}/" if url else "请打开工作台查看。"
    return f"客户档案：{people} 位同事有 {sum(counts.values())} 条新消息要处理（{kinds}）。{door}"
