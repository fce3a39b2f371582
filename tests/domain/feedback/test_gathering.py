"""Questions that no document answers find those that ask the same: measured with the built-in embedder."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select

from tests.builders import Builder, Row
from webapp.chat.models import Conversation, Message, Role
from webapp.extensions import embedder
from webapp.feedback.gathering import gather
from webapp.feedback.models import Gap, GapQuestion
from webapp.records import uuid7

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

TOGETHER, RIGHT = 0.72, 0.9


def groups() -> list[list[str]]:
    """Return the questions of the list, those that ask the same together."""
    found = (Path(__file__).parent / "paraphrases.txt").read_text().split("\n\n")
    return [[line for line in group.splitlines() if not line.startswith("#")] for group in found[1:]]


def asked(build: Builder, assistant: Row, questions: list[str]) -> dict[str, object]:
    """Ask these questions without an answer, gather them, and return the gap of each."""
    with build.inside() as session:
        vectors = embedder().embed(questions)
        conversation = Conversation(
            id=uuid7(), organization_id=assistant.organization_id, assistant_id=assistant.id, title="Asked"
        )
        session.add(conversation)
        session.flush()
        home = {"organization_id": assistant.organization_id, "conversation_id": conversation.id, "state": "complete"}
        for place, (words, vector) in enumerate(zip(questions, vectors, strict=True)):
            question, answer = uuid7(), uuid7()
            session.add(Message(id=question, position=2 * place, role=Role.QUESTION, text=words, **home))
            session.add(Message(id=answer, position=2 * place + 1, role=Role.ANSWER, question_id=question, **home))
            session.flush()
            gather(answer, words, vector)
        session.commit()
        return dict(session.execute(select(GapQuestion.words, GapQuestion.gap_id)).all())


def test_questions_that_ask_the_same_come_together_and_others_stay_apart(
    make_app: Callable[..., Flask], app: Flask, robots: Row
) -> None:
    build = Builder(make_app(embedding_api_key=None))
    assistant, same = build.assistant(robots, "desk"), groups()
    assert len(same) == 40
    of = {words: number for number, group in enumerate(same) for words in group}
    together, right = [], []
    listed = list(of)
    for order in (listed, listed[::-1], listed[::3] + listed[1::3] + listed[2::3]):
        gap = asked(build, assistant, order)
        pairs = list(combinations(order, 2))
        together += [gap[one] == gap[other] for one, other in pairs if of[one] == of[other]]
        right += [of[one] == of[other] for one, other in pairs if gap[one] == gap[other]]
        with build.inside() as session:
            session.execute(delete(Gap))
            session.execute(delete(Conversation))
            session.commit()
    print(f"together {sum(together) / len(together):.3f}, right {sum(right) / len(right):.3f}")
    assert sum(together) / len(together) >= TOGETHER
    assert sum(right) / len(right) >= RIGHT


@pytest.mark.parametrize("codes", [("E17", "E23"), ("2024", "2025")])
def test_another_number_is_another_question(
    make_app: Callable[..., Flask], app: Flask, robots: Row, codes: tuple[str, str]
) -> None:
    build = Builder(make_app(embedding_api_key=None))
    gap = asked(build, build.assistant(robots, "desk"), [f"What is new with model {code}?" for code in codes])
    assert len(set(gap.values())) == 2
