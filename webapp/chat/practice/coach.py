"""The coach: explains from the documents, asks, corrects, and never keeps the count in words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import update

from webapp.ai import Prompt
from webapp.assistants.models import Mode
from webapp.chat import asking, extractive, prompts
from webapp.chat.asking import Grounds
from webapp.chat.models import Correction, Message
from webapp.chat.practice import cloze
from webapp.chat.practice import prompts as practice_prompts
from webapp.chat.practice.drills import Opened
from webapp.chat.practice.overhearing import overheard
from webapp.chat.practice.parts import Count, Given, Part, Practised
from webapp.chat.prompts import Brief
from webapp.extensions import db, embedder, settings
from webapp.knowledge.retrieval import Place, Query

DRILL = "drill"
SEARCHED = 600
_ANSWER = re.compile(r"answer\s*=\s*[\"']?(right|partly|wrong)\b", re.IGNORECASE)
_OPEN = re.compile(r"open\s*=\s*[\"']?(yes|no)\b", re.IGNORECASE)
_CORRECTED = {
    Correction.RIGHT: "Right.",
    Correction.PARTLY: "Nearly. It says:",
    Correction.WRONG: "No. It says:",
}
_GONE = "The passage that I asked about is not there any more, so this does not count."
_FILL = "Your turn. What is missing here?"
_NEXT = "The next one. What is missing here?"
_NO_MORE = "I have no more questions about this. Ask me about something else."


@dataclass(slots=True)
class Coach(Part):
    """Whoever trains the reader. `opened` is the question that the reader's message may answer.

    Without a model, `said` is everything that the coach has said before.
    """

    opened: Opened | None
    count: Count
    said: Sequence[str] = ()
    asks: bool = False
    correction: Correction | None = None

    @property
    def place(self) -> Place | None:
        """Where the passage stands that the open question is about."""
        return self.opened.place if self.opened else None

    @property
    def answers_question(self) -> bool:
        """Tell whether the reader asked something: not where the coach waits for their answer, unless they ask back."""
        asks_back = self.correction is None and _ends_with_question(self.question)
        return self.opened is None or (asks_back and not asking.points_back(self.question))

    def queries(self) -> list[Query]:
        """Return the reader's words as they are, and together with what the coach asked."""
        return asking.queries(self.question, self.opened.words[-SEARCHED:] if self.opened else None)

    def words(self, given: Given) -> Iterator[str]:
        """Yield what the coach says, and note what it makes of the reader's answer and whether it asks again."""
        if given.ask is None:
            yield from self._quoting(given.grounds)
            return
        heard: list[str] = []
        said = ""
        for piece in overheard(given.ask(self.prompt(given.brief, given.grounds)), DRILL, heard):
            said += piece
            yield piece
        told = heard[-1] if heard else ""
        answered, opened = _ANSWER.search(told), _OPEN.search(told)
        if self.opened and answered:
            self.correction = Correction(answered[1].lower())
        self.asks = opened[1].lower() == "yes" if opened else _ends_with_question(said)

    def prompt(self, brief: Brief, grounds: Grounds) -> Prompt:
        """Return what the model is told: what an assistant is told, and how to train with it."""
        return prompts.build(
            practice_prompts.coach(
                brief, waits=self.opened is not None, asked=self.count.asked, right=self.count.right
            ),
            question=self.question.replace(f"<{DRILL}", f"‹{DRILL}"),
            excerpts=grounds.excerpts,
            nearest=grounds.nearest,
            context_tokens=settings().llm_context_tokens,
        )

    def _quoting(self, grounds: Grounds) -> Iterator[str]:
        """Yield a lesson without a model: quotations, or what was missing in one, and then a sentence with a gap."""
        candidates = extractive.candidates(grounds).values()
        if self.opened and not _ends_with_question(self.question):
            waiting = cloze.waiting(self.opened.words, candidates)
            if waiting:
                self.correction = waiting.judged(self.question)
                words = f"{_CORRECTED[self.correction]}\n\n{waiting.solved}"
            else:
                words = _GONE
            lead = _NEXT
        else:
            words = "".join(extractive.answer(grounds, embedder()))
            lead = _FILL
        yield words
        following = cloze.made(candidates, [*self.said, words])
        self.asks = following is not None
        if following:
            yield f"\n\n{lead}\n\n{following.asked}"
        elif self.correction:
            yield f"\n\n{_NO_MORE}"

    def keep(self) -> None:
        """Store what was made of the reader's answer, and whether the coach waits for another."""
        values = {"asks": self.asks, "correction": self.correction}
        db.session.execute(update(Message).where(Message.id == self.message_id).values(**values))

    def practice(self) -> Practised:
        """Return how it stands with the coach's questions, this answer's correction included."""
        count = self.count
        if self.correction:
            right = count.right + (self.correction == Correction.RIGHT)
            count = replace(count, asked=count.asked + 1, right=right)
        return Practised(Mode.TRAINING, correction=self.correction, count=count)


def _ends_with_question(text: str) -> bool:
    return text.rstrip(" \n*_)\"”'").endswith("?")
