"""The batched transport over real sockets: bodies of all kinds, TLS, reuse, early ends."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx2
import pytest
import trustme

from tests.domain.ai.conftest import ask, listen
from tests.fakes.provider import KEY, StandIn
from webapp.ai import errors, transport
from webapp.ai.openai_chat import OpenAIChat

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


class Server:
    """Answers each request with the same bytes, in the given parts, and then closes unless told to stay."""

    def __init__(self, *parts: bytes, stay: bool = False, pause: float = 0) -> None:
        self.parts, self.stay, self.pause = parts, stay, pause
        self.accepted = 0
        self.listener = socket.create_server(("127.0.0.1", 0))

    def listen(self) -> None:
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._serve, args=[connection]).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while connection.recv(65536):
                for part in self.parts:
                    connection.sendall(part)
                    time.sleep(self.pause)
                if not self.stay:
                    return


@contextmanager
def serving(*parts: bytes, stay: bool = False, pause: float = 0) -> Iterator[tuple[Server, str]]:
    server = Server(*parts, stay=stay, pause=pause)
    with server.listener:
        thread = threading.Thread(target=server.listen)
        thread.start()
        yield server, f"http://127.0.0.1:{server.listener.getsockname()[1]}/"
        server.listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    batched = transport.BatchedTransport(httpx2.create_ssl_context())
    with httpx2.Client(transport=batched, timeout=2) as client:
        yield client


@pytest.mark.parametrize(
    ("parts", "body"),
    [
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", b"llo"], b"hello"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"], b""),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], b""),
        ([b"HTTP/1.1 200 OK\r\n\r\nuntil the ", b"end"], b"until the end"),
        ([CHUNKED, b"5\r\nhello\r\n0\r\n\r\n"], b"hello"),
        ([CHUNKED, b"2;a=b\r\nhe\r", b"\n3\r\nl", b"lo\r\n0", b"\r\nTrailer: x\r\n", b"\r\n"], b"hello"),
        ([CHUNKED, b"A\r\n0123456789\r\n000a \r\n0123456789\r\n0\r\n\r\n"], b"0123456789" * 2),
    ],
)
def test_a_body_is_read_however_it_is_framed(client: httpx2.Client, parts: list[bytes], body: bytes) -> None:
    with serving(*parts, pause=0.01) as (_, url):
        assert client.get(url).content == body


@pytest.mark.parametrize(
    "body",
    [
        b"zz\r\nhello\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"fffffffff\r\nhello",
        b"5\r\nhelloo\r\n0\r\n\r\n",
        b"\r\n",
        b"1" * 10_000,
        b"5\r\nhel",
        b"5\r\nhello\r\n",
        b"5\r\nhello\r\n0\r\n",
        b"",
    ],
)
def test_malformed_or_unfinished_chunks_are_a_protocol_error(client: httpx2.Client, body: bytes) -> None:
    with serving(CHUNKED + body) as (_, url), pytest.raises(httpx2.RemoteProtocolError):
        client.get(url)


@pytest.mark.parametrize("head", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour"])
def test_what_is_not_a_whole_response_is_a_protocol_error(client: httpx2.Client, head: bytes) -> None:
    with serving(head) as (_, url), pytest.raises(httpx2.RemoteProtocolError):
        client.get(url)


def test_what_came_before_a_malformed_chunk_is_not_lost(client: httpx2.Client) -> None:
    with serving(STREAM + b"5\r\nhello\r\nzz\r\n") as (_, url), client.stream("GET", url) as response:
        pieces = response.iter_bytes()
        assert next(pieces) == b"hello"
        with pytest.raises(httpx2.RemoteProtocolError):
            next(pieces)


def test_a_server_that_closed_an_idle_connection_is_asked_on_a_fresh_one(client: httpx2.Client) -> None:
    # It promises to keep the connection and does not.
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") as (server, url):
        assert [client.get(url).text for _ in range(3)] == ["ok"] * 3
        assert server.accepted == 3


def test_a_connection_is_used_again_only_after_a_whole_body(client: httpx2.Client) -> None:
    with serving(CHUNKED + b"5\r\nhello\r\n0\r\n\r\n", stay=True) as (server, url):
        client.get(url)
        client.get(url)
        assert server.accepted == 1
        with client.stream("GET", url):
            pass
        client.get(url)
        assert server.accepted == 2
        client.close()


def test_more_than_was_announced_spoils_the_connection(client: httpx2.Client) -> None:
    with serving(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, and more", stay=True) as (server, url):
        assert [client.get(url).text for _ in range(2)] == ["ok"] * 2
        assert server.accepted == 2
        client.close()


def test_silence_is_a_time_out_of_its_own_kind(client: httpx2.Client) -> None:
    with serving(b"", stay=True) as (_, url), pytest.raises(httpx2.ReadTimeout):
        client.get(url, timeout=0.1)
    with serving(CHUNKED, b"5\r\nhel", stay=True) as (_, url), pytest.raises(httpx2.ReadTimeout):
        client.get(url, timeout=0.1)


def test_nobody_there_is_a_connect_error(client: httpx2.Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/", "http://no-such-host.invalid/"):
        with pytest.raises(httpx2.ConnectError):
            client.get(url)


def test_a_stream_comes_in_batches_but_its_beginning_at_once(client: httpx2.Client) -> None:
    chunks = [b"5\r\nhello\r\n"] * 60 + [b"0\r\n\r\n"]
    arrived = []
    with serving(STREAM, *chunks, pause=0.005) as (_, url), client.stream("GET", url) as response:
        begun = time.monotonic()
        pieces = []
        for piece in response.iter_bytes():
            pieces.append(piece)
            arrived.append(time.monotonic() - begun)
    assert b"".join(pieces) == b"hello" * 60
    assert arrived[1] < 0.03  # The first token follows the role, and waits for no batch.
    assert len(pieces) < 20


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def secure(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    certificate = tmp_path_factory.mktemp("tls") / "server.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    with StandIn(first_ms=1, every_ms=1, tokens=40, certificate=certificate) as server:
        yield server


def make_chat(server: StandIn, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> OpenAIChat:
    return OpenAIChat(api_key=KEY, model="good", base_url=server.base_url.replace("127.0.0.1", host), verify=context)


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_answers_come_over_tls_and_share_a_connection(
    provider: StandIn, secure: StandIn, authority: trustme.CA
) -> None:
    secure.forget()
    model = make_chat(secure, trusting(authority))
    listen(model)
    begun = time.monotonic()
    for _ in range(2):
        text, usage = listen(model)
        assert "Cats purr [1]" in text
        assert usage
    assert time.monotonic() - begun < 2 * 0.5  # At a token a batch 40 of them would take 1.6 s.
    model.close()
    assert len({request["connection"] for request in secure.requests()}) == 1


def test_closing_early_closes_the_connection_over_tls_too(
    provider: StandIn, secure: StandIn, authority: trustme.CA
) -> None:
    secure.next("long")
    stream = make_chat(secure, trusting(authority)).stream(ask())
    assert next(stream)
    stream.close()
    assert secure.outcome(within=1) == "closed"


def test_the_environment_may_name_the_certificates_to_trust(
    provider: StandIn, secure: StandIn, authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    model = make_chat(secure)
    assert listen(model)[1]
    model.close()


@pytest.mark.parametrize("case", ["unknown authority", "other name"])
def test_a_certificate_that_does_not_fit_is_not_talked_to(
    provider: StandIn, secure: StandIn, authority: trustme.CA, case: str
) -> None:
    secure.forget()
    model = make_chat(secure) if case == "unknown authority" else make_chat(secure, trusting(authority), "localhost")
    with pytest.raises(errors.Unreachable):
        listen(model)
    assert secure.requests() == []


# Where it runs


def test_a_proxy_in_the_environment_is_honoured(provider: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = "http://127.0.0.1:9"
    monkeypatch.setenv("HTTP_PROXY", nobody)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    model = OpenAIChat(api_key=KEY, model="good", base_url=provider.base_url)
    with pytest.raises(errors.Unreachable):
        listen(model)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    model = OpenAIChat(api_key=KEY, model="good", base_url=provider.base_url)
    assert listen(model)[1]
    model.close()


UNDER_GEVENT = """
from gevent import monkey; monkey.patch_all()
import gevent, json, sys, time
from tests.domain.ai.conftest import ask, listen
from webapp.ai.openai_chat import OpenAIChat
model = OpenAIChat(api_key="test-key", model="good", base_url=sys.argv[1])
begun = time.monotonic()
answers = [gevent.spawn(listen, model) for _ in range(60)]
killed = gevent.spawn(listen, OpenAIChat(api_key="test-key", model="hang-mid", base_url=sys.argv[1]))
gevent.joinall(answers, raise_error=True)
killed.kill(timeout=1)
model.close()
print(json.dumps([len({answer.get() for answer in answers}), time.monotonic() - begun]))
"""


def test_under_gevent_many_streams_run_at_once_and_a_killed_one_hangs_up(provider: StandIn) -> None:
    command = [sys.executable, "-W", "error", "-c", UNDER_GEVENT, provider.base_url]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert not ran.stderr
    answers, seconds = json.loads(ran.stdout)
    assert answers == 1  # Each heard the same, whole.
    assert seconds < 5
    assert provider.outcome("hang-mid") == "closed"
    outcomes = {request["model"]: request["outcome"] for request in provider.requests()}
    assert outcomes == {"good": "complete", "hang-mid": "closed"}
    assert len({request["connection"] for request in provider.requests()}) > 20
