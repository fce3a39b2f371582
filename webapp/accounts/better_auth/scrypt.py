"""Passwords as Better Auth hashes them, kept until their people sign in here for the first time."""

import hashlib
import hmac
import re
import unicodedata

MARK = "better-auth$"
_FORM = re.compile(r"[0-9a-f]{2,128}:[0-9a-f]{128}")


def brought_over(foreign: str) -> str | None:
    """Return what to store of a hash made by Better Auth, or of an Argon2id hash; None where it is neither."""
    if foreign.startswith("$argon2id$"):
        return foreign
    return MARK + foreign if _FORM.fullmatch(foreign) else None


def fits(stored: str, password: str) -> bool:
    """Compare as Better Auth does: the salt is the text of its digits, not the bytes that they stand for. 60 ms."""
    salt, _, key = stored.removeprefix(MARK).partition(":")
    words = unicodedata.normalize("NFKC", password).encode()
    made = hashlib.scrypt(words, salt=salt.encode(), n=16_384, r=16, p=1, dklen=64, maxmem=2**26)
    return hmac.compare_digest(made, bytes.fromhex(key))
