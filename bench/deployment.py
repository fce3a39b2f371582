"""The product as a host runs it, on this machine: services, the Procfile's processes, and the stand-in provider."""

import http.client
import subprocess
import time
from collections import deque
from pathlib import Path
from typing import Self

from local import Services
from local.children import Child
from local.environment import environment, procfile
from local.ports import LOOPBACK, free_port
from tests.fakes.provider import KEY

ROOT = Path(__file__).resolve().parent.parent
UNLIMITED = "1000000"
_FOREIGN = ("PROXY", "LLM_", "EMBEDDING_", "WEB_CONCURRENCY", "SETUP_TOKEN")


def settings_for(services: Services, model_url: str, *, embeddings: bool = True) -> dict[str, str]:
    """Return the environment of the product's processes; without `embeddings` the built-in embedder is used."""
    chosen = {name: value for name, value in environment(ROOT).items() if not _is_foreign(name)}
    chosen |= {
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
        "SECRET_KEY": "of no use to anybody else",
        "BIND_HOST": LOOPBACK,
        "LLM_API_KEY": KEY,
        "LLM_BASE_URL": model_url,
        "LLM_MODEL": "stand-in",
        "QUESTIONS_PER_MINUTE": UNLIMITED,
    }
    if embeddings:
        chosen |= {"EMBEDDING_API_KEY": KEY, "EMBEDDING_BASE_URL": model_url}
    return chosen


def _is_foreign(name: str) -> bool:
    return any(part in name.upper() for part in _FOREIGN)


def migrate(settings: dict[str, str]) -> None:
    """Bring the database up to date, as a release does."""
    command = procfile(ROOT, settings)["release"]
    subprocess.run(command, env=settings, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 -- our own Procfile


class Process:
    """One process of the Procfile, for as long as the block runs. What it says is kept, to be shown should it fail."""

    def __init__(self, name: str, settings: dict[str, str]) -> None:
        self.said: deque[str] = deque(maxlen=2000)
        command = procfile(ROOT, settings)[name]
        self._child = Child(name, command, environment=settings, folder=ROOT, patience=27, log=self.said.append)

    def __enter__(self) -> Self:
        self._child.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._child.stop()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._child.running


class Web(Process):
    """The web process on a free port, ready for requests."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.port = free_port()
        super().__init__("web", settings | {"PORT": str(self.port)})

    def __enter__(self) -> Self:
        super().__enter__()
        _wait_until_ready(self, self.port)
        return self


def _wait_until_ready(process: Process, port: int) -> None:
    deadline = time.monotonic() + 30
    while process.running and time.monotonic() < deadline:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("The web process does not come up:\n" + "\n".join(process.said))
