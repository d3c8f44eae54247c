"""A worker's turn at a batch: chunks, each a transaction of its own that also keeps the place reached.

A killed worker therefore goes on where it was, and no row is done twice. The chunks are as large as fits
into a transaction that nobody notices waiting for: SQLite has one writer, MariaDB locks the rows.
"""

import time
from collections import Counter

from peewee import fn

from intranet_crm.batches.models import Batch, BatchRow
from intranet_crm.batches.rules import CHANGED, FIRST_CHUNK, HELD_ALL, HELD_ROWS, SKIPPED, next_chunk
from intranet_crm.database import database, is_sqlite

LOOKED_UP = 20_000  # ids at once, before the transactions, so that nobody waits while we search


class Run:
    """Goes on with a batch from its cursor."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.rows = FIRST_CHUNK  # in the next chunk
        self.has_more = True
        self._ids: list[int] = []

    def step(self) -> bool:
        """Do the next chunk; False when there is none left, or somebody has stopped the batch."""
        ids = self._next_ids()
        if not ids:
            self.has_more = False
            return False
        with database.atomic():
            began = time.monotonic()  # waiting for others does not count
            mine = self._claim(ids[-1])
            if mine:
                self._do(ids)
        held = time.monotonic() - began
        if not mine:  # another worker is at it, or somebody stopped it
            self._ids = []
            self.batch.look_again()
            self.has_more = not self.batch.finished_at
            return self.has_more
        self.rows = next_chunk(len(ids), held, HELD_ALL if is_sqlite() else HELD_ROWS)
        return True

    def _next_ids(self) -> list[int]:
        if not self._ids:
            self._ids = self.batch.ids_after(self.batch.cursor, LOOKED_UP)
        ids, self._ids = self._ids[: self.rows], self._ids[self.rows :]
        return ids

    def _claim(self, last: int) -> bool:
        """Whether the chunk is ours: nobody has gone beyond where we stand, and nobody has stopped it."""
        here = (Batch.id == self.batch.id) & (Batch.cursor == self.batch.cursor)
        return Batch.update(cursor=last).where(here & Batch.finished_at.is_null()).execute() == 1

    def _do(self, ids: list[int]) -> None:
        batch, operation = self.batch, self.batch.operation
        operation.lock(ids)
        columns = (BatchRow.batch, BatchRow.subject_id, BatchRow.outcome, BatchRow.reason, BatchRow.before)
        BatchRow.insert_from(operation.judged(batch, ids), columns).execute()
        within = BatchRow.subject_id.between(ids[0], ids[-1])
        # As a list: MariaDB would look up a subquery again for each row of the table it updates.
        rows = batch.rows(CHANGED).where(within).select(BatchRow.subject_id)
        if changed := [subject for (subject,) in rows.tuples()]:
            (operation.apply_back if batch.undoes_id else operation.apply)(batch, changed)
        skipped: Counter[str] = Counter()
        if len(changed) < len(ids):
            why = batch.rows(SKIPPED).where(within).select(BatchRow.reason, fn.COUNT(BatchRow.id))
            skipped.update(dict(why.group_by(BatchRow.reason).tuples()))
        batch.reached(ids[-1], len(changed), skipped)
