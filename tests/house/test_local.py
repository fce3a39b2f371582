"""What `python -m local run` promises, tried on a tree with a tiny web application and a tiny worker."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg
import pytest
import redis

from local.environment import environment, procfile

ROOT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")

WEB = """
import os
from flask import Flask, jsonify

app = Flask(__name__)
app.cli.command("upgrade")(lambda: None)

@app.get("/healthz")
def healthz():
    return jsonify(pid=os.getppid(), **{name: os.environ[name] for name in
        ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "GREETING")})
"""
PROCFILE = """
release: flask --app wsgi upgrade
web: gunicorn wsgi:app
worker: python -m workers
"""
WORKER = """
import signal, subprocess, sys, time

def stop(*_):
    print("asked to stop")
    time.sleep(0.5)
    sys.exit()

signal.signal(signal.SIGTERM, stop)
subprocess.Popen(["sleep", "1000"], process_group=0)
print("waiting for jobs")
time.sleep(1000)
"""


Found = TypeVar("Found")


class Tree:
    """A copy of what runs the product, with stand-ins for the product."""

    def __init__(self, root: Path) -> None:
        self.root, self.said = root, root / "said"
        shutil.copytree(ROOT / "local", root / "local")
        shutil.copy(ROOT / "gunicorn.conf.py", root)
        for name, text in {"wsgi.py": WEB, "Procfile": PROCFILE, ".env": "GREETING='hello there'\n"}.items():
            (root / name).write_text(text)
        (root / "workers").mkdir()
        (root / "workers" / "__main__.py").write_text(WORKER)
        self.port = free_port()
        self.supervisors: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        settings = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        with self.said.open("wb") as output:
            supervisor = subprocess.Popen(
                [sys.executable, "-m", "local", "run"],
                cwd=self.root,
                env={**settings, "PORT": str(self.port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.supervisors.append(supervisor)
        return supervisor

    def wait_for(self, sentence: str) -> str:
        """Return the line that holds the sentence, once it is said."""
        return eventually(
            lambda: next((line for line in self.said.read_text().splitlines() if sentence in line), None),
            lambda: f"{sentence!r} was never said, only:\n{self.said.read_text()}",
        )

    def health(self) -> dict[str, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
            found: dict[str, str] = json.load(answer)
            return found

    def processes(self) -> dict[int, str]:
        """Return the running processes that work anywhere in this tree, by pid."""
        found = {}
        for each in Path("/proc").glob("[0-9]*"):
            try:
                if (each / "cwd").readlink().is_relative_to(self.root):
                    found[int(each.name)] = (each / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
        return found


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    tree = Tree(tmp_path)
    yield tree
    kill(tree.processes())
    for supervisor in tree.supervisors:
        supervisor.wait()
    eventually(lambda: not tree.processes(), lambda: f"Still there: {tree.processes()}")


def test_it_says_where_it_answers_and_ctrl_c_leaves_nothing(tree: Tree) -> None:
    supervisor = tree.start()
    assert tree.wait_for("Colloquy answers") == f"Colloquy answers at http://127.0.0.1:{tree.port}"
    assert "waiting for jobs" in tree.wait_for("worker   |")
    settings = tree.health()
    assert settings["GREETING"] == "hello there"
    assert len(tree.processes()) > 5
    assert {path.stat().st_mode & 0o077 for path in (tree.root / "var").glob("*.json")} == {0}

    supervisor.send_signal(signal.SIGINT)

    assert supervisor.wait(10) == 0
    assert tree.processes() == {}
    assert tree.said.read_text().count("asked to stop") == 1, "a second signal would cost the worker its job"

    tree.start()
    tree.wait_for("Colloquy answers")
    assert tree.health()["SECRET_KEY"] == settings["SECRET_KEY"]


def test_the_application_cannot_bypass_row_security_and_the_owner_is_another(tree: Tree) -> None:
    tree.start()
    tree.wait_for("Colloquy answers")
    settings = tree.health()
    with psycopg.connect(settings["DATABASE_URL"]) as application:
        row = application.execute(
            "select rolsuper, rolbypassrls, pg_has_role(rolname, 'colloquy_owner', 'member'),"
            " current_setting('fsync') from pg_roles where rolname = current_user"
        ).fetchone()
    assert row == (False, False, False, "on")
    with psycopg.connect(settings["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute("select '[1,2]'::vector <-> '[1,3]'::vector").fetchone() == (1.0,)


def test_a_taken_port_is_named_with_the_one_chosen_instead(tree: Tree) -> None:
    with socket.create_server(("127.0.0.1", tree.port)):
        tree.start()
        said = tree.wait_for(f"Port {tree.port} is taken")
        tree.wait_for("Colloquy answers")
    chosen = said.rstrip(".").split()[-1]
    assert chosen != str(tree.port)
    assert tree.wait_for("Colloquy answers").endswith(f":{chosen}")


def test_a_second_instance_is_refused_and_told_where_the_first_is(tree: Tree) -> None:
    first = tree.start()
    tree.wait_for("Colloquy answers")
    first_said = tree.said.rename(tree.root / "said-first").read_text()

    assert tree.start().wait(10) == 1
    assert tree.said.read_text() == (
        f"Colloquy already runs in {tree.root / 'var'} as process {first.pid}"
        f" and answers at http://127.0.0.1:{tree.port}.\n"
    )
    assert "Stopping" not in first_said
    assert tree.health()


def test_whoever_dies_is_started_again(tree: Tree) -> None:
    tree.start()
    tree.wait_for("Colloquy answers")
    before = tree.health()
    names = {"worker": "-m workers", "redis": "redis-server", "postgres": "bin/postgres -D", "web": "gunicorn"}
    for pid, command in tree.processes().items():
        if any(name in command for name in names.values()) and os.getsid(pid) == pid:
            os.kill(pid, signal.SIGKILL)
    for name in names:
        tree.wait_for(f"{name} ended (by SIGKILL); starting it again in 1 s.")

    def all_back() -> bool:
        try:
            psycopg.connect(before["DATABASE_URL"]).close()
            return tree.health()["pid"] != before["pid"]
        except (OSError, psycopg.OperationalError):
            return False

    eventually(all_back, lambda: f"Not all came back:\n{tree.said.read_text()}")
    eventually(lambda: tree.said.read_text().count("waiting for jobs") == 2, tree.said.read_text)
    jobs = [command for command in tree.processes().values() if command.startswith("sleep")]
    assert len(jobs) == 1, "the dead worker's job went with it"


def test_when_the_supervisor_is_killed_its_children_go_too(tree: Tree) -> None:
    supervisor = tree.start()
    tree.wait_for("waiting for jobs")
    tree.wait_for("Colloquy answers")

    supervisor.kill()
    supervisor.wait()

    remaining = {"sleep 1000 "}  # A worker's job is the worker's to end; it finds no database any more.
    eventually(lambda: set(tree.processes().values()) <= remaining, lambda: f"Still there: {tree.processes()}")


def test_nothing_acknowledged_is_lost_when_everything_is_killed(tree: Tree) -> None:
    supervisor = tree.start()
    tree.wait_for("Colloquy answers")
    settings = tree.health()
    with psycopg.connect(settings["DATABASE_OWNER_URL"]) as owner:
        owner.execute("create table promises (text text)")
        owner.execute("insert into promises values ('kept')")
    with redis.Redis.from_url(settings["REDIS_URL"]) as client:
        client.set("promise", "kept")

    kill((supervisor.pid, *tree.processes()))
    stale = tree.root / "var" / "postgres" / "postmaster.pid"
    _, _, rest = stale.read_text().partition("\n")
    stale.write_text(f"{os.getpid()}\n{rest}")  # The number has gone to somebody else, who must be left alone.
    supervisor.wait()
    tree.start()
    tree.wait_for("Colloquy answers")

    settings = tree.health()
    with psycopg.connect(settings["DATABASE_OWNER_URL"]) as owner:
        assert owner.execute("select text from promises").fetchall() == [("kept",)]
    with redis.Redis.from_url(settings["REDIS_URL"]) as client:
        assert client.get("promise") == b"kept"


def test_what_is_set_wins_over_what_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("# for this machine\nONE=written\nexport TWO = \"two words\"\nTHREE='a=b'\nFOUR=\n")
    monkeypatch.setenv("ONE", "set")
    settings = environment(tmp_path)
    assert [settings[name] for name in ("ONE", "TWO", "THREE", "FOUR")] == ["set", "two words", "a=b", ""]


def test_the_procfile_is_read_with_its_settings(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text(
        "# how it runs\nweb: gunicorn 'wsgi:app' --bind :$PORT\n\nworker: python -m workers\n"
    )
    assert procfile(tmp_path, {"PORT": "8000"}) == {
        "web": ["gunicorn", "wsgi:app", "--bind", ":8000"],
        "worker": ["python", "-m", "workers"],
    }


def kill(pids: Iterable[int]) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # It went with its parent.
            os.kill(pid, signal.SIGKILL)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def eventually(look: Callable[[], Found | None], complaint: Callable[[], str]) -> Found:
    """Return what `look` finds, looking for up to 15 seconds."""
    deadline = time.monotonic() + 15
    while not (found := look()):
        assert time.monotonic() < deadline, complaint()
        time.sleep(0.05)
    return found
