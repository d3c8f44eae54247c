"""What can be done to many rows: the side of a batch that the feature owning the rows brings along."""

from typing import TYPE_CHECKING, Any

from peewee import SQL, Case, Expression, Field, ModelSelect, Select, Value, fn

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission
from intranet_crm.batches.rules import CHANGED, SKIPPED
from intranet_crm.database import BaseModel, is_sqlite, locked, one_of

if TYPE_CHECKING:
    from intranet_crm.batches.models import Batch, BatchRow


class Operation:
    """One thing that can be done to many rows of ``model``.

    Verdicts are asked again in the transaction that writes, so that what happened since the preview counts.
    """

    kind: str
    noun: str  # 「批量添加标签」
    permission: Permission
    model: type[BaseModel]
    reasons: dict[str, str]  # why a row is skipped, in words; keys of 16 letters at most
    may_be_empty = False  # it does something even when there is no row

    def title(self, payload: dict[str, Any]) -> str:
        """「批量添加标签：重点跟进」"""
        raise NotImplementedError

    def subjects(self, batch: "Batch") -> tuple[ModelSelect, Field]:
        """The rows that the batch is about and its person may see, to be narrowed and ordered by the column
        that holds their id."""
        raise NotImplementedError

    def verdict(self, batch: "Batch") -> tuple[Expression, Any]:
        """(why a row is skipped, '' when it is changed; its value before, as text)."""
        raise NotImplementedError

    def verdict_back(self, batch: "Batch", done: type["BatchRow"]) -> Expression:
        """Why a row stays as it is when ``batch.undoes`` is undone, '' when it goes back."""
        raise NotImplementedError

    def apply(self, batch: "Batch", ids: list[int]) -> None:
        """Change these rows."""
        raise NotImplementedError

    def apply_back(self, batch: "Batch", ids: list[int]) -> None:
        """Put these rows back to what they were before ``batch.undoes``."""
        raise NotImplementedError

    def begin(self, batch: "Batch") -> None:
        """What is done once, in the transaction that begins the batch."""

    def end(self, batch: "Batch") -> None:
        """What is done once, in the transaction that ends the batch: telling people, one digest each."""

    def words_before(self, values: set[str]) -> dict[str, str]:
        """What rows were before, in words by the text kept; nothing where that goes without saying."""
        return {}

    def names(self, person: Person, ids: list[int]) -> dict[int, tuple[str, str]]:
        """(title, address) of those of the rows that the person may see."""
        raise NotImplementedError

    def lock(self, ids: list[int]) -> None:
        """Lock the rows for the transaction; SQLite has locked them all."""
        if not is_sqlite():
            list(locked(self.model.select(self.model.id).where(one_of(self.model.id, ids))).tuples())

    def judged(self, batch: "Batch", ids: list[int]) -> ModelSelect:
        """(batch, subject, outcome, reason, before) of these rows, as they are now."""
        key = self.model.id
        if batch.undoes_id:
            done = type(batch).rows_model.alias("done")
            reason, before = self.verdict_back(batch, done), done.before
        else:
            reason, before = self.verdict(batch)
        outcome = Case(None, ((reason == "", CHANGED),), SKIPPED)
        found = self.model.select(Value(batch.id), key, outcome, reason, before)
        if batch.undoes_id:
            theirs = (done.batch == batch.undoes_id) & (done.outcome == CHANGED) & (done.subject_id == key)
            found = found.join(done, on=theirs)
        return found.where(one_of(key, ids))

    def counted(self, batch: "Batch") -> dict[str, int]:
        """The preview: how many rows for each reason; '' are those that will be changed."""
        reason, _ = self.verdict(batch)
        asked = self.subjects(batch)[0].select(reason.alias("reason")).alias("asked")
        counted = Select([asked], [SQL("asked.reason"), fn.COUNT(SQL("*"))]).group_by(SQL("asked.reason"))
        return dict(counted.bind(self.model._meta.database).tuples())

    def skipped(self, batch: "Batch", *, after: int = 0, most: int = 50) -> list[tuple[int, str]]:
        """(id, reason) of a page of the rows that would be left alone, and one more."""
        reason, _ = self.verdict(batch)
        found, key = self.subjects(batch)
        found = found.select(key, reason).where((reason != "") & (key > after)).order_by(key)
        return list(found.limit(most + 1).tuples())


_operations: dict[str, Operation] = {}


def register(operation: type[Operation]) -> type[Operation]:
    _operations[operation.kind] = operation()
    return operation


def operation_of(kind: str) -> Operation | None:
    return _operations.get(kind)


def kinds() -> list[tuple[str, str]]:
    """(kind, words) of all that can be done to many rows."""
    return [(operation.kind, operation.noun) for operation in _operations.values()]
