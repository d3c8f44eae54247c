"""What others notice while 100,000 customers are tagged in the worker (G2): their pages without and with."""

import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from itertools import count
from typing import Any

from intranet_crm import background, clock
from intranet_crm.accounts.models import Person
from intranet_crm.batches.models import Batch
from intranet_crm.config import Settings
from intranet_crm.customers.models import Customer
from intranet_crm.customers.tags import Tag
from intranet_crm.database import database

MOST = 100_000
BEFORE, THINKS = 5.0, 0.02  # seconds that are measured without it; between one page and the next
WORK = "from intranet_crm.benchmark.bulk import work; work()"


def measured(visitors: Any) -> dict[str, dict[str, float]]:
    """Milliseconds of the pages without and with it, and of the whole; nothing where all is to stay as it is.

    ``visitors`` has the application (``app``), ``sales`` and ``admins`` as pairs of a person and a browser,
    and the ids of each seller's ``own`` customers.
    """
    if visitors.only_reading:
        return {}
    pages = _pages(visitors)
    with database.connection_context():
        batch = _asked(visitors.admins[0][0])
    ends = time.monotonic() + BEFORE
    found = _timed(pages, lambda: time.monotonic() > ends, "quiet")
    began = time.perf_counter()
    worker = start(visitors.app.config["CRM"])
    found |= _timed(pages, lambda: worker.poll() is not None, "meanwhile")
    with database.connection_context():
        changed = Batch.get_by_id(batch.id).changed
    return found | {f"bulk tag of {changed}": _numbers([(time.perf_counter() - began) * 1000])}


def start(settings: Settings) -> Any:
    """The worker as a process of its own."""
    places = {"CRM_DATA": str(settings.data), "CRM_DATABASE": settings.database}
    return subprocess.Popen([sys.executable, "-c", WORK], env=os.environ | places)  # noqa: S603 - our own code


def work() -> None:
    """Do what is to be done, and end."""
    from intranet_crm import connect
    from intranet_crm.config import load_settings

    connect(load_settings())
    with database.connection_context():
        background.work_off()


def _asked(by: Person) -> Batch:
    """The latest customers get a tag that nobody has yet."""
    number = min(MOST, Customer.select().count())
    latest = Customer.select(Customer.created_at).order_by(Customer.created_at.desc())
    first = clock.local(latest.offset(number - 1).limit(1).scalar()).date()
    tag = Tag.coin(f"测速{uuid.uuid4().hex[:8]}", by=by)
    filters = {"created_from": first.isoformat()}
    return Batch.ask("tag_put_on", filters, {"tag": tag.id}, scope="测速", key=tag.name, by=by)


def _pages(visitors: Any) -> dict[str, Callable[[int], Any]]:
    def one(address: Callable[[Person, int], str]) -> Callable[[int], None]:
        def once(number: int) -> None:
            person, client = visitors.sales[number % len(visitors.sales)]
            client.get(address(person, number))

        return once

    def own(person: Person, number: int) -> str:
        keys = visitors.own[person.id]
        return f"/customers/{keys[number % len(keys)]}"

    return {
        "list": one(lambda *_: "/customers"),
        "dossier": one(own),
        "followups": one(lambda *_: "/followups"),
        "tag put on": _tagging(visitors, own),
    }


def _tagging(visitors: Any, own: Callable[[Person, int], str]) -> Callable[[int], None]:
    """A write: SQLite has one writer, so this is what waits."""
    csrf = 'name="csrf_token" value="'
    tokens = {}
    for person, client in visitors.sales:
        tokens[person.id] = client.get("/account").text.partition(csrf)[2].partition('"')[0]

    def once(number: int) -> None:
        person, client = visitors.sales[number % len(visitors.sales)]
        posted = {"name": f"测速{number % 7}", "csrf_token": tokens[person.id]}
        client.post(f"{own(person, number)}/tags", data=posted)

    return once


def _timed(
    pages: dict[str, Callable[[int], Any]], ended: Callable[[], bool], when: str
) -> dict[str, dict[str, float]]:
    """The pages one after the other, again and again until it has ended."""
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for number in count():
        for name, page in pages.items():
            began = time.perf_counter()
            page(number)
            taken[name].append((time.perf_counter() - began) * 1000)
            time.sleep(THINKS)
        if ended():
            return {f"{name}, {when}": _numbers(each) for name, each in taken.items()}


def _numbers(taken: list[float]) -> dict[str, float]:
    p95 = statistics.quantiles(taken, n=20, method="inclusive")[18] if len(taken) > 1 else taken[0]
    return {
        "median_ms": round(statistics.median(taken), 2),
        "p95_ms": round(p95, 2),
        "cpu_ms": 0.0,
        "queries": 0,
    }
