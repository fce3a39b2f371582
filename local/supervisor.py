"""The process tree behind `make run`: services, migrations, demo, then web and worker, until told to stop."""

import http.client
import importlib.util
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

from local.children import Child, say, stop_all
from local.environment import environment, procfile
from local.errors import LocalError
from local.keys import Keys
from local.lock import Lock, only_instance
from local.ports import LOOPBACK, port_near
from local.postgres import Postgres
from local.redis import Redis

DRAIN = 27  # Running answers get 20 s, gunicorn gives 25, and we a moment more.
CALM = 60  # Who has run this long starts afresh with its back-off.
LONGEST_PAUSE = 30


class Kept:
    """A child that is started again when it ends, sooner at first and then ever more slowly."""

    def __init__(self, child: Child, start: Callable[[], None]) -> None:
        self.child, self._start = child, start
        self._failures, self._started_at, self._due = 0, 0.0, 0.0

    def start(self) -> None:
        self._started_at = time.monotonic()
        self._start()

    def look_after(self) -> None:
        """Notice an end, say so, and start again once the pause is over."""
        now = time.monotonic()
        if self.child.running:
            return
        if not self._due:
            self.child.clear()
            self._failures = 1 if now - self._started_at > CALM else self._failures + 1
            pause = min(2 ** (self._failures - 1), LONGEST_PAUSE)
            self._due = now + pause
            say(f"{self.child.name} ended ({_in_words(self.child.exit_code)}); starting it again in {pause} s.")
        elif now >= self._due:
            self._due = 0.0
            try:
                self.start()
            except LocalError as problem:
                say(str(problem))


class Supervisor:
    """Everything between `make run` and Ctrl-C."""

    def __init__(self, root: Path, lock: Lock) -> None:
        self.root, self.data, self.lock = root, root / "var", lock
        self.keys = Keys.of(self.data)
        self.settings = environment(root)
        self.services: list[Kept] = []
        self.processes: list[Kept] = []
        self.stopping = threading.Event()

    def run(self) -> int:
        """Bring everything up, keep it up, and take it down when told. Returns the exit code."""
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:  # As nohup asks.
                signal.signal(each, lambda *_: self.stopping.set())
        try:
            self._choose_port()
            self._start_services()
            self.commands = procfile(self.root, self.settings)
            if self._finish("release", self.commands["release"]) != 0 and not self.stopping.is_set():
                raise LocalError("The database could not be brought up to date; the lines above say why.")
            self._load_demo()
            self._start_processes()
            self._watch()
        finally:
            if self.processes:
                say("Stopping. Answers that are being written get up to 20 s.")
            stop_all([kept.child for kept in self.processes])
            for kept in reversed(self.services):
                kept.child.stop()
        return 0

    def _choose_port(self) -> None:
        given = self.settings.get("PORT") or "8000"
        if not given.isdecimal():
            raise LocalError(f"PORT is {given!r}, which is no number.")
        wanted = int(given)
        port = port_near(wanted)
        if port != wanted:
            say(f"Port {wanted} is taken or not ours to open; Colloquy takes {port}.")
        self.settings["PORT"] = str(port)
        self.settings.setdefault("BIND_HOST", LOOPBACK)
        self.settings["SECRET_KEY"] = self.settings.get("SECRET_KEY") or self.keys.cookies
        self.url = f"http://{LOOPBACK}:{port}"

    def _start_services(self) -> None:
        """Start what the environment does not bring along, and tell the processes where it is."""
        self.embedded = not self.settings.get("DATABASE_URL")
        if self.embedded:
            postgres = Postgres(self.data / "postgres", self.keys)
            self._keep(self.services, postgres.child, postgres.start)
            self.settings |= {"DATABASE_URL": postgres.database_url, "DATABASE_OWNER_URL": postgres.owner_url}
            if self.settings["BIND_HOST"] == LOOPBACK:
                self.settings["EMBEDDED"] = "1"  # Whoever reaches this server sits at this machine.
        if not self.settings.get("REDIS_URL"):
            redis = Redis(self.data / "redis", self.keys)
            self._keep(self.services, redis.child, redis.start)
            self.settings["REDIS_URL"] = redis.url

    def _load_demo(self) -> None:
        """Give a new installation something to be asked about. Somebody else's database is left as it is."""
        loaded = self.data / "demo-loaded"
        if self.stopping.is_set() or not self.embedded or loaded.exists() or not importlib.util.find_spec("demo"):
            return
        if self._finish("demo", [sys.executable, "-m", "demo"]) == 0:
            loaded.touch()
        elif not self.stopping.is_set():
            say("The demo content could not be loaded; everything else works, and the next start tries again.")

    def _start_processes(self) -> None:
        for name in ("web", "worker"):
            if not self.stopping.is_set():
                child = self._child(name, self.commands[name], patience=DRAIN)
                self._keep(self.processes, child, child.start)

    def _watch(self) -> None:
        """Look after everybody until told to stop; say where the product answers once it does."""
        announced = False
        while not self.stopping.wait(0.1 if not announced else 0.5):
            for kept in (*self.services, *self.processes):
                kept.look_after()
            if not announced and self._answers():
                announced = True
                self.lock.tell(self.url)
                say(f"Colloquy answers at {self.url}")

    def _finish(self, name: str, command: Sequence[str]) -> int | None:
        """Run a command to its end, or until we are told to stop. Returns its exit code."""
        child = self._child(name, command)
        child.start()
        while child.running and not self.stopping.wait(0.05):
            pass
        code = child.exit_code
        child.stop()
        return code

    def _child(self, name: str, command: Sequence[str], *, patience: float = 10) -> Child:
        return Child(name, command, environment=self.settings, folder=self.root, patience=patience)

    def _keep(self, group: list[Kept], child: Child, start: Callable[[], None]) -> None:
        kept = Kept(child, start)
        group.append(kept)  # Before it starts, so that a failed start is cleaned up as well.
        kept.start()

    def _answers(self) -> bool:
        address = http.client.HTTPConnection(LOOPBACK, int(self.settings["PORT"]), timeout=2)
        with suppress(OSError, http.client.HTTPException), closing(address) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        return False


def run(root: Path) -> int:
    """Run the product in `root` until Ctrl-C. Raises LocalError when something on this machine is in the way."""
    os.chdir(root)
    with only_instance(root / "var") as lock:
        return Supervisor(root, lock).run()


def _in_words(code: int | None) -> str:
    if code is not None and code < 0:
        return f"by {signal.Signals(-code).name}"
    return f"exit code {code}"
