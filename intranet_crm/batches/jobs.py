"""Running batches in the worker."""

import time

from intranet_crm.background import enqueue, job
from intranet_crm.batches.models import JOB, Batch
from intranet_crm.database import database

TURN = 30.0  # seconds; then other jobs have their turn
BREATH = 0.01  # seconds between chunks, in which whoever waits for the database comes in


@job(JOB)
def run(key: int) -> None:
    batch = Batch.get_or_none(Batch.id == key)
    if batch is None or batch.finished_at:
        return
    ends = time.monotonic() + TURN
    try:
        while batch.step():
            if time.monotonic() > ends:
                with database.atomic():
                    enqueue(JOB, batch.id, f"{JOB}:{batch.id}:{batch.cursor}")
                return
            time.sleep(BREATH)
    except Exception as error:
        batch.failed(error)
        raise
