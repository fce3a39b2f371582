"""Writes come from our own pages: no tokens, the browser says where a request began."""

from urllib.parse import urlsplit

from flask import abort, request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_foreign_writes() -> None:
    """Abort with 403 unless an unsafe request was sent by one of our own pages.

    Every browser of today sends `Sec-Fetch-Site`; an older one at least sends `Origin` with a form.
    """
    if request.method in SAFE or request.headers.get("Sec-Fetch-Site") in {"same-origin", "none"}:
        return
    origin = request.headers.get("Origin")
    if "Sec-Fetch-Site" in request.headers or not origin or urlsplit(origin).netloc != request.host:
        abort(403, "This request came from another site.")
