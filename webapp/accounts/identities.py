"""Identities: accounts elsewhere that people sign in with.

Whoever an issuer vouches for is the person whose identity that is. An address alone proves little: an account that has
it already is linked by itself only where both sides have verified it and nothing more is asked of its password;
otherwise its person signs in first, and then links.
"""

from uuid import UUID

from email_validator import EmailNotValidError
from sqlalchemy import func, select

from webapp.accounts import second_factor
from webapp.accounts.forms import normal_email
from webapp.accounts.joining import join, person_with
from webapp.accounts.models import Identity, Passkey, Person
from webapp.accounts.providers import Claims, Provider, providers
from webapp.audit.models import Action
from webapp.audit.trail import note_of_account
from webapp.extensions import db
from webapp.records import now

LONGEST_NAME = 120


class AddressMissing(Exception):
    """The issuer names no address, or none that could be one."""


class AddressUnverified(Exception):
    """The issuer itself says that the address is not known to be theirs."""


class AddressTaken(Exception):
    """There is an account with this address, which has to be signed in to first."""


class LinkedElsewhere(Exception):
    """The identity belongs to another person."""


class LastWayIn(Exception):
    """Without it nobody could sign in to the account any more."""


def arrive(claims: Claims, *, may_run_deployment: bool) -> tuple[Person, bool]:
    """Return the person an issuer vouches for, and whether they are new.

    Raises AddressMissing, AddressUnverified and AddressTaken, for somebody whom nobody knows yet.
    """
    if known := _known(claims):
        known.email, known.email_verified = claims.email[:320], bool(claims.email_verified)
        return known.person, False
    email = _address(claims)
    person = person_with(email)
    if person is None:
        person = join(_person(claims, email), may_run_deployment=may_run_deployment)
        link(person, claims)
        return person, True
    if not (claims.email_verified and person.email_verified_at) or second_factor.counts(person):
        raise AddressTaken
    link(person, claims)
    return person, False


def link(person: Person, claims: Claims) -> None:
    """Let the person sign in with this identity from now on. Doing it twice is harmless. Raises LinkedElsewhere."""
    if known := _known(claims):
        if known.person_id != person.id:
            raise LinkedElsewhere
        return
    db.session.add(
        Identity(
            person_id=person.id,
            issuer=claims.issuer,
            subject=claims.subject,
            email=claims.email[:320],
            email_verified=bool(claims.email_verified),
        )
    )
    db.session.flush()
    note_of_account(Action.IDENTITY_LINKED, person, issuer=claims.issuer)


def identities(person: Person) -> list[Identity]:
    """Return the person's identities, oldest first."""
    found = db.session.scalars(select(Identity).where(Identity.person_id == person.id).order_by(Identity.created_at))
    return list(found)


def has(person: Person, claims: Claims) -> bool:
    """Tell whether this is one of the person's identities."""
    known = _known(claims)
    return known is not None and known.person_id == person.id


def unlink(person: Person, identity_id: UUID) -> bool:
    """Take an identity away. Return whether the person had it. Raises LastWayIn."""
    found = db.session.get(Identity, identity_id)
    if found is None or found.person_id != person.id:
        return False
    keep_a_way_in(person, without=found)
    db.session.delete(found)
    note_of_account(Action.IDENTITY_UNLINKED, person, issuer=found.issuer)
    return True


def keep_a_way_in(person: Person, *, without: Identity | Passkey) -> None:
    """See that the person can sign in without this. Raises LastWayIn.

    An identity whose issuer this deployment does not ask any more is no way in.
    """
    db.session.refresh(person, with_for_update=True)  # Two that are taken away at once would each count on the other.
    issuers = [provider.issuer for provider in providers().values()]
    others = db.session.scalar(
        select(func.count())
        .select_from(Identity)
        .where(Identity.person_id == person.id, Identity.issuer.in_(issuers), Identity.id != without.id)
    )
    keys = db.session.scalar(
        select(func.count()).select_from(Passkey).where(Passkey.person_id == person.id, Passkey.id != without.id)
    )
    if not (person.has_password or others or keys):
        raise LastWayIn


def provider_of(identity: Identity) -> Provider | None:
    """Return who vouches for an identity, or None where this deployment does not ask them any more."""
    return next((each for each in providers().values() if each.issuer == identity.issuer), None)


def _known(claims: Claims) -> Identity | None:
    return db.session.scalar(
        select(Identity).where(Identity.issuer == claims.issuer, Identity.subject == claims.subject)
    )


def _address(claims: Claims) -> str:
    try:
        email = normal_email(claims.email)
    except EmailNotValidError as error:
        raise AddressMissing from error
    if claims.email_verified is False:
        raise AddressUnverified
    return email


def _person(claims: Claims, email: str) -> Person:
    """Return somebody new, who has no password: an empty hash fits none."""
    return Person(
        name=(claims.name or email.partition("@")[0])[:LONGEST_NAME],
        email=email,
        password_hash="",
        email_verified_at=now() if claims.email_verified else None,
    )
