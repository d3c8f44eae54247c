"""Keeping bytes: under their SHA-256 in ``CRM_DATA/files``, written once."""

import hashlib
import os
import secrets
from pathlib import Path

from intranet_crm import clock
from intranet_crm.database import insert_ignoring_repeats
from intranet_crm.errors import Damaged
from intranet_crm.files.models import StoredFile

_folder: Path | None = None


def keep_in(folder: Path) -> None:
    """Set where the bytes lie; called once when the application connects."""
    global _folder
    _folder = folder


def path_of(sha256: str) -> Path:
    return _folder / sha256[:2] / sha256


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes, media_type: str) -> StoredFile:
    """Write the bytes to disk, then their row; the same bytes are one file. Call inside the transaction."""
    sha256 = sha256_of(content)
    path = path_of(sha256)
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        _write_whole(path, content)
    insert_ignoring_repeats(
        StoredFile, sha256=sha256, size=len(content), media_type=media_type, created_at=clock.now()
    )
    return StoredFile.get(StoredFile.sha256 == sha256)


def _write_whole(path: Path, content: bytes) -> None:
    """All of it under its name, or nothing: synced to disk before it is renamed into place."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(draft, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(draft, 0o400)
    os.replace(draft, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read(stored: StoredFile) -> bytes:
    """The bytes as they were kept; raises Damaged when they are gone or differ from their hash."""
    try:
        content = path_of(stored.sha256).read_bytes()
    except OSError as error:
        raise _missing(stored) from error
    if sha256_of(content) != stored.sha256:
        raise _changed(stored)
    return content


def prove(stored: StoredFile) -> None:
    """As ``read``, raising Damaged, but piece by piece: the bytes never lie in memory as a whole."""
    try:
        with path_of(stored.sha256).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _missing(stored) from error
    if found != stored.sha256:
        raise _changed(stored)


def _missing(stored: StoredFile) -> Damaged:
    return Damaged(f"文件 {stored.sha256[:12]} 在存储中缺失，请联系管理员。")


def _changed(stored: StoredFile) -> Damaged:
    return Damaged(f"文件 {stored.sha256[:12]} 的内容与登记的摘要不符，请联系管理员。")
