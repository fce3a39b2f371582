"""Trying an assistant: what it would find for a question, and what a model would be told, without asking it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from flask import Blueprint, Response
from markupsafe import Markup
from sqlalchemy import select

from webapp.accounts.models import Person
from webapp.accounts.visitor import signed_in_person
from webapp.ai import ChatMessage, Prompt
from webapp.assistants import access
from webapp.assistants.forms import MessageForm
from webapp.assistants.models import Assistant, assistant_collections
from webapp.chat import answering, asking, citations, extractive, guarding, prompts
from webapp.chat.asking import Grounds
from webapp.chat.limits import questions_limited
from webapp.chat.practice.parts import Part
from webapp.extensions import db, embedder, language_model
from webapp.knowledge.retrieval import Place
from webapp.knowledge.searching import Hit, numbered
from webapp.organizations.models import Organization
from webapp.web.fragments import page
from webapp.web.markdown import render

bp = Blueprint("trials", __name__)


@dataclass(frozen=True, slots=True)
class Situation:
    """A question, and what a turn knows of where it was asked.

    `background` is the sentence about the reader, `subject` the earlier question that a follow-up may be about,
    `selection` what was selected in a document to ask about, `place` where that stands, `emergencies` those that are
    pinned to the conversation. Where one practises, it is a `part` that answers, and says itself what is searched.
    """

    question: str
    background: str | None = None
    history: Sequence[ChatMessage] = ()
    subject: str | None = None
    selection: str | None = None
    place: Place | None = None
    emergencies: Sequence[guarding.Raised] = ()
    part: Part | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A message of the prompt, and roughly how many tokens it has."""

    role: str
    content: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a question. `model` is who would be asked; without one the answer is `quoted`.

    `handed_over` is how many of the passages are in the prompt: not all of them fit into every budget.
    """

    question: str
    passages: list[Hit]
    answers: bool
    handed_over: int
    prompt: Prompt
    told: list[Told]
    model: str | None
    quoted: Markup

    @property
    def tokens(self) -> int:
        """Roughly how many tokens the whole prompt has."""
        return sum(message.tokens for message in self.told)


@bp.get("/organizations/<slug>/assistants/<uuid:id>/trial")
def new_trial(slug: str, id: UUID) -> Response:
    return _page(*access.administered(slug, id), MessageForm())


@bp.post("/organizations/<slug>/assistants/<uuid:id>/trial")
@questions_limited
def create_trial(slug: str, id: UUID) -> Response:
    (organization, assistant), form = access.administered(slug, id), MessageForm.sent()
    if not form.validate():
        return _page(organization, assistant, form, status=422)
    return _page(organization, assistant, form, trial(assistant, form.message.data or "", signed_in_person()))


def _page(
    organization: Organization,
    assistant: Assistant,
    form: MessageForm,
    found: Trial | None = None,
    status: int = 200,
) -> Response:
    return page(
        "assistants/trial.html",
        parts=("trial",),
        status=status,
        organization=organization,
        assistant=assistant,
        trial_form=form,
        trial=found,
    )


def trial(assistant: Assistant, question: str, person: Person) -> Trial:
    """Do everything that a first question of this person's would do, up to the model."""
    grounds, prompt = told(assistant, Situation(question, background(assistant, person)))
    chosen = language_model()
    return Trial(
        question=question,
        passages=numbered(grounds.found, question),
        answers=bool(grounds.excerpts),
        handed_over=prompts.excerpt_count(prompt),
        prompt=prompt,
        told=[_told(message) for message in prompt.messages],
        model=(prompt.model or chosen.name) if chosen else None,
        quoted=Markup() if chosen else _quoted(grounds),
    )


def background(assistant: Assistant, person: Person) -> str:
    """Return what the assistant is told about a reader."""
    return prompts.background(
        person.software_background, person.hardware_background, tutor=assistant.preset == prompts.TUTOR
    )


def told(assistant: Assistant, asked: Situation) -> tuple[Grounds, Prompt]:
    """Return what an answer would stand on now, and what a model would be told for it.

    The brief comes from the saved settings; what is searched and what is told is the turn's own code. It ends the
    transaction, so that no connection is held while the embedder is waited for.
    """
    organization_id, theirs = assistant.organization_id, assistant_collections.c
    brief = prompts.Brief.of(
        assistant,
        collections=db.session.scalars(select(theirs.collection_id).where(theirs.assistant_id == assistant.id)).all(),
        history=asked.history,
        background=asked.background,
    )
    brief = replace(
        brief, instructions=guarding.instructed(brief.instructions, assistant.guarded_by, asked.emergencies)
    )
    db.session.commit()
    if part := asked.part:
        queries = part.queries()
        grounds = answering.find(organization_id, brief, queries, part.place) if queries else Grounds.none()
        return grounds, part.prompt(brief, grounds)
    grounds = answering.find(organization_id, brief, asking.queries(asked.question, asked.subject), asked.place)
    return grounds, answering.prompt(asked.question, brief, grounds, asked.selection)


def _told(message: ChatMessage) -> Told:
    return Told(message.role, message.content, prompts.tokens(message.content))


def _quoted(grounds: Grounds) -> Markup:
    return render("".join(extractive.answer(grounds, embedder())), citations.links(grounds.excerpts))
