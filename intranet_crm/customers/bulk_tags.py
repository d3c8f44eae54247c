"""Putting a tag on many customers, and taking it off."""

from typing import Any

from peewee import SQL, Expression, Value, fn

from intranet_crm import clock
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.batches.models import Batch
from intranet_crm.batches.operations import register
from intranet_crm.customers.bulk import OfCustomers, insert_for_each
from intranet_crm.customers.filter_folding import refresh
from intranet_crm.customers.models import Customer
from intranet_crm.customers.tags import CustomerTag, Tag
from intranet_crm.database import one_of


class _OfTags(OfCustomers):
    permission = P.TAG_IN_BULK

    def tag(self, payload: dict[str, Any]) -> Tag:
        return Tag.get_by_id(payload["tag"])

    def title(self, payload: dict[str, Any]) -> str:
        return f"{self.noun}：{self.tag(payload).name}"

    def held(self, payload: dict[str, Any]) -> Expression:
        of_both = (CustomerTag.customer == Customer.id) & (CustomerTag.tag == payload["tag"])
        return fn.EXISTS(CustomerTag.select(SQL("1")).where(of_both))

    def value_before(self, batch: Batch) -> Any:
        return Value("")

    def put_on(self, batch: Batch, ids: list[int]) -> None:
        columns = ["customer", "tag", "by_id", "at"]
        values = (batch.payload["tag"], batch.by_id, clock.now())
        insert_for_each(CustomerTag, columns, [Customer.id, *map(Value, values)], ids)
        refresh(ids, ("tag",))
        self.note(batch, ids, f"添加标签：{self.tag(batch.payload).name}")

    def take_off(self, batch: Batch, ids: list[int]) -> None:
        theirs = (CustomerTag.tag == batch.payload["tag"]) & one_of(CustomerTag.customer, ids)
        CustomerTag.delete().where(theirs).execute()
        refresh(ids, ("tag",))
        self.note(batch, ids, f"移除标签：{self.tag(batch.payload).name}")


@register
class PutTagOn(_OfTags):
    kind, noun = "tag_put_on", "批量添加标签"
    reasons = {
        "has_it": "已有该标签",
        "out_of_reach": "不在你的编辑范围",
        "out_of_use": "标签已停用",
        "changed_since": "标签已被移除",
    }

    def has_it(self, batch: Batch) -> Expression:
        return self.held(batch.payload)

    def is_out_of_use(self, payload: dict[str, Any]) -> bool:
        return self.tag(payload).retired_at is not None

    def apply(self, batch: Batch, ids: list[int]) -> None:
        self.put_on(batch, ids)

    def apply_back(self, batch: Batch, ids: list[int]) -> None:
        self.take_off(batch, ids)


@register
class TakeTagOff(_OfTags):
    kind, noun = "tag_take_off", "批量移除标签"
    reasons = {
        "has_it": "没有该标签",
        "out_of_reach": "不在你的编辑范围",
        "changed_since": "又有了该标签",
    }

    def has_it(self, batch: Batch) -> Expression:
        return ~self.held(batch.payload)

    def apply(self, batch: Batch, ids: list[int]) -> None:
        self.take_off(batch, ids)

    def apply_back(self, batch: Batch, ids: list[int]) -> None:
        self.put_on(batch, ids)
