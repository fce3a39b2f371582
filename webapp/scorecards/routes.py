"""A trainee's own scorecards: reading one, disputing a check, playing a turn again, and how they get on."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, request
from sqlalchemy import ColumnElement, false

from webapp import jobs
from webapp.accounts.visitor import visitor
from webapp.assistants import access as assistants
from webapp.chat.limits import questions_limited
from webapp.chat.models import Conversation
from webapp.chat.practice import plays
from webapp.chat.routes import at_latest
from webapp.extensions import db, language_model
from webapp.scorecards import access, disputing, marking, progress, replaying
from webapp.scorecards.forms import DisputeForm
from webapp.scorecards.models import Check, State
from webapp.web.fragments import page, see_other, wants_part

bp = Blueprint("scorecards", __name__)

LATEST = 8

bp.add_app_template_global(access.scorecard_of, "scorecard_of")


@bp.get("/conversations/<uuid:id>/scorecard")
def show(id: UUID) -> Response:
    return _show(access.ended_play(id))


def _show(
    conversation: Conversation, form: DisputeForm | None = None, disputed: Check | None = None, status: int = 200
) -> Response:
    """Answer with the scorecard; a dispute that was refused stands open at its check, with its words."""
    scorecard = access.scorecard_of(conversation.id)
    own = _mine(), Conversation.assistant_id == conversation.assistant_id
    return page(
        "scorecards/show.html",
        parts=("scorecard",),
        status=status,
        conversation=conversation,
        assistant=conversation.assistant,
        scorecard=scorecard,
        plays=progress.plays(*own)[-LATEST:] if scorecard and scorecard.checks else [],
        unattended=bool(scorecard and scorecard.state == State.PENDING and not jobs.worker_running()),
        form=form or DisputeForm(formdata=None),
        disputed=disputed,
    )


@bp.get("/conversations/<uuid:id>/scorecard/in-short")
def show_in_short(id: UUID) -> Response:
    """Answer the page of a play that waits for its marks; with nothing while there are none."""
    conversation = access.ended_play(id)
    if not wants_part():
        return see_other("chat.show", id=conversation.id)
    scorecard = access.scorecard_of(conversation.id)
    if scorecard is None or scorecard.state == State.PENDING:
        return Response(status=204)
    return page("scorecards/_of_play.html", id=conversation.id)


@bp.post("/conversations/<uuid:id>/scorecard")
@questions_limited
def create(id: UUID) -> Response:
    """Have a play marked whose marking failed."""
    scorecard = access.scorecard_of(access.ended_play(id).id) or abort(404)
    marking.begin_again(scorecard)
    db.session.commit()
    return see_other("scorecards.show", id=id)


@bp.post("/conversations/<uuid:id>/checks/<uuid:check_id>/dispute")
def create_dispute(id: UUID, check_id: UUID) -> Response:
    scorecard, check = access.own_check(id, check_id)
    form = DisputeForm.sent()
    if not form.validate():
        return _show(scorecard.conversation, form, check, status=422)
    try:
        disputing.dispute(check, form.reason.data)
    except disputing.AlreadyRuled:
        flash("An admin has decided this one already.", "warning")
    db.session.commit()
    return see_other("scorecards.show", id=id, _anchor=f"check_{check_id.hex}")


@bp.post("/conversations/<uuid:id>/replay")
@questions_limited
def create_replay(id: UUID) -> Response:
    conversation = access.ended_play(id)
    assistants.assistant(conversation.assistant.slug)
    if language_model() is None:
        flash(plays.NOBODY, "error")
        return _show(conversation, status=422)
    again = replaying.replay(conversation, _chosen_message()) or abort(404)
    db.session.commit()
    return at_latest(again.id)


def _chosen_message() -> UUID:
    try:
        return UUID(request.form.get("message", ""))
    except ValueError:
        abort(404)


@bp.get("/assistants/<slug>/progress")
def show_progress(slug: str) -> Response:
    assistant = assistants.assistant(slug)
    own = _mine(), Conversation.assistant_id == assistant.id
    played = progress.plays(*own)
    return page(
        "scorecards/progress.html",
        assistant=assistant,
        plays=played,
        scenarios=progress.by_scenario(played),
        checks=progress.checks(*own),
    )


def _mine() -> ColumnElement[bool]:
    me = visitor()
    if me.person:
        return Conversation.person_id == me.person.id
    return Conversation.guest_id == me.guest.id if me.guest else false()
