"""One column of many customers takes one value: the owner, the grade, the stage."""

from typing import Any

from peewee import Expression, Value, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.batches.models import Batch, BatchRow
from intranet_crm.batches.operations import register
from intranet_crm.batches.rules import CHANGED
from intranet_crm.customers.bulk import OfCustomers, insert_for_each
from intranet_crm.customers.filter_folding import refresh
from intranet_crm.customers.models import Customer, StatusChange
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.database import one_of
from intranet_crm.notices.models import notify
from intranet_crm.reference.choices import CUSTOMER_GRADES, FOLLOWUP_STAGES


class _OfColumn(OfCustomers):
    """One column of the customers takes one value; undone, each takes its own back."""

    column: Any

    def has_it(self, batch: Batch) -> Expression:
        return self.column == batch.payload["value"]

    def value_before(self, batch: Batch) -> Any:
        return self.column

    def title(self, payload: dict[str, Any]) -> str:
        return f"{self.noun}：{self.words(payload['value'])}"

    def words(self, value: Any) -> str:
        raise NotImplementedError

    def apply(self, batch: Batch, ids: list[int]) -> None:
        self.remember(batch, ids, Value(batch.payload["value"]))
        self._set(ids, batch.payload["value"])
        self.note(batch, ids, f"{self.noun.removeprefix('批量')}：{self.words(batch.payload['value'])}")

    def apply_back(self, batch: Batch, ids: list[int]) -> None:
        before = BatchRow.select(BatchRow.before).where(
            (BatchRow.batch == batch.undoes_id)
            & (BatchRow.outcome == CHANGED)
            & (BatchRow.subject_id == Customer.id)
        )
        self.remember(batch, ids, before)
        self._set(ids, before)
        self.note(batch, ids, f"撤销{self.noun}：{self.words(batch.payload['value'])}")

    def _set(self, ids: list[int], value: Any) -> None:
        Customer.update({self.column: value}).where(one_of(Customer.id, ids)).execute()
        refresh(ids, (self.column.name,))

    def remember(self, batch: Batch, ids: list[int], new: Any) -> None:
        """Write the history that the column has, before it changes."""


@register
class SetGrade(_OfColumn):
    kind, noun, permission, column = "grade", "批量更改分级", P.EDIT_CUSTOMERS, Customer.grade
    reasons = {
        "has_it": "已是该分级",
        "out_of_reach": "不在你的编辑范围",
        "changed_since": "分级后来又改过",
    }

    def words(self, value: str) -> str:
        return CUSTOMER_GRADES.label(value)


@register
class SetStage(_OfColumn):
    kind, noun, permission, column = "stage", "批量更改跟进阶段", P.EDIT_CUSTOMERS, Customer.stage
    reasons = {
        "has_it": "已在该阶段",
        "out_of_reach": "不在你的编辑范围",
        "changed_since": "阶段后来又改过",
    }

    def words(self, value: str) -> str:
        return FOLLOWUP_STAGES.label(value)

    def remember(self, batch: Batch, ids: list[int], new: Any) -> None:
        values = (Value(batch.title[:300]), Value(batch.by_id), Value(clock.now()))
        columns = ["customer", "what", "old", "new", "reason", "by", "at"]
        insert_for_each(
            StatusChange, columns, [Customer.id, Value("stage"), Customer.stage, new, *values], ids
        )


@register
class Reassign(_OfColumn):
    kind, noun, permission, column = "owner", "批量变更负责人", P.REASSIGN, Customer.owner
    reasons = {
        "has_it": "已由该同事负责",
        "out_of_reach": "不在你的变更范围",
        "out_of_use": "该同事已停用",
        "changed_since": "负责人后来又变过",
    }

    def words(self, value: int) -> str:
        return Person.get_by_id(value).name

    def is_out_of_use(self, payload: dict[str, Any]) -> bool:
        return Person.get_by_id(payload["value"]).disabled_at is not None

    def remember(self, batch: Batch, ids: list[int], new: Any) -> None:
        values = (Value(batch.by_id), Value(clock.now()), Value(batch.title[:200]))
        columns = ["customer", "old", "new", "by", "at", "reason"]
        insert_for_each(OwnerChange, columns, [Customer.id, Customer.owner, new, *values], ids)

    def tell(self, batch: Batch) -> None:
        """One digest for whoever got customers and for whoever gave them."""
        source = batch.undoes or batch
        moved = BatchRow.select(BatchRow.before, fn.COUNT(BatchRow.id)).where(
            (BatchRow.batch == batch.id) & (BatchRow.outcome == CHANGED)
        )
        before = {int(key): number for key, number in moved.group_by(BatchRow.before).tuples()}
        new = Person.get_by_id(source.payload["value"])
        giver = batch.by.name
        given, got = f"{giver}把你的 %d 位客户转给了{new.name}", f"{giver}把 %d 位客户转给了你"
        if batch.undoes_id:
            given, got = (
                f"{giver}撤销了变更，%d 位客户回到你名下",
                f"{giver}撤销了变更，%d 位客户不再由你负责",
            )
        told = [
            (person, given % before[person.id])
            for person in Person.select().where(Person.id.in_(list(before)))
        ]
        if batch.changed:
            told.append((new, got % batch.changed))
        for person, said in told:
            if person.id != batch.by_id:  # who did it hears of it anyway
                notify(person, said, key=f"batch:{batch.id}:{person.id}", address="/customers")
