"""Printing, scanning, signing, checking and handing over, on records of its own (`paper_records`)."""

import hashlib
import os
import random
import statistics
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from typing import Any

from intranet_crm import background, clock, verification
from intranet_crm.accounts.models import Person
from intranet_crm.accounts.rules import Role
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.benchmark import paper_records
from intranet_crm.benchmark.scanner import HIDDEN, TWICE, Paper, bound, scan_of, stack_of
from intranet_crm.benchmark.usage import Usage, used
from intranet_crm.database import database
from intranet_crm.demo import form_values
from intranet_crm.demo.customers import invent
from intranet_crm.demo.places import EAST
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.intake import drafts, reviews, signing, submissions
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.paper import filing, prints, stacks
from intranet_crm.paper.models import PrintRun, ScanPage
from intranet_crm.proofs import checks, packages
from intranet_crm.signatures.models import Certificate, SigningRule

RECORDS, DRAWN, PRINTED, SCANNED, PACKAGED, SIGNED, CHECKED = 10_000, 100, 1000, 200, 300, 10, 20
SECRET = "celsu-2026"  # noqa: S105 - of people who exist for the measuring only
Numbers = dict[str, Usage]


def measured() -> Numbers:
    """What each piece of work takes, in an empty migrated database; ``amount`` of it and ``per_s``.

    Memory is what this process and its children hold together, shared pages counted for each.
    """
    records = paper_records.make(RECORDS, DRAWN)
    with database.connection_context():
        archivist = _archivist()
        found = _signing()
        found |= _printing(records[:PRINTED], archivist)
        found |= _scanning(records[:DRAWN], archivist)
        found |= _checking(records, archivist)
        found |= _packing(records[:PACKAGED], archivist)
        return found | _verifying()


def table(engine: str, numbers: Numbers) -> str:
    """A line for each piece of work: how much, seconds, how much a second, processor, memory, load."""
    columns = {"amount": "amount", "s": "wall_s", "a second": "per_s", "CPU s": "cpu_s", "MB": "peak_mb"}
    columns |= {"MB more": "grew_mb", "load": "load"}
    lines = [f"{f'{engine}, paper':<42}" + "".join(f"{head:>10}" for head in columns)]
    for name, usage in numbers.items():
        more = {key: value for key, value in usage.items() if key not in columns.values()}
        told = "  " + ", ".join(f"{key} {value}" for key, value in more.items()) if more else ""
        lines.append(f"{name:<42}" + "".join(f"{usage[key]:>10}" for key in columns.values()) + told)
    return "\n".join(lines)


def _archivist() -> Person:
    person = Person.get(Person.username.startswith("seed"))
    person.take_roles([Role.ARCHIVIST.value])
    return person


def _of(usage: Usage, amount: int, **more: float) -> Usage:
    return usage | {"amount": amount, "per_s": round(amount / max(usage["wall_s"], 0.001), 1)} | more


def _printing(records: list[ArchiveRecord], by: Person) -> Numbers:
    """One numbered PDF with its cover list: the request that asks for it, and the worker's job."""
    with used() as asked:
        run = prints.print_out(records, purpose="keep", note="", by=by)
    with used() as made:
        background.work_off()
    run = PrintRun.get_by_id(run.id)
    if run.made_at is None:
        raise RuntimeError(run.error)
    size = prints.shelf.path_of(run).stat().st_size
    return {
        f"print {len(records)} sheets, asked for": _of(asked, len(records)),
        "pages printed": _of(made, run.pages, mb=round(size / 2**20)),
    }


def _scanning(records: list[ArchiveRecord], by: Person) -> Numbers:
    """A stack of printed sheets, from the upload until each page is filed or lies in the tray."""
    run = prints.print_out(records, purpose="sign", note="", by=by)
    background.work_off()
    places = [(record.id, page) for record in records for page in range(1, filing.pages_of(record) + 1)]
    covers = PrintRun.get_by_id(run.id).pages - len(places)
    number = min(len(places), SCANNED - 2)  # as many pages lie in the stack as were printed, and two more
    papers = stack_of([covers + at for at in range(number)], seed=20261122)
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        jpegs = list(pool.map(partial(scan_of, str(prints.shelf.path_of(run))), papers, chunksize=4))
    scan = stacks.Scan("叠.pdf", bound(jpegs))
    with used() as usage:
        stack = stacks.take_in([scan], by=None)
        background.work_off()
    judged = _judged(papers, stack.id, places, covers)
    return {"pages scanned and filed": _of(usage, stack.pages, mb=round(len(scan.content) / 2**20), **judged)}


def _judged(papers: list[Paper], stack: int, places: list[tuple], covers: int) -> dict[str, float]:
    """The share of the readable pages that filed themselves, and how many lie in a wrong place."""
    found = {page.position: page for page in ScanPage.select().where(ScanPage.stack == stack)}
    wanted, filed, wrong = set(), set(), 0
    for at, paper in enumerate(papers):
        place = places[paper.page - covers] if paper.oddity in ("", TWICE) else None
        wanted |= {place} - {None}
        if found[at].state == "filed":
            filed.add(place)
            wrong += (found[at].record_id, found[at].page) != place
    hidden = sum(found[at].reason == "no_code" for at, paper in enumerate(papers) if paper.oddity == HIDDEN)
    return {"filed_share": round(len(filed & wanted) / len(wanted), 4), "wrong": wrong, "hidden": hidden}


def _signing() -> Numbers:
    """Two signatures under a form, keys unlocked and approval written; the first pair with a cold start."""
    chance, head = random.Random(3), None  # noqa: S311
    collector = next(person for person in Person.select() if Role.SALES in person.roles)
    pairs = []
    for _ in range(SIGNED + 1):
        form = _before_the_head(collector, chance)
        if head is None:
            head = form.reviewer
            SigningRule.settle(collector.department, True, by=head)
            for person in (collector, head):
                Certificate.issue(person, SECRET)
        background.work_off()  # its document
        with used() as first:
            signing.sign_as_collector(form.id, password=SECRET, address="", by=collector)
        with used() as second:
            _approve(form, head)
        pairs.append((first, second))
    cold, warm = pairs[0], pairs[1:] or pairs
    return {
        "two signatures, cold": _of(_sum(cold), 2),
        "signature of the collector": _of(_median(first for first, _ in warm), 1),
        "signature of the head, with the approval": _of(_median(second for _, second in warm), 1),
        "two signatures": _of(_median(map(_sum, warm)), 2),
    }


def _before_the_head(collector: Person, chance: random.Random) -> IntakeForm:
    invented = invent(chance, EAST, clock.today())
    values = form_values.of_newcomer(invented, collector, chance, clock.today())
    form = drafts.open_draft(uuid.uuid4().hex, values, department=collector.department, by=collector)
    drafts.check(form.id, by=collector)
    submissions.submit(form.id, by=collector)
    return IntakeForm.get_by_id(form.id)


def _approve(form: IntakeForm, head: Person) -> None:
    submission = Submission.get(Submission.form == form.id)
    sealed = signing.seal(submission, "reviewer", signing.open_key(head, SECRET, ""))
    given = reviews.FullJudgements(
        truth_method="phone", truth_on=clock.today(), is_sensitive=False, fits=True, fit_grade="vip"
    )
    reviews.approve(form.id, given, opinion="同意", seen=submission.digest, by=head, sealed=sealed)


def _median(usages: Iterable[Usage]) -> Usage:
    usages = list(usages)
    return {key: round(statistics.median(each[key] for each in usages), 3) for key in usages[0]}


def _sum(pair: tuple[Usage, Usage]) -> Usage:
    both = {key: round(pair[0][key] + pair[1][key], 3) for key in ("wall_s", "cpu_s")}
    return both | {key: max(each[key] for each in pair) for key in ("peak_mb", "grew_mb", "load")}


def _checking(records: list[ArchiveRecord], by: Person) -> Numbers:
    """The checks of one record as its page asks for them, and the report of the month with most records."""
    singles = []
    for record in records[: CHECKED + 1]:
        with used() as one:
            checks.check(record, by=by)
        singles.append(one)
    months = [record.created_at.date().replace(day=1) for record in records]
    busiest: date = max(set(months), key=months.count)
    with used() as usage:
        report = checks.check_month(busiest)
    return {
        "checks of one record": _of(_median(singles[1:] or singles), 1),
        "monthly report, records": _of(usage, report.checked, failed=report.failed),
    }


def _packing(records: list[ArchiveRecord], by: Person) -> Numbers:
    package = packages.ask(by=by, purpose="测速", records=records)
    with used() as usage:
        background.work_off()
    size = packages.shelf.path_of(package).stat().st_size
    return {"records packed": _of(usage, len(records), mb=round(size / 2**20))}


def _verifying() -> Numbers:
    """`verify` beside the bare reading of the same files, each once from the disk and once from memory."""
    files = [store.path_of(sha256) for (sha256,) in StoredFile.select(StoredFile.sha256).tuples()]
    size = sum(path.stat().st_size for path in files)
    number = ArchiveRecord.select().count()
    os.sync()  # what is not on the disk yet cannot be forgotten
    found: Numbers = {}
    ways: dict[str, Callable[[], Any]] = {
        "files read": lambda: [_read(path) for path in files],
        "files read and summed (SHA-256)": lambda: [_summed(path) for path in files],
        "records verified": verification.verify,
    }
    for name, way in ways.items():
        for temperature in ("cold", "warm"):
            if temperature == "cold":
                _forget(files)
            with used() as usage:
                way()
            amount = number if way is verification.verify else len(files)
            speed = round(size / 2**20 / usage["wall_s"])
            found[f"{name}, {temperature}"] = _of(usage, amount, mb=round(size / 2**20), mb_s=speed)
    return found


def _read(path: Any) -> None:
    with path.open("rb") as file:
        while file.read(2**20):
            pass


def _summed(path: Any) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _forget(files: Iterable[Any]) -> None:
    """Let the system drop the files from its memory."""
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
