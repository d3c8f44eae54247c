"""A batch and its rows: run in chunks, each a transaction of its own that also keeps the place reached.

A killed worker therefore goes on where it was, and no row is done twice. What a batch does to its rows is an
``Operation`` (operations.py), which the feature that owns the rows brings along.
"""

from collections import Counter
from typing import Any, Self

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, ModelSelect, TextField, fn

from intranet_crm import audit_log, background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.batches.operations import Operation, operation_of
from intranet_crm.batches.rules import CHANGED, SKIPPED, counts_words
from intranet_crm.database import BaseModel, JSONField, database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.notices.models import notify

CHUNK = 2000
JOB = "batches.run"


class Batch(BaseModel):
    key = CharField(64, unique=True)  # of the page it was asked on: sending twice is one batch
    kind = CharField(24)
    title = CharField(160)
    scope = CharField(600)  # the filter in words
    filters = JSONField()
    payload = JSONField()
    by = ForeignKeyField(Person, backref="batches", on_delete="RESTRICT", index=False)
    undoes = ForeignKeyField("self", null=True, unique=True, backref="undoing", on_delete="RESTRICT")
    total = IntegerField()
    last_subject = IntegerField()  # rows made later are none of its business
    cursor = IntegerField(default=0)  # the last row done
    changed = IntegerField(default=0)
    skipped = IntegerField(default=0)
    reasons = JSONField(default=dict)  # how many were skipped by reason
    error = TextField(default="")
    created_at = DateTimeField()
    finished_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("by", "created_at", "id"), False), (("created_at", "id"), False))

    @classmethod
    def ask(
        cls, kind: str, filters: dict[str, Any], payload: dict[str, Any], *, scope: str, key: str, by: Person
    ) -> Self:
        """Begin a batch over all that the filter finds; the worker runs it. The same key is one batch."""
        operation = operation_of(kind)
        if not by.may(operation.permission):
            raise NotAllowed("你没有做这项批量操作的权限。")
        if asked := cls.get_or_none(cls.key == key):
            return asked
        draft = cls(kind=kind, filters=filters, payload=payload, by=by)
        key_of = operation.model.id
        total, last = operation.subjects(draft).select(fn.COUNT(key_of), fn.MAX(key_of)).tuples().get()
        if not total:
            raise DomainError("没有符合条件的记录，请放宽筛选条件后再试。")
        title = operation.title(payload)
        return draft._begin(key, title, scope, total, last)

    def undo(self, *, by: Person) -> Self:
        """Begin the way back: rows that were changed again since stay as they are, and it tells which."""
        if self.undoes_id:
            raise IllegalMove("撤销本身不能再撤销；需要时请重新做一次批量操作。")
        if not self.finished_at:
            raise IllegalMove("这项操作还在进行，请等它完成后再撤销。")
        if not by.may(operation_of(self.kind).permission):
            raise NotAllowed("你没有做这项批量操作的权限，不能撤销它。")
        if asked := Batch.get_or_none(Batch.undoes == self.id):
            return asked
        back = Batch(kind=self.kind, filters=self.filters, payload=self.payload, by=by, undoes=self)
        last = self.rows(CHANGED).select(fn.MAX(BatchRow.subject_id)).scalar()
        if last is None:
            raise IllegalMove("这项操作没有更改任何记录，不需要撤销。")
        return back._begin(f"undo:{self.id}", f"撤销{self.title}", self.scope, self.changed, last)

    def _begin(self, key: str, title: str, scope: str, total: int, last: int) -> Self:
        self.key, self.title, self.scope = key, title[:160], scope[:600]
        self.total, self.last_subject, self.created_at = total, last, clock.now()
        with database.atomic():
            self.save(force_insert=True)
            self._log("开始批量操作", new={"scope": scope, "total": total, "payload": self.payload})
            background.enqueue(JOB, self.id)
        return self

    def go_on(self, *, by: Person) -> None:
        """Run it again after an error that did not go away by itself."""
        if self.finished_at or not self.error:
            raise IllegalMove("这项操作没有停下，不需要继续。")
        with database.atomic():
            Batch.update(error="").where(Batch.id == self.id).execute()
            background.enqueue(JOB, self.id, f"{JOB}:{self.id}:{clock.now():%Y%m%d%H%M%S}")
            audit_log.record("继续批量操作", by=by, kind="batch", subject_id=self.id, title=self.title)

    def step(self) -> bool:
        """Do the next chunk; returns False when there is none, and the batch is finished.

        The ids are looked up before the transaction, so that nobody waits while we search.
        """
        ids = self._next_ids()
        if not ids:
            self._finish()
            return False
        with database.atomic():
            mine = Batch.update(cursor=ids[-1], error="").where(
                (Batch.id == self.id) & (Batch.cursor == self.cursor)
            )
            if mine.execute():  # else another worker is at it
                self._do(ids)
        fresh = Batch.get_by_id(self.id)
        for name in ("cursor", "changed", "skipped", "reasons", "finished_at"):
            setattr(self, name, getattr(fresh, name))
        return not self.finished_at

    def _next_ids(self) -> list[int]:
        if self.undoes_id:
            key, found = BatchRow.subject_id, self.undoes.rows(CHANGED).select(BatchRow.subject_id)
        else:
            operation = self.operation
            key, found = operation.model.id, operation.subjects(self)
        found = found.where((key > self.cursor) & (key <= self.last_subject)).order_by(key).limit(CHUNK)
        return [subject for (subject,) in found.tuples()]

    def _do(self, ids: list[int]) -> None:
        operation = self.operation
        operation.lock(ids)
        columns = (BatchRow.batch, BatchRow.subject_id, BatchRow.outcome, BatchRow.reason, BatchRow.before)
        BatchRow.insert_from(operation.judged(self, ids), columns).execute()
        within = BatchRow.subject_id.between(ids[0], ids[-1])
        # As a list: MariaDB would look up a subquery again for each row of the table it updates.
        rows = self.rows(CHANGED).where(within).select(BatchRow.subject_id)
        if changed := [subject for (subject,) in rows.tuples()]:
            (operation.apply_back if self.undoes_id else operation.apply)(self, changed)
        why = self.rows(SKIPPED).where(within).select(BatchRow.reason, fn.COUNT(BatchRow.id))
        skipped = Counter(dict(why.group_by(BatchRow.reason).tuples()))
        Batch.update(
            changed=Batch.changed + len(changed),
            skipped=Batch.skipped + skipped.total(),
            reasons=dict(skipped + Counter(self.reasons)),
        ).where(Batch.id == self.id).execute()

    def _finish(self) -> None:
        moment = clock.now()
        with database.atomic():
            ended = Batch.update(finished_at=moment, error="").where(
                (Batch.id == self.id) & Batch.finished_at.is_null()
            )
            if not ended.execute():
                return
            self.finished_at = moment
            words = counts_words(self.changed, self.skipped)
            self._log("完成批量操作", new={"changed": self.changed, "skipped": self.reasons})
            notify(self.by, f"{self.title}：{words}", key=f"batch:{self.id}", address=f"/batches/{self.id}")
            self.operation.tell(self)

    def failed(self, error: Exception) -> None:
        """Show on its page that it stands still; the worker tries again by itself."""
        Batch.update(error=f"{type(error).__name__}: {error}"[:500]).where(Batch.id == self.id).execute()

    @property
    def operation(self) -> Operation:
        return operation_of(self.kind)

    @property
    def done(self) -> int:
        return self.changed + self.skipped

    def rows(self, outcome: str) -> ModelSelect:
        return BatchRow.select().where((BatchRow.batch == self.id) & (BatchRow.outcome == outcome))

    def _log(self, action: str, **values: Any) -> None:
        audit_log.record(action, by=self.by, kind="batch", subject_id=self.id, title=self.title, **values)


class BatchRow(BaseModel):
    """What became of one row, and what it was before."""

    batch = ForeignKeyField(Batch, on_delete="CASCADE", index=False)
    subject_id = IntegerField()
    outcome = CharField(8)  # changed or skipped
    reason = CharField(16)
    before = CharField(40)

    class Meta:
        indexes = ((("batch", "outcome", "subject_id"), True),)


Batch.rows_model = BatchRow  # operations cannot import what imports them


def skipped_rows(batch: Batch, after: int = 0, most: int = 50) -> list[BatchRow]:
    """A page of the rows that were left alone, and one more."""
    found = batch.rows(SKIPPED).where(BatchRow.subject_id > after).order_by(BatchRow.subject_id)
    return list(found.limit(most + 1))
