"""What admins do with assistants: make them, change them, delete them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from blinker import Namespace
from psycopg.errors import UniqueViolation
from sqlalchemy import Select, column, delete, func, select, table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from webapp.accounts.models import Person
from webapp.assistants import pictures
from webapp.assistants.models import Assistant, assistant_collections
from webapp.audit.models import Action
from webapp.audit.trail import note
from webapp.extensions import db
from webapp.knowledge.models import Collection
from webapp.organizations.models import Organization
from webapp.records import uuid7
from webapp.web.pictures import Image

assistant_deleting = Namespace().signal("assistant-deleting", doc="Sent with an assistant that is about to be gone.")


class SlugTaken(Exception):
    """Another assistant of the deployment has this address."""


class CollectionExists(Exception):
    """The organization has a collection of this name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an assistant is to be: its columns, its collections, and what it looks like where that changes."""

    settings: Mapping[str, Any]
    collections: set[UUID] = field(default_factory=set)
    collection_name: str = ""
    picture: Image | None = None
    no_picture: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """An assistant as the list shows it."""

    assistant: Assistant
    conversation_count: int


_conversations = table("conversations", column("id"), column("assistant_id"))


def _conversation_count(assistant_id: Any) -> Select[Any]:
    return select(func.count()).select_from(_conversations).where(_conversations.c.assistant_id == assistant_id)


def rows(organization: Organization) -> list[Row]:
    """Return the organization's assistants with their collections, by name, in two queries."""
    found = db.session.execute(
        select(Assistant, _conversation_count(Assistant.id).scalar_subquery())
        .where(Assistant.organization_id == organization.id)
        .options(selectinload(Assistant.collections))
        .order_by(func.lower(Assistant.name), Assistant.id)
    )
    return [Row(assistant, count) for assistant, count in found]


def conversation_count(assistant: Assistant) -> int:
    """Return how many conversations there are with the assistant, of everybody."""
    return db.session.scalar(_conversation_count(assistant.id)) or 0


def create(organization: Organization, preset: str, wanted: Wanted, by: Person) -> Assistant:
    """Make an assistant. Raises SlugTaken and CollectionExists."""
    assistant = Assistant(id=uuid7(), organization_id=organization.id, preset=preset, **wanted.settings)
    _refuse_known_collection(organization.id, wanted.collection_name)
    _keep_address(assistant)
    _choose_collections(assistant, set(), wanted)
    _choose_picture(assistant, wanted)
    _note(Action.ASSISTANT_CREATED, assistant, by, preset=assistant.preset, audience=assistant.audience)
    return assistant


def change(assistant: Assistant, wanted: Wanted, by: Person) -> list[str]:
    """Make an assistant what is wanted, and return the names of what changed. Raises SlugTaken and CollectionExists."""
    before = {collection.id for collection in assistant.collections}
    _refuse_known_collection(assistant.organization_id, wanted.collection_name)
    changed = [name for name, value in wanted.settings.items() if getattr(assistant, name) != value]
    for name in changed:
        setattr(assistant, name, wanted.settings[name])
    _keep_address(assistant)
    if before != wanted.collections or wanted.collection_name:
        _choose_collections(assistant, before, wanted)
        changed.append("collections")
    if wanted.picture or (wanted.no_picture and assistant.picture):
        _choose_picture(assistant, wanted)
        changed.append("picture")
    if changed:
        _note(Action.ASSISTANT_CHANGED, assistant, by, fields=changed)
    return changed


def change_guard(assistant: Assistant, values: Mapping[str, Any], by: Person) -> None:
    """Let these values stand before an assistant."""
    names = {*values, *assistant.guard}
    changed = sorted(name for name in names if values.get(name) != assistant.guard.get(name))
    if changed:
        assistant.guard = dict(values)
        _note(Action.ASSISTANT_CHANGED, assistant, by, fields=[f"guard: {name}" for name in changed])


def remove(assistant: Assistant, by: Person) -> None:
    """Delete an assistant with every conversation that anybody had with it. Documents stay."""
    count = conversation_count(assistant)
    assistant_deleting.send(assistant)
    _note(Action.ASSISTANT_DELETED, assistant, by, conversations=count)
    db.session.delete(assistant)
    db.session.flush()


def _note(action: Action, assistant: Assistant, by: Person, **details: Any) -> None:
    note(action, assistant.organization_id, by=by, subject=assistant.name, subject_id=assistant.id, **details)


def _keep_address(assistant: Assistant) -> None:
    """Write the assistant. Of two who want the same address, one is refused here, and has to roll back: SlugTaken."""
    db.session.add(assistant)
    try:
        db.session.flush()
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            raise SlugTaken from None
        raise


def _refuse_known_collection(organization_id: UUID, name: str) -> None:
    known = select(Collection.id).where(Collection.organization_id == organization_id, Collection.name == name)
    if name and db.session.scalar(known):
        raise CollectionExists


def _choose_collections(assistant: Assistant, before: set[UUID], wanted: Wanted) -> None:
    after = set(wanted.collections)
    if wanted.collection_name:
        new = Collection(id=uuid7(), organization_id=assistant.organization_id, name=wanted.collection_name)
        db.session.add(new)
        db.session.flush()
        after.add(new.id)
    if before - after:
        theirs = assistant_collections.c
        db.session.execute(
            delete(assistant_collections).where(
                theirs.assistant_id == assistant.id, theirs.collection_id.in_(before - after)
            )
        )
    for id_ in after - before:
        assistant.search_in(db.session.get_one(Collection, id_))


def _choose_picture(assistant: Assistant, wanted: Wanted) -> None:
    if wanted.picture:
        pictures.give(assistant, wanted.picture)
    elif wanted.no_picture:
        pictures.take_away(assistant)
