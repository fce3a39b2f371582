"""Running a parser of foreign files in a process of its own, with limits, so that a hostile file harms nothing else."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MEMORY = 1 << 30  # bytes of address space
_SECONDS = 240  # of wall time, and of processor time
_OUTPUT = 200 << 20  # bytes that a child may say, together
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG")  # of the environment; a parser is told no secrets


class ChildFailed(Exception):
    """The child crashed, ran into a limit or said something that cannot be understood."""


def told_by(script: Path, data: bytes) -> Iterator[dict[str, Any]]:
    """Run the script with the data on its standard input; yield the JSON objects that it prints, one a line.

    Raises ChildFailed at the end, after what could still be read, if the child did not finish well. The script runs
    in Python's isolated mode and cannot import this package.
    """
    command = [sys.executable, "-I", str(script)]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    with subprocess.Popen(  # noqa: S603 - our own script, nothing foreign
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        watchdog = threading.Timer(_SECONDS, child.kill)
        watchdog.start()
        try:
            # It waits for the data, so the limits stand before it reads the first byte of it.
            _limit(child.pid)
            assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 - for the type checker
            _feed(child.stdin, data)
            yield from _objects(child.stdout)
            if child.wait() != 0:
                raise ChildFailed(f"exit status {child.returncode}")
        finally:
            watchdog.cancel()
            child.kill()


def _limit(pid: int) -> None:
    # Only Linux can set the limits of another process; elsewhere the watchdog stands alone.
    if not hasattr(resource, "prlimit"):
        return
    limits = ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_CORE, 0))
    for limit, value in limits:
        resource.prlimit(pid, limit, (value, value))


def _feed(pipe: IO[bytes], data: bytes) -> None:
    with suppress(BrokenPipeError):  # A child that died early is noticed by its exit status.
        pipe.write(data)
    with suppress(BrokenPipeError):
        pipe.close()


def _objects(pipe: IO[bytes]) -> Iterator[dict[str, Any]]:
    left = _OUTPUT
    while line := pipe.readline(left + 1):
        left -= len(line)
        if left < 0:
            raise ChildFailed("said too much")
        try:
            yield json.loads(line)
        except ValueError as error:
            raise ChildFailed("was cut off") from error
