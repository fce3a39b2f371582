"""What went wrong, as a page or, for a fragment's request, as a sentence beside what was being done."""

import time
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, render_template
from flask_login import current_user
from werkzeug.exceptions import HTTPException, InternalServerError, TooManyRequests

from webapp.extensions import db, limiter
from webapp.web.fragments import varied, wants_part

log = structlog.get_logger()

SAID = {
    400: ("This request could not be read.", "Go back and try again. If it happens twice, reload the page first."),
    401: ("Sign in first.", "This page is for people with an account."),
    403: ("You may not do that.", "You see this because you are signed in, and it needs a role that you do not have."),
    404: ("There is nothing at this address.", "It may have been deleted, or it belongs to someone else."),
    405: ("This address takes no such request.", "Go back and use the page’s own buttons."),
    413: ("That is too large.", "Send fewer or smaller files at once."),
    422: ("Something needs another look.", "Go back, and check what was entered."),
    429: ("That was a little fast.", "Wait a moment, then send it again. Nothing was lost."),
    503: ("One moment.", "This server is being restarted. Send it again in a few seconds; nothing was lost."),
    500: ("Something broke on our side.", "It was written down. Try again in a minute."),
}


def handle_errors(app: Flask) -> None:
    """Answer every error with a page in our words, with its status, and with the request's id."""
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(Exception, unexpected)


def unexpected(error: Exception) -> Response:
    """Answer what nobody foresaw. The log has the trace; the page has none."""
    log.error("unexpected", kind=type(error).__name__, exc_info=error)
    db.session.rollback()  # What broke may have been a statement, and the page still asks who is reading it.
    return answer(InternalServerError())


def answer(error: HTTPException) -> Response:
    """Answer an HTTP error as a page, or as a part that goes to the page's flash area."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    code = error.code or 500
    title, sentence = SAID.get(code, SAID[500] if code >= HTTPStatus.INTERNAL_SERVER_ERROR else SAID[400])
    ours = error.description if error.description != type(error).description else None
    retry_after = _seconds(error)
    if retry_after:
        sentence = f"Wait {retry_after} seconds, then send it again. Nothing was lost."
    elif ours:
        sentence = ours
    context: dict[str, Any] = {
        "code": code,
        "title": title,
        "sentence": sentence,
        "request_id": g.get("request_id", ""),
        "retry_after": retry_after,
        "signed_in": _signed_in(),
    }
    template = "errors/part.html" if wants_part() else "errors/page.html"
    response = varied(make_response(render_template(template, **context), code))
    if wants_part():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#flash", "innerHTML show:none"
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _seconds(error: HTTPException) -> int:
    """Return how long to wait, for an error that passes by itself."""
    if isinstance(error, TooManyRequests):
        limit = limiter.current_limit
        return max(1, int(limit.reset_at - time.time()) + 1) if limit else 60
    return 5 if error.code == HTTPStatus.SERVICE_UNAVAILABLE else 0


def _signed_in() -> bool:
    try:
        return bool(current_user.is_authenticated)
    except Exception:
        return False
