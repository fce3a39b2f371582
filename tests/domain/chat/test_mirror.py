"""Live answers in Redis: another process follows byte for byte, and with Redis away answers still finish."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import gevent
import pytest
import redis
from gevent import socket
from redis.backoff import NoBackoff
from redis.retry import Retry

from webapp.chat.live import LiveAnswer, LiveAnswers
from webapp.chat.mirror import Mirror
from webapp.records import uuid7

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


class GreenConnection(redis.Connection):
    """A connection that lets other greenlets run while it waits, as all do in the patched web process."""

    away = False

    def _connect(self) -> socket.socket:
        if self.away:
            raise ConnectionRefusedError
        made = socket.create_connection((self.host, self.port), timeout=self.socket_connect_timeout)
        made.settimeout(self.socket_timeout)
        return made


class WritersConnection(GreenConnection):
    """The same, for a Redis that may be away for the writer alone."""


@contextmanager
def connected(url: str, kind: type[GreenConnection] = GreenConnection) -> Iterator[redis.Redis]:
    pool = redis.ConnectionPool.from_url(url, connection_class=kind, retry=Retry(NoBackoff(), 0))
    with redis.Redis(connection_pool=pool) as client:
        yield client
    pool.disconnect()


PIECES = ["Grüße", " an", " die 🤖", "\n\n```py", "thon\nx = '", "</script>'\n```", "\n\n", "[1", "]", " Ende."] * 20


class ProcessLike:
    """What one process has: its live answers and their mirror."""

    def __init__(self, client: redis.Redis) -> None:
        self.client = client
        self.lives = LiveAnswers()
        self.mirror = Mirror(client, self.lives)

    def write(self, live: LiveAnswer, pause: float = 0.005) -> gevent.Greenlet:
        def run() -> None:
            for piece in PIECES:
                if live.stopping:
                    break
                live.append(piece)
                gevent.sleep(pause)
            self.lives.close(live)
            self.mirror.finish(live)

        live.turn = gevent.spawn(run)
        return live.turn

    def begin(self) -> LiveAnswer:
        live = self.lives.open(uuid7(), uuid7())
        self.mirror.begin(live)
        return live


@pytest.fixture
def writer(app: Flask) -> Iterator[ProcessLike]:
    with connected(app.extensions["settings"].redis_url, WritersConnection) as client:
        yield ProcessLike(client)


@pytest.fixture
def reader(app: Flask) -> Iterator[ProcessLike]:
    with connected(app.extensions["settings"].redis_url) as client:
        yield ProcessLike(client)


def follow(process: ProcessLike, live: LiveAnswer) -> LiveAnswer:
    """Follow until the end, as a viewer does."""
    copy = LiveAnswer(live.id, live.organization_id)
    with process.mirror.following(copy) as shared, gevent.Timeout(10):
        while not shared.ended:
            shared.wait(1)
    return shared


def test_another_process_reads_byte_for_byte(writer: ProcessLike, reader: ProcessLike) -> None:
    live = writer.begin()
    turn = writer.write(live)
    copy = follow(reader, live)
    turn.join()
    assert copy.text == live.text == "".join(PIECES)
    assert copy.blocks() == live.blocks()


def test_who_comes_after_the_end_still_reads_everything(writer: ProcessLike, reader: ProcessLike) -> None:
    live = writer.begin()
    writer.write(live, 0).join()
    assert follow(reader, live).text == "".join(PIECES)


def test_viewers_of_the_same_answer_share_one_copy_and_leave_nothing(writer: ProcessLike, reader: ProcessLike) -> None:
    live = writer.begin()
    turn = writer.write(live)
    viewers = [gevent.spawn(follow, reader, live) for _ in range(3)]
    gevent.joinall([turn, *viewers], raise_error=True, timeout=10)
    assert len({id(viewer.value) for viewer in viewers}) == 1
    assert reader.lives.followed == {}


def test_a_stop_from_another_process_arrives(writer: ProcessLike, reader: ProcessLike) -> None:
    live = writer.begin()
    turn = writer.write(live, 0.02)
    reader.mirror.ask_to_stop(live.id)
    turn.join(timeout=5)
    assert live.stopping == "stopped"
    assert 0 < len(live.text) < len("".join(PIECES))


def test_a_running_answer_has_a_heartbeat_and_a_finished_one_has_none(
    writer: ProcessLike, reader: ProcessLike, app: Flask
) -> None:
    assert not reader.mirror.alive(uuid7())
    live = writer.begin()
    turn = writer.write(live)
    writer.mirror.hurry(live)
    gevent.sleep(0.05)
    assert reader.mirror.alive(live.id)
    turn.join()
    follow(reader, live)
    assert not reader.mirror.alive(live.id)
    assert 0 < app.extensions["redis"].ttl(f"answer:{live.id.hex}") <= 120


def test_with_redis_away_an_answer_still_ends(capfd: pytest.CaptureFixture[str]) -> None:
    with connected("redis://127.0.0.1:1") as away:
        process = ProcessLike(away)
        live = process.begin()
        process.write(live, 0.001).join(timeout=5)
        assert live.ended
        assert live.text == "".join(PIECES)
        assert process.mirror.alive(live.id)  # Nobody can know, and nobody may take it away.
        pulse = process.mirror._pulse  # noqa: SLF001
        assert pulse
        pulse.join(timeout=5)
        assert pulse.ready()
    assert "answers_not_mirrored" in capfd.readouterr().out


def test_redis_that_goes_and_comes_back_has_every_word_once(
    writer: ProcessLike, reader: ProcessLike, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = writer.begin()
    turn = writer.write(live, 0.02)
    with gevent.Timeout(10):
        while not reader.mirror.text(live.id):
            gevent.sleep(0.01)
    monkeypatch.setattr(WritersConnection, "away", True)
    reader.client.client_kill_filter(_type="normal", skipme=True)
    gevent.sleep(0.6)
    monkeypatch.setattr(WritersConnection, "away", False)
    turn.join()
    assert follow(reader, live).text == live.text == "".join(PIECES)


def test_an_abandoned_answer_is_noticed(reader: ProcessLike) -> None:
    copy = LiveAnswer(uuid7(), uuid7())
    with reader.mirror.following(copy) as shared, gevent.Timeout(10):
        while not shared.orphaned:
            shared.wait(1)
    assert not shared.ended
