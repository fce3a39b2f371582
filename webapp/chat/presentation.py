"""Messages as a page shows them: their Markdown as HTML, with the sources that the numbers lead to."""

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from blinker import Namespace
from markupsafe import Markup
from sqlalchemy import select

from webapp.assistants.models import Mode
from webapp.chat import guarding
from webapp.chat.citations import link, links_of
from webapp.chat.models import Citation, Conversation, Message, State
from webapp.chat.practice import drills
from webapp.chat.practice.parts import Practised
from webapp.chat.prompts import TUTOR
from webapp.chat.support import checking, marks
from webapp.chat.turns import Entry
from webapp.extensions import db, language_model
from webapp.knowledge.models import Document, Passage
from webapp.knowledge.reader import passage_path
from webapp.knowledge.retrieval import Found
from webapp.records import now
from webapp.web.markdown import Growing, Link, render, without_formulas

answers_shown = Namespace().signal(
    "answers-shown", doc="Sent with the answers of a page by their ids; receivers add what their readers said of them."
)

Readable = Callable[[Iterable[UUID]], Container[UUID]]
"""Which of some documents whoever looks may read."""

QUOTE, READ = 220, 1000
"""Characters of a passage that are quoted, and those among which they are looked for: formulas are left out."""
SOON = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that an answer cites. With its document gone, only the number is left.

    Without `href` whoever looks may not read the document.
    """

    number: int
    relevance: int = 0
    removed: bool = False
    href: str = ""
    file: str = ""
    path: str = ""
    page_label: str | None = None
    quote: str = ""


@dataclass(slots=True)
class Answer:
    """An answer as templates see it. `text` is its Markdown, for copying; `html` may still be growing.

    `more` is the conversation in which a tutor can be asked, at a press, to go on from this answer.
    `notes` are what a guard adds below it. `practice` is there where one trains or plays. `support` are the verdicts on
    its sentences that cite; `checking` says that they are on their way. `said` is what its reader said of it;
    of one just made there is nothing yet.
    """

    id: UUID
    state: str
    text: str
    html: Markup
    error: str | None
    quoted: bool
    sources: list[Source] = field(default_factory=list)
    after: int = 0
    more: UUID | None = None
    notes: guarding.Notes | None = None
    practice: Practised | None = None
    support: marks.Verdicts | None = None
    checking: bool = False
    said: Any = None

    @property
    def marked(self) -> Markup:
        """Its HTML, with a mark behind each sentence that its sources do not quite support."""
        return marks.marked(self.html, self.support)

    @property
    def support_words(self) -> dict[str, str]:
        """The kinds of marks in it, with what they mean."""
        return {kind: marks.WORDS[kind] for kind in marks.shown(self.support)}

    @property
    def unfinished(self) -> bool:
        """Tell whether more of it is to come."""
        return self.state in {State.PENDING, State.STREAMING}


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn as templates see it. What was said without a question stands alone."""

    question: Message | None
    answer: Answer


def shown(turns: Sequence[Entry], readable: Readable | None = None) -> list[Shown]:
    """Return the turns with everything that their pages need, in one more query, and one of each receiver.

    Where others look, sources in documents that are not `readable` lead nowhere but to what is quoted of them.
    """
    sources, links = _sources([turn.answer.id for turn in turns if not turn.answer.unfinished], readable)
    found = [
        Shown(turn.question, _answer(turn.answer, sources, links, guarding.notes_of(turn.answer))) for turn in turns
    ]
    if readable is None:
        answers_shown.send({turn.answer.id: turn.answer for turn in found})
    return found


def shown_answer(message: Message) -> Answer:
    """Return one answer with its sources."""
    sources, links = _sources([message.id])
    answer = _answer(message, sources, links, guarding.notes_of(message))
    if answer.practice:
        answer.practice = _latest(answer.practice, message.conversation)
    return answer


def cited(found: Mapping[int, Found]) -> list[Source]:
    """Return the passages that an answer cites, by its numbers, without asking the database."""
    return [
        Source(
            number,
            passage.relevance,
            href=passage_path(passage.document_id, passage.passage_id),
            file=passage.document,
            path=" › ".join(passage.heading_path),
            page_label=passage.page_label,
            quote=excerpt(passage.text),
        )
        for number, passage in found.items()
    ]


def blocks(message: Message) -> list[Markup]:
    """Return a finished answer as the blocks that a stream of it was made of."""
    growing = Growing(links_of(message.id))
    growing.finish(message.text)
    return growing.finished


def waiting(message: Message) -> Answer:
    """Return an answer that has just been asked for, without asking the database."""
    return _answer(message, {}, {})


def _goes_on(message: Message) -> bool:
    """Tell whether a tutor can say more to an answer. Without a model it would only quote the same again."""
    return message.conversation.assistant.preset == TUTOR and language_model() is not None


def _answer(
    message: Message,
    sources: Mapping[UUID, list[Source]],
    links: Mapping[UUID, dict[int, Link]],
    notes: guarding.Notes | None = None,
) -> Answer:
    finished = not message.unfinished
    return Answer(
        id=message.id,
        state=message.state,
        text=message.text,
        html=render(message.text, links.get(message.id, {})) if finished else Markup(),
        error=message.error,
        quoted=finished and message.model is None,
        sources=sources.get(message.id, []) if finished else [],
        more=message.conversation_id if finished and _goes_on(message) else None,
        notes=notes,
        practice=_practice(message),
        support=message.support if finished else None,
        checking=finished and _checking(message, cites=bool(sources.get(message.id))),
    )


def _practice(message: Message) -> Practised | None:
    mode = message.conversation.mode
    return Practised(mode, message.aside, message.correction) if mode != Mode.CHAT else None


def _latest(practice: Practised, conversation: Conversation) -> Practised:
    """Return the same with what only the latest answer tells."""
    over = conversation.id if conversation.ended_at else None
    return replace(practice, count=drills.count(conversation), over=over)


def _checking(message: Message, *, cites: bool) -> bool:
    """Tell whether an answer has just been finished, and its verdicts are on their way."""
    return (
        checking.wanted(message.state, message.model, cites=cites)
        and message.support is None
        and message.finished_at is not None
        and now() - message.finished_at < SOON
    )


def _sources(
    messages: Iterable[UUID], readable: Readable | None = None
) -> tuple[dict[UUID, list[Source]], dict[UUID, dict[int, Link]]]:
    ids = list(messages)
    if not ids:
        return {}, {}
    rows = db.session.execute(
        select(
            Citation.message_id,
            Citation.number,
            Citation.relevance,
            Passage.id,
            Passage.document_id,
            Passage.heading_path,
            Passage.page_label,
            Passage.text,
            Document.name,
        )
        .outerjoin(Citation.passage)
        .outerjoin(Document, Document.id == Passage.document_id)
        .where(Citation.message_id.in_(ids))
        .order_by(Citation.message_id, Citation.number)
    ).all()
    open_to_them = readable({row.document_id for row in rows if row.document_id}) if readable else None
    sources: dict[UUID, list[Source]] = {}
    links: dict[UUID, dict[int, Link]] = {}
    for message, number, relevance, passage, document, path, page, text, name in rows:
        where = link(number, document, passage)
        href = where.href
        if open_to_them is not None and document not in open_to_them:
            href, where = "", where._replace(href=f"#answer_{message.hex}_sources")
        links.setdefault(message, {})[number] = where
        sources.setdefault(message, []).append(
            Source(number, relevance, False, href, name, " › ".join(path), page, excerpt(text))  # noqa: FBT003
            if passage
            else Source(number, removed=True)
        )
    return sources, links


def excerpt(text: str) -> str:
    """Return the beginning of a passage, on one line and without its formulas."""
    line = " ".join(without_formulas(text[:READ]).split())
    return line if len(line) <= QUOTE else line[:QUOTE].rsplit(" ", 1)[0] + " …"


def first_sentence(answer: Answer) -> str:
    """Return what a screen reader hears of a finished answer: its first sentence, without markup."""
    plain = re.sub(r"\s+", " ", answer.html.striptags())
    found = re.match(r".{1,240}?[.!?](?=\s|$)", plain)
    return found.group() if found else plain[:240]
