"""A ZIP that is made while it is sent, so that it never stands in memory or on a disk."""

from collections.abc import Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from webapp.records import now

File = tuple[str, Iterable[bytes]]
"""A path and the pieces of what stands there."""

_WORTH_IT = (".json", ".txt", ".csv")


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """Yield the ZIP of these files, a piece at a time. Text is compressed; what people upload mostly is already."""
    pipe = _Pipe()
    with ZipFile(pipe, "w") as written:
        for path, pieces in files:
            entry = ZipInfo(path, now().timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED if path.endswith(_WORTH_IT) else ZIP_STORED
            entry.external_attr = 0o600 << 16
            with written.open(entry, "w") as opened:
                for piece in pieces:
                    opened.write(piece)
                    if data := pipe.taken():
                        yield data
    yield pipe.taken()


class _Pipe:
    """What a ZIP is written to: it cannot be rewound, and hands on what it got."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Keep nothing back; there is nothing to do."""

    def close(self) -> None:
        """End with nothing to let go of."""

    def taken(self) -> bytes:
        """Return what was written since."""
        waiting, self._waiting = self._waiting, []
        return b"".join(waiting)
