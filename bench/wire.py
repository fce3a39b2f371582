"""A browser's side of HTTP/1.1, as cheap as Python can: one connection, one request at a time."""

import asyncio
import json
import re
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self, cast

import brotli  # type: ignore[import-untyped]  # It ships no types.

from local.ports import LOOPBACK

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

BROWSER = (
    "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"  # What browsers say over TLS, which a host's proxy speaks for us.
    "Accept-Language: en\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
)
_LAST_CHUNK = b"0\r\n\r\n"

Notice = Callable[[bytes | bytearray], bool]


@dataclass(slots=True)
class Response:
    """What came back. `noticed_at` is when what was looked for in the body was there."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    noticed_at: float | None = None
    ended_at: float = 0.0


class Connection(asyncio.Protocol):
    """One connection. It understands bodies with a length, in chunks, and none."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._head_end = 0
        self._waiting: asyncio.Future[Response] | None = None
        self._response = Response()
        self._notice: Notice | None = None

    @classmethod
    async def open(cls, port: int) -> Self:
        _, connection = await asyncio.get_running_loop().create_connection(cls, LOOPBACK, port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but its type.

    async def ask(self, request: bytes, notice: Notice | None = None) -> Response:
        """Send a request and return its whole response. Raises ConnectionError when the server goes away."""
        self._buffer.clear()
        self._head_end, self._response, self._notice = 0, Response(), notice
        self._waiting = asyncio.get_running_loop().create_future()
        if self._transport.is_closing():
            raise ConnectionResetError
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._head_end and not self._read_head():
            return
        if self._notice and self._notice(self._buffer):
            self._response.noticed_at, self._notice = time.time(), None
        if self._complete() and self._waiting and not self._waiting.done():
            self._response.body = bytes(self._buffer[self._head_end :])
            self._response.ended_at = time.time()
            self._waiting.set_result(self._response)

    def connection_lost(self, error: Exception | None) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(error or ConnectionResetError())

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
        self._response.status = int(first.split(" ", 2)[1])
        self._response.headers = {
            name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }
        self._head_end = end + 4
        return True

    def _complete(self) -> bool:
        headers = self._response.headers
        if headers.get("transfer-encoding") == "chunked":
            return self._buffer.endswith(_LAST_CHUNK, self._head_end)
        return len(self._buffer) - self._head_end >= int(headers.get("content-length", 0))


def get(path: str, cookie: str, more: str = "") -> bytes:
    """Return a request for a page, as a browser sends it."""
    return f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\n{BROWSER}Cookie: {cookie}\r\n{more}\r\n".encode()


def post(path: str, cookie: str, body: bytes, more: str = "") -> bytes:
    """Return a form, as a browser sends it."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\n{BROWSER}Cookie: {cookie}\r\nOrigin: http://{LOOPBACK}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    )
    return head.encode() + body


def completion(key: str, content: str) -> bytes:
    """Return a request for a model's answer, streamed."""
    asked = {"model": "stand-in", "stream": True, "messages": [{"role": "user", "content": content}]}
    body = json.dumps(asked).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nHost: {LOOPBACK}\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def decoded(response: Response) -> str:
    """Return a page's text, whatever it was compressed with."""
    match response.headers.get("content-encoding"):
        case "zstd":
            body = zstd.decompress(response.body)
        case "br":
            body = brotli.decompress(response.body)
        case "gzip":
            body = zlib.decompress(response.body, 31)
        case _:
            body = response.body
    return body.decode()


_WORDS_OF_ANSWER = re.compile(rb'hx-swap="\w+">(?:<[^>\n]*>)*[^<\s]')
_WORDS_OF_MODEL = re.compile(rb'"content": "[^"]')


def answer_has_words(body: bytes | bytearray) -> bool:
    """Tell whether a stream of events has brought any text of the answer."""
    return _WORDS_OF_ANSWER.search(body) is not None


def model_has_words(body: bytes | bytearray) -> bool:
    """Tell whether a model's stream has brought any text."""
    return _WORDS_OF_MODEL.search(body) is not None
