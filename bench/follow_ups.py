"""Measure how follow-ups are searched: `python -m bench.follow_ups --data FOLDER`

A follow-up is made of a question and another one about the same document: the words that they share become "it". A
change of topic is a whole question after one about another document. What follows is how many find their passage
among the first five, by what the question together with the one before weighs against 1 for the question as typed.
"""

import argparse
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.questions import Question, load
from bench.retrieval import Library, data_folder
from webapp.chat import asking
from webapp.extensions import embedder
from webapp.knowledge.retrieval import Query, search

SHOWN = 5
MOST = 100
SMALL = (
    "a an the of in on at to for by with from and or is are was were be been do does did has have had what which who"
    " whom whose when where why how many much that this it its they their as not than then there can could would should"
    " will into about during after before between if"
)
Pair = tuple[str, str, Question]  # the question before, the question as typed, and where the answer stands
WEIGHTS: dict[str, Callable[[str], float]] = {
    "typed alone": lambda _: 0.0,
    "0.5": lambda _: 0.5,
    "1": lambda _: 1.0,
    "2": lambda _: 2.0,
    "3": lambda _: 3.0,
    "2 if it points back, else 0.5": lambda typed: (
        asking.POINTING_BACK if asking.points_back(typed) else asking.STANDING_ALONE
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    questions = load(folder)
    library = Library.at(data_folder())
    for name in sorted({question.set for question in questions}):
        library.take_in(folder / "documents" / name)
        ours = [question for question in questions if question.set == name]
        for kind, pairs in (("follow-ups", list(follow_ups(ours))), ("changes of topic", list(changes(ours)))):
            hits = measured(library, name, pairs)
            cells = ", ".join(f"{weights}: {found / len(pairs):.3f}" for weights, found in hits.items())
            print(f"{name}, {len(pairs)} {kind}: {cells}", flush=True)


def measured(library: Library, name: str, pairs: Sequence[Pair]) -> dict[str, int]:
    """Return how many pairs find their passage, for each way to weigh."""
    hits: dict[str, int] = defaultdict(int)
    with library.inside():
        for before, typed, question in pairs:
            together = f"{before}\n{typed}"
            alone, joined = embedder().embed([typed, together])
            for weights, weigh in WEIGHTS.items():
                queries = [Query(typed, alone)]
                if weight := weigh(typed):
                    queries.append(Query(together, joined, weight))
                found = search(library.organization_id, [library.collections[name]], queries, embedder(), SHOWN)
                hits[weights] += any(question.answered_by(passage.document, passage.text) for passage in found)
    return hits


def follow_ups(questions: list[Question]) -> Iterator[Pair]:
    """Yield questions that need the one before."""
    shuffled = random.Random(5).sample(questions, len(questions))  # noqa: S311
    made = 0
    for question in shuffled:
        for before in (other for other in shuffled if other.document == question.document and other is not question):
            if made < MOST and (typed := without_subject(before.text, question.text)):
                made += 1
                yield before.text, typed, question
                break


def changes(questions: list[Question]) -> Iterator[Pair]:
    """Yield questions after one about something else."""
    chance = random.Random(6)  # noqa: S311
    for question in chance.sample(questions, min(MOST, len(questions))):
        before = chance.choice([other for other in questions if other.document != question.document])
        yield before.text, question.text, question


def without_subject(before: str, question: str) -> str | None:
    """Return the question with "it" for the words it shares with the one before; None if all or none are shared."""
    known = {_stem(word) for word in _content(before)}
    words: list[str] = []
    for token in question.split():
        content = list(_content(token))
        if not content or not all(_stem(word) in known for word in content):
            words.append(token)
        elif words[-1:] != ["it"]:
            words = [*(words[:-1] if words[-1:] and words[-1].lower() in ("a", "an", "the") else words), "it"]
    typed = " ".join(words)
    return typed if "it" in words and any(_content(typed)) else None


def _content(text: str) -> Iterator[str]:
    return (word for word in re.findall(r"\w+", text) if word.lower() not in SMALL.split())


def _stem(word: str) -> str:
    return re.sub(r"(ies|es|s|ed|ing)$", "", word.lower())


if __name__ == "__main__":
    main()
