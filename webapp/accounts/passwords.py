"""Passwords: Argon2id, and how soon one would be guessed, both away from the event loop."""

import re
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from gevent.threadpool import ThreadPool

from webapp.accounts.better_auth import scrypt

LEAST, MOST = 10, 200
GUESSED_FROM, GOOD = 72, 3  # zxcvbn looks at no more than so many characters; of its marks from 0 to 4.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)  # OWASP's parameters: 19 ms, 19 MB.
_pool = ThreadPool(1)


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _pool.apply(_hasher.hash, (password,))  # type: ignore[no-any-return]


def matches(stored: str, password: str) -> bool:
    """Tell whether the password is the one whose hash was stored."""
    return _pool.apply(_verify, (stored, password))  # type: ignore[no-any-return]


def weakness(password: str, about: Iterable[str] = ()) -> str | None:
    """Return why a password would soon be guessed, as a sentence, or None for a good one.

    `about` is what is known of whose it is: a name, an address. Passwords that leaked elsewhere are among the guesses.
    """
    known = [word for each in about for word in (each, *re.split(r"[\s@._+-]+", each)) if len(word) > 1]
    return _pool.apply(_weakness, (password[:GUESSED_FROM], known))  # type: ignore[no-any-return]


def _weakness(password: str, known: list[str]) -> str | None:
    from zxcvbn import zxcvbn  # noqa: PLC0415  13 MB, for processes in which somebody chooses one.

    found = zxcvbn(password, user_inputs=known)
    if found["score"] >= GOOD:
        return None
    if any(match.get("dictionary_name") == "user_inputs" for match in found["sequence"]):
        return "Your name and your address are guessed first. Add other words."
    reason = found["feedback"]["warning"] or "This would soon be guessed."
    return f"{reason} Add another word or two that nobody expects there."


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
