"""Writing entries. They stand in the transaction of the deed itself: both are there, or neither."""

from typing import Any, Protocol
from uuid import UUID

from flask import has_request_context, request
from sqlalchemy import insert, text

from webapp import tenancy
from webapp.audit.models import Action, Entry
from webapp.extensions import db
from webapp.records import now, uuid7


class Actor(Protocol):
    """A person, as far as an entry tells of one."""

    id: Any
    name: Any
    email: Any


def note(
    action: Action,
    organization_id: UUID | None,
    *,
    by: Actor | None,
    subject: str = "",
    subject_id: UUID | None = None,
    **details: Any,
) -> None:
    """Note what was done in an organization, or for the whole deployment; `by` nobody is the deployment itself."""
    with tenancy.everywhere():
        deed = _deed(action, by, subject, subject_id, details)
        db.session.execute(insert(Entry), deed | {"id": uuid7(), "organization_id": organization_id})


def note_of_account(action: Action, person: Actor, **details: Any) -> None:
    """Note what a person did with their own account, where each of their organizations can read it."""
    with tenancy.everywhere():
        theirs = db.session.scalars(
            text("SELECT organization_id FROM memberships WHERE person_id = :person"), {"person": person.id}
        ).all()
        deed = _deed(action, person, person.email, person.id, details)
        db.session.execute(insert(Entry), [deed | {"id": uuid7(), "organization_id": id_} for id_ in theirs or [None]])


def _deed(action: Action, by: Actor | None, subject: str, subject_id: UUID | None, details: Any) -> dict[str, Any]:
    return {
        "action": action,
        "actor_id": by.id if by else None,
        "actor": by.name if by else "",
        "subject": subject[:320],
        "subject_id": subject_id,
        "details": details,
        "address": (request.remote_addr or "") if has_request_context() else "",
        "created_at": now(),
    }
