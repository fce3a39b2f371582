"""Real processes of the product for the tests that need them: web servers and workers, on the tests' own services."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
Seen = TypeVar("Seen")


def wait_for(what: str, look: Callable[[], Seen | None], within: float = 20) -> Seen:
    """Look again and again until there is something to see, and return it."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if seen := look():
            return seen
        time.sleep(0.02)
    raise AssertionError(f"{what}: not within {within} s")


class Process:
    """A process of the product in a group of its own."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, env={**plain, **environment}, start_new_session=True
        )

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """Take the process and all its children away at once, as a host without memory does."""
        if self.running:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)

    def stop(self) -> None:
        """Ask the process to end, as a host does at a release, and wait until it has."""
        if self.running:
            os.kill(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(timeout=30)
        finally:
            self.kill()


class Server(Process):
    """A web server as hosts run it: gunicorn with gevent."""

    def __init__(self, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        super().__init__(
            ["gunicorn", "-c", "gunicorn.conf.py", "--log-level", "warning", "wsgi:app"],
            environment | {"PORT": str(port), "BIND_HOST": "127.0.0.1"},
        )
        self.url = f"http://127.0.0.1:{port}"
        wait_for("the web server", self._answers)

    def _answers(self) -> bool:
        assert self.running, "the web server ended"
        try:
            return httpx2.get(f"{self.url}/healthz", trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False

    def visitor(self, **cookies: str) -> httpx2.Client:
        """Return a browser at this server."""
        return httpx2.Client(
            base_url=self.url, headers={"Sec-Fetch-Site": "same-origin"}, cookies=cookies, trust_env=False, timeout=30
        )


@contextmanager
def running(process: Process) -> Iterator[Any]:
    """Give a process to a test and end it afterwards."""
    try:
        yield process
    finally:
        process.kill()


class Event:
    """One server-sent event."""

    def __init__(self, lines: list[str]) -> None:
        fields = [line.partition(": ") for line in lines if not line.startswith(":")]
        self.name = next((value for field, _, value in fields if field == "event"), "")
        self.id = next((int(value) for field, _, value in fields if field == "id"), None)
        self.data = "\n".join(value for field, _, value in fields if field == "data")

    def parts(self) -> dict[str, tuple[str, str]]:
        """Return what goes where: swap and HTML by target."""
        found = re.findall(
            r'<hx-partial hx-target="([^"]+)" hx-swap="([^"]+)">(.*?)</hx-partial>', self.data, re.DOTALL
        )
        return {target: (swap, html) for target, swap, html in found}


def events(lines: Iterator[str]) -> Iterator[Event]:
    """Yield the events of a stream; comments are skipped."""
    gathered: list[str] = []
    for line in lines:
        if line:
            gathered.append(line)
        elif gathered:
            event = Event(gathered)
            gathered = []
            if event.data or event.name:
                yield event
