"""The model's answer: read strictly, and believed only as far as the trainee's own lines and our numbers go."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError

from webapp.knowledge.retrieval import Found
from webapp.scorecards.criteria import Criterion
from webapp.scorecards.lines import Line, Quote, find
from webapp.scorecards.models import Kind, Verdict
from webapp.web.forms import one_line

LONGEST, STRENGTHS = 400, 3
_FENCE = re.compile(r"\A\s*```(?:json)?\s*|\s*```\s*\Z")


class Unreadable(Exception):
    """The answer is not what was asked for; the sentence says why, so that the model can be told."""


class _Check(BaseModel):
    number: int
    verdict: Verdict
    line: int | None = None
    quote: str | None = ""
    passage: int | None = None
    advice: str | None = ""


class _Answer(BaseModel):
    checks: Annotated[list[_Check], Field(min_length=1)]
    strengths: list[str]
    next_step: str
    next_line: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What is left of the model's word on one check once it was looked up."""

    criterion: Criterion
    verdict: Verdict
    quote: Quote | None
    cited: Found | None
    advice: str


@dataclass(frozen=True, slots=True)
class Marks:
    """All of it."""

    marks: list[Mark]
    strengths: list[str]
    next_step: str
    next_message_id: UUID | None


def read(answer: str, criteria: Sequence[Criterion], lines: Sequence[Line], excerpts: Sequence[Found]) -> Marks:
    """Return the marks in an answer, one for each criterion. Raises Unreadable.

    Words that the trainee never said are no quote, and a yes without a quote is unclear. So is a word on policy without
    both a quote and a passage of ours, and what was not answered.
    """
    told = _parsed(answer)
    given = {check.number: check for check in reversed(told.checks)}
    if not given.keys() & set(range(1, len(criteria) + 1)):
        raise Unreadable("no check has a number that was given")
    marks = [_mark(each, given.get(number), lines, excerpts) for number, each in enumerate(criteria, 1)]
    next_line = next((line for line in lines if line.by_trainee and line.number == told.next_line), None)
    return Marks(
        marks=marks,
        strengths=[words for each in told.strengths if (words := _short(each))][:STRENGTHS],
        next_step=_short(told.next_step),
        next_message_id=next_line.message_id if next_line else None,
    )


def _parsed(answer: str) -> _Answer:
    try:
        return _Answer.model_validate(json.loads(_FENCE.sub("", answer)))
    except json.JSONDecodeError as error:
        raise Unreadable(f"it is not JSON ({error.msg} at character {error.pos})") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the whole"
        raise Unreadable(f"{where}: {first['msg']}") from None


def _mark(criterion: Criterion, told: _Check | None, lines: Sequence[Line], excerpts: Sequence[Found]) -> Mark:
    if told is None:
        return Mark(criterion, Verdict.UNCLEAR, None, None, "")
    quote = find(told.quote or "", lines, told.line)
    policy = criterion.kind == Kind.POLICY
    number = told.passage or 0
    cited = excerpts[number - 1] if policy and quote and 0 < number <= len(excerpts) else None
    unshown = told.verdict == Verdict.YES and quote is None
    verdict = Verdict.UNCLEAR if unshown or (policy and cited is None) else told.verdict
    return Mark(criterion, verdict, quote, cited, _short(told.advice))


def _short(words: str | None) -> str:
    line = one_line(words)
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0] + " …"
