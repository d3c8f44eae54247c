"""Putting a tag on many customers, and taking it off."""

from typing import Any

from peewee import SQL, Expression, Value, fn

from intranet_crm import clock
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.batches.models import Batch, BatchRow
from intranet_crm.batches.operations import register
from intranet_crm.customers.bulk import OfCustomers, insert_for_each
from intranet_crm.customers.filter_folding import refresh
from intranet_crm.customers.models import Customer
from intranet_crm.customers.tags import CustomerTag, Tag
from intranet_crm.database import one_of


class OfTags(OfCustomers):
    permission = P.TAG_IN_BULK

    def tag(self, payload: dict[str, Any]) -> Tag:
        return Tag.get_by_id(payload["tag"])

    def title(self, payload: dict[str, Any]) -> str:
        return f"{self.noun}：{self.tag(payload).name}"

    def name(self, batch: Batch) -> str:
        """The tag's name when the batch was asked for, without asking the database again for each chunk."""
        return batch.title.partition("：")[2]

    def held(self, payload: dict[str, Any]) -> Expression:
        of_both = (CustomerTag.customer == Customer.id) & (CustomerTag.tag == payload["tag"])
        return fn.EXISTS(CustomerTag.select(SQL("1")).where(of_both))

    def value_before(self, batch: Batch) -> Any:
        return Value("")

    def insert(self, batch: Batch, ids: list[int], *only: Expression) -> None:
        """The tag for each of these customers, who have it not."""
        values = {"tag": batch.payload["tag"], "by_id": batch.by_id, "at": clock.now()}
        insert_for_each(batch, ids, CustomerTag, values, *only)

    def put_on(self, batch: Batch, ids: list[int]) -> None:
        self.insert(batch, ids)
        refresh(ids, ("tag",))
        self.note(batch, ids, f"添加标签：{self.name(batch)}")

    def take_off(self, batch: Batch, ids: list[int]) -> None:
        theirs = (CustomerTag.tag == batch.payload["tag"]) & one_of(CustomerTag.customer, ids)
        CustomerTag.delete().where(theirs).execute()
        refresh(ids, ("tag",))
        self.note(batch, ids, f"移除标签：{self.name(batch)}")


@register
class PutTagOn(OfTags):
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
class TakeTagOff(OfTags):
    kind, noun = "tag_take_off", "批量移除标签"
    reasons = {
        "has_it": "没有该标签",
        "out_of_reach": "不在你的编辑范围",
        "changed_since": "又有了该标签",
        "out_of_use": "标签已并入另一个标签",
    }

    def has_it(self, batch: Batch) -> Expression:
        return ~self.held(batch.payload)

    def verdict_back(self, batch: Batch, done: type[BatchRow]) -> Expression:
        if self.tag(batch.payload).merged_into_id:
            return Value("out_of_use")
        return super().verdict_back(batch, done)

    def apply(self, batch: Batch, ids: list[int]) -> None:
        self.take_off(batch, ids)

    def apply_back(self, batch: Batch, ids: list[int]) -> None:
        self.put_on(batch, ids)
