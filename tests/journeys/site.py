"""The product as it runs on a host: the Procfile's processes, on free ports, over the services of the tests."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Self

import psycopg

from local import Services
from local.environment import procfile
from tests.fakes.ports import free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60
OTHER_SESSIONS = "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"


class Process:
    """One process of the product, in a session of its own, with what it says in a file."""

    def __init__(self, command: list[str], settings: Mapping[str, str], said: Path, folder: Path = ROOT) -> None:
        self.command, self.settings, self.said, self.folder = command, settings, said, folder

    def start(self) -> None:
        """Start it, also once more after its end."""
        with self.said.open("ab") as output:
            self._running = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=dict(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._running.pid

    def finish(self, seconds: float = PATIENCE) -> None:
        """Wait until it has ended by itself, and well."""
        assert self._running.wait(seconds) == 0, self.said.read_text()

    def ask_to_stop(self) -> None:
        self._running.send_signal(signal.SIGTERM)

    def stop(self, seconds: float = 30) -> float:
        """Ask it to stop; return how many seconds that took."""
        begun = time.monotonic()
        self.ask_to_stop()
        try:
            self._running.wait(seconds)
        finally:
            self.kill()
        return time.monotonic() - begun

    def kill(self) -> None:
        """End it with all its children, at once and without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()


class Web(Process):
    """A web process at an address of its own."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and return once it answers."""
        super().start()
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self._running.poll() is None, self.said.read_text()
            assert time.monotonic() < until, f"It never answered:\n{self.said.read_text()}"
            time.sleep(0.05)

    def _answers(self) -> bool:
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with suppress(OSError, http.client.HTTPException), closing(asked):
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        return False


class Cable:
    """The network between a browser and a web process: it can be cut, and mended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._ends: list[socket.socket] = []
        self._whole = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()
        for end in self._ends:
            end.close()

    def cut(self) -> None:
        """End every connection, and let no new one through."""
        self._whole = False
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                if not self._whole:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._port))
                self._ends += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Site:
    """A database with the demo in it, a worker, and as many web processes as a journey wants."""

    def __init__(self, services: Services, folder: Path) -> None:
        self.services, self.folder = services, folder
        self.settings = {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(folder),
            "DATABASE_URL": services.database_url,
            "DATABASE_OWNER_URL": services.owner_url,
            "REDIS_URL": services.redis_url,
            "SECRET_KEY": "only-for-the-tests-and-nowhere-else",
            "BIND_HOST": "127.0.0.1",
            "EMBEDDED": "1",
            "QUESTIONS_PER_MINUTE": "1000",
            "GUEST_QUESTIONS_PER_MINUTE_AND_ADDRESS": "1000",
        }
        self.processes: list[Process] = []

    def web(self, **settings: str) -> Web:
        """Start another web process, which differs by these settings. It has no citation checked: marks come late."""
        port = free_port()
        chosen = {**self.settings, "PORT": str(port), "CITATION_CHECKS": "off", **settings}
        web = Web(procfile(ROOT, chosen)["web"], chosen, self.folder / f"web-{port}.log")
        web.port = port
        self.processes.append(web)
        web.start()
        return web

    def worker(self, **settings: str) -> Process:
        """Start a worker, which differs by these settings."""
        chosen = {**self.settings, **settings}
        worker = Process(procfile(ROOT, chosen)["worker"], chosen, self.folder / "worker.log")
        self.processes.append(worker)
        worker.start()
        return worker

    def load_demo(self) -> None:
        """Load what the first visitor can ask."""
        loading = Process([sys.executable, "-m", "demo"], self.settings, self.folder / "demo.log")
        loading.start()
        loading.finish()

    def look_up(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database itself, as its owner."""
        with psycopg.connect(self.services.owner_url) as connection:
            return connection.execute(query, values).fetchall()

    def answer_in(self, address: str) -> tuple[str, str]:
        """Return state and text of the newest answer of the conversation at this address, as they are stored."""
        conversation = address.partition("?")[0].partition("#")[0].rpartition("/")[2]
        [found] = self.look_up(
            "select state, text from messages where conversation_id = %s and role = 'answer' and superseded_at is null"
            " order by position desc limit 1",
            conversation,
        )
        return found[0], found[1]

    def close(self) -> None:
        """End every process, first politely; return once the database has noticed."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.ask_to_stop()
        for process in self.processes:
            process.kill()
        until = time.monotonic() + PATIENCE
        while self.look_up(OTHER_SESSIONS) and time.monotonic() < until:
            time.sleep(0.05)
