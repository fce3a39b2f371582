"""Where the body of an HTTP/1.1 response ends: after a length, with its last chunk, or with the connection."""

from __future__ import annotations

import re

import httpx2

_LONGEST_LINE = 8192
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?")


class Plain:
    """A body of a known length, or one that lasts until the server closes."""

    def __init__(self, length: int | None) -> None:
        self._missing = length
        self.complete = length == 0
        self.surplus = b""

    def feed(self, data: bytes) -> bytes:
        """Return the part of `data` that belongs to the body. No data means the server closed."""
        if self._missing is None:
            self.complete = not data
            return data
        if not data:
            raise _ended_early()
        data, self.surplus = data[: self._missing], data[self._missing :]
        self._missing -= len(data)
        self.complete = self._missing == 0
        return data


class Chunked:
    """A body in chunks. Reading the parts of several chunks at once is where the batching pays."""

    def __init__(self) -> None:
        self._missing = 0  # bytes of the current chunk
        self._in_chunk = False
        self._in_trailer = False
        self._malformed = False
        self.complete = False
        self.surplus = b""

    def feed(self, data: bytes) -> bytes:
        """Return the payload in `data`, keeping an incomplete size line for next time.

        What came before a malformed chunk is returned first; the next call raises.
        """
        if not data and not self._malformed:
            raise _ended_early()
        data = self.surplus + data
        pieces: list[bytes] = []
        position = 0
        while not self.complete and not self._malformed:
            if self._missing:
                piece = data[position : position + self._missing]
                if not piece:
                    break
                pieces.append(piece)
                position += len(piece)
                self._missing -= len(piece)
                continue
            end = data.find(b"\r\n", position)
            if end < 0:
                break
            self._take_line(data[position:end])
            position = end + 2
        self.surplus = data[position:]
        if len(self.surplus) > _LONGEST_LINE or (self._in_chunk and self.surplus not in {b"", b"\r"}):
            self._malformed = True
        if self._malformed and not pieces:
            raise httpx2.RemoteProtocolError("the body is not in well-formed chunks")
        return b"".join(pieces)

    def _take_line(self, line: bytes) -> None:
        """Understand a line between chunks: the empty one that ends a chunk, a size, or a trailer."""
        if self._in_chunk and not line:
            self._in_chunk = False
        elif self._in_trailer:
            self.complete = not line
        elif not self._in_chunk and (match := _CHUNK_SIZE.fullmatch(line)):
            self._missing = int(match[1], 16)
            self._in_chunk = self._missing > 0
            self._in_trailer = not self._in_chunk
        else:
            self._malformed = True


def _ended_early() -> httpx2.RemoteProtocolError:
    return httpx2.RemoteProtocolError("the server closed the connection before the end of the body")
