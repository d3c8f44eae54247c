"""Running batches in the worker."""

import time

from intranet_crm.background import enqueue, job
from intranet_crm.batches.models import JOB, Batch
from intranet_crm.batches.rules import REST
from intranet_crm.batches.running import Run
from intranet_crm.database import database, hurried

TURN = 30.0  # seconds; then other jobs have their turn


@job(JOB)
def run(key: int) -> None:
    batch = Batch.get_or_none(Batch.id == key)
    if batch is None or batch.finished_at:
        return
    turn, ends = Run(batch), time.monotonic() + TURN
    try:
        with hurried():
            while turn.step() and time.monotonic() < ends:
                time.sleep(REST)
        if turn.has_more:
            with database.atomic():
                enqueue(JOB, batch.id, f"{JOB}:{batch.id}:{batch.cursor}")
        else:
            batch.finish()
    except Exception as error:
        batch.failed(error)
        raise
