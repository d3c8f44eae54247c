"""ID numbers: encrypted at rest, found again by a keyed hash; the key lies in ``CRM_DATA/keys``."""

import base64
import hashlib
import hmac
from functools import cache
from pathlib import Path

from cryptography.fernet import Fernet

from intranet_crm.config import kept_secret

_folder: Path | None = None


def keep_in(folder: Path) -> None:
    """Set where the key lies; called once when the application connects."""
    global _folder
    _folder = folder
    _key.cache_clear()


@cache
def _key() -> bytes:
    return bytes.fromhex(kept_secret(_folder / "personal_data_key"))


def _fernet() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"encrypt" + _key()).digest()))


def encrypted(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypted(token: str) -> str:
    """The text again; raises cryptography's InvalidToken when the key is not the one it was made with."""
    return _fernet().decrypt(token.encode()).decode()


def keyed_hash(text: str) -> str:
    """The same for the same text, useless without the key: for uniqueness and look-up."""
    return hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()
