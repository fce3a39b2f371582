"""The prompt of a reported answer, built again when it was reported: what was found, and what was told.

What an answer does not cite is not kept with it, so this is done anew, from the documents and settings of then, by the
turn's own code. It is an organization's own material: where one of its documents is deleted, it goes.
"""

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import any_, literal, select, update

from webapp import jobs
from webapp.accounts.models import Person
from webapp.ai import ChatMessage
from webapp.assistants.models import Mode
from webapp.chat import answering, asking, prompts, trials, turns
from webapp.chat.models import Citation, Message, Role
from webapp.chat.practice import casting
from webapp.chat.trials import Situation, Told
from webapp.extensions import db, language_model
from webapp.feedback.models import Report
from webapp.knowledge.documents import document_deleting
from webapp.knowledge.models import Document, Passage
from webapp.knowledge.retrieval import Found
from webapp.knowledge.searching import Hit, numbered
from webapp.records import now


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A prompt as a page shows it. `passages` are those that were found, of which `answers` says if any is near.

    It `differs` from that of the turn where somebody practised and an earlier release built it as for any question.
    """

    passages: list[Hit]
    answers: bool
    told: list[Told]
    model: str | None
    temperature: float
    max_tokens: int
    differs: bool = False

    @property
    def tokens(self) -> int:
        """Roughly how many tokens the whole prompt has."""
        return sum(message.tokens for message in self.told)


def rebuild_later(report: Report) -> None:
    """Have a worker build the prompt again once the transaction has committed."""
    jobs.enqueue("feedback.rebuild", report.organization_id, report.id, once=True)


def rebuild(report_id: UUID) -> None:
    """Keep with a report what its answer would be made of now, and commit. Twice is harmless."""
    report = db.session.get(Report, report_id)
    if report is None or report.rebuilt_at:
        return
    answer = report.message
    question = db.session.get_one(Message, answer.question_id)
    asked, quoted = situation(answer, question), _quoted_before(answer)
    grounds, prompt = trials.told(answer.conversation.assistant, asked)
    chosen = language_model()
    kept = {
        "question": question.text,
        "passages": [asdict(found) for found in grounds.found],
        "answers": bool(grounds.excerpts),
        "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
        "model": (prompt.model or chosen.name) if chosen else None,
        "temperature": prompt.temperature,
        "max_tokens": prompt.max_tokens,
        "mode": answer.conversation.mode,
    }
    sources = {found.document_id for found in grounds.found} | quoted
    sources |= {question.document_id} if question.document_id else set()
    db.session.execute(
        update(Report)
        .where(Report.id == report_id, Report.rebuilt_at.is_(None))
        .values(prompt=_plain(kept), source_ids=list(sources), rebuilt_at=now())
    )
    db.session.commit()


def situation(answer: Message, question: Message) -> Situation:
    """Return what the turn of an answer knew of its question."""
    conversation, assistant = answer.conversation, answer.conversation.assistant
    selection, earlier = turns.selection_of(question), turns.earlier_than(question)
    subject = selection.searched if selection else asking.subject([before.words for before in earlier])
    person = db.session.get(Person, conversation.person_id) if conversation.person_id else None
    return Situation(
        question=question.text,
        background=trials.background(assistant, person) if person else None,
        history=_history(question, answering.history_limit(conversation.mode, assistant.history_limit)),
        subject=subject,
        selection=selection.text if selection else None,
        place=asking.place(question.text, selection, subject, earlier),
        emergencies=conversation.emergencies,
        part=casting.cast(turns.Turn(question, answer)),
    )


def _history(question: Message, limit: int) -> list[ChatMessage]:
    """Return what stood in the conversation before a question, oldest first."""
    stood = db.session.scalars(_before(question).order_by(Message.position.desc()).limit(limit)).all()
    return [
        ChatMessage(
            "user" if message.role == Role.QUESTION else "assistant",
            prompts.with_selection(message.text, message.selection),
        )
        for message in reversed(stood)
        if message.text
    ]


def _before(question: Message) -> Any:
    return select(Message).where(
        Message.conversation_id == question.conversation_id,
        Message.position < question.position,
        Message.superseded_at.is_(None),
        ~Message.aside,
    )


def _quoted_before(answer: Message) -> set[UUID]:
    """Return the documents that the conversation cites or asks about up to an answer: its words may be theirs."""
    said = Message.conversation_id == answer.conversation_id, Message.position <= answer.position
    cited = (
        select(Passage.document_id)
        .join(Citation, Citation.passage_id == Passage.id)
        .join(Message, Message.id == Citation.message_id)
        .where(*said)
    )
    asked_about = select(Message.document_id).where(*said, Message.document_id.is_not(None))
    return set(db.session.scalars(cited.union(asked_about)))


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, UUID) else value


def rebuilt(report: Report) -> Rebuilt | None:
    """Return a report's prompt, or None where it is not there yet, or not any more."""
    kept = report.prompt
    if kept is None:
        return None
    return Rebuilt(
        passages=numbered([_found(row) for row in kept["passages"]], kept["question"]),
        answers=kept["answers"],
        told=[Told(each["role"], each["content"], prompts.tokens(each["content"])) for each in kept["messages"]],
        model=kept["model"],
        temperature=kept["temperature"],
        max_tokens=kept["max_tokens"],
        differs=report.message.conversation.mode != kept.get("mode", Mode.CHAT),
    )


def _found(row: dict[str, Any]) -> Found:
    ids = {name: UUID(row[name]) for name in ("passage_id", "document_id")}
    return Found(**row | ids | {"heading_path": tuple(row["heading_path"])})


@document_deleting.connect
def _forget_prompts(document: Document) -> None:
    """Let nothing of a document that is being deleted remain in prompts."""
    db.session.execute(
        update(Report)
        .where(Report.organization_id == document.organization_id, literal(document.id) == any_(Report.source_ids))
        .values(prompt=None, source_ids=[], rebuilt_at=now())
    )


def rebuild_lost() -> None:
    """Have prompts built whose job was lost; for maintenance, within `everywhere()`."""
    for report in db.session.scalars(select(Report).where(Report.rebuilt_at.is_(None))):
        rebuild_later(report)
