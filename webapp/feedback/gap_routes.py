"""What an organization's documents do not answer: the list, and closing one gap."""

from uuid import UUID

from flask import Blueprint, Response, flash, request

from webapp.accounts.visitor import signed_in_person
from webapp.ai.errors import ProviderError
from webapp.extensions import db
from webapp.feedback import access, correcting, gaps
from webapp.feedback.forms import PieceForm
from webapp.feedback.models import Gap, GapState
from webapp.knowledge.listing import STATES
from webapp.knowledge.models import State
from webapp.organizations import access as organizations
from webapp.organizations.models import Organization
from webapp.web.forms import tidy
from webapp.web.fragments import page, see_other

bp = Blueprint("gaps", __name__)

SETTLED = {GapState.OPEN: "Open", GapState.ANSWERED: "Answered", GapState.DISMISSED: "Dismissed"}


@bp.get("/organizations/<slug>/gaps")
def index(slug: str) -> Response:
    organization, query = organizations.administered(slug), tidy(request.args.get("q"))[:200]
    asked = request.args.get("state", "")
    state = GapState(asked) if asked in set(GapState) else GapState.OPEN
    return page(
        "feedback/gaps.html",
        parts=("results",),
        organization=organization,
        rows=gaps.rows(organization, state, query),
        counts=gaps.counts(organization),
        states=SETTLED,
        state=state,
        query=query,
    )


@bp.get("/organizations/<slug>/gaps/<uuid:id>")
def show(slug: str, id: UUID) -> Response:
    return _show(*access.administered_gap(slug, id))


def _show(organization: Organization, gap: Gap, form: PieceForm | None = None, status: int = 200) -> Response:
    asked = gaps.questions(gap)
    version = correcting.newest(gap.document)
    return page(
        "feedback/gap.html",
        status=status,
        organization=organization,
        gap=gap,
        assistant=gap.assistant,
        title=asked[0].words if asked else "A question that was deleted",
        asked=asked[: gaps.ASKED_AGAIN],
        count=sum(each.count for each in asked),
        version=version,
        version_state=STATES[State(version.state)] if version else "",
        states=SETTLED,
        piece_form=form or PieceForm(obj=correcting.written(version), title=asked[0].words[:200] if asked else ""),
    )


@bp.post("/organizations/<slug>/gaps/<uuid:id>/piece")
def create_piece(slug: str, id: UUID) -> Response:
    organization, gap = access.administered_gap(slug, id)
    form = PieceForm.sent()
    if not form.validate():
        return _show(organization, gap, form, status=422)
    gaps.write(gap, form.piece, signed_in_person())
    db.session.commit()
    flash("It is being taken in. Once it is searchable, ask again.", "success")
    return see_other("gaps.show", slug=slug, id=id, _anchor="main")


@bp.post("/organizations/<slug>/gaps/<uuid:id>/trial")
def create_trial(slug: str, id: UUID) -> Response:
    _, gap = access.administered_gap(slug, id)
    try:
        answered, asked = gaps.ask_again(gap, signed_in_person())
    except ProviderError as trouble:
        flash(trouble.sentence, "error")
        return see_other("gaps.show", slug=slug, id=id)
    db.session.commit()
    if answered < asked:
        flash(f"The documents answer {answered} of {asked} wordings now.", "warning")
    elif asked:
        closed = " The gap is closed." if gap.state == GapState.ANSWERED else ""
        flash(f"The documents answer this now.{closed}", "success")
    return see_other("gaps.show", slug=slug, id=id)


@bp.post("/organizations/<slug>/gaps/<uuid:id>/dismissal")
def create_dismissal(slug: str, id: UUID) -> Response:
    return _settled(slug, id, GapState.DISMISSED, "It is dismissed. Whoever asks the same adds to it there.")


@bp.post("/organizations/<slug>/gaps/<uuid:id>/opening")
def create_opening(slug: str, id: UUID) -> Response:
    return _settled(slug, id, GapState.OPEN, "It is open again.")


def _settled(slug: str, id_: UUID, state: GapState, words: str) -> Response:
    _, gap = access.administered_gap(slug, id_)
    gaps.settle(gap, state, signed_in_person())
    db.session.commit()
    flash(words, "success")
    return see_other("gaps.index", slug=slug)
