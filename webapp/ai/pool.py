"""Connections to providers between two requests."""

from __future__ import annotations

import select
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import http.client

Host = tuple[str, str, int]
"""Scheme, name and port."""


class IdleConnections:
    """Connections that wait for their next request, a few for each host."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._lock = threading.Lock()
        self._by_host: dict[Host, list[tuple[float, http.client.HTTPConnection]]] = defaultdict(list)

    def take(self, host: Host) -> http.client.HTTPConnection | None:
        """Return a connection that looks alive, the last used first, or None."""
        while True:
            with self._lock:
                if not self._by_host[host]:
                    return None
                since, connection = self._by_host[host].pop()
            if time.monotonic() - since < self._seconds and not _readable(connection):
                return connection
            connection.close()

    def put(self, host: Host, connection: http.client.HTTPConnection) -> None:
        """Keep a connection; the oldest goes when there are too many."""
        with self._lock:
            waiting = self._by_host[host]
            waiting.append((time.monotonic(), connection))
            surplus = waiting.pop(0)[1] if len(waiting) > self._limit else None
        if surplus:
            surplus.close()

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            connections = [connection for waiting in self._by_host.values() for _, connection in waiting]
            self._by_host.clear()
        for connection in connections:
            connection.close()


def _readable(connection: http.client.HTTPConnection) -> bool:
    """Say whether an idle connection has something to read, which can only be its end or a reproach."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))
