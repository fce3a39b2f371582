"""What one can do with a play beside talking: pause it, ask for a hint, have the last words repeated, end it."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash

from webapp.assistants.forms import MessageForm
from webapp.assistants.models import Mode
from webapp.chat import access, turns
from webapp.chat.limits import questions_limited
from webapp.chat.models import Conversation
from webapp.chat.practice import plays
from webapp.chat.practice.prompts import HINT_WANTED, SAY_AGAIN
from webapp.chat.routes import at_latest, take
from webapp.extensions import db

bp = Blueprint("plays", __name__)

SPEAKING = "The customer is still speaking. Wait for the end of it."


@bp.post("/conversations/<uuid:id>/pause")
def create_pause(id: UUID) -> Response:
    return _stand(_play(id), paused=True)


@bp.post("/conversations/<uuid:id>/pause/end")
def create_pause_end(id: UUID) -> Response:
    return _stand(_play(id), paused=False)


def _stand(play: Conversation, *, paused: bool) -> Response:
    try:
        plays.pause(play) if paused else plays.go_on(play)
        db.session.commit()
    except turns.StillAnswering:
        db.session.rollback()
        flash(SPEAKING, "warning")
    return at_latest(play.id)


@bp.post("/conversations/<uuid:id>/hints")
@questions_limited
def create_hint(id: UUID) -> Response:
    return take(_play(id), MessageForm(formdata=None), HINT_WANTED, aside=True)


@bp.post("/conversations/<uuid:id>/repetitions")
@questions_limited
def create_repetition(id: UUID) -> Response:
    return take(_play(id), MessageForm(formdata=None), SAY_AGAIN)


@bp.post("/conversations/<uuid:id>/ending")
def create_ending(id: UUID) -> Response:
    plays.end(_play(id).id)
    db.session.commit()
    return at_latest(id)


def _play(id_: UUID) -> Conversation:
    conversation = access.conversation(id_)
    return conversation if conversation.mode == Mode.ROLEPLAY else abort(404)
