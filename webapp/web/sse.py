"""Server-sent events, as htmx reads them: unnamed ones carry partials, `done` closes."""

from collections.abc import Iterator

from flask import Response, stream_with_context

COMMENT = ":\n\n"
DONE = "event: done\ndata: \n\n"


def event(html: str, id_: int | None = None) -> str:
    """Return one unnamed event with a fragment of HTML."""
    lines = "\n".join(f"data: {line}" for line in html.splitlines())
    return f"{f'id: {id_}' + chr(10) if id_ is not None else ''}{lines}\n\n"


def partial(target: str, swap: str, html: str) -> str:
    """Return a fragment that goes to one place of the page."""
    return f'<hx-partial hx-target="{target}" hx-swap="{swap}">{html}</hx-partial>'


def event_stream(events: Iterator[str]) -> Response:
    """Answer with a stream of events that no proxy holds back."""
    return Response(
        stream_with_context(events),
        mimetype="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
