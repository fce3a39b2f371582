"""Reading entries: what was done, by whom and when, as a page and as a table for elsewhere."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, or_, select, true, tuple_

from webapp import tenancy
from webapp.audit.models import Action, Entry
from webapp.extensions import db

PER_PAGE, BATCH = 50, 500
LATEST = date(9998, 12, 31)

WORDS: dict[str, str] = {
    Action.SESSION_STARTED: "Signed in",
    Action.SESSION_REFUSED: "Was refused at sign-in",
    Action.SESSION_ENDED: "Ended sessions",
    Action.PASSWORD_CHANGED: "Changed the password",
    Action.PASSWORD_RESET: "Set a new password",
    Action.EMAIL_CHANGED: "Changed the e-mail address",
    Action.IDENTITY_LINKED: "Linked an outside account",
    Action.IDENTITY_UNLINKED: "Unlinked an outside account",
    Action.SECOND_FACTOR_ADDED: "Added a second factor",
    Action.SECOND_FACTOR_REMOVED: "Removed a second factor",
    Action.ACCOUNT_DELETED: "Deleted the account",
    Action.ROLE_CHANGED: "Changed a role",
    Action.MEMBER_REMOVED: "Removed a member",
    Action.MEMBER_LEFT: "Left",
    Action.INVITATION_SENT: "Invited",
    Action.INVITATION_REVOKED: "Took an invitation back",
    Action.INVITATION_ACCEPTED: "Accepted an invitation",
    Action.DOCUMENT_UPLOADED: "Uploaded a document",
    Action.DOCUMENT_READ_AGAIN: "Had a document read again",
    Action.DOCUMENT_DELETED: "Deleted a document",
    Action.COLLECTION_RENAMED: "Renamed a collection",
    Action.COLLECTION_PUBLISHED: "Published a collection as a book",
    Action.COLLECTION_WITHDRAWN: "Took a book back",
    Action.ASSISTANT_CREATED: "Made an assistant",
    Action.ASSISTANT_CHANGED: "Changed an assistant",
    Action.ASSISTANT_DELETED: "Deleted an assistant",
    Action.SCENARIO_CREATED: "Wrote a scenario",
    Action.SCENARIO_CHANGED: "Changed a scenario",
    Action.SCENARIO_DELETED: "Deleted a scenario",
    Action.ORGANIZATION_CREATED: "Made an organization",
    Action.ORGANIZATION_CHANGED: "Changed the organization",
    Action.ORGANIZATION_DELETED: "Deleted an organization",
    Action.CONVERSATION_SHARED: "Shared a conversation",
    Action.SHARE_TAKEN_BACK: "Took a shared conversation back",
    Action.REPORT_RESOLVED: "Dealt with a report",
    Action.GAP_SETTLED: "Settled an unanswered question",
    Action.CHECK_RULED: "Decided a dispute",
    Action.PROBES_RUN: "Ran the probes",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: of one organization, of the deployment alone, or all; and what they tell of."""

    organization_id: UUID | None = None
    everything: bool = False
    action: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""


def in_words(action: str) -> str:
    """Return an action for people."""
    return WORDS.get(action) or action.replace("_", " ").replace(".", ": ")


def details(entry: Entry) -> str:
    """Return an entry's details on one line: `role: admin; before: member`."""
    return "; ".join(f"{key.replace('_', ' ')}: {_plain(value)}" for key, value in entry.details.items())


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(_plain(each) for each in value)
    return "none" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def page_of(wanted: Wanted, number: int) -> tuple[list[Entry], bool]:
    """Return a page of entries, newest first, and whether there are older ones. Pages count from 1."""
    with _scope(wanted):
        found = list(db.session.scalars(_entries(wanted).offset((number - 1) * PER_PAGE).limit(PER_PAGE + 1)))
    return found[:PER_PAGE], len(found) > PER_PAGE


def table(wanted: Wanted) -> Iterator[str]:
    """Yield all entries as CSV, piece by piece. No database connection is held while a piece is on its way."""
    yield _line(["Time", "Deed", "Action", "By", "Subject", "Details", "Address", "Organization"])
    last: tuple[datetime, UUID] | None = None
    while True:
        query = _entries(wanted).limit(BATCH)
        if last:
            query = query.where(tuple_(Entry.created_at, Entry.id) < last)
        with _scope(wanted):
            found = db.session.scalars(query).all()
        lines = "".join(_line(_cells(entry)) for entry in found)
        if found:
            last = (found[-1].created_at, found[-1].id)
        db.session.remove()
        yield lines
        if len(found) < BATCH:
            return


def _cells(entry: Entry) -> list[str]:
    return [
        entry.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        in_words(entry.action),
        entry.action,
        entry.actor,
        entry.subject,
        details(entry),
        entry.address,
        str(entry.organization_id or ""),
    ]


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([defused(cell) for cell in cells])
    return written.getvalue()


def defused(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _scope(wanted: Wanted) -> AbstractContextManager[None]:
    return nullcontext() if wanted.organization_id else tenancy.everywhere()


def _entries(wanted: Wanted) -> Select[Entry]:
    return select(Entry).where(*_conditions(wanted)).order_by(Entry.created_at.desc(), Entry.id.desc())


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [true() if wanted.everything else Entry.organization_id == wanted.organization_id]
    if wanted.action:
        found.append(Entry.action == wanted.action)
    if wanted.actor:
        found.append(Entry.actor.icontains(wanted.actor, autoescape=True))
    if wanted.since:
        found.append(Entry.created_at >= _begin(wanted.since))
    if wanted.until:
        found.append(Entry.created_at < _begin(min(wanted.until, LATEST)) + timedelta(days=1))
    if wanted.words:
        places = (Entry.subject, Entry.actor, cast(Entry.details, String))
        found.append(or_(*(place.icontains(wanted.words, autoescape=True) for place in places)))
    return found


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
