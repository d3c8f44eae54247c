"""Password hashes: argon2id with OWASP's profile (t=2, 19 MiB, p=1: about 20 ms)."""

import secrets
import string
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Twenty people signing in at nine o'clock must not take 400 MB at once.
_few_at_a_time = BoundedSemaphore(4)


def hashed(password: str) -> str:
    with _few_at_a_time:
        return _hasher.hash(password)


# Verified when the account does not exist, so that a wrong name takes as long as a wrong password.
_NOBODY = _hasher.hash(secrets.token_hex(16))


def fits(password: str, password_hash: str | None) -> bool:
    """Whether the password is the hashed one; costs the same when there is no hash."""
    with _few_at_a_time:
        try:
            return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def issued() -> str:
    """A password to hand out: 14 characters of three kinds, none that look alike."""
    letters = [c for c in string.ascii_letters if c not in "lIO"]
    digits = "23456789"
    body = [secrets.choice(letters + list(digits)) for _ in range(11)]
    parts = [*body, secrets.choice("abcdefghjkmnpqrstuvwxyz"), secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ")]
    return "".join(parts) + secrets.choice(digits)
