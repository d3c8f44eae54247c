"""Running batches in the worker."""

import time

from intranet_crm.background import enqueue, job
from intranet_crm.batches.models import JOB, Batch
from intranet_crm.batches.rules import rest_after
from intranet_crm.batches.running import Run
from intranet_crm.database import database

TURN = 30.0  # seconds; then other jobs have their turn


@job(JOB)
def run(key: int) -> None:
    batch = Batch.get_or_none(Batch.id == key)
    if batch is None or batch.finished_at:
        return
    turn, ends = Run(batch), time.monotonic() + TURN
    try:
        while turn.step():
            if time.monotonic() > ends:
                with database.atomic():
                    enqueue(JOB, batch.id, f"{JOB}:{batch.id}:{batch.cursor}")
                return
            time.sleep(rest_after(turn.held))
    except Exception as error:
        batch.failed(error)
        raise
