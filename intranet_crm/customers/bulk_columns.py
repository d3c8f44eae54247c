"""One column of many customers takes one value: the owner, the grade, the stage."""

from collections import defaultdict
from typing import Any

from peewee import Expression, fn

from intranet_crm import clock
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission as P
from intranet_crm.batches.models import Batch, BatchRow
from intranet_crm.batches.operations import register
from intranet_crm.batches.rules import CHANGED
from intranet_crm.customers.bulk import OfCustomers, insert_for_each
from intranet_crm.customers.filter_folding import refresh
from intranet_crm.customers.grades import GradeDecision
from intranet_crm.customers.models import Customer, StatusChange
from intranet_crm.customers.owners import OwnerChange
from intranet_crm.database import one_of
from intranet_crm.notices.models import notify
from intranet_crm.reference.choices import CUSTOMER_GRADES, FOLLOWUP_STAGES

CLEARED = "清除分级"


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

    def words_before(self, values: set[str]) -> dict[str, str]:
        return {value: self.words(value) for value in values}

    def apply(self, batch: Batch, ids: list[int]) -> None:
        value = batch.payload["value"]
        self._set(ids, value)
        refresh(ids, (self.column.name,))
        self.remember(batch, ids, old=BatchRow.before, new=value)
        self.note(batch, ids, self.title(batch.payload).removeprefix("批量"))

    def apply_back(self, batch: Batch, ids: list[int]) -> None:
        for value, theirs in self._by_value_before(batch, ids).items():
            self._set(theirs, value)
        refresh(ids, (self.column.name,))
        self.remember(batch, ids, old=batch.payload["value"], new=BatchRow.before)
        self.note(batch, ids, f"撤销{self.title(batch.payload)}")

    def _set(self, ids: list[int], value: Any) -> None:
        Customer.update({self.column: value}).where(one_of(Customer.id, ids)).execute()

    def _by_value_before(self, batch: Batch, ids: list[int]) -> dict[str, list[int]]:
        """The customers of a chunk by the value that they had: an update for each is quicker than one that
        looks up every row."""
        found: dict[str, list[int]] = defaultdict(list)
        rows = batch.rows(CHANGED).where(BatchRow.subject_id.between(ids[0], ids[-1]))
        for key, value in rows.select(BatchRow.subject_id, BatchRow.before).tuples():
            found[value].append(key)
        return found

    def remember(self, batch: Batch, ids: list[int], *, old: Any, new: Any) -> None:
        """Write the history that the column has; one of the two is what the batch keeps of each row."""


@register
class SetGrade(_OfColumn):
    kind, noun, permission, column = "grade", "批量更改分级", P.EDIT_CUSTOMERS, Customer.grade
    reasons = {
        "has_it": "已是该分级",
        "out_of_reach": "不在你的编辑范围",
        "changed_since": "分级后来又改过",
    }

    def title(self, payload: dict[str, Any]) -> str:
        return f"{self.noun}：{self.words(payload['value']) if payload['value'] else CLEARED}"

    def words(self, value: str) -> str:
        return CUSTOMER_GRADES.label(value) or "未分级"

    def remember(self, batch: Batch, ids: list[int], *, old: Any, new: Any) -> None:
        facts = {"old": old, "new": new, "reason": batch.title[:300], "judgement": "{}"}
        insert_for_each(batch, ids, GradeDecision, facts | {"by": batch.by_id, "at": clock.now()})


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

    def remember(self, batch: Batch, ids: list[int], *, old: Any, new: Any) -> None:
        facts = {"what": "stage", "old": old, "new": new, "reason": batch.title[:300]}
        insert_for_each(batch, ids, StatusChange, facts | {"by": batch.by_id, "at": clock.now()})


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

    def words_before(self, values: set[str]) -> dict[str, str]:
        found = Person.select(Person.id, Person.name).where(Person.id.in_([int(value) for value in values]))
        return {str(key): name for key, name in found.tuples()}

    def is_out_of_use(self, payload: dict[str, Any]) -> bool:
        return Person.get_by_id(payload["value"]).disabled_at is not None

    def remember(self, batch: Batch, ids: list[int], *, old: Any, new: Any) -> None:
        facts = {"old": old, "new": new, "by": batch.by_id, "at": clock.now(), "reason": batch.title[:200]}
        insert_for_each(batch, ids, OwnerChange, facts)

    def end(self, batch: Batch) -> None:
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
