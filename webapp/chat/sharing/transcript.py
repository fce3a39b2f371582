"""A conversation as one Markdown file, with the sources of every answer."""

import re
from collections.abc import Sequence
from datetime import datetime

from webapp.chat.models import Conversation
from webapp.chat.presentation import Answer, Shown, Source
from webapp.chat.support import marks
from webapp.chat.support.assertions import Support

LONGEST_NAME = 80
_UNSAFE = re.compile(r"[^\w ,()+-]+")


def file_name(conversation: Conversation) -> str:
    """Return a file name that every system accepts: words of the title, and the day of the last question."""
    words = " ".join(_UNSAFE.sub(" ", conversation.title).split())[:LONGEST_NAME].strip()
    return f"{words or 'Conversation'} {conversation.touched_at:%Y-%m-%d}.md"


def markdown(conversation: Conversation, turns: Sequence[Shown]) -> str:
    """Return the conversation with its questions as quotations, its answers as they were written, and their sources."""
    assistant = conversation.assistant
    scene, customer = conversation.scene, ""
    head = [
        f"# {conversation.title}",
        f"{assistant.name}, {assistant.organization.name}, {_time(conversation.created_at)}",
    ]
    if scene:  # What the page tells, and no more: the rest is to be found out.
        customer = scene["customer"]
        head += [f"**Your task:** {scene['goal']}", f"**{customer}:** {scene['persona']}"]
    return "\n\n".join([*head, *(_turn(number, turn, customer) for number, turn in enumerate(turns, 1))]) + "\n"


def _turn(number: int, turn: Shown, customer: str) -> str:
    if customer:
        return _spoken(turn, customer)
    question, answer = turn.question, turn.answer
    parts = []
    if question:
        parts += [f"## Question {number}", f"*{_time(question.created_at)}*"]
        if question.selection:
            parts.append(f"About these words:\n\n{_quoted(question.selection)}")
        parts.append(_quoted(question.text))
    parts += [f"## Answer {number}", answer.text or answer.error or "There is no answer."]
    if answer.state != "complete" and answer.text:
        parts.append("*The answer ends here; it was not finished.*")
    if answer.quoted and answer.sources:
        parts.append("*Quoted word for word from the documents, without a language model.*")
    if answer.notes:
        parts += [f"*{words}*" for words in (answer.notes.afterwards, answer.notes.disclaimer) if words]
    if answer.sources:
        parts.append("**Sources**\n\n" + "\n".join(map(_source, answer.sources)))
        parts += _checked(answer)
    return "\n\n".join(parts)


def _checked(answer: Answer) -> list[str]:
    """Return the sentence that says how many sentences its sources do not quite support, if there are any."""
    weak, unsupported = (marks.count(answer.support, kind) for kind in (Support.WEAK, Support.UNSUPPORTED))
    if not weak and not unsupported:
        return []
    cited = f"Of {len(answer.support or ())} sentences that cite, checked automatically"
    return [f"*{cited}: {weak} only partly supported, {unsupported} not found in the sources.*"]


def _spoken(turn: Shown, customer: str) -> str:
    """Return what was said in a play, or beside it."""
    question, answer = turn.question, turn.answer
    if answer.practice and answer.practice.aside:
        return "\n\n".join([f"*{'Hint' if question else 'Aside'}:* {answer.text}", *map(_source, answer.sources)])
    mine = [f"**You:** {question.text}"] if question else []
    return "\n\n".join([*mine, f"**{customer}:** {answer.text or answer.error or '…'}"])


def _quoted(words: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in words.splitlines())


def _source(source: Source) -> str:
    if source.removed:
        return f"- [{source.number}] The document was deleted."
    page = f"page {source.page_label}" if source.page_label else ""
    where = ", ".join(filter(None, (source.file, source.path, page)))
    return f"- [{source.number}] {where}: “{source.quote}”"


def _time(when: datetime) -> str:
    return f"{when.day} {when:%B %Y, %H:%M} UTC"
