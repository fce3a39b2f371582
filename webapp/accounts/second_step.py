"""The step between a right password and a session, for people who have a second factor."""

from hashlib import sha256
from uuid import UUID

from webapp.accounts import pending, second_factor
from webapp.accounts.models import Person
from webapp.extensions import db

PURPOSE = "second_step"


def postpone(person: Person, next_page: str) -> None:
    """Let this browser remember whose password was right, and where they want to go."""
    pending.keep(PURPOSE, person=person.id.hex, password=_mark(person), next=next_page)


def postponed() -> tuple[Person, str] | None:
    """Return whose password was right here, while it still is and a code is wanted, and where they want to go."""
    kept = pending.kept(PURPOSE)
    person = db.session.get(Person, UUID(kept["person"])) if kept else None
    if not kept or not person or kept["password"] != _mark(person) or not second_factor.counts(person):
        return None
    return person, kept["next"]


def tried_for() -> str:
    """Return whose attempts these are, for the limit: the account, or nobody's."""
    kept = pending.kept(PURPOSE)
    return kept["person"] if kept else ""


def finish() -> None:
    """Let this browser forget it."""
    pending.forget(PURPOSE)


def _mark(person: Person) -> str:
    return sha256(person.password_hash.encode()).hexdigest()[:16]
