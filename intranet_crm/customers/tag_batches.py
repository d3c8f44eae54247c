"""What the administrator does to a tag and all who have it (G4): merging it into another, taking it away."""

from typing import Any

from peewee import Expression, Field, ModelSelect, Value, fn

from intranet_crm import audit_log, clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.batches.models import Batch, BatchRow
from intranet_crm.batches.operations import register
from intranet_crm.batches.rules import CHANGED
from intranet_crm.customers.bulk_tags import OfTags
from intranet_crm.customers.filter_folding import refresh
from intranet_crm.customers.models import Customer
from intranet_crm.customers.tags import CustomerTag, Tag
from intranet_crm.database import one_of
from intranet_crm.errors import DomainError, IllegalMove

BOTH = "both"  # what a customer had before a merger, when not the merged tag alone


class _OfHolders(OfTags):
    """All customers that have the tag, whoever's they are; the tag is out of use from the beginning."""

    permission = P.CONFIGURE
    may_be_empty = True
    reasons = {"has_it": "已没有该标签", "changed_since": "标签后来又改过"}

    def subjects(self, batch: Batch) -> tuple[ModelSelect, Field]:
        held = CustomerTag.select(CustomerTag.customer).join(Customer)
        return held.where(CustomerTag.tag == batch.payload["tag"]), CustomerTag.customer

    def has_it(self, batch: Batch) -> Expression:
        return ~self.held(batch.payload)

    def set_aside(self, batch: Batch, action: str, **changes: Any) -> None:
        """Change the tag itself, and tell the log."""
        tag = self.tag(batch.payload)
        moment = clock.now()
        Tag.update(version=Tag.version + 1, updated_at=moment, **changes).where(Tag.id == tag.id).execute()
        audit_log.record(action, by=batch.by, kind="tag", subject_id=tag.id, title=tag.name)

    def give_back(self, batch: Batch, action: str) -> None:
        """The tag may be put on again, unless it was retired before."""
        tag = self.tag(batch.payload)
        if tag.merged_into_id not in (None, batch.payload.get("into")):
            raise IllegalMove(f"「{tag.name}」后来并入了「{tag.merged_into.name}」，请先撤销那一次合并。")
        retired_at = tag.retired_at if batch.payload["was_retired"] else None
        self.set_aside(batch, action, retired_at=retired_at, merged_into=None)


@register
class MergeTag(_OfHolders):
    kind, noun = "tag_merge", "合并标签"

    def title(self, payload: dict[str, Any]) -> str:
        return f"{self.noun}：{self.tag(payload).name} → {self.other(payload).name}"

    def other(self, payload: dict[str, Any]) -> Tag:
        return Tag.get_by_id(payload["into"])

    def value_before(self, batch: Batch) -> Any:
        theirs = (CustomerTag.customer == Customer.id) & (CustomerTag.tag == batch.payload["into"])
        both = CustomerTag.select(Value(BOTH)).where(theirs)
        return fn.COALESCE(both, "")

    def verdict_back(self, batch: Batch, done: type[BatchRow]) -> Expression:
        merged = self.held({"tag": batch.payload["into"]}) & ~self.held(batch.payload)
        return self.unless(merged, "changed_since")

    def begin(self, batch: Batch) -> None:
        if batch.undoes_id:
            self.give_back(batch, "撤销合并标签")
        else:
            into = {"retired_at": clock.now(), "merged_into": batch.payload["into"]}
            self.set_aside(batch, "合并标签", **into)

    def end(self, batch: Batch) -> None:
        if batch.stopped_by:  # else those left behind would be found under neither name
            self.give_back(batch, "停止合并标签")

    def apply(self, batch: Batch, ids: list[int]) -> None:
        mine = CustomerTag.tag == batch.payload["tag"]
        both = self._had_both(batch, ids)
        if both:
            CustomerTag.delete().where(mine & one_of(CustomerTag.customer, both)).execute()
        moved = CustomerTag.update(tag=batch.payload["into"])
        moved.where(mine & one_of(CustomerTag.customer, set(ids) - set(both))).execute()
        refresh(ids, ("tag",))
        self.note(
            batch, ids, f"标签「{self.tag(batch.payload).name}」并入「{self.other(batch.payload).name}」"
        )

    def apply_back(self, batch: Batch, ids: list[int]) -> None:
        both = self._had_both(batch, ids)
        theirs = (CustomerTag.tag == batch.payload["into"]) & one_of(
            CustomerTag.customer, set(ids) - set(both)
        )
        CustomerTag.update(tag=batch.payload["tag"]).where(theirs).execute()
        self.insert(batch, ids, BatchRow.before == BOTH)
        refresh(ids, ("tag",))
        self.note(batch, ids, f"撤销合并标签：恢复「{self.tag(batch.payload).name}」")

    def _had_both(self, batch: Batch, ids: list[int]) -> list[int]:
        """Which of these, done in one chunk, had the other tag too."""
        within = BatchRow.subject_id.between(ids[0], ids[-1])
        rows = batch.rows(CHANGED).where(within & (BatchRow.before == BOTH)).select(BatchRow.subject_id)
        return [subject for (subject,) in rows.tuples()]


@register
class DropTag(_OfHolders):
    kind, noun = "tag_drop", "停用并移除标签"

    def begin(self, batch: Batch) -> None:
        if batch.undoes_id:
            self.give_back(batch, "恢复标签")
        elif not batch.payload["was_retired"]:
            self.set_aside(batch, "停用标签", retired_at=clock.now())

    def apply(self, batch: Batch, ids: list[int]) -> None:
        self.take_off(batch, ids)

    def apply_back(self, batch: Batch, ids: list[int]) -> None:
        self.put_on(batch, ids)


def merge(tag: Tag, other: Tag, *, key: str, by: Person) -> Batch:
    """Every customer with the tag gets the other instead; raises DomainError when that makes no sense."""
    if tag.merged_into_id:
        raise DomainError(f"「{tag.name}」已并入「{tag.merged_into.name}」。")
    other = other.usable()
    if other.id == tag.id:
        raise DomainError("标签不能并入自己，请选另一个标签。")
    return _asked(MergeTag.kind, tag, key, by, into=other.id)


def drop(tag: Tag, *, key: str, by: Person) -> Batch:
    """The tag is retired and taken off every customer."""
    if tag.merged_into_id:
        raise DomainError(f"「{tag.name}」已并入「{tag.merged_into.name}」。")
    return _asked(DropTag.kind, tag, key, by)


def _asked(kind: str, tag: Tag, key: str, by: Person, **more: Any) -> Batch:
    payload = {"tag": tag.id, "was_retired": tag.retired_at is not None} | more
    return Batch.ask(kind, {}, payload, scope=f"有标签「{tag.name}」的客户", key=key, by=by)
