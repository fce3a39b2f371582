"""Whether nothing was lost: each answer that the model gave is compared with what PostgreSQL has of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.fakes.provider import made_up_answer
from webapp.web.markdown import cited_numbers

NUMBERED = re.compile(r"\(question (\d+)\)")

_SAVED = """
    SELECT q.text, a.state, a.text, array(SELECT number FROM citations c WHERE c.message_id = a.id ORDER BY number)
    FROM messages a JOIN messages q ON q.id = a.question_id WHERE a.role = 'answer'
"""


@dataclass(slots=True)
class Completeness:
    """How many answers are saved as complete, word for word, and citing exactly what their text cites."""

    asked: int = 0
    complete: int = 0
    identical: int = 0
    cited: int = 0

    @property
    def whole(self) -> bool:
        return self.asked == self.complete == self.identical == self.cited


def check(owner_url: str, requests: Iterable[Mapping[str, Any]], asked: Iterable[int], tokens: int) -> Completeness:
    """Compare the answers to the questions with these numbers to what the stand-in said to them."""
    said = dict(_said(requests, tokens))
    saved = dict(_saved(owner_url))
    found = Completeness()
    for number in asked:
        found.asked += 1
        state, text, numbers = saved.get(number, (None, None, []))
        found.complete += state == "complete"
        found.identical += text is not None and text == said.get(number)
        found.cited += bool(numbers) and numbers == sorted(cited_numbers(text or "", numbers))
    return found


def _said(requests: Iterable[Mapping[str, Any]], tokens: int) -> Iterable[tuple[int, str]]:
    for request in requests:
        if request["path"] == "/v1/chat/completions":
            messages = request["body"]["messages"]
            if number := NUMBERED.findall(messages[-1]["content"]):
                yield int(number[-1]), "".join(made_up_answer(messages, tokens))


def _saved(owner_url: str) -> Iterable[tuple[int, tuple[str, str, list[int]]]]:
    with psycopg.connect(owner_url) as server:
        for question, state, text, numbers in server.execute(_SAVED):
            if number := NUMBERED.search(question):
                yield int(number[1]), (state, text, numbers)
