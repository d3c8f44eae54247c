"""A digest over a record's row, renewed by every verb: a change past the verbs is found (P6)."""

from typing import TYPE_CHECKING

from intranet_crm.intake.snapshot import canonical_json, digest

if TYPE_CHECKING:
    from intranet_crm.archive.models import ArchiveRecord


def row_digest(record: "ArchiveRecord") -> str:
    """Over all that the row says, apart from what only counts or caches."""
    return digest(
        canonical_json(
            [
                record.number, record.title, record.form_id, record.submission_id, record.customer_name,
                record.collector_id, record.department_id, record.collected_on.isoformat(), record.digest,
                record.sheet_id, record.confidentiality, record.place,
                record.filed_at and record.filed_at.isoformat(), record.filed_by_id,
            ]
        )
    )  # fmt: skip


def reseal(record: "ArchiveRecord") -> str:
    """Renew the seal from the row as stored; call it in the transaction that changed the row."""
    model = type(record)
    seal = row_digest(model.get_by_id(record.id))
    model.update(seal=seal).where(model.id == record.id).execute()
    return seal


def is_sealed(record: "ArchiveRecord") -> bool:
    """Whether the row is as the last verb left it."""
    return record.seal == row_digest(record)
