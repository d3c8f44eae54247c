"""What a collector brings along beside the form: the minutes of the talk."""

from datetime import date
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage

MINUTES = """会议纪要

客户：{name}
日期：{day}
参加：{people}；我方 {collector}

一、背景
{background}。

二、客户提出的要求
{detail}。

三、约定
会后由我方整理采集表，交部门负责人复核。
"""
WORDS = ("name", "collector", "background", "detail")


def minutes(values: dict[str, Any], day: date) -> FileStorage:
    """A text file, as it would be uploaded."""
    people = "、".join(each["name"] for each in values.get("decision_chain", ())) or values["contact_name"]
    text = MINUTES.format(day=day, people=people, **{key: values[key] for key in WORDS})
    return FileStorage(BytesIO(text.encode()), filename=f"会议纪要 {day}.txt")
