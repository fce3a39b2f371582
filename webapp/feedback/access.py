"""Whose answers may be judged, and whose reports and gaps looked after."""

from uuid import UUID

from flask import abort

from webapp.chat import access
from webapp.chat.models import Message, Role
from webapp.extensions import db
from webapp.feedback.models import Gap, Report
from webapp.organizations import access as organizations
from webapp.organizations.models import Organization


def answer(id_: UUID) -> Message:
    """Return an answer in one of this visitor's conversations that has come to its end, or answer 404."""
    found = access.message(id_, Role.ANSWER)
    return abort(404) if found.unfinished else found


def administered_report(slug: str, id_: UUID) -> tuple[Organization, Report]:
    """Return an organization that this person runs, and one of its reports; 404 and 403 as for the organization."""
    organization, found = organizations.administered(slug), db.session.get(Report, id_)
    if found is None or found.organization_id != organization.id:
        abort(404)
    return organization, found


def administered_gap(slug: str, id_: UUID) -> tuple[Organization, Gap]:
    """Return an organization that this person runs, and one of its gaps; 404 and 403 as for the organization."""
    organization, found = organizations.administered(slug), db.session.get(Gap, id_)
    if found is None or found.organization_id != organization.id:
        abort(404)
    return organization, found
