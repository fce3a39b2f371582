"""What every answer carries: the content security policy and its kin, and the request's id."""

import re
from urllib.parse import quote
from uuid import uuid4

import structlog
from flask import Response, g, request

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), payment=()",
    "Cache-Control": "private, no-cache",
}
SECURE = {"Strict-Transport-Security": "max-age=31536000"}


def name_request() -> None:
    """Give the request an id: the proxy's, where it is a plain one, or a new one. Logs carry it."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if re.fullmatch(r"[\w.-]{8,64}", given) else uuid4().hex[:16]
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def add_headers(response: Response) -> Response:
    """Add what is not there yet; pages of a signed-in person or a guest are nobody else's to keep."""
    there = {name.lower() for name, _ in response.headers}
    wanted = HEADERS | SECURE if request.is_secure else HEADERS
    for name, value in wanted.items():
        if name.lower() not in there:
            response.headers.add(name, value)
    if "request_id" in g:
        response.headers["X-Request-ID"] = g.request_id
    return response


def keep_version(response: Response, version: str | None) -> Response:
    """Let a browser keep for ever what its address names by version; nobody in between keeps it."""
    if version and request.args.get("v") == version:
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def as_attachment(response: Response, name: str) -> Response:
    """Have a browser keep the answer as a file of this name, in whatever script it is."""
    spelled = {"filename": name} if name.isascii() else {"filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **spelled)
    return response
