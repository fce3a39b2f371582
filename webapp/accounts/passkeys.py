"""Passkeys: key pairs on people's devices, which sign in without a password and count as both factors.

A challenge is kept by the browser that it was issued to. It opens a passkey once: whatever was issued before the
passkey was last used is refused.
"""

import ipaddress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from flask import request
from sqlalchemy import or_, select, update
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.accounts import identities, pending
from webapp.accounts.models import Passkey, Person
from webapp.audit.models import Action
from webapp.audit.trail import note_of_account
from webapp.extensions import db
from webapp.records import now

REGISTRATION, SIGN_IN = "passkey_registration", "passkey_sign_in"
RP_NAME = "Colloquy"
_GARBLED = (WebAuthnException, LookupError, RecursionError, TypeError, ValueError)


class PasskeyRefused(Exception):
    """What the browser sent proves nothing: it was altered, is too old, or answers another challenge."""


class PasskeyKnown(Exception):
    """The key is registered already."""


def possible() -> bool:
    """Tell whether browsers allow passkeys at this address: it needs a name, and TLS unless it is one's own machine."""
    host = _host()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return request.is_secure or host == "localhost" or host.endswith(".localhost")
    return False


def passkeys(person: Person) -> list[Passkey]:
    """Return the person's passkeys, oldest first."""
    return list(db.session.scalars(select(Passkey).where(Passkey.person_id == person.id).order_by(Passkey.created_at)))


def registration(person: Person) -> dict[str, Any]:
    """Return what the browser needs to make a passkey, and let it remember the challenge."""
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name=RP_NAME,
        user_id=person.id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in passkeys(person)],
    )
    pending.keep(REGISTRATION, challenge=bytes_to_base64url(options.challenge), person=person.id.hex)
    return options_to_json_dict(options)


def register(person: Person, name: str, credential: str) -> Passkey:
    """Keep a passkey that the person's browser made. Raises PasskeyRefused and PasskeyKnown."""
    kept = pending.kept(REGISTRATION)
    if not kept or kept["person"] != person.id.hex:
        raise PasskeyRefused
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(kept["challenge"]),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            require_user_verification=True,
        )
    except _GARBLED as error:
        raise PasskeyRefused from error
    if db.session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)):
        raise PasskeyKnown
    passkey = Passkey(
        person_id=person.id,
        name=name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )
    db.session.add(passkey)
    note_of_account(Action.SECOND_FACTOR_ADDED, person, kind="passkey", name=name)
    pending.forget(REGISTRATION)
    return passkey


def sign_in_options() -> dict[str, Any]:
    """Return what the browser needs to sign in with whatever passkey it has, and let it remember the challenge."""
    options = webauthn.generate_authentication_options(
        rp_id=_host(), user_verification=UserVerificationRequirement.REQUIRED
    )
    pending.keep(SIGN_IN, challenge=bytes_to_base64url(options.challenge), issued_at=now().isoformat())
    return options_to_json_dict(options)


def sign_in_with(credential: str) -> Person:
    """Return the person whose passkey answered this browser's challenge. Raises PasskeyRefused."""
    kept = pending.kept(SIGN_IN)
    if not kept:
        raise PasskeyRefused
    try:
        told = parse_authentication_credential_json(credential)
        passkey = db.session.scalar(select(Passkey).where(Passkey.credential_id == told.raw_id))
        if passkey is None or (told.response.user_handle or passkey.person_id.bytes) != passkey.person_id.bytes:
            raise PasskeyRefused
        proved = webauthn.verify_authentication_response(
            credential=told,
            expected_challenge=base64url_to_bytes(kept["challenge"]),
            expected_rp_id=_host(),
            expected_origin=_origin(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _GARBLED as error:
        raise PasskeyRefused from error
    _use(passkey, datetime.fromisoformat(kept["issued_at"]), proved.new_sign_count)
    pending.forget(SIGN_IN)
    return passkey.person


def remove(person: Person, passkey_id: UUID) -> bool:
    """Forget a passkey. Return whether the person had it. Raises LastWayIn."""
    found = db.session.get(Passkey, passkey_id)
    if found is None or found.person_id != person.id:
        return False
    identities.keep_a_way_in(person, without=found)
    db.session.delete(found)
    note_of_account(Action.SECOND_FACTOR_REMOVED, person, kind="passkey", name=found.name)
    return True


def _use(passkey: Passkey, issued_at: datetime, sign_count: int) -> None:
    """Note that the passkey answered a challenge, once for each. Raises PasskeyRefused."""
    unused = or_(Passkey.used_at.is_(None), Passkey.used_at < issued_at)
    used = update(Passkey).where(Passkey.id == passkey.id, unused).values(used_at=now(), sign_count=sign_count)
    if not db.session.scalar(used.returning(Passkey.id)):
        raise PasskeyRefused


def _host() -> str:
    """Return the name that passkeys of this deployment belong to: the address's own, without its port."""
    return urlsplit(request.host_url).hostname or ""


def _origin() -> str:
    return request.host_url.rstrip("/")
