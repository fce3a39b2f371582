"""Deleting one's account: what stands against it, what goes, and what is left without a name.

Conversations, sessions and everything else of the person's own goes. What they did for an organization stays: its
documents, and in its audit trail the deeds, whose author is from then on a deleted person.
"""

from dataclasses import dataclass

from blinker import Namespace
from flask import g
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import ColumnElement, Table, delete, func, select, text, update

from webapp import tenancy
from webapp.accounts import sessions
from webapp.accounts.holdings import ADDRESSED, holdings
from webapp.accounts.models import Person
from webapp.audit.models import Action
from webapp.audit.trail import note_of_account
from webapp.extensions import Base, db, settings

_signals = Namespace()
asked_to_leave = _signals.signal(
    "asked-to-leave", doc="Sent with a person who wants to delete their account; receivers return the obstacles."
)
leaving = _signals.signal("leaving", doc="Sent with a person whose account is deleted in this very transaction.")

NOBODY = "Deleted person"
RECEIPT_LIFE = 3600
KEPT_DETAILS = ("before", "after", "role", "how", "kind", "count")
"""What an entry about somebody goes on telling: none of it is in words of theirs."""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why an account cannot be deleted yet, and the page where that can be changed."""

    sentence: str
    path: str = ""
    link: str = ""


class Held(Exception):
    """Something stands against the deletion."""


ALONE_AT_THE_TOP = Obstacle("You run this deployment alone. Make somebody else a super admin first.")


def obstacles(person: Person) -> list[Obstacle]:
    """Return what has to be settled first. Two who leave at the same time wait for each other here."""
    found = []
    if person.super_admin:
        running = select(Person.id).where(Person.super_admin).order_by(Person.id).with_for_update()
        if set(db.session.scalars(running)) <= {person.id}:
            found.append(ALONE_AT_THE_TOP)
    for _receiver, more in asked_to_leave.send(person):
        found += more
    return found


def erase(person: Person) -> dict[str, int]:
    """Delete the account with all that is the person's, and return how many rows of each table went. Raises Held."""
    with tenancy.everywhere():
        if obstacles(person):
            raise Held
        leaving.send(person)
        note_of_account(Action.ACCOUNT_DELETED, person)
        own = {holding.table: holding.theirs for holding in holdings(person) if holding.theirs is not None}
        counts = {table.name: _count(table, rows) for table, rows in own.items()}
        _forget_names(person)
        _forget_in_the_audit(person)
        sessions.end_all(person)
        for table, rows in own.items():
            if table.name in {name for name, _column in ADDRESSED}:
                db.session.execute(delete(table).where(rows))
        db.session.execute(delete(Person).where(Person.id == person.id))
        g.pop("visitor", None)
    return {name: count for name, count in counts.items() if count}


def _count(table: Table, rows: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count()).select_from(table).where(rows)) or 0


def _forget_names(person: Person) -> None:
    """Take the name back where it was copied, as in `actor` beside `actor_id`, so that it would outlive the person."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            copy = key.parent.name.removesuffix("_id")
            if key.column.table.name == Person.__tablename__ and key.ondelete == "SET NULL" and copy in table.c:
                db.session.execute(update(table).where(key.parent == person.id).values({copy: NOBODY}))


def _forget_in_the_audit(person: Person) -> None:
    """Take addresses, and the person's own words, out of entries; the deeds themselves stay."""
    told = {"person": person.id, "email": person.email, "verified": bool(person.email_verified_at)}
    db.session.execute(_FORGET_SUBJECT, told | {"nobody": NOBODY, "kept": list(KEPT_DETAILS)})
    db.session.execute(_FORGET_ADDRESS, told)


_FORGET_SUBJECT = text("""
    UPDATE audit_entries SET subject = :nobody, details = (
        SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(details)
        WHERE key = ANY (:kept) AND value::text NOT LIKE '%@%'
    )
    WHERE subject_id = :person OR (:verified AND subject = :email)
""")
_FORGET_ADDRESS = text("UPDATE audit_entries SET address = '' WHERE actor_id = :person")


# The receipt is its own address: nothing of somebody who is gone is kept to make it from.


def receipt(counts: dict[str, int]) -> str:
    """Return the token of a page that shows for an hour what was erased."""
    return _signer().dumps(counts)


def read_receipt(token: str) -> dict[str, int] | None:
    """Return what was erased, or None for a token that is not ours, or too old."""
    try:
        return _signer().loads(token, max_age=RECEIPT_LIFE)  # type: ignore[no-any-return]
    except BadSignature:
        return None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings().secret_key, salt="receipt of an erased account")
