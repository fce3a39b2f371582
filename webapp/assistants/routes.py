"""The front page, an assistant's own front, and what it looks like."""

from flask import Blueprint, Response, abort, request

from webapp.assistants import access, front, pictures
from webapp.assistants.forms import MessageForm
from webapp.web.fragments import page
from webapp.web.pictures import answer_with

bp = Blueprint("assistants", __name__)


@bp.get("/")
def index() -> Response:
    found = access.assistants()
    chosen = found[0] if found else None
    return page(
        "assistants/index.html",
        assistants=found,
        chosen=chosen,
        books=access.books(chosen) if chosen and len(found) == 1 else [],
        practice=front.practice(chosen) if chosen else None,
        form=MessageForm(),
    )


@bp.get("/assistants/<slug>")
def show(slug: str) -> Response:
    return front.front(access.assistant(slug), MessageForm(), request.args.get("mode"))


@bp.get("/assistants/<slug>/picture")
def show_picture(slug: str) -> Response:
    """Answer with what an assistant looks like, to whoever may ask it."""
    assistant = access.assistant(slug)
    return answer_with(pictures.of(assistant) or abort(404), assistant.picture)
