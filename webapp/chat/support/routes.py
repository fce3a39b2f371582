"""The marks of an answer that was checked after it was shown."""

from uuid import UUID

from flask import Blueprint, Response, request

from webapp.chat import access, presentation
from webapp.chat.models import Role
from webapp.web.fragments import page, see_other, wants_part

bp = Blueprint("support", __name__)

TIMES = 3
"""How often a page asks for the marks of one answer, each time later, before it leaves them to the next visit."""


@bp.get("/messages/<uuid:id>/support")
def show(id: UUID) -> Response:
    message = access.message(id, Role.ANSWER)
    if not wants_part():
        return see_other("chat.show", id=message.conversation_id)
    answer, again = presentation.shown_answer(message), request.args.get("again", TIMES, type=int) + 1
    if message.support is None and not (answer.checking and 0 < again < TIMES):
        return Response(status=204)
    return page("chat/support.parts.html", answer=answer, again=again)
