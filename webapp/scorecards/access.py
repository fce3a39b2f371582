"""Which scorecards this visitor may read: those of their own plays, and those of an organization that they run."""

from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, selectinload

from webapp.assistants.models import Mode
from webapp.chat import access as conversations
from webapp.chat.models import Citation, Conversation
from webapp.extensions import db
from webapp.knowledge.models import Passage
from webapp.organizations import access as organizations
from webapp.organizations.models import Organization
from webapp.scorecards.models import Check, Ruling, Scorecard


def ended_play(conversation_id: UUID) -> Conversation:
    """Return one of this visitor's plays that is over, or answer 404."""
    conversation = conversations.conversation(conversation_id)
    if conversation.mode != Mode.ROLEPLAY or conversation.ended_at is None:
        abort(404)
    return conversation


def scorecard_of(conversation_id: UUID) -> Scorecard | None:
    """Return the scorecard of a play with its checks, what they cite, and what was ruled.

    None where nothing was said that could be marked.
    """
    found: Scorecard | None = db.session.scalar(_whole().where(Scorecard.conversation_id == conversation_id))
    return found


def own_check(conversation_id: UUID, check_id: UUID) -> tuple[Scorecard, Check]:
    """Return a check of one of this visitor's plays with its scorecard, or answer 404."""
    scorecard = scorecard_of(ended_play(conversation_id).id) or abort(404)
    return scorecard, _check(scorecard, check_id)


def administered(slug: str, id_: UUID) -> tuple[Organization, Scorecard]:
    """Return an organization that this person runs, and one of its scorecards; 404 and 403 as for the organization."""
    organization = organizations.administered(slug)
    found = db.session.scalar(_whole().where(Scorecard.id == id_, Scorecard.organization_id == organization.id))
    return organization, found or abort(404)


def disputed_check(slug: str, id_: UUID, check_id: UUID) -> tuple[Organization, Scorecard, Check]:
    """Return a check that a trainee disputed, for whoever runs the organization; what nobody disputes is a 404."""
    organization, scorecard = administered(slug, id_)
    check = _check(scorecard, check_id)
    return organization, scorecard, check if check.disputed_at else abort(404)


def _check(scorecard: Scorecard, check_id: UUID) -> Check:
    return next((check for check in scorecard.checks if check.id == check_id), None) or abort(404)


def _whole() -> Select[Any]:
    checks = selectinload(Scorecard.checks)
    return (
        select(Scorecard)
        .join(Scorecard.conversation)
        .options(
            contains_eager(Scorecard.conversation).joinedload(Conversation.assistant),
            checks.joinedload(Check.ruling).joinedload(Ruling.ruled_by),
            checks.joinedload(Check.citation).joinedload(Citation.passage).joinedload(Passage.document),
        )
    )
