"""An organization's documents as the rows of a page."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from webapp.accounts.models import Person
from webapp.extensions import db
from webapp.knowledge.documents import STAGES
from webapp.knowledge.models import Collection, Document, Stage, State, Version
from webapp.organizations.models import Organization

STATES = {
    State.PENDING: "Waiting",
    State.PROCESSING: "Being read",
    State.COMPLETE: "Searchable",
    State.FAILED: "Not taken in",
    State.CANCELLED: "Cancelled",
    State.REPLACED: "Replaced",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A document, and how far its newest version is."""

    id: UUID
    name: str
    title: str | None
    state_label: str
    stage_label: str
    progress_done: int
    progress_total: int
    error: str | None
    note: str | None
    passage_count: int
    byte_count: int
    uploaded_by: str | None
    created_at: datetime
    unfinished: bool
    actions: dict[str, bool]

    @property
    def percent(self) -> int:
        """Return how far the stage is."""
        return 100 * self.progress_done // self.progress_total if self.progress_total else 0


def collections(organization: Organization) -> list[Collection]:
    """Return the organization's collections, oldest first."""
    return list(
        db.session.scalars(
            select(Collection).where(Collection.organization_id == organization.id).order_by(Collection.created_at)
        )
    )


def rows(organization: Organization) -> list[Row]:
    """Return a row for each document, in one query: what is being read, what waits, then the newest."""
    newest = (
        select(Version.document_id, func.max(Version.number).label("number"))
        .where(Version.organization_id == organization.id)
        .group_by(Version.document_id)
        .subquery()
    )
    in_force = aliased(Version)
    found = db.session.execute(
        select(Document, Version, in_force.passage_count, Person.name, in_force.id.is_not(None))
        .join(newest, newest.c.document_id == Document.id)
        .join(Version, (Version.document_id == Document.id) & (Version.number == newest.c.number))
        .outerjoin(in_force, (in_force.document_id == Document.id) & (in_force.state == State.COMPLETE))
        .outerjoin(Person, Person.id == Version.uploaded_by_id)
        .where(Document.organization_id == organization.id)
        .order_by(Version.state != State.PROCESSING, Version.state != State.PENDING, Version.created_at.desc())
    )
    return [
        _row(document, version, searchable or 0, name, readable=readable)
        for document, version, searchable, name, readable in found
    ]


def _row(document: Document, version: Version, searchable: int, name: str | None, *, readable: bool) -> Row:
    held = searchable and version.state != State.COMPLETE
    return Row(
        id=document.id,
        name=document.name,
        title=version.title,
        state_label=STATES[State(version.state)],
        stage_label=_stage(version),
        progress_done=version.progress_done,
        progress_total=version.progress_total,
        error=version.error,
        note="The earlier version stays searchable." if held else None,
        passage_count=searchable,
        byte_count=version.byte_count,
        uploaded_by=name,
        created_at=version.created_at,
        unfinished=version.unfinished,
        actions={"read": readable, "cancel": version.unfinished, "reingest": not version.unfinished, "delete": True},
    )


def _stage(version: Version) -> str:
    if version.state != State.PROCESSING or not version.stage:
        return ""
    if version.stage == Stage.READING and version.progress_total:
        return f"Reading page {version.progress_done} of {version.progress_total}"
    return STAGES[Stage(version.stage)]
