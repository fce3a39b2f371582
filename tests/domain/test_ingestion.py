"""Taking a version in: one run at a time writes, every passage once, and nothing by halves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, update

from tests.builders import HANDBOOK, Builder, Row
from webapp.ai.errors import ProviderError
from webapp.extensions import db
from webapp.knowledge import documents, ingestion
from webapp.knowledge.ingestion import ClaimLost, Run
from webapp.knowledge.models import Passage, Version
from webapp.records import now

if TYPE_CHECKING:
    from flask import Flask

    from tests.fakes.provider import StandIn

LONG = "# Long\n\n" + "\n\n".join(
    f"## Chapter {n}\n\nChapter number {n} tells of robot number {n} and its wheels." for n in range(100)
)


@pytest.fixture
def waiting(build: Builder, handbook: Row) -> Row:
    """A file that nobody has read yet."""
    return build.upload(handbook, "long.md", LONG)


def let_the_heart_stop(build: Builder, row: Row) -> None:
    with build.inside() as session:
        session.execute(
            update(Version).where(Version.id == row.version_id).values(heartbeat_at=now() - timedelta(seconds=31))
        )
        session.commit()


def ordinals(build: Builder, row: Row) -> list[int]:
    return [passage.ordinal for passage in build.passages(row)]


def test_a_version_is_claimed_once(build: Builder, waiting: Row) -> None:
    with build.inside(waiting.organization_id):
        assert Run.claim(waiting.version_id)
        assert Run.claim(waiting.version_id) is None
    build.ingest(waiting)
    assert ordinals(build, waiting) == []


def test_after_the_heartbeat_stopped_another_run_takes_over_and_the_first_writes_nothing(
    build: Builder, waiting: Row
) -> None:
    with build.inside(waiting.organization_id):
        slow = Run.claim(waiting.version_id)
        assert slow
    let_the_heart_stop(build, waiting)
    build.ingest(waiting)
    assert ordinals(build, waiting) == list(range(100))
    before = [passage.id for passage in build.passages(waiting)]
    with build.inside(waiting.organization_id):
        with pytest.raises(ClaimLost):
            slow.hold()
        with pytest.raises(ClaimLost):
            slow.progress(1, 1)
        slow.fail("It must not be written.")
        slow.give_back()
    assert [passage.id for passage in build.passages(waiting)] == before
    version = build.version(waiting)
    assert (version.state, version.error) == ("complete", None)


def test_a_run_that_lost_its_claim_half_way_leaves_no_passage(
    app: Flask, build: Builder, waiting: Row, provider: StandIn
) -> None:
    """The second run comes while the first embeds: an embedder that is slow enough lets it."""
    first = app.extensions["embedder"]

    class Interrupted:
        name, dimensions, calls = first.name, first.dimensions, 0

        def embed(self, texts: list[str]) -> list[list[float]]:
            self.calls += 1
            if self.calls == 2:
                app.extensions["embedder"] = first
                let_the_heart_stop(build, waiting)
                build.ingest(waiting)
            vectors: list[list[float]] = first.embed(texts)
            return vectors

    app.extensions["embedder"] = Interrupted()
    try:
        build.ingest(waiting)
    finally:
        app.extensions["embedder"] = first
    assert ordinals(build, waiting) == list(range(100))
    assert build.version(waiting).state == "complete"


def test_cancelling_half_way_really_cancels(app: Flask, build: Builder, waiting: Row) -> None:
    first = app.extensions["embedder"]

    class Cancelling:
        name, dimensions = first.name, first.dimensions

        def embed(self, texts: list[str]) -> list[list[float]]:
            with build.inside():
                documents.cancel(db.session.get_one(Version, waiting.version_id))
                db.session.commit()
            vectors: list[list[float]] = first.embed(texts)
            return vectors

    app.extensions["embedder"] = Cancelling()
    try:
        build.ingest(waiting)
    finally:
        app.extensions["embedder"] = first
    assert build.version(waiting).state == "cancelled"
    assert ordinals(build, waiting) == []


def test_a_finished_version_is_left_alone(build: Builder, waiting: Row) -> None:
    build.ingest(waiting)
    before = [passage.id for passage in build.passages(waiting)]
    build.ingest(waiting)
    assert [passage.id for passage in build.passages(waiting)] == before


def test_a_passing_failure_gives_the_version_back_for_another_attempt(
    build: Builder, waiting: Row, provider: StandIn
) -> None:
    provider.next("fail-503", 3)
    with build.inside(waiting.organization_id), pytest.raises(ProviderError):
        ingestion.ingest(waiting.version_id, last_attempt=False)
    assert build.version(waiting).state == "pending"
    build.ingest(waiting)
    assert ordinals(build, waiting) == list(range(100))


def test_the_last_attempt_ends_in_a_sentence(build: Builder, waiting: Row, provider: StandIn) -> None:
    provider.next("fail-503", 3)
    build.ingest(waiting)
    version = build.version(waiting)
    assert (version.state, version.error) == (
        "failed",
        "The model provider has trouble at the moment. Please try again.",
    )


def test_what_has_no_vector_gets_one_later(build: Builder, waiting: Row) -> None:
    with build.inside(waiting.organization_id):
        ingestion.ingest(waiting.version_id, embed=False)
    assert {passage.embedding_model for passage in build.passages(waiting)} == {None}
    with build.inside(waiting.organization_id):
        assert ingestion.embed_missing(waiting.organization_id) == 100
        assert ingestion.embed_missing(waiting.organization_id) == 0
        nearest = db.session.scalars(
            text("SELECT vector_dims(embedding) FROM passages WHERE embedding IS NOT NULL GROUP BY 1")
        ).all()
    assert nearest == [512]


def test_a_vector_given_later_equals_one_given_at_once(build: Builder, handbook: Row) -> None:
    at_once = build.document(handbook, "a.md", LONG)
    later = build.upload(handbook, "b.md", LONG)
    with build.inside(later.organization_id) as session:
        ingestion.ingest(later.version_id, embed=False)
        ingestion.embed_missing(later.organization_id)
        vectors = [
            session.scalars(
                text("SELECT embedding::text FROM passages WHERE document_id = :id ORDER BY ordinal"), {"id": row.id}
            ).all()
            for row in (at_once, later)
        ]
    assert vectors[0] == vectors[1]


def test_every_passage_is_where_it_says(build: Builder, handbook: Row) -> None:
    row = build.document(handbook)
    with build.inside() as session:
        version = session.get_one(Version, row.version_id)
        whole = "\n\n".join(block["text"] for block in version.blocks or [])
    for passage in build.passages(row):
        assert whole[passage.start : passage.end] == passage.text
    assert [passage.heading_path for passage in build.passages(row)] == [
        ["Robot handbook", "Gearboxes"],
        ["Robot handbook", "Batteries"],
        ["Robot handbook", "Safety"],
    ]


def test_what_was_never_cited_is_gone_with_its_version(build: Builder, handbook: Row) -> None:
    row = build.document(handbook)
    build.document(handbook, "handbook.md", HANDBOOK + "\n## More\n\nThere is more to say of that.\n")
    with build.inside() as session:
        assert session.scalars(select(Version.state).where(Version.document_id == row.id)).all() == ["complete"]
        assert len(session.scalars(select(Passage.id).where(Passage.document_id == row.id)).all()) == 4


def test_lost_versions_are_found(build: Builder, waiting: Row) -> None:
    with build.inside():
        assert ingestion.lost() == []
    with build.inside(waiting.organization_id):
        assert Run.claim(waiting.version_id)
    let_the_heart_stop(build, waiting)
    with build.inside():
        assert [version.id for version in ingestion.lost()] == [waiting.version_id]
