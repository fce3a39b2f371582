"""What the product finds and quotes, measured through its own code.

A scorer loads this file as an adapter: `setup(config, documents)` takes the folders of documents in as a worker
would, one collection for each, and `retrieve(question, k)` and `answer(question)` do what a turn does. The database
stays in a folder between runs, so that each text is embedded once. Documentation: docs/retrieval.md.
"""

import atexit
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from local.services import services
from webapp import create_app, tenancy
from webapp.chat import asking, extractive
from webapp.chat.asking import Grounds
from webapp.config import Settings
from webapp.extensions import db, embedder
from webapp.knowledge import documents, ingestion
from webapp.knowledge.models import Collection, Document, State, Version
from webapp.knowledge.retrieval import search
from webapp.organizations.models import Organization
from webapp.records import uuid7
from webapp.web.markdown import cited_numbers

ROOT = Path(__file__).resolve().parent.parent
PASSAGES = 5
"""How many passages a new assistant answers from."""


class Library:
    """An organization with one collection for each folder of documents, and the product to ask it."""

    def __init__(self, app: Flask, organization_id: UUID) -> None:
        self.app, self.organization_id = app, organization_id
        self.collections: dict[str, UUID] = {}

    @classmethod
    def at(cls, data: Path) -> "Library":
        """Start the product with its data in a folder, until the process ends."""
        stack = ExitStack()
        atexit.register(stack.close)
        urls = stack.enter_context(services(data))
        app = create_app(
            Settings(  # type: ignore[call-arg]
                database_url=urls.database_url,
                database_owner_url=urls.owner_url,
                redis_url=urls.redis_url,
                secret_key="only for measuring",  # noqa: S106
            )
        )
        with app.app_context(), tenancy.everywhere():
            upgrade(str(ROOT / "migrations"))
            organization = db.session.scalar(select(Organization).where(Organization.slug == "measured"))
            if organization is None:
                organization = Organization(id=uuid7(), name="Measured", slug="measured")
                db.session.add(organization)
                db.session.commit()
            return cls(app, organization.id)

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let the work inside see this organization."""
        with self.app.app_context(), tenancy.seeing(self.organization_id):
            yield

    def take_in(self, folder: Path) -> None:
        """Upload and read the files of a folder that are not there yet."""
        with self.inside():
            collection = db.session.scalar(select(Collection).where(Collection.name == folder.name))
            if collection is None:
                collection = Collection(id=uuid7(), organization_id=self.organization_id, name=folder.name)
                db.session.add(collection)
                db.session.commit()
            self.collections[folder.name] = collection.id
            there = set(
                db.session.scalars(
                    select(Document.name)
                    .join(Version, Version.document_id == Document.id)
                    .where(Document.collection_id == collection.id, Version.state == State.COMPLETE)
                )
            )
            for path in sorted(folder.iterdir()):
                if path.name not in there:
                    with path.open("rb") as stream:
                        version = documents.upload(collection, path.name, stream, None, path.stat().st_size)
                    db.session.commit()
                    ingestion.ingest(version.id)

    def ground(self, question: str, previous: str | None = None, limit: int = PASSAGES) -> Grounds:
        """Return what a turn would answer this question from."""
        queries = asking.queries(question, previous)
        return asking.grounds(self.organization_id, list(self.collections.values()), queries, limit, quoting=True)


def data_folder() -> Path:
    """Return where the database stays between runs."""
    return Path(tempfile.gettempdir()) / "colloquy-retrieval"


_library: Library | None = None


def setup(config: dict[str, object], folder: Path) -> None:
    """Take in the folders that `config["sets"]` names; `config["data"]` is where the database lives."""
    global _library  # noqa: PLW0603  A scorer calls plain functions.
    _library = Library.at(Path(str(config.get("data") or data_folder())))
    for name in config["sets"]:  # type: ignore[attr-defined]
        _library.take_in(folder / name)


def retrieve(question: str, k: int) -> list[tuple[str, str]]:
    """Return the names and texts of the k best passages."""
    library = _set_up()
    with library.inside():
        queries, collections = asking.queries(question, None), list(library.collections.values())
        found = search(library.organization_id, collections, queries, embedder(), k)
        return [(passage.document, passage.text) for passage in found]


def answer(question: str) -> dict[str, object]:
    """Return the answer of a turn without a language model, and the passages that it cites."""
    library = _set_up()
    with library.inside():
        grounds = library.ground(question)
        text = "".join(extractive.answer(grounds, embedder()))
        cited = [grounds.excerpts[n - 1] for n in cited_numbers(text, range(1, len(grounds.excerpts) + 1))]
        return {
            "text": text,
            "citations": [(passage.document, passage.text) for passage in cited],
            "abstained": not cited,
        }


def _set_up() -> Library:
    if _library is None:
        raise RuntimeError("call setup() first")
    return _library
