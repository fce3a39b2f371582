"""Finding passages: by words and meaning, in the collections that were named, in a stable order."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from tests.builders import Builder, Row
from webapp.extensions import embedder
from webapp.knowledge.models import Passage
from webapp.knowledge.relevance import percentage
from webapp.knowledge.retrieval import Found, Query, search

if TYPE_CHECKING:
    from collections.abc import Sequence


def look(
    build: Builder, collections: Sequence[Row], *questions: str, by_meaning: bool = True, limit: int = 5
) -> list[Found]:
    organization = collections[0].organization_id
    with build.inside(organization):
        vectors = embedder().embed(questions) if by_meaning else [None] * len(questions)
        queries = [Query(words, vector) for words, vector in zip(questions, vectors, strict=True)]
        return search(organization, [collection.id for collection in collections], queries, embedder(), limit)


@pytest.mark.parametrize("by_meaning", [True, False])
def test_the_passage_that_answers_comes_first(build: Builder, handbook: Row, document: Row, by_meaning: bool) -> None:
    for question, heading in (
        ("When does a strain wave gear wear out?", "Gearboxes"),
        ("May a frozen battery be charged?", "Batteries"),
        ("Which button opens the robot cage in an emergency?", "Safety"),
    ):
        found = look(build, [handbook], question, by_meaning=by_meaning)
        assert found[0].heading_path[-1] == heading
        assert found[0].relevance >= max(passage.relevance for passage in found)


def test_only_the_named_collections_are_searched(build: Builder, robots: Row, handbook: Row, document: Row) -> None:
    other = build.collection(robots, "Other")
    there = build.document(other, "other.md", "# Other\n\nA strain wave gear has no backlash.\n")
    assert {found.document_id for found in look(build, [other], "strain wave gear")} == {there.id}
    assert {found.document_id for found in look(build, [handbook], "strain wave gear")} == {document.id}
    assert {found.document_id for found in look(build, [handbook, other], "strain wave gear")} == {
        there.id,
        document.id,
    }


def test_no_collection_finds_nothing(build: Builder, handbook: Row, document: Row) -> None:
    with build.inside(handbook.organization_id):
        assert search(handbook.organization_id, [], [Query("gear", None)], embedder(), 5) == []


def test_ties_come_in_the_same_order_every_time(build: Builder, handbook: Row) -> None:
    for number in range(6):
        build.document(handbook, f"{number}.md", "# Same\n\nThe very same words stand here.\n")
    orders = {tuple(found.passage_id for found in look(build, [handbook], "same words")) for _ in range(5)}
    assert len(orders) == 1
    assert len(next(iter(orders))) == 5


def test_a_follow_up_finds_what_its_question_before_was_about(build: Builder, handbook: Row, document: Row) -> None:
    alone = look(build, [handbook], "And when does it fail?")
    together = look(
        build, [handbook], "And when does it fail?", "Does a strain wave gear have backlash?\nAnd when does it fail?"
    )
    assert together[0].heading_path[-1] == "Gearboxes"
    assert together[0].relevance > max((found.relevance for found in alone), default=0)


@pytest.mark.parametrize(
    "question", ["", "   ", "the of and", "'); DROP TABLE passages; --", "a & b | !c <-> d:*", "🤖" * 50, "x" * 5000]
)
def test_odd_questions_break_nothing(build: Builder, handbook: Row, document: Row, question: str) -> None:
    look(build, [handbook], question, by_meaning=False)
    assert look(build, [handbook], question or " ")


def test_no_more_than_the_limit(build: Builder, handbook: Row, document: Row) -> None:
    assert len(look(build, [handbook], "robot battery gear button", limit=2)) == 2


def test_without_vectors_words_alone_find_and_say_little_of_relevance(
    build: Builder, handbook: Row, document: Row
) -> None:
    found = look(build, [handbook], "strain wave gear backlash", by_meaning=False)
    assert found[0].nearness is None
    assert 1 <= found[0].relevance < 50


def test_a_passage_that_waits_for_its_vector_is_not_hidden_by_those_that_have_one(
    build: Builder, handbook: Row
) -> None:
    new = build.document(handbook, "new.md", "# Kalman\n\nThe Kalman filter predicts, measures and corrects.\n")
    for number in range(8):
        build.document(handbook, f"{number}.md", f"# Sensors\n\nThe filter of sensor {number} is on.\n")
    with build.inside(handbook.organization_id) as transaction:
        transaction.execute(
            update(Passage).where(Passage.document_id == new.id).values(embedding=None, embedding_model=None)
        )
        transaction.commit()
    assert look(build, [handbook], "How does a Kalman filter predict?")[0].document == "new.md"


@pytest.mark.parametrize("model", ["all-MiniLM-L6-v2", "text-embedding-3-small"])
def test_relevance_rises_with_nearness_and_stays_between_1_and_99(model: str) -> None:
    steps = [percentage(model, cosine / 100, 0) for cosine in range(-100, 101)]
    assert steps == sorted(steps)
    assert steps[0] >= 1
    assert steps[-1] <= 99


def test_a_document_in_another_language_is_found_by_its_own_word_forms(build: Builder, handbook: Row) -> None:
    build.document(
        handbook,
        "deutsch.md",
        "# Getriebe\n\nDas Wellgetriebe hat kein Spiel, und die Zahnräder greifen ineinander. Es ist leicht und wird "
        "in den Armen von Robotern verwendet, weil es genau ist und nicht nachgibt.\n",
    )
    found = look(build, [handbook], "Welche Getriebe haben kein Spiel bei Robotern?", by_meaning=False)
    assert found[0].document == "deutsch.md"


def test_a_vector_is_sent_in_binary_whatever_is_imported_first(environment: dict[str, str]) -> None:
    """A process of the product makes its engine before it imports the search."""
    told = (
        "from webapp import create_app\n"
        "from webapp.extensions import db\n"
        "from psycopg.adapt import PyFormat\n"
        "app = create_app()\n"
        "from pgvector import HalfVector\n"
        "with app.app_context():\n"
        "    known = db.engine.dialect._psycopg_adapters_map\n"
        "    print(known.get_dumper(HalfVector, PyFormat.AUTO).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", told], env={**os.environ, **environment}, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "HalfVectorBinaryDumper"
