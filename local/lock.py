"""One instance to a data folder, and it can be asked who it is."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalError


class Lock:
    """Held by an open file, so that it ends with its process, however that ends."""

    def __init__(self, data: Path, descriptor: int) -> None:
        self._data, self._descriptor = data, descriptor

    def tell(self, url: str) -> None:
        """Leave word of who holds the folder and where it answers."""
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, json.dumps({"pid": os.getpid(), "url": url}).encode(), 0)


@contextmanager
def only_instance(data: Path) -> Iterator[Lock]:
    """Hold `data` for this process. Raises LocalError with the other's URL and pid when it is held already."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        raise LocalError(
            f"{data} belongs to another user. Start as that user, or move the folder out of the way."
        ) from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 1000, 0)
        os.close(descriptor)
        raise LocalError(_refusal(data, holder)) from None
    try:
        lock = Lock(data, descriptor)
        lock.tell("")
        yield lock
    finally:
        os.close(descriptor)


def _refusal(data: Path, holder: bytes) -> str:
    try:
        told = json.loads(holder)
    except ValueError:
        return f"Another instance is starting in {data}."
    where = f" and answers at {told['url']}" if told["url"] else ""
    return f"Colloquy already runs in {data} as process {told['pid']}{where}."
