"""The committed tree on a host: read-only, as nobody in particular, with `postgres://` and a Redis behind TLS.

The processes are those of the Procfile, told what a host tells them. Nothing of the tests is in their environment.
"""

import asyncio
import os
import re
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
import trustme

from local import Services
from local.environment import procfile
from tests.journeys.site import ROOT, Process, Site, Web, free_port

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes through /proc")

MOST = 512 * 1024
NOBODY = 65534
QUESTION = "What is integrator windup?"
Found = TypeVar("Found")


@contextmanager
def behind_tls(url: str) -> Iterator[str]:
    """Put a door with a certificate that nobody knows in front of a Redis; return the address of the door."""
    parts = urlsplit(url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("redis.example").configure_cert(context)
    loop, ready = asyncio.new_event_loop(), threading.Event()
    ports: list[int] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(parts.hostname, parts.port)
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))

    async def run() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        while not stopping.is_set():
            await asyncio.sleep(0.1)
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    stopping = threading.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    ready.wait()
    user, _, _ = parts.netloc.rpartition("@")
    try:
        yield parts._replace(
            scheme="rediss", netloc=f"{user}@127.0.0.1:{ports[0]}" if user else f"127.0.0.1:{ports[0]}"
        ).geturl()
    finally:
        stopping.set()
        thread.join()
        loop.close()


@pytest.fixture
def tree() -> Iterator[Path]:
    """What is committed, in a folder that nobody may write to, beside one that is theirs."""
    with TemporaryDirectory(prefix="colloquy-host-") as folder:
        root, own = Path(folder) / "app", Path(folder) / "tmp"
        root.mkdir()
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
        subprocess.run(["tar", "--extract", "--file=-"], cwd=root, input=archive.stdout, check=True)
        own.mkdir()
        Path(folder).chmod(0o755)
        own.chmod(0o777)
        for path in (*root.rglob("*"), root):
            path.chmod(0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444)
        yield root
        for path in (*(each for each in root.rglob("*") if each.is_dir()), root):
            path.chmod(0o755)


def as_nobody(command: list[str]) -> list[str]:
    """Give up root's rights, where we have them; and its name too, if others may run this Python."""
    if os.getuid() != 0:
        return command
    python = Path(sys.executable).resolve()
    named = ["--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
    open_to_all = all(each.stat().st_mode & 0o001 for each in (python, *python.parents))
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *(named if open_to_all else []), *command]


def eventually(look: Callable[[], Found], why: Callable[[], str], within: float = 90) -> Found:
    """Look until something is found."""
    until = time.monotonic() + within
    while not (found := look()):
        assert time.monotonic() < until, why()
        time.sleep(0.1)
    return found


def peak(pid: int) -> int:
    """Return the most kilobytes that a process, or any of its children, has held."""
    found = [each for each in Path("/proc").glob("[0-9]*") if _session(each) == pid]
    most = []
    for each in found:
        try:
            most.append(int(re.findall(r"VmHWM:\s+(\d+)", (each / "status").read_text())[0]))
        except (OSError, IndexError):
            continue
    return max(most)


def together(pid: int) -> int:
    """Return how many kilobytes a process and its children hold now, what they share counted once."""
    total = 0
    for each in Path("/proc").glob("[0-9]*"):
        if _session(each) == pid:
            try:
                total += int(re.findall(r"^Pss:\s+(\d+)", (each / "smaps_rollup").read_text(), re.MULTILINE)[0])
            except (OSError, IndexError):
                continue
    return total


def _session(process: Path) -> int | None:
    try:
        return os.getsid(int(process.name))
    except OSError:
        return None


class Host(Site):
    """The product on such a host."""

    def __init__(self, services: Services, root: Path, redis_url: str) -> None:
        super().__init__(services, root.parent / "tmp")
        self.root = root
        self.settings = {
            "PATH": self.settings["PATH"],
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PORT": str(free_port()),
            "DATABASE_URL": services.database_url.replace("postgresql://", "postgres://"),
            "DATABASE_OWNER_URL": services.owner_url.replace("postgresql://", "postgres://"),
            "REDIS_URL": redis_url,
            "REDIS_TLS_VERIFY": "false",
            "SECRET_KEY": uuid4().hex,
            "SETUP_TOKEN": "let-me-in",
        }

    def run(self, name: str) -> Process:
        command = as_nobody(procfile(self.root, self.settings)[name])
        process = (Web if name == "web" else Process)(
            command, self.settings, self.folder / f"{name}.log", folder=self.root
        )
        if isinstance(process, Web):
            process.port = int(self.settings["PORT"])
        self.processes.append(process)
        process.start()
        return process


class Visitor:
    """A browser without a screen."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path: str) -> tuple[str, str]:
        return self._open(urllib.request.Request(self._at(path)))

    def post(self, path: str, kind: str = "application/x-www-form-urlencoded", body: bytes = b"") -> tuple[str, str]:
        headers = {"Content-Type": kind, "Origin": self.url}
        return self._open(urllib.request.Request(self._at(path), data=body, headers=headers))

    def send(self, path: str, **fields: str) -> tuple[str, str]:
        return self.post(path, body=urlencode(fields).encode())

    def _at(self, path: str) -> str:
        return path if path.startswith("http") else self.url + path

    def _open(self, request: urllib.request.Request) -> tuple[str, str]:
        with self._opener.open(request, timeout=30) as answer:
            return answer.url, answer.read().decode()


def test_the_committed_tree_runs_on_a_strict_host(host_services: Services, tree: Path) -> None:
    with behind_tls(host_services.redis_url) as redis_url:
        host = Host(host_services, tree, redis_url)
        try:
            _run(host)
        finally:
            host.close()


def _run(host: Host) -> None:
    host.run("release").finish()
    loading = Process(as_nobody(["python", "-m", "demo"]), host.settings, host.folder / "demo.log", folder=host.root)
    loading.start()
    loading.finish()
    worker, web = host.run("worker"), host.run("web")
    assert isinstance(web, Web)
    assert not (host.root / "webapp" / "__pycache__").exists()

    guest = Visitor(web.url)
    address, _ = guest.send("/assistants/physical-ai-tutor/conversations", message=QUESTION)
    answered = eventually(lambda: page if "source__link" in (page := guest.get(address)[1]) else "", web.said.read_text)
    assert "Quoted" in answered

    admin = Visitor(web.url)
    admin.send(
        "/signup?setup=let-me-in",
        setup="let-me-in",
        name="Ada",
        email=f"ada-{uuid4().hex[:8]}@example.org",
        password="a short sentence is good",
        software_background="Beginner",
        hardware_background="None",
    )
    name, boundary = f"{uuid4().hex}.md", uuid4().hex
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
        f"# Quillhaven\n\nThe tidal lock opens at 06:40.\n\r\n--{boundary}--\r\n"
    )
    documents = "/organizations/tideway-press/documents"
    admin.post(documents, f"multipart/form-data; boundary={boundary}", body.encode())
    eventually(lambda: _row(admin.get(documents)[1], name), worker.said.read_text)
    for process in (web, worker):
        assert peak(process.pid) < MOST, process.command
        assert together(process.pid) < MOST, process.command
    print({process.command[-1]: (peak(process.pid), together(process.pid)) for process in (web, worker)})
    assert "Traceback" not in web.said.read_text() + worker.said.read_text()


def _row(page: str, name: str) -> bool:
    """Tell whether a document of this name is searchable."""
    return any(name in row and "Searchable" in row for row in page.split("<li"))
