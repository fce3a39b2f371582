"""Answers while they are written, at real servers: events, pages without script, stopping, dying."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx2
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.builders import GEAR_QUESTION, Builder, Row
from tests.fakes.provider import StandIn
from tests.processes import Event, Server, events, running, wait_for
from webapp.chat.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from flask import Flask

    from tests.browser import Browser


@pytest.fixture(scope="module")
def slow_provider() -> Iterator[StandIn]:
    with StandIn(first_ms=100, every_ms=10, tokens=150) as provider:
        yield provider


@pytest.fixture(scope="module")
def told(environment: dict[str, str], slow_provider: StandIn) -> dict[str, str]:
    return environment | {"LLM_BASE_URL": slow_provider.base_url, "EMBEDDING_BASE_URL": slow_provider.base_url}


@pytest.fixture(scope="module")
def shared_server(told: dict[str, str]) -> Iterator[Server]:
    with running(Server(told)) as server:
        yield server


@pytest.fixture
def server(shared_server: Server, app: Flask, tutor: Row) -> Server:
    return shared_server


class Reader:
    """Somebody who asked a question at a server."""

    def __init__(self, client: httpx2.Client, question: str = GEAR_QUESTION) -> None:
        self.client = client
        sent = client.post("/assistants/tutor/conversations", data={"message": question})
        assert sent.status_code == 303, sent.text
        self.path = sent.headers["Location"]
        self.answer_id = re.search(r'id="answer_([0-9a-f]{32})"', self.page())[1]  # type: ignore[index]

    @property
    def stream_path(self) -> str:
        h = self.answer_id
        return f"/messages/{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}/stream"

    def page(self, query: str = "") -> str:
        return self.client.get(self.path + query).text

    def answer(self, page: str | None = None) -> str:
        """Return the HTML of the answer's text, its blocks without the white space between them."""
        prose = LexborHTMLParser(page or self.page()).css_first(".answer .prose")
        for waiting in prose.css(".waiting"):
            waiting.decompose()
        return re.sub(r">\s+<", "><", prose.inner_html or "").strip()

    def state(self) -> str:
        return LexborHTMLParser(self.page()).css_first(".answer").attributes["data-state"] or ""

    def follow(self, client: httpx2.Client | None = None, query: str = "", **headers: str) -> list[Event]:
        with (client or self.client).stream("GET", self.stream_path + query, headers=headers) as response:
            assert response.status_code == 200
            assert response.headers["Content-Type"].startswith("text/event-stream")
            assert response.headers["X-Accel-Buffering"] == "no"
            return list(events(response.iter_lines()))

    def wait_for_the_end(self) -> None:
        wait_for("the end of the answer", lambda: self.state() not in {"pending", "streaming"})


def shown(seen: list[Event], answer: str) -> str:
    """Do what htmx does with the events before the last two, and return the answer's HTML."""
    done, growing = "", ""
    for event in seen[:-2]:
        for target, (swap, html) in event.parts().items():
            if target == f"#answer_{answer}_done":
                done = html if swap == "innerHTML" else done + html
            elif target == f"#answer_{answer}_growing":
                growing = html
    return re.sub(r">\s+<", "><", done + growing).strip()


def test_events_tell_the_whole_answer_from_a_snapshot_on(server: Server, build: Builder) -> None:
    with server.visitor() as client:
        reader = Reader(client)
        seen = reader.follow()
        assert len(seen) > 5
        *growing, final, done = seen
        assert [event.name for event in seen] == [""] * (len(seen) - 1) + ["done"]
        assert done.data == ""
        places = {f"#answer_{reader.answer_id}_done": "innerHTML", f"#answer_{reader.answer_id}_growing": "innerHTML"}
        assert {target: swap for target, (swap, _) in growing[0].parts().items()} == places
        ids = [event.id for event in growing]
        assert ids == sorted(set(ids))  # type: ignore[type-var]
        with build.inside() as session:
            text = session.get_one(Message, _uuid(reader.answer_id)).text
        assert ids[-1] == len(text)
        assert f"#answer_{reader.answer_id}" in final.parts()
        assert shown(seen, reader.answer_id) == reader.answer()


def _uuid(value: str) -> UUID:
    from uuid import UUID

    return UUID(value)


@pytest.mark.parametrize("came_back", [{"query": "?after=10"}, {"Last-Event-ID": "10"}, {"query": "?after=99999"}])
def test_whoever_comes_back_gets_everything_so_far_and_then_the_rest(server: Server, came_back: dict[str, str]) -> None:
    with server.visitor() as client:
        reader = Reader(client)
        with client.stream("GET", reader.stream_path) as response:
            lines = events(response.iter_lines())
            for _ in range(3):
                next(lines)
        seen = reader.follow(**came_back)
        assert shown(seen, reader.answer_id) == reader.answer()
        assert reader.state() == "complete"


def test_a_finished_answer_is_told_at_once(server: Server) -> None:
    with server.visitor() as client:
        reader = Reader(client)
        reader.wait_for_the_end()
        for query in ("", "?after=5", "?after=nonsense"):
            final, done = reader.follow(query=query)
            assert f"#answer_{reader.answer_id}" in final.parts()
            assert "#composer_end" in final.parts()
            assert done.name == "done"


def test_a_stranger_cannot_listen(server: Server) -> None:
    with server.visitor() as client, server.visitor() as stranger:
        reader = Reader(client)
        assert stranger.get(reader.stream_path).status_code == 404
        Reader(stranger, "A question of mine")
        assert stranger.get(reader.stream_path).status_code == 404


def test_nobody_has_to_watch(server: Server) -> None:
    with server.visitor() as client:
        reader = Reader(client)
        with client.stream("GET", reader.stream_path) as response:
            next(events(response.iter_lines()))
        reader.wait_for_the_end()
        assert reader.state() == "complete"
        assert len(reader.answer()) > 300


def test_a_page_without_script_streams_and_ends_like_the_other(server: Server) -> None:
    with server.visitor() as client:
        reader = Reader(client)
        page = reader.page()
        assert f'<noscript><meta http-equiv="refresh" content="0; url={reader.path}?live=1"></noscript>' in page
        with client.stream("GET", f"{reader.path}?live=1") as response:
            assert response.headers["X-Accel-Buffering"] == "no"
            pieces = [piece for piece in response.iter_text() if piece]
        assert len(pieces) > 3
        assert "<textarea" in pieces[0]
        live = "".join(pieces)
        assert live.rstrip().endswith("</html>")
        assert "http-equiv" not in live
        assert reader.answer(live) == reader.answer()
        sources = [LexborHTMLParser(html).css_first(".sources") for html in (live, reader.page())]
        assert sources[0].text(strip=True) == sources[1].text(strip=True)
        assert "Answer again" in live
        over = client.get(f"{reader.path}?live=1")
        assert over.status_code == 303
        turn = LexborHTMLParser(reader.page()).css_first(".turn").attributes["id"]
        assert over.headers["Location"] == f"{reader.path}#{turn}"


def test_stopping_keeps_what_was_written(server: Server, slow_provider: StandIn) -> None:
    slow_provider.forget()
    slow_provider.next("good")
    with server.visitor() as client:
        slow_provider.answer("A word that is written again. " * 500)
        try:
            reader = Reader(client)
            with client.stream("GET", reader.stream_path) as response:
                lines = events(response.iter_lines())
                for _ in range(4):
                    next(lines)
                stop = reader.stream_path.replace("/stream", "/stop")
                assert client.post(stop).status_code == 303
                rest = list(lines)
        finally:
            slow_provider.answer(None)
        assert rest[-1].name == "done"
        assert reader.state() == "stopped"
        assert "A word that is" in reader.answer()
        assert "You stopped the answer here." in reader.page()
        assert slow_provider.outcome() == "closed"
        again = client.post(f"{reader.path}/messages", data={"message": "And then?"})
        assert again.status_code == 303
        reader.answer_id = re.findall(r'id="answer_([0-9a-f]{32})"', reader.page())[-1]
        wait_for("the next answer", lambda: reader.page().count('data-state="complete"'))


def test_another_process_serves_the_same_words_and_can_stop_it(
    server: Server, told: dict[str, str], slow_provider: StandIn
) -> None:
    with running(Server(told)) as other, server.visitor() as client:
        reader = Reader(client)
        with other.visitor(guest_token=client.cookies["guest_token"]) as elsewhere:
            seen = reader.follow(elsewhere)
            assert len(seen) > 3
            assert shown(seen, reader.answer_id) == reader.answer()
            slow_provider.answer("A word that is written again. " * 500)
            try:
                long = Reader(client)
                with elsewhere.stream("GET", long.stream_path) as response:
                    lines = events(response.iter_lines())
                    next(lines)
                    assert elsewhere.post(long.stream_path.replace("/stream", "/stop")).status_code == 303
                    assert list(lines)[-1].name == "done"
            finally:
                slow_provider.answer(None)
            assert long.state() == "stopped"
            assert long.answer()


@pytest.mark.parametrize("watching", ["stream", "page"])
def test_ending_a_session_ends_what_it_holds_open_in_every_process(
    server: Server, told: dict[str, str], slow_provider: StandIn, build: Builder, tutor: Row, watching: str
) -> None:
    ada = build.person("Ada")
    here, phone = ({"session_token": token(build.browser(ada))} for _ in range(2))
    with running(Server(told)) as other, server.visitor(**here) as client, other.visitor(**phone) as elsewhere:
        slow_provider.answer("A word that is written again. " * 500)
        try:
            reader = Reader(client)
            path = reader.stream_path if watching == "stream" else f"{reader.path}?live=1"
            with client.stream("GET", path) as one, other.visitor(**here).stream("GET", path) as two:
                open_ones = [one.iter_text(), two.iter_text()]
                for pieces in open_ones:
                    next(pieces)
                assert elsewhere.post("/profile/sessions/end").status_code == 303
                for pieces in open_ones:
                    with pytest.raises(httpx2.RemoteProtocolError):
                        list(pieces)
            assert client.get(reader.stream_path).status_code == 404
            reader.client = elsewhere
            assert elsewhere.post(reader.stream_path.replace("/stream", "/stop")).status_code == 303
        finally:
            slow_provider.answer(None)
        wait_for("the end", lambda: reader.state() == "stopped")


def token(browser: Browser) -> str:
    cookie = browser.get_cookie("session_token")
    assert cookie
    return cookie.value


def test_a_killed_process_leaves_what_it_wrote_and_a_way_on(
    server: Server, told: dict[str, str], slow_provider: StandIn
) -> None:
    with running(Server(told)) as doomed, doomed.visitor() as client:
        slow_provider.answer("A word that is written again. " * 2000)
        try:
            reader = Reader(client)
            with client.stream("GET", reader.stream_path) as response:
                lines = events(response.iter_lines())
                for _ in range(20):
                    next(lines)
            doomed.kill()
        finally:
            slow_provider.answer(None)
        with server.visitor(guest_token=client.cookies["guest_token"]) as elsewhere:
            reader.client = elsewhere
            seen = reader.follow()
            assert seen[-1].name == "done"
            assert reader.state() == "interrupted"
            assert "A word that is written again." in reader.answer()
            assert "Answer again" in reader.page()
            retried = elsewhere.post(reader.stream_path.replace("/stream", "/retry"))
            assert retried.status_code == 303
            wait_for("the new answer", lambda: 'data-state="complete"' in reader.page())


def test_a_process_that_is_asked_to_end_finishes_its_answers(server: Server, told: dict[str, str]) -> None:
    with running(Server(told)) as ending, ending.visitor() as client:
        reader = Reader(client)
        with client.stream("GET", reader.stream_path) as response:
            next(events(response.iter_lines()))
        client.close()
        ending.stop()
    with server.visitor(guest_token=client.cookies["guest_token"]) as elsewhere:
        reader.client = elsewhere
        assert reader.state() == "complete"
