"""What a mailed link does: an address is verified or changed, a forgotten password replaced."""

from sqlalchemy import delete, select

from webapp.accounts import letters, links, sessions
from webapp.accounts.joining import EmailTaken
from webapp.accounts.models import Identity, Link, Passkey, Person, Purpose, RecoveryCode, SecondFactor
from webapp.accounts.passwords import hash_password
from webapp.audit.models import Action
from webapp.audit.trail import note_of_account
from webapp.extensions import db
from webapp.records import now


def send_reset(email: str) -> None:
    """Mail a link to a new password, if the address has an account."""
    person = db.session.scalar(select(Person).where(Person.email == email))
    if person:
        letters.reset(person)


def ask_for_change(person: Person, email: str) -> None:
    """Mail a link to the new address; the account keeps its old one until it is opened. Raises EmailTaken."""
    _refuse_taken(email)
    letters.change(person, email)


def confirm(link: Link) -> None:
    """Let the address that a link was sent to be the account's own. Twice is harmless. Raises EmailTaken."""
    person, before = link.person, link.person.email
    if not links.use(link):
        return
    if link.purpose == Purpose.CHANGE and before != link.email:
        _refuse_taken(link.email)
        person.email = link.email
        db.session.flush()
        note_of_account(Action.EMAIL_CHANGED, person, before=before, after=link.email)
        letters.changed(before, link.email)
    person.email_verified_at = now()


def reset(link: Link, password: str) -> bool:
    """Give the account a new password, and end all its sessions. Return whether the link was still unused."""
    person = link.person
    hashed = hash_password(password)
    if not links.use(link):
        return False
    links.use_up(person, Purpose.CHANGE)  # Whoever knew the old password may have asked for one.
    if person.email_verified_at is None:
        _forget_other_ways_in(person)
    person.password_hash = hashed
    person.email_verified_at = now()
    sessions.end_all(person)
    note_of_account(Action.PASSWORD_RESET, person)
    return True


def _forget_other_ways_in(person: Person) -> None:
    """Nobody showed before that the address is theirs: whoever made the account must not stay in it."""
    for way in (Identity, Passkey, SecondFactor, RecoveryCode):
        db.session.execute(delete(way).where(way.person_id == person.id))


def _refuse_taken(email: str) -> None:
    if db.session.scalar(select(Person.id).where(Person.email == email)):
        raise EmailTaken
