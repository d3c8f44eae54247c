"""Work outside the request: a job is a row with a lease, written in the transaction that wants it.

Huey only wakes the worker; a tick each minute catches up with whatever a killed process left.
A job may run twice, so its verb must be safe to repeat.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from huey import RedisHuey, SqliteHuey, crontab
from huey.api import Huey
from peewee import CharField, DateTimeField, IntegerField

from intranet_crm import clock
from intranet_crm.database import BaseModel, database, insert_ignoring_repeats

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
LATE_AFTER = timedelta(seconds=150)
MOST_ATTEMPTS = 8
TURN = 30.0  # seconds of one long job; then other jobs have their turn
BREATH = 0.01  # seconds between its steps, in which whoever waits for the database comes in

huey: Huey | None = None
_jobs: dict[str, Callable[[int], None]] = {}
_each_minute: list[Callable[[], None]] = []
_wanted: ContextVar[bool] = ContextVar("work_wanted", default=False)


class Job(BaseModel):
    kind = CharField(48)
    subject_id = IntegerField()
    key = CharField(96, unique=True)  # what makes asking twice one job
    run_after = DateTimeField()
    lease_until = DateTimeField(null=True)
    attempts = IntegerField(default=0)
    error = CharField(500, null=True)
    done_at = DateTimeField(null=True)
    failed_at = DateTimeField(null=True)
    created_at = DateTimeField()

    class Meta:
        indexes = ((("done_at", "run_after"), False),)


class Lease(BaseModel):
    """The right to do periodic work, held by one worker at a time."""

    name = CharField(48, unique=True)
    held_until = DateTimeField()
    beat_at = DateTimeField()


def job(kind: str) -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """Registers the function that does jobs of ``kind``; it takes the subject's id."""

    def register(function: Callable[[int], None]) -> Callable[[int], None]:
        _jobs[kind] = function
        return function

    return register


def each_minute(function: Callable[[], None]) -> Callable[[], None]:
    """Registers periodic work; it runs each minute on one worker."""
    _each_minute.append(function)
    return function


def each_day(kind: str) -> Callable[[Callable[[int], None]], Callable[[int], None]]:
    """Registers work of each day of Shanghai, a job of ``kind`` that takes the day's ordinal.

    It is asked for at the first tick of the day, once; a killed one runs again.
    """

    def register(function: Callable[[int], None]) -> Callable[[int], None]:
        @each_minute
        def ask() -> None:
            day = clock.today()
            enqueue(kind, day.toordinal(), f"{kind}:{day}")

        return job(kind)(function)

    return register


def in_turns(kind: str, subject_id: int, steps: Iterable[object]) -> None:
    """Do the steps, which keep what they reached; after half a minute ask for another turn, so that other
    jobs come in between, and end."""
    ends = time.monotonic() + TURN
    for _ in steps:
        if time.monotonic() > ends:
            enqueue(kind, subject_id, f"{kind}:{subject_id}:{clock.now():%Y%m%d%H%M%S%f}")
            return
        time.sleep(BREATH)


def enqueue(kind: str, subject_id: int, key: str = "") -> None:
    """Ask for a job inside the current transaction; the same key is asked once, ever."""
    moment = clock.now()
    insert_ignoring_repeats(
        Job,
        kind=kind,
        subject_id=subject_id,
        key=key or f"{kind}:{subject_id}",
        run_after=moment,
        attempts=0,
        created_at=moment,
    )
    _wanted.set(True)


def _claim() -> Job | None:
    moment = clock.now()
    free = Job.lease_until.is_null() | (Job.lease_until < moment)
    due = Job.done_at.is_null() & Job.failed_at.is_null() & (Job.run_after <= moment) & free
    # A list: an open cursor is a read snapshot, which SQLite refuses to turn into a write.
    for found in list(Job.select().where(due).order_by(Job.id).limit(5)):
        mine = Job.update(lease_until=moment + LEASE).where((Job.id == found.id) & due).execute()
        if mine:
            return found
    return None


def _run(claimed: Job) -> None:
    try:
        _jobs[claimed.kind](claimed.subject_id)
    except Exception as error:  # whatever it was: it is logged, kept on the row, and tried again
        log.exception("job %s failed", claimed.key)
        attempts = claimed.attempts + 1
        Job.update(
            attempts=attempts,
            error=f"{type(error).__name__}: {error}"[:500],
            lease_until=None,
            run_after=clock.now() + timedelta(seconds=10 * 2**attempts),
            failed_at=clock.now() if attempts >= MOST_ATTEMPTS else None,
        ).where(Job.id == claimed.id).execute()
    else:
        Job.update(done_at=clock.now(), lease_until=None, error=None).where(Job.id == claimed.id).execute()


def work_off() -> int:
    """Do every job that is due; returns how many were tried."""
    tried = 0
    while claimed := _claim():
        _run(claimed)
        tried += 1
    return tried


def tick() -> None:
    """The minute's work: the periodic functions on one worker, then whatever jobs are due."""
    if hold("minute", timedelta(seconds=50)):
        for function in _each_minute:
            try:
                function()
            except Exception:
                log.exception("periodic %s failed", function.__name__)
    work_off()


def hold(name: str, length: timedelta) -> bool:
    """Whether this process got the lease ``name`` for ``length``."""
    moment = clock.now()
    if insert_ignoring_repeats(Lease, name=name, held_until=moment + length, beat_at=moment):
        return True
    taken = Lease.update(held_until=moment + length, beat_at=moment).where(
        (Lease.name == name) & (Lease.held_until < moment)
    )
    return taken.execute() == 1


def release(name: str) -> None:
    """Give the lease back before its time."""
    Lease.update(held_until=clock.now()).where(Lease.name == name).execute()


def worker_is_late() -> bool:
    """Whether no worker has ticked for two and a half minutes."""
    beat = Lease.select(Lease.beat_at).where(Lease.name == "minute").tuples().first()
    return beat is None or clock.now() - beat[0] > LATE_AFTER


def _with_connection(function: Callable[[], Any]) -> Callable[[], None]:
    def run() -> None:
        with database.connection_context():
            function()

    run.__name__ = function.__name__
    return run


def open_queue(url: str, secret_key: str) -> Huey:
    """The queue at ``url`` with its two tasks; nothing but wake-ups ever lies in it.

    It is named after the installation: two on one Redis would take each other's wake-ups.
    """
    global huey
    name = f"intranet_crm_{hashlib.sha256(f'queue {secret_key}'.encode()).hexdigest()[:12]}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        huey = SqliteHuey(name, filename=parts.path, fsync=False)
    else:
        huey = RedisHuey(name, url=url)
    huey.wake = huey.task(name="wake")(_with_connection(work_off))
    huey.periodic_task(crontab(), name="tick")(_with_connection(tick))
    return huey


def wake_if_wanted() -> None:
    """After the commit: tell the worker that there is work. A dead queue only costs up to a minute."""
    if not _wanted.get():
        return
    _wanted.set(False)
    try:
        huey.wake()
    except Exception:
        log.warning("the queue cannot be reached; the next tick will find the work")


def run_worker(workers: int = 2) -> None:
    """Serve the queue in this process until it is told to stop; a running job is finished first."""
    with database.connection_context():
        tick()
    consumer = huey.create_consumer(
        workers=workers, periodic=True, max_delay=1.0, graceful_signal="TERM", shutdown_timeout=60
    )
    consumer.run()
