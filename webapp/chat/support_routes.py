"""The marks of an answer that was checked after it was shown."""

from uuid import UUID

from flask import Blueprint, Response

from webapp.chat import access, presentation
from webapp.chat.models import Role
from webapp.web.fragments import page, see_other, wants_part

bp = Blueprint("support", __name__)


@bp.get("/messages/<uuid:id>/support")
def show(id: UUID) -> Response:
    message = access.message(id, Role.ANSWER)
    if not wants_part():
        return see_other("chat.show", id=message.conversation_id)
    if message.support is None:
        return Response(status=204)
    return page("chat/support.parts.html", answer=presentation.shown_answer(message))
