"""Intake forms and archive records by number and by customer's name, the latest first (R1)."""

from peewee import Expression, Field, Model, ModelSelect, fn

from intranet_crm.accounts.models import Person
from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.queries import visible_records
from intranet_crm.database import one_of
from intranet_crm.intake.models import IntakeForm, Submission
from intranet_crm.intake.queries import visible_forms
from intranet_crm.intake.snapshot import PageCode, parse_qr_payload
from intranet_crm.search.customers import FEW
from intranet_crm.search.rules import Asked, after_all


def form_ids(person: Person, asked: Asked, most: int) -> list[int]:
    forms = visible_forms(person)
    return _newest(forms, IntakeForm, IntakeForm.customer_name, "CJ", asked, most)


def record_ids(person: Person, asked: Asked, most: int) -> list[int]:
    records = visible_records(person)
    return _newest(records, ArchiveRecord, ArchiveRecord.title, "DA-", asked, most)


def _newest(
    visible: ModelSelect, table: type[Model], name: Field, prefix: str, asked: Asked, most: int
) -> list[int]:
    """The ids of the visible rows with that number or name, the latest made first.

    Names are read whole from their index, which is small beside the rows; a name that many have is found
    soon among the latest.
    """
    tests = [
        each for each in (_numbered(table, prefix, asked.number), _named(name, asked)) if each is not None
    ]
    keys: set[int] = set()
    for test in tests:
        found = [key for (key,) in table.select(table.id).where(test).limit(FEW + 1).tuples()]
        if len(found) > FEW:
            return _ids(visible.where(test), table, most)
        keys.update(found)
    return _ids(visible.where(one_of(table.id, sorted(keys))), table, most) if keys else []


def _ids(found: ModelSelect, table: type[Model], most: int) -> list[int]:
    return [key for (key,) in found.select(table.id).order_by(table.id.desc()).limit(most).tuples()]


def _numbered(table: type[Model], prefix: str, number: str) -> Expression | None:
    if not number:
        return None
    begins = number if not number[:1].isdigit() else prefix + number
    return (table.number >= begins) & (table.number < after_all(begins))


def _named(name: Field, asked: Asked) -> Expression | None:
    """Every word in the name as it is written; lower case on both sides, for the databases differ there."""
    if not asked.words:
        return None
    test = None
    for word in asked.text.lower().split():
        held = fn.LOWER(name).contains(word)
        test = held if test is None else test & held
    return test


def record_of_page(person: Person, text: str) -> ArchiveRecord | None:
    """The record to which a scanned page belongs, as its sheet or as a submission, when within reach."""
    code = parse_qr_payload(text)
    if not code:
        return None
    printed = ArchiveRecord.digest.startswith(code.digest_head) | _of_submission(code)
    found = visible_records(person).where((ArchiveRecord.form == code.record) & printed)
    return found.order_by(ArchiveRecord.id.desc()).first()


def form_of_page(person: Person, text: str) -> IntakeForm | None:
    """The form of which a scanned page is a submission, when the person may read it."""
    code = parse_qr_payload(text)
    found = (
        visible_forms(person).where((IntakeForm.id == code.record) & _of_submission(code)) if code else None
    )
    return found.first() if code else None


def _of_submission(code: PageCode) -> Expression:
    submitted = Submission.select().where(
        (Submission.form == code.record) & Submission.digest.startswith(code.digest_head)
    )
    return fn.EXISTS(submitted)
