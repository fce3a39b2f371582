"""The second factor: codes of an authenticator app (RFC 6238), and recovery codes for the day it is lost.

The secret is encrypted with a key made of SECRET_KEY. Recovery codes do not depend on it: they are long enough to be
kept as plain digests, and still open the account after that key was changed.
"""

import base64
import hmac
import secrets
import time
from hashlib import sha256

import pyotp
import segno
from cryptography.fernet import Fernet, InvalidToken
from markupsafe import Markup
from sqlalchemy import delete, func, select, update

from webapp.accounts.models import Person, RecoveryCode, SecondFactor
from webapp.audit.models import Action
from webapp.audit.trail import note_of_account
from webapp.extensions import db, settings
from webapp.records import now

ISSUER = "Colloquy"
STEP = 30
SLACK = (0, -1, 1)  # Steps by which a telephone's clock may be wrong.
CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # None that could be taken for another.
_GROUPS, _GROUP = 4, 4
WRONG = "This code does not fit, or it was used already. Take the one that the app shows now."


class WrongCode(Exception):
    """The code is none of the person's, or it was used before."""


def find(person: Person) -> SecondFactor | None:
    """Return the person's second factor, confirmed or just begun."""
    return db.session.get(SecondFactor, person.id)


def counts(person: Person) -> bool:
    """Tell whether the person's password alone is not enough."""
    factor = find(person)
    return bool(factor and factor.confirmed_at)


def begin(person: Person) -> SecondFactor:
    """Give the person a new secret. It counts once it is confirmed; one that counts already is left alone."""
    factor = find(person)
    if factor is None:
        factor = SecondFactor(person_id=person.id)
        db.session.add(factor)
    if not factor.confirmed_at:
        factor.secret = _box().encrypt(pyotp.random_base32().encode()).decode()
    return factor


def confirm(person: Person, typed: str) -> list[str]:
    """Let the factor count, now that its app has shown a code. Return the recovery codes. Raises WrongCode."""
    if not _fits_app(person, typed):
        raise WrongCode
    confirmed = update(SecondFactor).where(SecondFactor.person_id == person.id, SecondFactor.confirmed_at.is_(None))
    if not db.session.scalar(confirmed.values(confirmed_at=now()).returning(SecondFactor.person_id)):
        raise WrongCode
    note_of_account(Action.SECOND_FACTOR_ADDED, person, kind="app")
    return renew_codes(person)


def check(person: Person, typed: str) -> str:
    """Return what was typed: a code of the `app` or a `recovery` code, which is used up by that. Raises WrongCode."""
    if _fits_app(person, typed):
        return "app"
    used = delete(RecoveryCode).where(RecoveryCode.person_id == person.id, RecoveryCode.digest == _digest(typed))
    if db.session.scalar(used.returning(RecoveryCode.digest)):
        return "recovery"
    raise WrongCode


def remove(person: Person) -> None:
    """Ask for nothing but the password from now on. Doing it twice is harmless."""
    if forget(person):
        note_of_account(Action.SECOND_FACTOR_REMOVED, person, kind="app")


def forget(person: Person) -> bool:
    """Delete the person's secret and their recovery codes. Return whether the factor counted."""
    removed = delete(SecondFactor).where(SecondFactor.person_id == person.id).returning(SecondFactor.confirmed_at)
    confirmed_at = db.session.scalar(removed)
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    return confirmed_at is not None


def renew_codes(person: Person) -> list[str]:
    """Return new recovery codes, in place of all that were left. They are not kept and cannot be shown again."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [_new_code() for _ in range(CODES)]
    db.session.add_all(RecoveryCode(person_id=person.id, digest=_digest(code)) for code in codes)
    return codes


def codes_left(person: Person) -> int:
    """Return how many recovery codes were not used yet."""
    left = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person.id)
    return db.session.scalar(left) or 0


def spelled(factor: SecondFactor) -> str:
    """Return the secret as one types it, in groups of four."""
    secret = _secret(factor)
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def picture(factor: SecondFactor, person: Person) -> Markup:
    """Return the secret as a picture for the app's camera: dark on light in every scheme, as cameras want it."""
    address = pyotp.TOTP(_secret(factor)).provisioning_uri(name=person.email, issuer_name=ISSUER)
    drawn = segno.make(address, micro=False).svg_inline(scale=5, border=4, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704  It consists of squares; the words in it are not.


def _fits_app(person: Person, typed: str) -> bool:
    """Tell whether this is a code of the person's app, newer than every one before; it is used up by that."""
    factor, code = find(person), _plain(typed)
    secret = _secret(factor) if factor else ""
    if not secret:
        return False
    present = int(time.time()) // STEP
    codes = pyotp.TOTP(secret)
    fitting = [
        present + by for by in SLACK if hmac.compare_digest(codes.generate_otp(present + by).encode(), code.encode())
    ]
    newer = update(SecondFactor).where(SecondFactor.person_id == person.id)
    return any(
        db.session.scalar(
            newer.where(SecondFactor.last_step < step).values(last_step=step).returning(SecondFactor.last_step)
        )
        for step in fitting
    )


def _secret(factor: SecondFactor) -> str:
    """Return the secret, or nothing where SECRET_KEY is another one than when it was made."""
    try:
        return _box().decrypt(factor.secret.encode()).decode()
    except InvalidToken:
        return ""


def _box() -> Fernet:
    key = hmac.new(settings().secret_key.encode(), b"second factor", sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _plain(typed: str) -> str:
    return "".join(typed.lower().replace("-", "").split())


def _digest(code: str) -> bytes:
    return sha256(_plain(code).encode()).digest()
