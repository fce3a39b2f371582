"""Which customers a visitor can practise with, and which scenarios they look after."""

from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from webapp.assistants.front import practising
from webapp.assistants.models import TRAINER, Assistant
from webapp.extensions import db
from webapp.organizations import access as organizations
from webapp.organizations.models import Organization
from webapp.scenarios.models import Scenario


@practising.connect
def offered(assistant: Assistant) -> list[Scenario]:
    """Return the customers whom an assistant plays, in their order. To be asked for one that the visitor may ask."""
    return list(db.session.scalars(_of(assistant).order_by(Scenario.position, Scenario.id)))


def playable(assistant: Assistant, id_: str) -> Scenario:
    """Return one of them by the id that a form sent, or answer 404."""
    try:
        wanted = UUID(id_)
    except ValueError:
        abort(404)
    found: Scenario | None = db.session.scalar(_of(assistant).where(Scenario.id == wanted))
    return found or abort(404)


def _of(assistant: Assistant) -> Select[Any]:
    return select(Scenario).where(
        Scenario.assistant_id == assistant.id, Scenario.organization_id == assistant.organization_id
    )


def all_of(organization: Organization) -> list[Scenario]:
    """Return the scenarios of an organization with their assistants, by assistant and in their order."""
    return list(
        db.session.scalars(
            select(Scenario)
            .join(Scenario.assistant)
            .where(Scenario.organization_id == organization.id)
            .options(contains_eager(Scenario.assistant))
            .order_by(func.lower(Assistant.name), Assistant.id, Scenario.position, Scenario.id)
        )
    )


def administered(slug: str, id_: UUID) -> tuple[Organization, Scenario]:
    """Return an organization that this person runs, and a scenario of it; 404 and 403 as for the organization."""
    organization = organizations.administered(slug)
    found = db.session.scalar(select(Scenario).where(Scenario.id == id_, Scenario.organization_id == organization.id))
    return organization, found or abort(404)


def trainers(organization: Organization) -> list[Assistant]:
    """Return the assistants of an organization that can play a customer, by name."""
    return list(
        db.session.scalars(
            select(Assistant)
            .where(Assistant.organization_id == organization.id, Assistant.preset == TRAINER)
            .order_by(func.lower(Assistant.name), Assistant.id)
        )
    )
