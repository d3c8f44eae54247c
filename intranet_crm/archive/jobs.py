"""What the worker does for the archive: the record and its sheet, once, after the approval."""

from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.background import job
from intranet_crm.intake.models import IntakeForm
from intranet_crm.intake.sheet import sheet_pdf


@job("archive.record")
def make_record(form_id: int) -> None:
    """Number and freeze an approved form, then make its sheet; after a crash go on where it stopped."""
    if not IntakeForm.select().where(IntakeForm.id == form_id).exists():
        return
    record = ArchiveRecord.establish(form_id)
    if record is None or record.sheet_id is not None:
        return
    content = sheet_pdf(
        record.snapshot,
        kind="archive",
        record=record.form_id,
        version=record.submission.round,
        made=record.created_at,
    )
    record.attach_sheet(content)
