"""The front page, and an assistant's own front."""

from flask import Blueprint, Response

from webapp.assistants import access
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
