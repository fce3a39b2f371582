"""The queue of an organization's reports, and dealing with one of them."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Response, flash

from webapp.accounts.visitor import signed_in_person
from webapp.audit.forms import page_number
from webapp.chat import presentation, turns
from webapp.chat.models import Message
from webapp.extensions import db
from webapp.feedback import access, correcting, rebuilding, reporting, thumbs
from webapp.feedback.forms import PieceForm, ResolutionForm
from webapp.feedback.models import Report, ReportState
from webapp.knowledge.listing import STATES as STANDING
from webapp.knowledge.models import State as Standing
from webapp.organizations import access as organizations
from webapp.organizations.models import Organization
from webapp.records import now
from webapp.web.fragments import page, see_other

bp = Blueprint("reports", __name__)

DAYS = 30
STATES = {
    ReportState.OPEN: "Open",
    ReportState.FIXED: "Fixed",
    ReportState.NOT_A_FAULT: "Not a fault",
    ReportState.DUPLICATE: "Duplicate",
}


@bp.get("/organizations/<slug>/reports")
def index(slug: str) -> Response:
    organization, number = organizations.administered(slug), page_number()
    rows, more = reporting.queue(organization, number)
    return page(
        "feedback/reports.html",
        organization=organization,
        rows=rows,
        states=STATES,
        open_count=reporting.open_count(organization),
        number=number,
        more=more,
        thumbs=thumbs.counts(organization.id, now() - timedelta(days=DAYS)),
        days=DAYS,
    )


@bp.get("/organizations/<slug>/reports/<uuid:id>")
def show(slug: str, id: UUID) -> Response:
    organization, report = access.administered_report(slug, id)
    return _show(organization, report)


def _show(
    organization: Organization,
    report: Report,
    resolution: ResolutionForm | None = None,
    piece: PieceForm | None = None,
    status: int = 200,
) -> Response:
    question = db.session.get_one(Message, report.message.question_id)
    version = correcting.newest(report.document)
    return page(
        "feedback/report.html",
        status=status,
        organization=organization,
        report=report,
        states=STATES,
        assistant=report.message.conversation.assistant,
        question=question,
        answer=presentation.shown_answer(report.message),
        rebuilt=rebuilding.rebuilt(report),
        resolver=reporting.resolver(report),
        original=db.session.get(Report, report.duplicate_of_id) if report.duplicate_of_id else None,
        version=version,
        version_state=STANDING[Standing(version.state)] if version else "",
        resolution_form=resolution or _offering(ResolutionForm(obj=report), report, organization),
        piece_form=piece or PieceForm(obj=correcting.written(version), title=turns.title_from(question.text)),
    )


def _offering(form: ResolutionForm, report: Report, organization: Organization) -> ResolutionForm:
    """Let the form name the other reports that this one may be a duplicate of."""
    rows = reporting.others(report, organization)
    return form.offering(
        [(str(row.report.id), f"{row.report.created_at:%d %b %Y}: {turns.title_from(row.question)}") for row in rows]
    )


@bp.post("/organizations/<slug>/reports/<uuid:id>/resolution")
def create_resolution(slug: str, id: UUID) -> Response:
    organization, report = access.administered_report(slug, id)
    form = _offering(ResolutionForm.sent(), report, organization)
    if not form.validate():
        return _show(organization, report, resolution=form, status=422)
    state = ReportState(form.state.data)
    original = (
        access.administered_report(slug, UUID(form.duplicate_of.data))[1] if state == ReportState.DUPLICATE else None
    )
    reporting.resolve(report, state, form.resolution.data or "", signed_in_person(), original)
    db.session.commit()
    flash("The report is dealt with. Whoever wrote it can read what became of it.", "success")
    return see_other("reports.index", slug=slug, _anchor="main")


@bp.post("/organizations/<slug>/reports/<uuid:id>/correction")
def create_correction(slug: str, id: UUID) -> Response:
    organization, report = access.administered_report(slug, id)
    form = PieceForm.sent()
    if not form.validate():
        return _show(organization, report, piece=form, status=422)
    reporting.correct(report, form.piece, signed_in_person())
    db.session.commit()
    flash("The correction is being taken in. From then on it is found like any document.", "success")
    return see_other("reports.show", slug=slug, id=id, _anchor="main")
