"""Whether an archive record still is what was sealed: row, data and sheet against their digests."""

from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.archive.seals import is_sealed
from intranet_crm.errors import DomainError
from intranet_crm.files import store
from intranet_crm.intake.snapshot import digest
from intranet_crm.reference.choices import Choices

SOUND, WAITING, BROKEN, DESTROYED = "sound", "waiting", "broken", "destroyed"
WORDS = Choices(((SOUND, "一致"), (WAITING, "归档表生成中"), (BROKEN, "不一致"), (DESTROYED, "已销毁")))


def faults_of(record: ArchiveRecord) -> list[str]:
    """What differs, as sentences; empty when all is as it was sealed. No sheet yet is no fault here."""
    found = [] if is_sealed(record) else ["著录与登记的摘要不符"]
    if record.is_destroyed:  # the verification asks for the list that allows it
        return found
    if digest(record.snapshot) != record.digest:
        found.append("数据与登记的摘要不符")
    if record.sheet_id is not None:
        try:
            store.read(record.sheet)
        except DomainError as error:
            found.append(f"归档表：{error}")
    return found


def state_of(record: ArchiveRecord) -> str:
    """SOUND, WAITING for its sheet, DESTROYED, or BROKEN."""
    if faults_of(record):
        return BROKEN
    if record.is_destroyed:
        return DESTROYED
    return SOUND if record.sheet_id is not None else WAITING
