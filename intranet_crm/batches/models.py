"""A batch and its rows: asked for, stopped, undone, finished. running.py does its rows.

What a batch does to its rows is an ``Operation`` (operations.py), which the feature that owns the rows
brings along.
"""

from collections import Counter
from typing import Any, Self

from peewee import (
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    IntegrityError,
    ModelSelect,
    TextField,
    fn,
)

from intranet_crm import audit_log, background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.background import Job
from intranet_crm.batches.operations import Operation, operation_of
from intranet_crm.batches.rules import CHANGED, counts_words
from intranet_crm.database import BaseModel, JSONField, database
from intranet_crm.errors import DomainError, IllegalMove, NotAllowed
from intranet_crm.notices.models import notify

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
    stopped_by = ForeignKeyField(Person, null=True, backref="stopped_batches", on_delete="RESTRICT")

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
        found, key_of = operation.subjects(draft)
        total, last = found.select(fn.COUNT(key_of), fn.MAX(key_of)).tuples().get()
        if not total and not operation.may_be_empty:
            raise DomainError("没有符合条件的记录，请放宽筛选条件后再试。")
        return draft._begin(key, operation.title(payload), scope, total, last or 0)

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
        if last is None and not self.operation.may_be_empty:
            raise IllegalMove("这项操作没有更改任何记录，不需要撤销。")
        return back._begin(f"undo:{self.id}", f"撤销{self.title}", self.scope, self.changed, last or 0)

    def _begin(self, key: str, title: str, scope: str, total: int, last: int) -> Self:
        self.key, self.title, self.scope = key, title[:160], scope[:600]
        self.total, self.last_subject, self.created_at = total, last, clock.now()
        try:
            with database.atomic():
                self.save(force_insert=True)
                self.operation.begin(self)
                new = {"scope": scope, "total": total, "payload": self.payload}
                self._log("开始批量操作", self.by, new=new)
                background.enqueue(JOB, self.id)
        except IntegrityError:  # sent twice at once
            if (asked := Batch.get_or_none(Batch.key == key)) is None:
                raise
            return asked
        return self

    def go_on(self, *, by: Person) -> None:
        """Run it again after an error that did not go away by itself."""
        if self.finished_at or not self.error:
            raise IllegalMove("这项操作没有停下，不需要继续。")
        with database.atomic():
            Batch.update(error="").where(Batch.id == self.id).execute()
            background.enqueue(JOB, self.id, f"{JOB}:{self.id}:{clock.now():%Y%m%d%H%M%S}")
            self._log("继续批量操作", by)

    def stop(self, *, by: Person) -> None:
        """End it after the chunk under way; what was done stays, and can be undone."""
        if self.undoes_id:
            raise IllegalMove("撤销不能停在半路，请等它完成。")
        if not by.may(self.operation.permission):
            raise NotAllowed("你没有做这项批量操作的权限，不能停止它。")
        if not self.finish(stopped_by=by):
            raise IllegalMove("这项操作已经结束，不需要停止；可以撤销它。")

    def ids_after(self, place: int, most: int) -> list[int]:
        """The next rows to be done, by id."""
        if self.undoes_id:
            key, found = BatchRow.subject_id, self.undoes.rows(CHANGED).select(BatchRow.subject_id)
        else:
            found, key = self.operation.subjects(self)
        found = found.where((key > place) & (key <= self.last_subject)).order_by(key).limit(most)
        return [subject for (subject,) in found.tuples()]

    def reached(self, cursor: int, changed: int, skipped: Counter[str]) -> None:
        """A chunk is done: keep where it ended and what became of its rows."""
        self.cursor = cursor
        self.changed += changed
        self.skipped += skipped.total()
        self.reasons = dict(skipped + Counter(self.reasons))
        counts = {"changed": self.changed, "skipped": self.skipped, "reasons": self.reasons}
        Batch.update(error="", **counts).where(Batch.id == self.id).execute()

    def look_again(self) -> None:
        """Take over what another worker or a person has done to it since."""
        fresh = Batch.get_by_id(self.id)
        for name in ("cursor", "changed", "skipped", "reasons", "finished_at", "stopped_by"):
            setattr(self, name, getattr(fresh, name))

    def finish(self, stopped_by: Person | None = None) -> bool:
        """End it and tell so, once; returns False when it has ended before."""
        moment = clock.now()
        with database.atomic():
            ended = Batch.update(finished_at=moment, stopped_by=stopped_by, error="").where(
                (Batch.id == self.id) & Batch.finished_at.is_null()
            )
            if not ended.execute():
                self.look_again()
                return False
            self.look_again()  # a chunk may have been under way
            words = counts_words(self.changed, self.skipped) + ("，中途停止" if stopped_by else "")
            outcome = {"changed": self.changed, "skipped": self.reasons}
            self._log("停止批量操作" if stopped_by else "完成批量操作", stopped_by or self.by, new=outcome)
            notify(self.by, f"{self.title}：{words}", key=f"batch:{self.id}", address=f"/batches/{self.id}")
            self.operation.end(self)
        return True

    def failed(self, error: Exception) -> None:
        """Show on its page that it stands still; the worker tries again by itself."""
        Batch.update(error=f"{type(error).__name__}: {error}"[:500]).where(Batch.id == self.id).execute()

    @property
    def operation(self) -> Operation:
        return operation_of(self.kind)

    @property
    def state(self) -> tuple[str, str]:
        """(word, meaning of its badge), apart from whether it was undone."""
        if self.stopped_by_id:
            return "已停止", "warning"
        if self.finished_at:
            return "已完成", "success"
        return ("停下了", "danger") if self.error else ("进行中", "info")

    @property
    def may_be_undone(self) -> bool:
        """Whether there is a way back, for who has the right and unless it was taken already."""
        return bool(self.finished_at and not self.undoes_id and (self.changed or self.operation.may_be_empty))

    @property
    def is_waiting(self) -> bool:
        """Whether the worker will go on with it by itself."""
        open_jobs = (Job.kind == JOB) & (Job.subject_id == self.id) & Job.done_at.is_null()
        return Job.select().where(open_jobs & Job.failed_at.is_null()).exists()

    @property
    def done(self) -> int:
        return self.changed + self.skipped

    def rows(self, outcome: str) -> ModelSelect:
        return BatchRow.select().where((BatchRow.batch == self.id) & (BatchRow.outcome == outcome))

    def _log(self, action: str, by: Person, **values: Any) -> None:
        audit_log.record(action, by=by, kind="batch", subject_id=self.id, title=self.title, **values)


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


def rows_page(batch: Batch, outcome: str, after: int = 0, most: int = 50) -> list[BatchRow]:
    """A page of the rows that were changed, or left alone, and one more."""
    found = batch.rows(outcome).where(BatchRow.subject_id > after).order_by(BatchRow.subject_id)
    return list(found.limit(most + 1))
