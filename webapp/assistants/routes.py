"""The front page, an assistant's own front, and what it looks like."""

from flask import Blueprint, Response, abort, request

from webapp.assistants import access, pictures
from webapp.assistants.forms import MessageForm
from webapp.web.fragments import page

bp = Blueprint("assistants", __name__)


@bp.get("/")
def index() -> Response:
    found = access.assistants()
    chosen = found[0] if found else None
    return page(
        "assistants/index.html",
        assistants=found,
        chosen=chosen,
        document_count=access.document_count(chosen) if chosen else 0,
        form=MessageForm(),
    )


@bp.get("/assistants/<slug>")
def show(slug: str) -> Response:
    assistant = access.assistant(slug)
    return page(
        "assistants/show.html",
        assistant=assistant,
        document_count=access.document_count(assistant),
        books=access.books(assistant),
        form=MessageForm(),
    )


@bp.get("/assistants/<slug>/picture")
def show_picture(slug: str) -> Response:
    """Answer with what an assistant looks like, to whoever may ask it. An address with its digest is kept for ever."""
    assistant = access.assistant(slug)
    looks = pictures.of(assistant) or abort(404)
    response = Response(looks.data, mimetype=looks.media_type)
    response.headers["Content-Security-Policy"] = "sandbox"
    if request.args.get("v") == assistant.picture:
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.set_etag(assistant.picture or "")
    return response.make_conditional(request)  # type: ignore[return-value]
