"""An assistant's guard, as its admins set it and try it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from flask import Blueprint, Response, flash

from webapp.accounts.visitor import signed_in_person
from webapp.assistants import access, managing
from webapp.assistants.forms import MessageForm
from webapp.assistants.guard_forms import GuardForm
from webapp.assistants.models import Assistant
from webapp.extensions import db, settings
from webapp.guard import Guard, Outcome, Verdict, cards, judge
from webapp.guard.cards import Card
from webapp.guard.countries import numbers
from webapp.organizations.models import Organization
from webapp.web.fragments import page, see_other

bp = Blueprint("assistant_guards", __name__)


@dataclass(frozen=True, slots=True)
class Trial:
    """A question, and once it is `done`, what the guard decided. Without a guard there is no verdict."""

    asked: MessageForm = field(default_factory=lambda: MessageForm(formdata=None))
    done: bool = False
    guard: Guard | None = None
    verdict: Verdict | None = None
    cards: Sequence[Card] = ()


@bp.get("/organizations/<slug>/assistants/<uuid:id>/guard")
def edit(slug: str, id: UUID) -> Response:
    organization, assistant = access.administered(slug, id)
    return _page(organization, assistant, GuardForm.of(assistant), Trial())


@bp.post("/organizations/<slug>/assistants/<uuid:id>/guard")
def update(slug: str, id: UUID) -> Response:
    organization, assistant = access.administered(slug, id)
    form = GuardForm.sent_for(assistant)
    if not form.validate():
        return _page(organization, assistant, form, Trial(), 422)
    managing.change_guard(assistant, form.values, signed_in_person())
    db.session.commit()
    flash("Saved. It counts from the next question on.", "success")
    return see_other("assistant_guards.edit", slug=slug, id=id)


@bp.get("/organizations/<slug>/assistants/<uuid:id>/guard/trial")
def new_trial(slug: str, id: UUID) -> Response:
    return edit(slug, id)


@bp.post("/organizations/<slug>/assistants/<uuid:id>/guard/trial")
def create_trial(slug: str, id: UUID) -> Response:
    organization, assistant = access.administered(slug, id)
    form, asked = GuardForm.of(assistant), MessageForm.sent()
    if not asked.validate():
        return _page(organization, assistant, form, Trial(asked), 422)
    return _page(organization, assistant, form, tried(assistant.guarded_by, asked))


def tried(guard: Guard | None, asked: MessageForm) -> Trial:
    """Do what a guard does with a first question."""
    if guard is None:
        return Trial(asked, done=True)
    verdict = judge(question := asked.message.data or "", guard=guard)
    told = cards.cards(verdict.kinds, question, numbers(settings()))
    said = replace(verdict, answer=verdict.answer and numbers(settings()).within(verdict.answer))
    return Trial(asked, done=True, guard=guard, verdict=said, cards=told)


def _page(
    organization: Organization, assistant: Assistant, form: GuardForm, trial: Trial, status: int = 200
) -> Response:
    return page(
        "assistants/guard.html",
        parts=("trial",),
        status=status,
        organization=organization,
        assistant=assistant,
        form=form,
        trial=trial,
        outcomes=Outcome,
    )
