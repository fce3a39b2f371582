"""Light or dark, as the person chose it, or whoever is not signed in: pages carry it from the server."""

from datetime import timedelta

from flask import Flask, request

from webapp.accounts import cookies
from webapp.accounts.models import Theme
from webapp.accounts.visitor import current_person

THEME_COOKIE, THEME_LIFE = "theme", timedelta(days=365)


def chosen() -> Theme:
    """Return how pages are to look; `system` leaves it to the reader's own settings."""
    person = current_person()
    told = person.theme if person else request.cookies.get(THEME_COOKIE, "")
    return Theme(told) if told in set(Theme) else Theme.SYSTEM


def remember(theme: Theme) -> None:
    """Let this browser keep it for when nobody is signed in."""
    if theme == Theme.SYSTEM:
        cookies.take_back(THEME_COOKIE)
    else:
        cookies.give(THEME_COOKIE, theme, THEME_LIFE)


def furnish(app: Flask) -> None:
    """Tell every template how it is to look."""
    app.context_processor(lambda: {"theme": chosen()})
