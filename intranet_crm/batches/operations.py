"""What can be done to many rows: the side of a batch that the feature owning the rows brings along."""

from typing import TYPE_CHECKING, Any

from peewee import SQL, Case, Expression, ModelSelect, Select, Value, fn

from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Permission
from intranet_crm.batches.rules import CHANGED, SKIPPED
from intranet_crm.database import BaseModel, locked, one_of

if TYPE_CHECKING:
    from intranet_crm.batches.models import Batch, BatchRow


class Operation:
    """One thing that can be done to many rows of ``model``.

    Verdicts are asked again in the transaction that writes, so that what happened since the preview counts.
    """

    kind: str
    permission: Permission
    model: type[BaseModel]
    reasons: dict[str, str]  # why a row is skipped, in words; keys of 16 letters at most

    def title(self, payload: dict[str, Any]) -> str:
        """「批量添加标签：重点跟进」"""
        raise NotImplementedError

    def subjects(self, batch: "Batch") -> ModelSelect:
        """The rows of the batch's filter that its person may see, to be narrowed and ordered."""
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

    def tell(self, batch: "Batch") -> None:
        """Tell the people concerned, one digest each, in the transaction that ends the batch."""

    def names(self, person: Person, ids: list[int]) -> dict[int, tuple[str, str]]:
        """(title, address) of those of the rows that the person may see."""
        raise NotImplementedError

    def lock(self, ids: list[int]) -> None:
        """Lock the rows for the transaction."""
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
        asked = self.subjects(batch).select(reason.alias("reason")).alias("asked")
        counted = Select([asked], [SQL("asked.reason"), fn.COUNT(SQL("*"))]).group_by(SQL("asked.reason"))
        return dict(counted.bind(self.model._meta.database).tuples())


_operations: dict[str, Operation] = {}


def register(operation: type[Operation]) -> type[Operation]:
    _operations[operation.kind] = operation()
    return operation


def operation_of(kind: str) -> Operation | None:
    return _operations.get(kind)
