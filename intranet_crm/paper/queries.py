"""Reading copies and scans, within the reach of the sheets (A3)."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from peewee import JOIN, ModelSelect, fn

from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord, may_file
from intranet_crm.archive.queries import filtered, find_record, visible_records
from intranet_crm.errors import DomainError
from intranet_crm.files.models import StoredFile
from intranet_crm.paper.filing import pages_of
from intranet_crm.paper.models import PrintedCopy, PrintRun, ScanFile, ScanPage, ScanStack, SignedCopy
from intranet_crm.paper.rules import FILED, MOST_COPIES, TRAY, Place, suggested

PAGE = 20


def to_print(person: Person, keys: Iterable[int]) -> list[ArchiveRecord]:
    """The records of these ids in the person's reach, in the order of the ids."""
    keys = list(dict.fromkeys(keys))[:MOST_COPIES]
    found = {
        record.id: record
        for record in _lean(visible_records(person).where(ArchiveRecord.id.in_(keys or [0])))
    }
    return [found[key] for key in keys if key in found]


def all_to_print(person: Person, filters: dict) -> list[ArchiveRecord]:
    """The records that a filter of the archive leaves, one more than may be printed at most."""
    records = filtered(person, **filters).order_by(ArchiveRecord.id)
    return list(_lean(records.limit(MOST_COPIES + 1)))


def _lean(records: ModelSelect) -> ModelSelect:
    """Without the frozen data, which printing does not need."""
    return records.select(
        ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title, ArchiveRecord.digest, ArchiveRecord.sheet
    )


def runs_of(person: Person, before: int | None = None) -> list[tuple[PrintRun, int]]:
    """A page of print runs and one more, newest first, with the number of copies: own ones, or all."""
    found = PrintRun.select(PrintRun, Person).join(Person)
    if not may_file(person):
        found = found.where(PrintRun.by == person.id)
    if before:
        found = found.where(PrintRun.id < before)
    runs = list(found.order_by(PrintRun.id.desc()).limit(PAGE + 1))
    numbers = PrintedCopy.select(PrintedCopy.run, fn.COUNT(PrintedCopy.id))
    numbers = numbers.where(PrintedCopy.run.in_([run.id for run in runs] or [0])).group_by(PrintedCopy.run)
    copies = dict(numbers.tuples())
    return [(run, copies.get(run.id, 0)) for run in runs]


def find_run(person: Person, key: int) -> PrintRun | None:
    run = PrintRun.select(PrintRun, Person).join(Person).where(PrintRun.id == key).first()
    return run if run and (run.by_id == person.id or may_file(person)) else None


def copies_of(record: ArchiveRecord) -> list[PrintedCopy]:
    """Every printed copy of a record, the latest first, with its run and who printed it; at most 50."""
    found = PrintedCopy.select(PrintedCopy, PrintRun, Person).join(PrintRun).join(Person)
    return list(found.where(PrintedCopy.record == record.id).order_by(PrintedCopy.number.desc()).limit(50))


def signed_copy_of(record: ArchiveRecord) -> SignedCopy | None:
    found = SignedCopy.select(SignedCopy, StoredFile).join(StoredFile, JOIN.LEFT_OUTER)
    return found.where(SignedCopy.record == record.id).first()


def filed_pages_of(record: ArchiveRecord) -> list[ScanPage]:
    found = ScanPage.select(ScanPage.id, ScanPage.page, ScanPage.stack)
    return list(
        found.where((ScanPage.record == record.id) & (ScanPage.state == FILED)).order_by(ScanPage.page)
    )


def outstanding(person: Person, after: tuple | None = None) -> list[PrintedCopy]:
    """A page of copies printed to be signed and not yet back, and one more; the oldest first.

    Nothing is awaited of a record whose signed copy is whole, nor of one whose sheet was destroyed.
    """
    reach = visible_records(person).select(ArchiveRecord.id).where(ArchiveRecord.sheet.is_null(False))
    found = (
        PrintedCopy.select(
            PrintedCopy, PrintRun, Person, ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title
        )
        .join(PrintRun)
        .join(Person)
        .join_from(PrintedCopy, ArchiveRecord)
        .where(PrintedCopy.awaited_since.is_null(False) & PrintedCopy.record.in_(reach))
        .where(PrintedCopy.record.not_in(SignedCopy.select(SignedCopy.record)))
    )
    if after:
        at, key = after
        later = (PrintedCopy.awaited_since > at) | (PrintedCopy.id > key)
        found = found.where((PrintedCopy.awaited_since >= at) & later)
    return list(found.order_by(PrintedCopy.awaited_since, PrintedCopy.id).limit(PAGE + 1))


def stacks_of(person: Person, before: int | None = None) -> list[ScanStack]:
    """A page of scanned stacks and one more, newest first: own ones, or all for the archivist."""
    found = _reachable(ScanStack.select(ScanStack, Person).join(Person, JOIN.LEFT_OUTER), person)
    if before:
        found = found.where(ScanStack.id < before)
    return list(found.order_by(ScanStack.id.desc()).limit(PAGE + 1))


def _reachable(found: ModelSelect, person: Person) -> ModelSelect:
    return found if may_file(person) else found.where(ScanStack.by == person.id)


def find_stack(person: Person, key: int) -> ScanStack | None:
    found = _reachable(ScanStack.select(ScanStack, Person).join(Person, JOIN.LEFT_OUTER), person)
    return found.where(ScanStack.id == key).first()


def counts_of(stacks: Sequence[ScanStack]) -> dict[int, dict[str, int]]:
    """How many pages of each stack are in each state."""
    found = ScanPage.select(ScanPage.stack, ScanPage.state, fn.COUNT(ScanPage.id))
    found = found.where(ScanPage.stack.in_([stack.id for stack in stacks] or [0]))
    counted: dict[int, dict[str, int]] = {stack.id: {} for stack in stacks}
    for key, state, number in found.group_by(ScanPage.stack, ScanPage.state).tuples():
        counted[key][state] = number
    return counted


def scanned_pages(person: Person) -> ModelSelect:
    """The scanned pages in a person's reach, each with stack, file and record."""
    found = (
        ScanPage.select(
            ScanPage,
            ScanStack,
            ScanFile,
            StoredFile,
            ArchiveRecord.id,
            ArchiveRecord.number,
            ArchiveRecord.title,
        )
        .join(ScanStack)
        .join_from(ScanPage, ScanFile)
        .join(StoredFile)
        .join_from(ScanPage, ArchiveRecord, JOIN.LEFT_OUTER)
    )
    return _reachable(found, person)


def tray(person: Person, after: int | None = None) -> list[ScanPage]:
    """A page of what waits for a hand, and one more, in the order of arrival."""
    found = scanned_pages(person).where(ScanPage.state == TRAY)
    return list((found.where(ScanPage.id > after) if after else found).order_by(ScanPage.id).limit(PAGE + 1))


def pages_in(person: Person, stack: ScanStack, after: int | None = None) -> list[ScanPage]:
    """A page of a stack's pages and one more, those for a hand first."""
    found = scanned_pages(person).where(ScanPage.stack == stack.id)
    if after is not None:
        found = found.where(ScanPage.position > after)
    return list(found.order_by(ScanPage.position).limit(2 * PAGE + 1))


def suggestions(person: Person, pages: Sequence[ScanPage]) -> dict[int, tuple[ArchiveRecord, int]]:
    """Where each page from the tray most likely belongs: by its code, else by its neighbours in the stack."""
    strange = set() if may_file(person) else {page.id for page in pages if page.reason == "out_of_reach"}
    known = [page for page in pages if page.id not in strange and page.record_id and page.page]
    found = {page.id: (page.record, page.page) for page in known}
    blank = [page for page in pages if page.id not in found and page.id not in strange]
    if not blank:
        return found
    near = _neighbours(blank)
    lacking = missing_pages({place.record for place in near.values()})
    guesses = {
        page.id: suggested(
            near.get((page.stack_id, page.position - 1)),
            near.get((page.stack_id, page.position + 1)),
            lacking,
        )
        for page in blank
    }
    wanted = {place.record for place in guesses.values() if place}
    records = ArchiveRecord.select(ArchiveRecord.id, ArchiveRecord.number, ArchiveRecord.title)
    by_id = {record.id: record for record in records.where(ArchiveRecord.id.in_(wanted or [0]))}
    return found | {key: (by_id[place.record], place.page) for key, place in guesses.items() if place}


def _neighbours(pages: Sequence[ScanPage]) -> dict[tuple[int, int], Place]:
    stacks = {page.stack_id for page in pages}
    positions = {page.position + step for page in pages for step in (-1, 1)}
    found = ScanPage.select(ScanPage.stack, ScanPage.position, ScanPage.record, ScanPage.page).where(
        ScanPage.stack.in_(stacks) & ScanPage.position.in_(positions) & (ScanPage.state == FILED)
    )
    return {(stack, position): Place(record, page) for stack, position, record, page in found.tuples()}


def missing_pages(keys: set[int]) -> dict[int, list[int]]:
    """The pages that each of these records' sheets still lacks; no entry where it cannot be opened."""
    filed = ScanPage.select(ScanPage.record, ScanPage.page)
    filed = filed.where(ScanPage.record.in_(keys or [0]) & (ScanPage.state == FILED))
    there = set(filed.tuples())
    records = ArchiveRecord.select(ArchiveRecord.id, ArchiveRecord.sheet_pages, StoredFile).join(StoredFile)
    lacking = {}
    for record in records.where(ArchiveRecord.id.in_(keys or [0])):
        with suppress(DomainError):  # one damaged sheet must not hide all others
            pages = range(1, pages_of(record) + 1)
            lacking[record.id] = [page for page in pages if (record.id, page) not in there]
    return lacking


def untouched(keys: set[int]) -> set[int]:
    """Those of the records of which no page is back yet."""
    begun = ScanPage.select(ScanPage.record).where(ScanPage.record.in_(keys or [0]))
    return keys - {key for (key,) in begun.where(ScanPage.state == FILED).distinct().tuples()}


def record_by_number(person: Person, number: str) -> ArchiveRecord | None:
    """The record of that number in the person's reach."""
    found = ArchiveRecord.get_or_none(ArchiveRecord.number == number)
    return find_record(person, found.id) if found else None
