"""One thousand random bytes in files, archive rows and log: `verify` finds every one of them."""

import random

from intranet_crm.archive.models import ArchiveRecord
from intranet_crm.audit import chain
from intranet_crm.audit_log import AuditEntry
from intranet_crm.database import database
from intranet_crm.files import store
from intranet_crm.files.models import StoredFile
from intranet_crm.verification import differences

FLIPS = 1000
ROWS = (
    (
        ArchiveRecord,
        ("number", "title", "customer_name", "snapshot", "digest", "confidentiality", "place", "seal"),
    ),
    (AuditEntry, ("actor_name", "action", "subject_title", "values_digest", "digest", "request_id")),
)


def flipped(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chr((ord(text[at]) ^ 1) or 1) + text[at + 1 :]


def test_verify_finds_every_changed_byte(sealed):
    assert list(differences()) == []
    chance, missed = random.Random(20261122), []
    files = list(StoredFile.select())
    for n in range(FLIPS):
        if n % 2:
            missed += _file_missed(chance.choice(files), chance)
        else:
            missed += _row_missed(*ROWS[n // 2 % 2], chance)
    assert missed == []
    assert list(differences()) == []


def _file_missed(stored, chance) -> list[str]:
    path = store.path_of(stored.sha256)
    path.chmod(0o600)
    content = path.read_bytes()
    at = chance.randrange(len(content))
    path.write_bytes(content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :])
    found = next(differences(), None)
    path.write_bytes(content)
    return [] if found else [f"file {stored.id} byte {at}"]


def _row_missed(model, columns, chance) -> list[str]:
    row = chance.choice(list(model.select()))
    column = getattr(model, chance.choice(columns))
    value = getattr(row, column.name)
    if not value:
        return []
    with database.atomic() as transaction:
        model.update({column: flipped(value, chance)}).where(model.id == row.id).execute()
        found = next(differences(), None) or chain.first_fault()
        transaction.rollback()
    return [] if found else [f"{model.__name__}.{column.name} {row.id}"]
