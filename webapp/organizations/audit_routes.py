"""An organization's audit: who did what, as a page and as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, request, stream_with_context

from webapp.audit import reading
from webapp.audit.forms import AuditFilter, page_number
from webapp.audit.models import Entry
from webapp.organizations import access
from webapp.web.fragments import page

bp = Blueprint("audit", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a row of a page."""

    id: UUID
    at: datetime
    actor: str
    deed: str
    subject: str
    details: str
    address: str


def shown(entries: Sequence[Entry]) -> list[Shown]:
    """Return entries in words."""
    return [
        Shown(
            id=entry.id,
            at=entry.created_at,
            actor=entry.actor or "The deployment",
            deed=reading.in_words(entry.action),
            subject=entry.subject,
            details=reading.details(entry),
            address=entry.address,
        )
        for entry in entries
    ]


@bp.get("/organizations/<slug>/audit")
def index(slug: str) -> Response:
    organization, form = access.administered(slug), AuditFilter(request.args)
    status = 200 if form.validate() else 422
    number = page_number()
    entries, more = reading.page_of(form.wanted(organization.id), number)
    return page(
        "organizations/audit.html",
        status=status,
        organization=organization,
        form=form,
        entries=shown(entries),
        number=number,
        more=more,
    )


@bp.get("/organizations/<slug>/audit.csv")
def table(slug: str) -> Response:
    organization, form = access.administered(slug), AuditFilter(request.args)
    form.validate()
    return streamed(form.wanted(organization.id), f"audit-{organization.slug}.csv")


def streamed(wanted: reading.Wanted, name: str) -> Response:
    """Answer with entries as a file, while they are being read."""
    response = Response(stream_with_context(reading.table(wanted)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
