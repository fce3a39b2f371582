"""A person as Better Auth keeps them, in its tables `user` and `account`, in words of ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote, unquote

from email_validator import EmailNotValidError

from webapp.accounts.better_auth.dumps import Row
from webapp.accounts.better_auth.scrypt import brought_over
from webapp.accounts.forms import normal_email
from webapp.accounts.models import HardwareBackground, SoftwareBackground
from webapp.records import now, uuid7
from webapp.web.forms import tidy

GOOGLE, GITHUB = "https://accounts.google.com", "https://github.com"
ISSUERS = {"google": GOOGLE, "github": GITHUB}
CREDENTIAL = "credential"
_OF_A_PROVIDER = "local:oauth:"


class Broken(Exception):
    """This person cannot be brought over. The message says why."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person as the dump has them, every value already one of ours."""

    person: dict[str, Any]
    verified: bool
    identities: list[tuple[str, str]]


def newcomer(user: Row, accounts: Iterable[Row], issuers: Mapping[str, str]) -> Newcomer:
    """Return what is to be stored of a person. Raises Broken."""
    if not user.get("id"):
        raise Broken("has no id")
    try:
        email = normal_email(tidy(str(user.get("email") or "")))
    except EmailNotValidError as error:
        raise Broken(f"has no address that could be one: {error}") from error
    created_at = _time(user.get("createdat")) or now()
    verified = _true(user.get("emailverified"))
    password, identities = "", []
    for account in accounts:
        if account.get("providerid") == CREDENTIAL:
            password = _password(account)
        else:
            identities.append(_identity(account, issuers))
    person = {
        "id": uuid7(),
        "name": tidy(str(user.get("name") or ""))[:120].strip() or email.partition("@")[0][:120],
        "email": email,
        "password_hash": password,
        "software_background": _background(user.get("softwarebackground"), SoftwareBackground),
        "hardware_background": _background(user.get("hardwarebackground"), HardwareBackground),
        "email_verified_at": created_at if verified else None,
        "created_at": created_at,
    }
    return Newcomer(person, verified, identities)


def _password(account: Row) -> str:
    foreign = account.get("password")
    if not foreign:
        return ""
    stored = brought_over(str(foreign))
    if stored is None:
        raise Broken("has a password in a form that is not known here")
    return stored


def _identity(account: Row, issuers: Mapping[str, str]) -> tuple[str, str]:
    """Return issuer and subject of an outside identity, in dumps of today and in those that have no issuer."""
    provider, subject = str(account.get("providerid") or ""), str(account.get("accountid") or "")
    issuer = str(account.get("issuer") or "").rstrip("/")
    if issuer.startswith(_OF_A_PROVIDER):
        provider, issuer = unquote(issuer.removeprefix(_OF_A_PROVIDER)), ""
    if not subject or not (provider or issuer):
        raise Broken("has an outside identity without a provider or a subject")
    return issuer or issuers.get(provider) or _OF_A_PROVIDER + quote(provider, safe=""), subject


def _background(told: Any, kind: type[StrEnum]) -> str:
    """Return the background of ours that was meant, whatever its capitals and spaces, or `Other`."""
    meant = _letters(str(told or ""))
    return next((str(known) for known in kind if meant in {_letters(known), _letters(known.name)}), "Other")


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words)).lower()


def _true(value: Any) -> bool:
    return str(value).lower() not in {"none", "", "false", "f", "0", "no"}


def _time(value: Any) -> datetime | None:
    """Return a time that was written by PostgreSQL or by JavaScript, as text or in milliseconds. Raises Broken."""
    if value in (None, ""):
        return None
    try:
        if isinstance(value, int | float) or str(value).isdigit():
            return datetime.fromtimestamp(float(value) / 1000, UTC)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError) as error:
        raise Broken(f"was made at a time that cannot be read: {value}") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
