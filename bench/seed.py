"""What the product is measured with: organizations with documents, and people who are signed in.

The words come from the demo's handbook, thrown together anew, so that some are frequent and most are rare, as in life.
"""

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from itertools import pairwise
from uuid import NAMESPACE_OID, UUID, uuid5

import psycopg
from sqlalchemy import Text, bindparam, cast, func, insert, select

from bench.deployment import ROOT
from tests.fakes.provider import embedding
from webapp import tenancy
from webapp.accounts.cookies import digest
from webapp.accounts.models import Person, Session
from webapp.assistants.models import Assistant
from webapp.chat.models import Conversation
from webapp.extensions import Base, db, embedder
from webapp.knowledge.ingestion import indexed, weigh_words
from webapp.knowledge.models import Collection, Document, Passage, State, Version
from webapp.knowledge.retrieval import literal
from webapp.organizations.models import Membership, Organization, Role
from webapp.records import now, uuid7

PASSAGES_PER_DOCUMENT = 50
EARLIER_CONVERSATIONS = 5
ASKED_WORDS = 20
LANGUAGE = "english"


@dataclass(frozen=True, slots=True)
class House:
    """An organization as the bench needs it: whom to ask, and passages to ask about."""

    id: UUID
    slug: str
    assistant_id: UUID
    passages: list[str]

    def question(self, number: int, length: int = ASKED_WORDS) -> str:
        """Return a question that a passage of this organization answers; no two numbers give the same.

        It has so many of the passage's words, and seven of its own.
        """
        chosen = random.Random(number)  # noqa: S311 -- repeatable, not secret
        words = chosen.choice(self.passages).split()
        start = chosen.randrange(max(1, len(words) - length))
        return f"What is meant by “{' '.join(words[start : start + length])}”? (question {number})"


def token(number: int) -> str:
    """Return the session token of the person with this number."""
    return f"bench-{number:05}-of-no-use-to-anybody-else"


def conversation(number: int) -> UUID:
    """Return a conversation of the person with this number, in which nothing was asked yet."""
    return uuid5(NAMESPACE_OID, f"bench-{number}")


class Words:
    """Endless prose with the handbook's frequencies: each word is one that followed the last somewhere in it."""

    def __init__(self, seed: int) -> None:
        chapters = (path.read_text() for path in sorted((ROOT / "demo/handbook").glob("*.md")))
        words = re.findall(r"[\w'’.,;:-]+", " ".join(chapters))
        self._following: dict[str, list[str]] = defaultdict(list)
        for word, following in pairwise(words):
            self._following[word].append(following)
        self._random = random.Random(seed)  # noqa: S311 -- repeatable, not secret
        self._last = words[0]

    def some(self, least: int, most: int) -> str:
        words = []
        for _ in range(self._random.randint(least, most)):
            self._last = self._random.choice(self._following[self._last] or list(self._following))
            words.append(self._last)
        return " ".join(words)


def organizations(count: int, passages: int, people: int) -> list[House]:
    """Make organizations with so many passages and people between them, evenly spread, and commit."""
    with tenancy.everywhere():
        houses = [_organization(number, Words(number), passages // count) for number in range(count)]
        _people(houses, people)
        db.session.commit()
    _pool().shutdown()
    return houses


def _organization(number: int, words: Words, passages: int) -> House:
    house, collection = empty_organization(f"bench-{number}"), uuid7()
    db.session.execute(
        insert(Collection), {"id": collection, "organization_id": house.id, "name": "Handbooks", "created_at": now()}
    )
    db.session.get_one(Assistant, house.assistant_id).search_in(db.session.get_one(Collection, collection))
    for place in range(0, passages, PASSAGES_PER_DOCUMENT):
        texts = [words.some(60, 140) for _ in range(min(PASSAGES_PER_DOCUMENT, passages - place))]
        _document(house.id, collection, f"Handbook {place // PASSAGES_PER_DOCUMENT}", words.some(2, 4), texts)
        house.passages.extend(texts)
    weigh_words(house.id)
    return house


def empty_organization(slug: str) -> House:
    """Make an organization with an assistant that has nothing to search yet."""
    organization, assistant = uuid7(), uuid7()
    db.session.add(Organization(id=organization, name=slug.title(), slug=slug))
    db.session.flush()
    db.session.add(
        Assistant(
            id=assistant, organization_id=organization, slug=slug, name="Reader", tagline="Knows the handbooks.",
            instructions="Explain step by step, and begin with the idea."
        )
    )  # fmt: skip
    db.session.flush()
    return House(organization, slug, assistant, [])


def _document(organization: UUID, collection: UUID, name: str, title: str, texts: Sequence[str]) -> None:
    document, version = uuid7(), uuid7()
    db.session.add(Document(id=document, organization_id=organization, collection_id=collection, name=f"{name}.md"))
    db.session.flush()
    db.session.add(
        Version(
            id=version, organization_id=organization, document_id=document, number=1, state=State.COMPLETE,
            content_hash=version.bytes, byte_count=0, title=title, language=LANGUAGE, passage_count=len(texts),
            finished_at=now()
        )
    )  # fmt: skip
    db.session.flush()
    told = [indexed(title, (), text) for text in texts]
    db.session.execute(
        insert(Base.metadata.tables[Passage.__tablename__]).values(
            tsv=func.to_tsvector(LANGUAGE, bindparam("indexed")),
            embedding=cast(bindparam("vector", type_=Text), Passage.embedding.type),
        ),
        [
            {
                "id": uuid7(), "organization_id": organization, "collection_id": collection, "document_id": document,
                "version_id": version, "ordinal": place, "text": text, "heading_path": [], "start": place,
                "end": place + len(text), "fingerprint": uuid7().bytes, "searchable": True, "language": LANGUAGE,
                "indexed": words, "embedding_model": embedder().name, "vector": vector
            }
            for place, (text, words, vector) in enumerate(zip(texts, told, _vectors(told), strict=True))
        ],
    )  # fmt: skip


def _vectors(texts: Sequence[str]) -> list[str]:
    return list(_pool().map(partial(_vector, embedder().dimensions), texts, chunksize=8))


def _vector(dimensions: int, text: str) -> str:
    return literal(embedding(text, dimensions)) or ""


@cache
def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor()


def _people(houses: Sequence[House], count: int) -> None:
    people = [uuid7() for _ in range(count)]
    homes = [houses[number % len(houses)] for number in range(count)]
    db.session.execute(
        insert(Person),
        [
            {"id": person, "name": f"Reader {number}", "email": _email(number), "password_hash": "-"}
            for number, person in enumerate(people)
        ],
    )
    db.session.execute(
        insert(Membership),
        [
            {"organization_id": home.id, "person_id": person, "role": Role.MEMBER}
            for person, home in zip(people, homes, strict=True)
        ],
    )
    db.session.execute(
        insert(Session),
        [
            {"person_id": person, "token_hash": digest(token(number)), "expires_at": now() + timedelta(days=1)}
            for number, person in enumerate(people)
        ],
    )
    db.session.execute(
        insert(Conversation),
        [
            {
                "id": uuid7() if earlier else conversation(number),
                "organization_id": home.id,
                "assistant_id": home.assistant_id,
                "person_id": person,
                "title": "An earlier question",
            }
            for number, (person, home) in enumerate(zip(people, homes, strict=True))
            for earlier in range(EARLIER_CONVERSATIONS)
        ],
    )


def join(house: House, person: int) -> None:
    """Make the person with this number a member of one more organization."""
    found = db.session.scalars(select(Person.id).where(Person.email == _email(person))).one()
    db.session.add(Membership(organization_id=house.id, person_id=found, role=Role.MEMBER))
    db.session.flush()


def _email(number: int) -> str:
    return f"reader-{number}@bench.example"


def analyze(owner_url: str) -> None:
    """Let PostgreSQL count what is there, as it does by itself within a minute."""
    with psycopg.connect(owner_url, autocommit=True) as server:
        server.execute("ANALYZE")
