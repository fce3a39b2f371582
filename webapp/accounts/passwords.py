"""Passwords: Argon2id, away from the event loop."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from gevent.threadpool import ThreadPool

from webapp.accounts import scrypt

LEAST, MOST = 10, 200
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's parameters: 19 ms, 19 MB.
_pool = ThreadPool(1)


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _pool.apply(_hasher.hash, (password,))  # type: ignore[no-any-return]


def matches(stored: str, password: str) -> bool:
    """Tell whether the password is the one whose hash was stored."""
    return _pool.apply(_verify, (stored, password))  # type: ignore[no-any-return]


def outdated(stored: str) -> bool:
    """Tell whether a password that was just given should be hashed anew."""
    return stored.startswith(scrypt.MARK) or _hasher.check_needs_rehash(stored)


def _verify(stored: str, password: str) -> bool:
    if stored.startswith(scrypt.MARK):
        return scrypt.fits(stored, password)
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


NOBODY = _hasher.hash("a password that nobody has")  # Signing in as nobody takes as long as signing in wrongly.
