"""Passwords: Argon2id, away from the event loop.

People who came over from Better Auth keep its scrypt hash, marked as such, until they sign in for the first time.
"""

import hashlib
import hmac
import re
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from gevent.threadpool import ThreadPool

LEAST, MOST = 10, 200
BETTER_AUTH = "better-auth$"
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's parameters: 19 ms, 19 MB.
_pool = ThreadPool(1)
_SCRYPT = re.compile(r"[0-9a-f]{2,128}:[0-9a-f]{128}")


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _pool.apply(_hasher.hash, (password,))  # type: ignore[no-any-return]


def matches(stored: str, password: str) -> bool:
    """Tell whether the password is the one whose hash was stored. With none stored no password is."""
    return _pool.apply(_verify, (stored, password))  # type: ignore[no-any-return]


def usable(stored: str) -> bool:
    """Tell whether there is a password to sign in with. Who came by an outside identity has none."""
    return stored.startswith(("$argon2", BETTER_AUTH))


def outdated(stored: str) -> bool:
    """Tell whether the password should be hashed anew when it is next known."""
    return usable(stored) and (stored.startswith(BETTER_AUTH) or _hasher.check_needs_rehash(stored))


def brought_over(foreign: str) -> str | None:
    """Return what to store of a hash made by Better Auth, or of an Argon2id hash; None where it is neither."""
    if foreign.startswith("$argon2id$"):
        return foreign
    return BETTER_AUTH + foreign if _SCRYPT.fullmatch(foreign) else None


def _verify(stored: str, password: str) -> bool:
    if stored.startswith(BETTER_AUTH):
        return _verify_scrypt(stored.removeprefix(BETTER_AUTH), password)
    try:
        return _hasher.verify(stored or NOBODY, password) and usable(stored)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _verify_scrypt(stored: str, password: str) -> bool:
    """Compare as Better Auth does: the salt is the text of its digits, not the bytes that they stand for."""
    salt, _, key = stored.partition(":")
    words = unicodedata.normalize("NFKC", password).encode()
    made = hashlib.scrypt(words, salt=salt.encode(), n=16_384, r=16, p=1, dklen=64, maxmem=2**26)
    return hmac.compare_digest(made, bytes.fromhex(key))


NOBODY = _hasher.hash("a password that nobody has")  # Signing in as nobody takes as long as signing in wrongly.
