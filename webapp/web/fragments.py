"""Answering with a page, or with only the part of it that was aimed at. All knowledge of htmx's headers is here."""

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for


def wants_part() -> bool:
    """Tell whether the request asks for a fragment rather than for a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def target() -> str:
    """Return the id of the element that the answer is aimed at; htmx sends `tag#id`."""
    return request.headers.get("HX-Target", "").rpartition("#")[2]


def page(template: str, *, parts: tuple[str, ...] = (), status: int = 200, **context: Any) -> Response:
    """Answer with the page, or with the block of it that was aimed at, where `parts` names that block."""
    if wants_part() and target() in parts:
        found = current_app.jinja_env.get_template(template)
        view = found.new_context(context | _template_globals(context))
        body = "".join(found.blocks[target()](view))
    else:
        body = render_template(template, **context)
    return varied(make_response(body, status))


def fragment(template: str, **context: Any) -> str:
    """Return a small template as HTML. It knows nothing of who is reading: no page around it asks for that."""
    return current_app.jinja_env.get_template(template).render(context)


def _template_globals(context: dict[str, Any]) -> dict[str, Any]:
    filled = dict(context)
    current_app.update_template_context(filled)
    return filled


def varied(response: Response) -> Response:
    """Tell caches that page and part share an address."""
    response.vary.update(("HX-Request-Type", "HX-Target"))
    return response


def path_for(endpoint: str, **values: Any) -> str:
    """Return a page's address without its host. Works where no request is in hand, as in a turn or a job."""
    adapter = current_app.extensions.get("paths")
    if adapter is None:
        adapter = current_app.extensions["paths"] = current_app.url_map.bind("")
    return adapter.build(endpoint, values)


def see_other(endpoint: str, **values: Any) -> Response:
    """Send the reader to a page after a write: 303, or for a fragment's request a 204 that moves the whole page."""
    location = url_for(endpoint, **values) if not endpoint.startswith("/") else endpoint
    if wants_part():
        return Response(status=204, headers={"HX-Location": location})
    return redirect(location, 303)  # type: ignore[return-value]


def leave_for(endpoint: str, **values: Any) -> Response:
    """Send the reader to another page whatever they asked for: 303, or for a fragment's request a whole new page."""
    location = url_for(endpoint, **values)
    if wants_part():
        return Response(status=204, headers={"HX-Redirect": location})
    return redirect(location, 303)  # type: ignore[return-value]
