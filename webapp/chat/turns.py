"""Asking: how questions and pending answers come into a conversation."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import exists, func, select, update
from sqlalchemy import text as sql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import make_transient_to_detached

from webapp.accounts.models import Guest, Person
from webapp.assistants.models import Assistant, Mode
from webapp.chat.models import ONE_RUNNING, UNFINISHED, Conversation, Message, Role, State
from webapp.extensions import db
from webapp.knowledge.retrieval import Place
from webapp.knowledge.selections import SEARCHED, Selection
from webapp.records import now, uuid7

LEAST, MOST = 1, 5000
TITLE = 64


class StillAnswering(Exception):
    """The conversation's last answer is not finished."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A question that was asked before; one about a selection has it on the lines before, and the place of it."""

    words: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, which may be missing only for a moment.

    Of one that begins, `earlier` are the latest questions before it that still stand, oldest first.
    """

    question: Message
    answer: Message
    earlier: Sequence[Earlier] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in a conversation: a question with its answer, or something that was said without a question."""

    question: Message | None
    answer: Message


def begin(  # noqa: PLR0913  What a conversation begins with, by name.
    assistant: Assistant,
    text: str,
    *,
    person: Person | None,
    guest: Guest | None,
    about: Selection | None = None,
    mode: Mode = Mode.CHAT,
) -> Turn:
    """Start a conversation with a question, which may be about words that were selected in a document."""
    conversation = Conversation(
        id=uuid7(),
        organization_id=assistant.organization_id,
        assistant=assistant,
        person_id=person.id if person else None,
        guest_id=guest.id if guest else None,
        title=title_from(text),
        mode=mode,
        message_count=2,
    )
    turn = _turn(conversation, 0, text, about)
    db.session.add_all([conversation, turn.question, turn.answer])
    db.session.flush()
    return turn


def ask(conversation: Conversation, text: str, instead_of: Message | None = None, *, aside: bool = False) -> Turn:
    """Add a question and its pending answer. Raises StillAnswering while another answer is being made.

    Where a play is paused or over it raises that too; beside a paused one something may be said `aside`.

    Where it takes the place of another question, what was asked from there on does not count as earlier, and it is
    about the same selection.
    """
    about = selection_of(instead_of) if instead_of else None
    turn = _turn(conversation, 0, text, about)
    turn.question.aside = turn.answer.aside = aside
    values = {
        "conversation": conversation.id, "organization": conversation.organization_id, "question": turn.question.id,
        "answer": turn.answer.id, "text": text, "now": turn.question.created_at,
        "before": instead_of.position if instead_of else None,
        "selection": about.text if about else None, "document": about.document_id if about else None,
        "start": about.start if about else None, "end": about.end if about else None,
        "aside": aside,
    }  # fmt: skip
    with _only_one_runs():
        asked = db.session.execute(_ASK, values).first()
    if asked is None:
        raise StillAnswering
    turn.question.position, turn.answer.position = asked.position, asked.position + 1
    for message in (turn.question, turn.answer):  # The session may go on as if it had written the rows itself.
        make_transient_to_detached(message)
        db.session.add(message)
    earlier = zip(asked.words or (), asked.documents, asked.starts, asked.ends, strict=False)
    return replace(turn, earlier=[Earlier(words, _place(document, *span)) for words, document, *span in earlier])


# Every question passes here: one round trip takes the next two positions, fills them, and brings what was asked before.
_ASK = sql("""
    WITH taken AS (
        UPDATE conversations SET message_count = message_count + 2, touched_at = :now
        WHERE id = :conversation AND NOT EXISTS (
            SELECT FROM messages WHERE conversation_id = :conversation AND state IN ('pending', 'streaming')
        ) AND ended_at IS NULL AND (paused_at IS NULL OR :aside)
        RETURNING message_count - 2 AS position
    ), written AS (
        INSERT INTO messages (
            id, organization_id, conversation_id, position, role, state, text, question_id, created_at,
            selection, document_id, selection_start, selection_end, aside
        )
        SELECT m.id, :organization, :conversation, taken.position + m.place, m.role, m.state, m.text, m.question, :now,
               m.selection, m.document, m.start, m.stop, :aside
        FROM taken, (VALUES (CAST(:question AS uuid), 0, 'question', 'complete', :text, CAST(NULL AS uuid),
                             CAST(:selection AS text), CAST(:document AS uuid), CAST(:start AS int), CAST(:end AS int)),
                            (CAST(:answer AS uuid), 1, 'answer', 'pending', '', CAST(:question AS uuid),
                             NULL, NULL, NULL, NULL)
        ) AS m (id, place, role, state, text, question, selection, document, start, stop)
    )
    SELECT taken.position, array_agg(e.words ORDER BY e.position) FILTER (WHERE e.position IS NOT NULL) AS words,
           array_agg(e.document_id ORDER BY e.position) AS documents,
           array_agg(e.selection_start ORDER BY e.position) AS starts,
           array_agg(e.selection_end ORDER BY e.position) AS ends
    FROM taken LEFT JOIN LATERAL (
        SELECT position, coalesce(left(selection, 600) || chr(10), '') || text AS words,
               document_id, selection_start, selection_end
        FROM messages
        WHERE conversation_id = :conversation AND role = 'question' AND superseded_at IS NULL
          AND position < coalesce(CAST(:before AS int), taken.position)
        ORDER BY position DESC LIMIT 5
    ) e ON true
    GROUP BY taken.position
""")


def _turn(conversation: Conversation, position: int, text: str, about: Selection | None = None) -> Turn:
    question = _message(conversation, position, Role.QUESTION, State.COMPLETE, text)
    if about:
        question.selection, question.document_id = about.text, about.document_id
        question.selection_start, question.selection_end = about.start, about.end
    answer = _message(conversation, position + 1, Role.ANSWER, State.PENDING)
    answer.question_id = question.id
    return Turn(question, answer)


def retry(answer: Message) -> Turn:
    """Answer the same question once more; the earlier answer is kept, superseded."""
    question = db.session.get_one(Message, answer.question_id)
    position = next_position(answer.conversation)
    answer.superseded_at = now()
    again = _message(answer.conversation, position, Role.ANSWER, State.PENDING)
    again.question_id = question.id
    db.session.add(again)
    with _only_one_runs():
        db.session.flush()
    return Turn(question, again, earlier_than(question))


def edit(question: Message, text: str) -> Turn:
    """Ask differently: the question and what followed it are superseded, and the new wording takes their place."""
    conversation = question.conversation
    turn = ask(conversation, text, instead_of=question)
    if conversation.title == title_from(question.text):
        conversation.title = title_from(text)
    db.session.execute(
        update(Message)
        .where(
            Message.conversation_id == conversation.id,
            Message.position >= question.position,
            Message.position < turn.question.position,
            Message.superseded_at.is_(None),
        )
        .values(superseded_at=now())
    )
    return turn


def selection_of(question: Message) -> Selection | None:
    """Return the words that a question is about, where they still stand in a document."""
    if not question.selection or question.document_id is None:
        return None
    return Selection(question.document_id, question.selection, question.selection_start, question.selection_end)


def _place(document_id: UUID | None, start: int | None, end: int | None) -> Place | None:
    return None if document_id is None or start is None or end is None else Place(document_id, start, end)


def earlier_than(question: Message) -> Sequence[Earlier]:
    """Return the latest questions before one that still stand, oldest first."""
    asked = (
        select(
            func.coalesce(func.left(Message.selection, SEARCHED).concat("\n"), "").concat(Message.text),
            Message.document_id,
            Message.selection_start,
            Message.selection_end,
        )
        .where(
            Message.conversation_id == question.conversation_id,
            Message.position < question.position,
            Message.role == Role.QUESTION,
            Message.superseded_at.is_(None),
        )
        .order_by(Message.position.desc())
        .limit(5)
    )
    rows = db.session.execute(asked).all()[::-1]
    return [Earlier(words, _place(document, start, end)) for words, document, start, end in rows]


def visible_turns(conversation_id: UUID) -> list[Entry]:
    """Return what stands in the conversation now, oldest first."""
    messages = db.session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation_id, Message.superseded_at.is_(None))
        .order_by(Message.position)
    ).all()
    answers = {message.question_id: message for message in messages if message.role == Role.ANSWER}
    return [
        Entry(None, message) if message.role == Role.ANSWER else Entry(message, answers[message.id])
        for message in messages
        if (message.id in answers if message.role == Role.QUESTION else message.question_id is None)
    ]


def place_of_latest(conversation_id: UUID) -> str | None:
    """Return the id that the turn of the latest answer has in its page, if anything was said yet."""
    latest = (
        select(Message.id, Message.question_id)
        .where(
            Message.conversation_id == conversation_id,
            Message.role == Role.ANSWER,
            Message.superseded_at.is_(None),
        )
        .order_by(Message.position.desc())
        .limit(1)
    )
    found = db.session.execute(latest).first()
    if found is None:
        return None
    return f"message_{found.question_id.hex}" if found.question_id else f"answer_{found.id.hex}"


def say(conversation: Conversation, position: int, words: str, *, aside: bool = False) -> None:
    """Let something stand in the conversation that nobody asked for."""
    message = _message(conversation, position, Role.ANSWER, State.COMPLETE, words)
    message.aside, message.finished_at = aside, message.created_at
    db.session.add(message)


@contextmanager
def _only_one_runs() -> Iterator[None]:
    """Raise StillAnswering where another answer began at this very moment.

    Whoever waited for its transaction sees the conversation as it is now, and the messages as they were before.
    """
    try:
        yield
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation) and error.orig.diag.constraint_name == ONE_RUNNING:
            raise StillAnswering from error
        raise


def title_from(text: str) -> str:
    """Return a conversation's title: its first question, on one line and not too long."""
    line = re.sub(r"\s+", " ", text).strip()
    if len(line) <= TITLE:
        return line
    cut = line[:TITLE].rsplit(" ", 1)[0] if " " in line[:TITLE] else line[:TITLE]
    return cut.rstrip(" ,;:.-") + " …"


def _message(conversation: Conversation, position: int, role: Role, state: State, text: str = "") -> Message:
    return Message(
        id=uuid7(),
        organization_id=conversation.organization_id,
        conversation_id=conversation.id,
        position=position,
        role=role,
        state=state,
        text=text,
        selection=None,
        document_id=None,
        selection_start=None,
        selection_end=None,
        aside=False,
        asks=False,
        correction=None,
        error=None,
        model=None,
        superseded_at=None,
        created_at=now(),
    )


def next_position(conversation: Conversation) -> int:
    """Take the next position and hold the conversation until the transaction ends. Raises StillAnswering."""
    running = exists().where(Message.conversation_id == conversation.id, Message.state.in_(UNFINISHED))
    taken = db.session.scalar(
        update(Conversation)
        .where(Conversation.id == conversation.id, ~running)
        .values(message_count=Conversation.message_count + 1, touched_at=now())
        .returning(Conversation.message_count)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise StillAnswering
    return taken - 1
