"""What every template may use without importing it."""

from datetime import date, datetime
from functools import cache
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from markupsafe import Markup

from webapp.web.assets import asset

MACROS = "shared/macros.html"


def dom_id(record: Any) -> str:
    """Return the id that a thing has in a page: `message_0190…`."""
    return f"{type(record).__name__.lower()}_{record.id.hex}"


def icon(name: str, size: str | None = None) -> Markup:
    """Return an icon of the sprite; it is hidden from screen readers, so words must stand beside it."""
    return _icon(asset("icons.svg"), name, size)


@cache
def _icon(sprite: str, name: str, size: str | None) -> Markup:
    shape = Markup(' data-size="{}"').format(size) if size else ""
    return Markup('<svg class="icon" aria-hidden="true"{}><use href="{}#{}"/></svg>').format(shape, sprite, name)


def local_time(when: datetime) -> Markup:
    """Return a time that reads as a date without script, and in the reader's own zone with it."""
    words = f"{when.day} {when:%B %Y, %H:%M} UTC"
    return Markup('<local-time><time datetime="{}">{}</time></local-time>').format(when.isoformat(), words)


def day_words(day: date) -> str:
    """Return a day for people: `24 October`."""
    return f"{day.day} {day:%B}"


def file_size(count: int) -> str:
    """Return a number of bytes for people: `25 MB`."""
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:  # noqa: PLR2004  Files are counted in thousands, as shops and desktops do.
            return f"{size:.0f} {unit}" if unit != "MB" or size >= 10 else f"{size:.1f} {unit}"  # noqa: PLR2004
        size /= 1000
    return f"{size:.1f} GB"


def furnish(app: Flask) -> None:
    """Give the templates their globals, among them the macros that every page uses."""
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters["file_size"] = file_size
    environment.globals.update(asset=asset, day_words=day_words, dom_id=dom_id, icon=icon, local_time=local_time)
    macros = environment.get_template(MACROS).module
    names = [name for name in vars(macros) if not name.startswith("_")]
    environment.globals.update({name: getattr(macros, name) for name in names})
