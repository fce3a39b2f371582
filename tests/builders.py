"""What tests start from: organizations, people, assistants, documents that were really taken in."""

from __future__ import annotations

import io
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from tests.browser import Browser
from tests.pictures import JPEG
from webapp import tenancy
from webapp.accounts import visitor
from webapp.accounts.models import Person, Session
from webapp.accounts.passwords import NOBODY
from webapp.assistants import pictures
from webapp.assistants.models import Assistant, Audience, Mode
from webapp.chat import models as chat
from webapp.chat.models import Conversation, Message
from webapp.chat.practice.plays import end
from webapp.extensions import db
from webapp.knowledge import documents, ingestion
from webapp.knowledge.models import Collection, Document, Passage, ReadingPlace, Version
from webapp.organizations.models import Membership, Organization, Role
from webapp.records import now, uuid7
from webapp.scenarios.forms import ScenarioForm
from webapp.scenarios.models import Scenario
from webapp.scenarios.supplied import SUPPLIED
from webapp.scorecards import marking
from webapp.scorecards.models import Scorecard
from webapp.web.pictures import recognize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session as Transaction

HANDBOOK = """\
# Robot handbook

## Gearboxes

A strain wave gear has no backlash. It wears out when it is overloaded.

## Batteries

A lithium battery is charged at room temperature. Never charge a frozen battery.

## Safety

Press the red emergency button before you open the robot cage.
"""
SCENE = {
    "title": "The first car",
    "customer": "Lena Brandt",
    "persona": "22, in training as a nurse, buys her first car.",
    "situation": "She needs a small car for shifts at night.",
    "mood": "Friendly and unsure",
    "objections": ["She fears that repairs cost more than she has."],
    "difficulty": "easy",
    "goal": "Find out what she needs, and agree on a test drive.",
    "opening_line": "Hello. I think I need a car.",
    "checks": ["The trainee asked where she drives.", "The trainee proposed a test drive with a date."],
}
GEAR_QUESTION = "Does a strain wave gear have no backlash, and when does it wear out?"
BATTERY_QUESTION = "Is a lithium battery charged at room temperature? Never charge a frozen battery?"


@dataclass(frozen=True)
class Row:
    """Something that was built: plain values that need no session."""

    id: UUID
    organization_id: UUID
    name: str = ""
    slug: str = ""
    version_id: UUID | None = None


class Builder:
    """Makes rows in the application's own database, through the application's own code."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    @contextmanager
    def inside(self, *organizations: UUID) -> Iterator[Transaction]:
        """Be a piece of work that sees these organizations; all of them where none is named."""
        with self.app.app_context():
            with tenancy.seeing(*organizations) if organizations else tenancy.everywhere():
                yield db.session()
            db.session.remove()

    def organization(self, name: str, slug: str) -> Row:
        with self.inside() as session:
            session.add(Organization(id=(id_ := uuid7()), name=name, slug=slug))
            session.commit()
        return Row(id_, id_, name, slug)

    def person(self, name: str, *, super_admin: bool = False, **fields: Any) -> Row:
        email = fields.pop("email", f"{name.lower()}@example.org")
        with self.inside() as session:
            person = Person(id=uuid7(), name=name, email=email, password_hash=NOBODY, super_admin=super_admin, **fields)
            session.add(person)
            session.commit()
            return Row(person.id, person.id, name, email)

    def membership(self, person: Row, organization: Row, role: Role = Role.MEMBER) -> None:
        with self.inside() as session:
            session.add(Membership(organization_id=organization.id, person_id=person.id, role=role))
            session.commit()

    def browser(self, person: Row | None = None) -> Browser:
        """Return a browser in which this person is signed in, or which nobody knows yet."""
        browser = Browser(self.app, self.app.response_class, use_cookies=True)
        if person:
            token = secrets.token_urlsafe(32)
            with self.inside() as session:
                session.add(
                    Session(
                        person_id=person.id,
                        token_hash=visitor.digest(token),
                        expires_at=now() + timedelta(days=1),
                    )
                )
                session.commit()
            browser.set_cookie(visitor.SESSION_COOKIE, token)
            browser.person = person
        return browser

    def collection(self, organization: Row, name: str = "Handbook", *, published: bool = False) -> Row:
        with self.inside() as session:
            session.add(
                Collection(id=(id_ := uuid7()), organization_id=organization.id, name=name, published=published)
            )
            session.commit()
        return Row(id_, organization.id, name)

    def assistant(
        self,
        organization: Row,
        slug: str,
        *collections: Row,
        audience: Audience = Audience.ANYONE,
        **fields: Any,
    ) -> Row:
        fields = {"name": slug.capitalize(), "instructions": "You explain robots.", "greeting": "Hello.", **fields}
        with self.inside() as session:
            assistant = Assistant(id=uuid7(), organization_id=organization.id, slug=slug, audience=audience, **fields)
            session.add(assistant)
            session.flush()
            for collection in collections:
                assistant.search_in(session.get_one(Collection, collection.id))
            session.commit()
            return Row(assistant.id, organization.id, assistant.name, slug)

    def scenario(self, assistant: Row, key: str = "family", **changes: Any) -> Row:
        """Let an assistant play one of the customers that come with the product, with some of them changed."""
        with self.inside() as session:
            filled = ScenarioForm.beginning(SUPPLIED[key], None).columns | changes
            scenario = Scenario(
                id=uuid7(), organization_id=assistant.organization_id, assistant_id=assistant.id, **filled
            )
            session.add(scenario)
            session.commit()
            return Row(scenario.id, assistant.organization_id, scenario.title)

    def picture(self, assistant: Row, data: bytes = JPEG) -> None:
        """Let an assistant look like this."""
        with self.inside() as session:
            pictures.give(session.get_one(Assistant, assistant.id), recognize(data))
            session.commit()

    def upload(self, collection: Row, name: str = "handbook.md", content: str | bytes = HANDBOOK) -> Row:
        """Store a file as a version that nobody has read yet."""
        data = content.encode() if isinstance(content, str) else content
        with self.inside() as session:
            home = session.get_one(Collection, collection.id)
            version = documents.upload(home, name, io.BytesIO(data), None, 25_000_000)
            row = Row(version.document_id, collection.organization_id, name, version_id=version.id)
            session.commit()
        return row

    def document(self, collection: Row, name: str = "handbook.md", content: str | bytes = HANDBOOK) -> Row:
        """Take a document in: read, split, embedded and searchable."""
        row = self.upload(collection, name, content)
        self.ingest(row)
        return row

    def ingest(self, row: Row) -> None:
        """Read a version as the worker does."""
        assert row.version_id
        with self.inside(row.organization_id):
            ingestion.ingest(row.version_id)

    def ingest_waiting(self) -> None:
        """Read every version that waits."""
        with self.inside() as session:
            waiting = session.execute(
                select(Version.organization_id, Version.id).where(Version.state == "pending").order_by(Version.id)
            ).all()
        for organization_id, version_id in waiting:
            with self.inside(organization_id):
                ingestion.ingest(version_id)

    def ended_play(self, assistant: Row, person: Row | None, *said: str, scene: dict[str, Any] | None = None) -> UUID:
        """Let somebody have played a scene to its end: the customer begins, and both take turns."""
        with self.inside() as session:
            played = Conversation(
                id=uuid7(),
                organization_id=assistant.organization_id,
                assistant_id=assistant.id,
                person_id=person.id if person else None,
                title="The first car",
                mode=Mode.ROLEPLAY,
                scene=SCENE | (scene or {}),
                message_count=len(said),
            )
            session.add(played)
            session.flush()
            question_id = None
            for position, words in enumerate(said):
                by_trainee = position % 2 == 1
                message = Message(id=uuid7(), conversation_id=played.id, organization_id=played.organization_id)
                message.position, message.text = position, words
                message.role = chat.Role.QUESTION if by_trainee else chat.Role.ANSWER
                message.question_id = None if by_trainee else question_id
                question_id = message.id if by_trainee else None
                session.add(message)
                session.flush()
            end(played.id)
            session.commit()
            return played.id

    def mark_waiting(self) -> None:
        """Mark every play that waits for it, as the worker does."""
        with self.inside() as session:
            waiting = session.execute(
                select(Scorecard.organization_id, Scorecard.id).where(Scorecard.state == "pending")
            ).all()
        for organization_id, scorecard_id in waiting:
            with self.inside(organization_id):
                marking.mark(scorecard_id)

    def reading_place(self, person: Row, document: Row) -> None:
        """Let a person have read a document."""
        with self.inside() as session:
            read = session.get_one(Document, document.id)
            place = {"collection_id": read.collection_id, "organization_id": read.organization_id, "start": 0}
            session.add(ReadingPlace(person_id=person.id, document_id=read.id, **place))
            session.commit()

    def version(self, row: Row) -> Version:
        """Return a version as it is now."""
        with self.inside() as session:
            version = session.get_one(Version, row.version_id)
            session.expunge(version)
            return version

    def passages(self, document: Row) -> list[Passage]:
        """Return a document's searchable passages in their order."""
        with self.inside() as session:
            found = session.scalars(
                select(Passage).where(Passage.document_id == document.id, Passage.searchable).order_by(Passage.ordinal)
            ).all()
            session.expunge_all()
            return list(found)

    def document_named(self, name: str) -> Row:
        """Return a document that was uploaded through a page, with its newest version."""
        with self.inside() as session:
            found = session.execute(
                select(Document.id, Document.organization_id, Version.id)
                .join(Version, Version.document_id == Document.id)
                .where(Document.name == name)
                .order_by(Version.number.desc())
            ).first()
            assert found, f"there is no document {name}"
            return Row(found[0], found[1], name, version_id=found[2])
