"""Read streams in batches: an httpx2 transport over `http.client` that saves 40 % of a token's CPU.

A provider sends a token every few milliseconds, and each read wakes the process through every layer. Readers see at
most 25 updates a second anyway, so after its first reads, which bring the first token undelayed, an event stream is
read every 60 ms and whatever has arrived is handed on at once. Other bodies are read as fast as they come.

Each stream has a connection of its own. It goes back to a small pool per host when its body was read to the end and is
closed at once when it was not. The same code serves plain threads and gevent: it only uses the standard library's
sockets, locks and `time.sleep`, which gunicorn's gevent worker replaces.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import ssl
import time
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

import httpx2

from webapp.ai.framing import Chunked, Plain
from webapp.ai.pool import IdleConnections

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, MutableMapping

    from webapp.ai.pool import Host

READ_SIZE = 65536
PROMPT_READS = 3
"""The reads that never wait: they bring the role, perhaps a comment, and the first token."""
FAREWELL = 0.2
"""Seconds that a stream has, after its last event, to end so that its connection can be used again."""
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")


def make_client(*, verify: ssl.SSLContext | None = None, rest: Callable[[float], None] = time.sleep) -> httpx2.Client:
    """Return an HTTP client for talking to providers. It follows no redirects: a key belongs to one host.

    Where the environment names a proxy this is the stock client, which knows proxies and costs more CPU.
    `verify` defaults to the system's certificates; `SSL_CERT_FILE` is honoured.
    """
    context = verify or _trusted(ssl.get_default_verify_paths())
    if any(os.environ.get(name) or os.environ.get(name.lower()) for name in _PROXIES):
        # Each stream holds a connection; the stock limit of 100 would let the next reader wait for a stranger's answer.
        return httpx2.Client(verify=context, limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20))
    return httpx2.Client(transport=BatchedTransport(context, rest=rest))


@cache
def _trusted(_where: ssl.DefaultVerifyPaths) -> ssl.SSLContext:
    """Return whom to trust where certificates stand here. To read a system's takes 40 ms."""
    return httpx2.create_ssl_context()


class BatchedTransport(httpx2.BaseTransport):
    """An HTTP/1.1 transport that rests for `pause` seconds between the reads of an event stream."""

    def __init__(
        self,
        verify: ssl.SSLContext,
        *,
        pause: float = 0.06,
        rest: Callable[[float], None] = time.sleep,
        idle_limit: int = 20,
        idle_seconds: float = 30,
    ) -> None:
        self._verify = verify
        self._rest = partial(rest, pause)
        self._idle = IdleConnections(idle_limit, idle_seconds)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request and return its response once the head has arrived; the body is read by the caller."""
        timeout: MutableMapping[str, float | None] = request.extensions.setdefault("timeout", {})
        url = request.url
        host = (url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80))
        body = b"".join(request.stream)  # type: ignore[arg-type]  # A sync client's stream is iterable.
        connection = self._idle.take(host)
        if connection:
            with contextlib.suppress(httpx2.NetworkError, httpx2.RemoteProtocolError):
                # The server may close an idle connection just as we write to it; a fresh one decides.
                return self._exchange(connection, host, request, body, timeout)
        connection = self._connect(host, timeout.get("connect"))
        return self._exchange(connection, host, request, body, timeout)

    def close(self) -> None:
        """Close the connections that nobody is using."""
        self._idle.close()

    def _connect(self, host: Host, timeout: float | None) -> http.client.HTTPConnection:
        scheme, name, port = host
        if scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                name, port, timeout=timeout, context=self._verify
            )
        else:
            connection = http.client.HTTPConnection(name, port, timeout=timeout)
        try:
            connection.connect()
        except BaseException as error:
            connection.close()
            if isinstance(error, TimeoutError):
                raise httpx2.ConnectTimeout("connecting took too long") from error
            if isinstance(error, (OSError, UnicodeError)):  # Also TLS, and names that cannot be a host's.
                raise httpx2.ConnectError(str(error)) from error
            raise
        return connection

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        host: Host,
        request: httpx2.Request,
        body: bytes,
        timeout: MutableMapping[str, float | None],
    ) -> httpx2.Response:
        sock = connection.sock  # http.client lets go of it where the server announces to close.
        try:
            response = _ask(connection, request, body, timeout)
        except BaseException:  # Also when the greenlet is killed.
            connection.close()
            raise
        return httpx2.Response(
            response.status,
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.getheaders()],
            stream=_Body(self._idle, self._rest, host, connection, sock, response, timeout),
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": response.reason.encode("latin-1")},
        )


def _ask(
    connection: http.client.HTTPConnection,
    request: httpx2.Request,
    body: bytes,
    timeout: MutableMapping[str, float | None],
) -> http.client.HTTPResponse:
    """Write the request and read the response's head."""
    late: type[httpx2.TimeoutException] = httpx2.WriteTimeout
    lost: type[httpx2.NetworkError] = httpx2.WriteError
    try:
        connection.sock.settimeout(timeout.get("write"))
        target = request.url.raw_path.decode("ascii")
        connection.putrequest(request.method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers.raw:
            connection.putheader(name, value)
        chunked = "transfer-encoding" in request.headers
        connection.endheaders([body] if chunked else body, encode_chunked=chunked)
        late, lost = httpx2.ReadTimeout, httpx2.ReadError
        connection.sock.settimeout(timeout.get("read"))
        return connection.getresponse()
    except TimeoutError as error:
        raise late("the server took too long") from error
    except http.client.HTTPException as error:  # Before OSError: RemoteDisconnected is both.
        raise httpx2.RemoteProtocolError(type(error).__name__) from error
    except OSError as error:
        raise lost(str(error)) from error
    except ValueError:  # http.client quotes the header that it dislikes, which may be the key.
        raise httpx2.LocalProtocolError("a header cannot be sent") from None


@dataclass(eq=False)
class _Body(httpx2.SyncByteStream):
    """The body of one response, and with it the connection until the body was read or closed."""

    idle: IdleConnections
    rest: Callable[[], None]
    host: Host
    connection: http.client.HTTPConnection
    sock: socket.socket
    response: http.client.HTTPResponse
    timeout: MutableMapping[str, float | None]

    def __post_init__(self) -> None:
        self._decoder = Chunked() if self.response.chunked else Plain(self.response.length)
        self._in_batches = self.response.headers.get_content_type() == "text/event-stream"
        self._said_all = False
        self._open = True
        if self._decoder.complete:
            self._release()

    def __iter__(self) -> Iterator[bytes]:
        reads = 0
        while self._open:
            if self._in_batches and reads >= PROMPT_READS:
                self.rest()
            reads += 1
            data = self._read(self.timeout.get("read"))
            if data:
                self._said_all = data.rstrip().endswith(b"data: [DONE]")
                yield data

    def close(self) -> None:
        """Close the connection at once, unless the body was read to its end."""
        if self._open and self._said_all:
            # Everything was said; waiting for the end of the body saves the next request a handshake.
            with contextlib.suppress(httpx2.HTTPError):
                self._read(FAREWELL)
        if self._open:
            self._drop()

    def _read(self, timeout: float | None) -> bytes:
        """Return what arrived, decoded; release the connection when that was the end."""
        try:
            data = self._decoder.feed(self._arrived(timeout))
        except TimeoutError as error:
            self._drop()
            raise httpx2.ReadTimeout("the server fell silent") from error
        except (OSError, ValueError) as error:
            self._drop()
            raise httpx2.ReadError(str(error)) from error
        except BaseException:
            self._drop()
            raise
        if self._decoder.complete:
            self._release()
        return data

    def _arrived(self, timeout: float | None) -> bytes:
        """Wait for something, and return everything that has arrived."""
        self.sock.settimeout(timeout)
        data: bytes = self.response.fp.read1(READ_SIZE)
        if data and self._in_batches and self.host[0] == "https":
            # A read gives a single TLS record, which holds a single token: at one read a batch we would fall behind.
            self.sock.settimeout(0)
            with contextlib.suppress(OSError):  # Nothing more for now; what is worse shows at the next read.
                while len(data) < READ_SIZE and (more := self.response.fp.read1(READ_SIZE)):
                    data += more
        return data

    def _release(self) -> None:
        self._open = False
        reusable = not self.response.will_close and not self._decoder.surplus
        self.response.close()
        if reusable:
            self.idle.put(self.host, self.connection)
        else:
            self.connection.close()

    def _drop(self) -> None:
        self._open = False
        self.response.close()
        self.connection.close()
