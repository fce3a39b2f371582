"""Child processes that say who speaks, stop when told, and never outlive the process that started them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from local.errors import LocalError

Log = Callable[[str], None]

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def say(sentence: str) -> None:
    """Print one line at once, also into a pipe."""
    print(sentence, flush=True)


class Child:
    """One process in a session of its own, so that Ctrl-C in the terminal reaches us and not it.

    Start children from the main thread: Linux ends them when the *thread* that started them does.
    """

    def __init__(  # noqa: PLR0913 -- a process has this many sides; all but two have a usual answer
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        drop_privileges: Callable[[], None] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        orphan_signal: signal.Signals = signal.SIGKILL,
        patience: float = 10,
        log: Log = say,
    ) -> None:
        self.name, self.command, self.environment, self.folder = name, command, environment, folder
        self.drop_privileges, self.patience, self.log = drop_privileges, patience, log
        self.stop_signal, self.orphan_signal = stop_signal, orphan_signal
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._asked_at: float | None = None

    def start(self) -> None:
        """Start the process; its output comes out of `log`, each line behind the name. Raises LocalError."""
        try:
            process = self._spawn()
        except OSError as problem:
            raise LocalError(f"{self.name} cannot be started: {problem}") from problem
        self._process, self._asked_at = process, None
        self._reader = threading.Thread(target=self._pass_on, args=(process.stdout,), daemon=True)
        self._reader.start()

    def _spawn(self) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 -- our own Procfile and binaries
            self.command,
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=self._before_exec(os.getpid()),  # noqa: PLW1509 -- no threads of ours hold locks then
        )

    @property
    def exit_code(self) -> int | None:
        """The code it ended with; None while it runs."""
        return self._process.poll() if self._process else None

    @property
    def pid(self) -> int:
        """Its process id. Raises LocalError before it was started."""
        if self._process is None:
            raise LocalError(f"{self.name} was not started.")
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the polite signal and return at once. It is sent once: twice means "drop everything" to a worker."""
        if self._process and self.running and self._asked_at is None:
            self._asked_at = time.monotonic()
            self._process.send_signal(self.stop_signal)

    def stop(self) -> None:
        """Ask, wait until `patience` is over, then end it and whatever it left behind. Stopping twice is harmless."""
        if not self._process:
            return
        self.ask_to_stop()
        asked_at = self._asked_at or 0
        try:
            self._process.wait(max(0, asked_at + self.patience - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.log(f"{self.name} did not stop within {self.patience:g} s and is ended.")
            self._process.kill()
            self._process.wait()
        _end_session(self._process.pid)
        if self._reader:
            self._reader.join(1)
        self._process = None

    def clear(self) -> None:
        """End what a dead process left behind, such as the job a worker was at, before it is started again."""
        if self._process and not self.running:
            _end_session(self._process.pid)

    def _pass_on(self, output: IO[str]) -> None:
        with output:
            for line in output:
                self.log(f"{self.name:<8} | {line.rstrip()}")

    def _before_exec(self, parent: int) -> Callable[[], None]:
        def prepare() -> None:
            if self.drop_privileges:
                self.drop_privileges()
            if _LIBC:  # After the change of user, which would forget it.
                _LIBC.prctl(_PR_SET_PDEATHSIG, int(self.orphan_signal), 0, 0, 0)
                if os.getppid() != parent:  # It died before we could ask to be told.
                    os._exit(1)

        return prepare


def stop_all(children: Sequence[Child]) -> None:
    """Ask all at once, then wait for each, so that the slowest decides and not the sum."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.stop()


def _end_session(session: int) -> None:
    """End every process of a session; a worker's job is one, in a process group of its own."""
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getsid(int(each.name)) == session:
                os.kill(int(each.name), signal.SIGKILL)


def end_leftover(pid_file: Path, folder: Path) -> bool:
    """End the process that `pid_file` names if it works in `folder`; anyone else's process is left alone.

    Returns whether the folder is free afterwards. A server of ours outlives us only by the moment it needs
    to shut down, or on systems where children are not told that their parent died.
    """
    pid = _pid_in(pid_file)
    if not pid or not _works_in(pid, folder):
        return True
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + 20
    while _works_in(pid, folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _pid_in(pid_file: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(pid_file.read_text().split()[0])
    return None


def _works_in(pid: int, folder: Path) -> bool:
    """Whether the process has `folder` as its working directory, as PostgreSQL and Redis have their data's."""
    try:
        if sys.platform == "linux":
            return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder.resolve()
        listing = subprocess.run(  # noqa: S603
            ["lsof", "-a", "-p", str(pid), "-d", "cwd", "-Fn"],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    return f"n{folder.resolve()}" in listing.stdout.splitlines()
