"""PostgreSQL and Redis for the tests: started once for a run, with a database of its own for each process of it.

A plugin for pytest: tests/conftest.py names it in `pytest_plugins`. The process that was started by hand runs the
services and migrates one database; it and the processes of pytest-xdist each work in a copy of that.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from psycopg import sql

from local import Services

ROOT = Path(__file__).parent.parent
LAST_REDIS = 15
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108  # What is made there has a random name.

_running = pytest.StashKey[ExitStack]()
_migrated = pytest.StashKey[Services]()


@pytest.fixture(scope="session")
def services(pytestconfig: pytest.Config) -> Iterator[Services]:
    """Where this process's migrated database and its Redis are, both empty at first and its own."""
    template, name, number = _handed(pytestconfig)
    with _copy(template, name, number) as own:
        yield own


@pytest.fixture(scope="session")
def site_services(pytestconfig: pytest.Config) -> Iterator[Services]:
    """The same once more, for the whole product to run on while other tests empty theirs."""
    template, name, number = _handed(pytestconfig)
    with _copy(template, f"{name}_site", LAST_REDIS - number) as own:
        yield own


@pytest.fixture
def host_services(pytestconfig: pytest.Config) -> Iterator[Services]:
    """And once more, where nobody has made the first account yet."""
    template, name, number = _handed(pytestconfig)
    with _copy(template, f"{name}_host", LAST_REDIS - 4 - number) as own:
        yield own


def _handed(config: pytest.Config) -> tuple[Services, str, int]:
    """Return the migrated services that are to be copied, and this process's name and number."""
    handed = getattr(config, "workerinput", {})
    if not handed:
        return _started(config), "main", 0
    name = handed["workerid"]
    return Services(**json.loads(handed["services"])), name, int(name.removeprefix("gw")) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the services to a process of pytest-xdist. It belongs to that plugin's types, hence Any."""
    node.workerinput["services"] = json.dumps(asdict(_started(node.config)))


def pytest_unconfigure(config: pytest.Config) -> None:
    if running := config.stash.get(_running, None):
        running.close()


def _started(config: pytest.Config) -> Services:
    """Return the services of this run, started if need be. Their database is migrated and otherwise left alone."""
    if _migrated not in config.stash:
        config.stash[_running] = stack = ExitStack()
        services = _given() or stack.enter_context(_embedded())
        config.stash[_migrated] = stack.enter_context(_database(services, f"colloquy_test_{os.getpid()}"))
        _migrate(config.stash[_migrated])
    return config.stash[_migrated]


def _given() -> Services | None:
    """Return the services that COLLOQUY_TEST_DATABASE_URL, …_DATABASE_OWNER_URL and …_REDIS_URL name.

    The owner has to be allowed to create databases, and the server's template1 to hold the extension `vector`. Redis
    is emptied.
    """
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    urls = [os.environ.get(f"COLLOQUY_TEST_{name}") for name in names]
    if not any(urls):
        return None
    if not all(urls):
        raise pytest.UsageError(
            "Give all of COLLOQUY_TEST_DATABASE_URL, …_DATABASE_OWNER_URL and …_REDIS_URL, or none."
        )
    return Services(*(url for url in urls if url))


@contextmanager
def _embedded() -> Iterator[Services]:
    """Run the services in a process of their own, which ends when its standard input does, whatever becomes of us."""
    with (
        TemporaryDirectory(prefix="colloquy-test-", dir=_roomy_memory()) as folder,
        subprocess.Popen(
            [sys.executable, "-m", "local", "services", "--data", folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the tests; they still want to clean up.
        ) as process,
    ):
        line = process.stdout.readline() if process.stdout else b""
        if not line:
            raise pytest.UsageError("The local services did not start; the lines above say why.")
        yield Services(**json.loads(line))


def _roomy_memory() -> Path | None:
    """Return a folder in memory that is large enough for the data, where nothing is waited for; None where none is."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM else None


@contextmanager
def _copy(services: Services, name: str, number: int) -> Iterator[Services]:
    """Make a copy of the migrated database under this name, with the Redis database of this number."""
    template = _name(services.database_url)
    redis_url = _at(services.redis_url, str(number))
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    with _database(services, f"{template}_{name}", template) as own:
        yield replace(own, redis_url=redis_url)


@contextmanager
def _database(services: Services, name: str, template: str = "template1") -> Iterator[Services]:
    """Make a database of the owner's for as long as it is needed."""
    with psycopg.connect(services.owner_url, dbname="postgres", autocommit=True) as server:
        # Several processes may copy at once; PostgreSQL refuses while another session is in the template.
        server.execute("select pg_advisory_lock(20)")
        server.execute(sql.SQL("create database {} template {}").format(*map(sql.Identifier, (name, template))))
        server.execute("select pg_advisory_unlock(20)")
        yield replace(
            services,
            database_url=_at(services.database_url, name),
            owner_url=_at(services.owner_url, name),
        )
        # Without force PostgreSQL waits up to five seconds for connections that are just being closed; with it, it
        # would want rights over the application's role.
        server.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


def _migrate(services: Services) -> None:
    settings = {
        "DATABASE_URL": services.database_url,
        "DATABASE_OWNER_URL": services.owner_url,
        "REDIS_URL": services.redis_url,
        "SECRET_KEY": "only-for-the-tests-and-nowhere-else",
    }
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT,
        env={**os.environ, **settings},
        check=True,
    )


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


def _at(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()
