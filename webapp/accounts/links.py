"""Links that are mailed: each works once and runs out; only its digest is stored."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import contains_eager

from webapp.accounts.cookies import digest, new_token
from webapp.accounts.models import Link, Person, Purpose
from webapp.extensions import db
from webapp.records import now

LIVES = {
    Purpose.VERIFICATION: timedelta(days=7),
    Purpose.CHANGE: timedelta(days=1),
    Purpose.RESET: timedelta(hours=1),
}
KEPT = timedelta(days=1)


def new_link(person: Person, purpose: Purpose, email: str) -> str:
    """Make a link that is to be sent to this address, and return its token."""
    token = new_token()
    db.session.add(
        Link(
            person_id=person.id,
            purpose=purpose,
            email=email,
            token_hash=digest(token),
            expires_at=now() + LIVES[purpose],
        )
    )
    return token


def opened(token: str, *purposes: Purpose) -> Link | None:
    """Return an unused link of these purposes, with its person, or None where it leads nowhere any more.

    One that was sent to an address which the account no longer has leads nowhere.
    """
    found = (
        select(Link)
        .join(Link.person)
        .options(contains_eager(Link.person))
        .where(
            Link.token_hash == digest(token),
            Link.purpose.in_(purposes),
            Link.used_at.is_(None),
            Link.expires_at > now(),
            (Link.email == Person.email) | (Link.purpose == Purpose.CHANGE),
        )
    )
    return db.session.scalar(found)


def use(link: Link) -> bool:
    """Use a link up, and all others that its person was sent for the same. Return whether it was still unused."""
    used = db.session.scalars(
        update(Link).where(Link.id == link.id, Link.used_at.is_(None)).values(used_at=now()).returning(Link.id)
    ).all()
    use_up(link.person, link.purpose)
    return bool(used)


def use_up(person: Person, *purposes: str) -> None:
    """Let no link that the person was sent for these purposes work any more."""
    db.session.execute(
        update(Link)
        .where(Link.person_id == person.id, Link.purpose.in_(purposes), Link.used_at.is_(None))
        .values(used_at=now())
    )


def forget_expired() -> None:
    """Remove links that ran out some time ago; for maintenance."""
    db.session.execute(delete(Link).where(Link.expires_at < now() - KEPT))
