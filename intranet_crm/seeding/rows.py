"""Rows as the driver takes them, their ids, and the numbers that are given once."""

from collections import defaultdict
from typing import Any

from peewee import fn

from intranet_crm.database import BaseModel, insert_rows
from intranet_crm.numbering import NumberSeries

Row = dict[str, Any]


def next_id(model: type[BaseModel]) -> int:
    return (model.select(fn.MAX(model.id)).scalar() or 0) + 1


def insert(model: type[BaseModel], rows: list[Row]) -> None:
    """Columns not given take their default."""
    if not rows:
        return
    fields = [field for field in model._meta.sorted_fields if field.name != "id" or "id" in rows[0]]
    blank = {field.name: field.default for field in fields}
    insert_rows(model, fields, [tuple((blank | row).values()) for row in rows])


class Numbers:
    """The number series as they stand, counted on here and written back once a chunk."""

    def __init__(self) -> None:
        self._last = defaultdict(int, NumberSeries.select(NumberSeries.prefix, NumberSeries.last).tuples())
        self._counted: set[str] = set()

    def next(self, prefix: str) -> str:
        self._last[prefix] += 1
        self._counted.add(prefix)
        return f"{prefix}{self._last[prefix]:04d}"

    def keep(self) -> None:
        NumberSeries.delete().where(NumberSeries.prefix.in_(self._counted)).execute()
        insert(NumberSeries, [{"prefix": prefix, "last": self._last[prefix]} for prefix in self._counted])
        self._counted.clear()
