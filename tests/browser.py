"""A browser for the tests: it keeps cookies, says where its requests come from, and waits for answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

import gevent
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.builders import Row

OURS = {"HTTP_SEC_FETCH_SITE": "same-origin", "HTTP_USER_AGENT": "Colloquy's tests"}


class Page:
    """An answer of the application, and the HTML in it."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.html = response.get_data(as_text=True)
        self.tree = LexborHTMLParser(self.html)

    @property
    def location(self) -> str:
        """Where a 303, or a 204 of htmx, sends the reader."""
        return self.headers.get("Location") or self.headers.get("HX-Location", "")

    @property
    def title(self) -> str:
        return self.words("title")

    def words(self, selector: str = "body") -> str:
        """Return the words of the first element that fits, on one line; none where there is no such element."""
        found = self.tree.css_first(selector)
        return " ".join(found.text().split()) if found else ""

    def each(self, selector: str) -> list[str]:
        """Return the words of every element that fits."""
        return [" ".join(found.text().split()) for found in self.tree.css(selector)]

    def values(self, selector: str, attribute: str) -> list[str]:
        """Return an attribute of every element that fits."""
        return [found.attributes.get(attribute) or "" for found in self.tree.css(selector)]

    def ids(self, selector: str) -> list[UUID]:
        """Return the ids of the things that these elements show."""
        return [UUID(value.partition("_")[2]) for value in self.values(selector, "id")]

    def element(self, id_: str) -> str:
        """Return an element as HTML, white space evened out."""
        found = self.tree.css_first(f"#{id_}")
        return " ".join((found.html or "").split()) if found else ""

    def error_beside(self, field: str) -> str:
        """Return what stands beside a field, which must point at it."""
        described = self.values(f"#{field}", "aria-describedby")
        assert described, f"there is no field {field}"
        assert f"{field}_error" in described[0].split()
        assert self.values(f"#{field}", "aria-invalid") == ["true"]
        return self.words(f"#{field}_error")


class Browser(FlaskClient):
    """A visitor's browser. `person` is who signed in, None for a guest."""

    application: Flask
    person: Any = None

    def open(self, *arguments: Any, **options: Any) -> TestResponse:
        options.setdefault("environ_overrides", {})
        for name, value in OURS.items():
            options["environ_overrides"].setdefault(name, value)
        response = super().open(*arguments, **options)
        response.request.environ["wsgi.input"].close()  # Large uploads are temporary files.
        return response

    def read(self, path: str, *, part: str = "", **options: Any) -> Page:
        """Fetch a page, or the part of it with this id as htmx would."""
        return Page(self.get(path, headers=_aimed(part) | options.pop("headers", {}), **options))

    def send(self, path: str, data: dict[str, Any] | None = None, *, part: str = "", **options: Any) -> Page:
        """Send a form."""
        return Page(self.post(path, data=data or {}, headers=_aimed(part) | options.pop("headers", {}), **options))

    def ask(self, path: str, question: str) -> Asked:
        """Send a question, let its answer be written to the end, and return where it stands."""
        sent = self.send(path, {"message": question})
        assert sent.status == 303, (sent.status, sent.words("main"))
        self.wait()
        return Asked(self, sent.location)

    def begin(self, assistant: str, question: str) -> Asked:
        """Start a conversation with an assistant and let the answer be written."""
        return self.ask(f"/assistants/{assistant}/conversations", question)

    def play(self, assistant: str, scenario: Row) -> Asked:
        """Begin a play."""
        sent = self.send(f"/assistants/{assistant}/conversations", {"mode": "roleplay", "scenario": str(scenario.id)})
        assert sent.status == 303, (sent.status, sent.words("main"))
        return Asked(self, sent.location)

    def ask_about(self, assistant: str, fields: dict[str, Any]) -> Asked:
        """Start a conversation about words of a document, and let the answer be written."""
        sent = self.send(f"/assistants/{assistant}/conversations", fields)
        assert sent.status == 303, (sent.status, sent.words("main"))
        self.wait()
        return Asked(self, sent.location)

    def wait(self) -> Self:
        """Let all answers that this process writes come to their end."""
        finish_turns(self.application)
        return self


def finish_turns(app: Flask) -> None:
    """Let all turns of this process, and what mirrors them, come to their end."""
    lives, mirror = app.extensions["live_answers"], app.extensions["mirror"]
    gevent.joinall([live.turn for live in lives.own.values() if live.turn], timeout=20)
    assert not lives.own, "a turn did not end"
    pulse = mirror._pulse  # noqa: SLF001  # It owns no public end: in production it lives as long as the process.
    if pulse:
        pulse.join(timeout=5)
        assert pulse.ready(), "the pulse did not stop after the last answer"
    app.extensions["unchecked"].hand_over(app)


@dataclass
class Asked:
    """A conversation that a browser asked something in."""

    browser: Browser
    path: str

    @property
    def id(self) -> UUID:
        return UUID(self.path.rpartition("/")[2])

    @property
    def page(self) -> Page:
        page = self.browser.read(self.path)
        assert page.status == 200, (page.status, page.words("main"))
        return page

    def ask(self, question: str) -> Page:
        """Ask something more and return the page."""
        self.browser.ask(f"{self.path}/messages", question)
        return self.page

    @property
    def answer(self) -> str:
        """The words of the last answer."""
        answers = self.page.each(".answer .prose")
        return answers[-1] if answers else ""

    @property
    def answer_id(self) -> UUID:
        """The id of the last answer."""
        return self.page.ids(".answer")[-1]

    @property
    def question_id(self) -> UUID:
        return self.page.ids(".turn")[-1]

    @property
    def latest(self) -> str:
        """The address of the last turn."""
        return f"{self.path}#{self.page.values('.turn', 'id')[-1]}"

    @property
    def state(self) -> str:
        return self.page.values(".answer", "data-state")[-1]


def _aimed(part: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": f"div#{part}"} if part else {}


def page_and_part_agree(browser: Browser, path: str, part: str) -> Page:
    """Fetch a page and its part, compare the element, and return the page."""
    page, alone = browser.read(path), browser.read(path, part=part)
    assert page.status == alone.status == 200
    assert "<html" in page.html
    assert "<html" not in alone.html
    assert page.element(part)
    assert page.element(part) == alone.element(part)
    assert {"HX-Request-Type", "HX-Target"} <= {name.strip() for name in page.headers["Vary"].split(",")}
    return page
