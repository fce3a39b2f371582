"""Static files under a content hash, kept by browsers for ever and compressed once by each process that serves them."""

import atexit
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

STATIC = Path(__file__).parents[2] / "static"


class Assets(WhiteNoise):  # type: ignore[misc]  # The library carries no types.
    """WhiteNoise with every file at a second address that carries a hash of all of them.

    The hash is a folder, `/static/<hash>/js/app.js`, so relative imports between files keep working. What answers no
    requests, such as a worker, only knows the hash.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.version = _version()
        super().__init__(application, max_age=300, add_headers_function=_protect)

    def prepare(self) -> None:
        """Have the files ready before the first request, which would wait for it."""
        if not self.files:
            copies = str(_compressed())
            self.add_files(copies, prefix="static/")
            self.add_files(copies, prefix=f"static/{self.version}/")

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.prepare()
        return super().__call__(environ, start_response)

    def immutable_file_test(self, _path: str, url: str) -> bool:
        """Tell whether an address names its content, so that it may be kept for ever."""
        return url.startswith(f"/static/{self.version}/")


def _files() -> list[Path]:
    return sorted(path for path in STATIC.rglob("*") if path.is_file())


def _version() -> str:
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.relative_to(STATIC).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _compressed() -> Path:
    """Return a folder with the files and their compressed copies: a temporary one, as the tree may be read-only."""
    copies, compressor = Path(tempfile.mkdtemp(prefix="colloquy-assets-")), Compressor(quiet=True)
    atexit.register(shutil.rmtree, copies, ignore_errors=True)
    for path in _files():
        copy = copies / path.relative_to(STATIC)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        compressor.compress(str(copy))
    return copies


def _protect(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


def asset(path: str) -> str:
    """Return the address of a static file under the hash of its content."""
    return f"/static/{current_app.extensions['assets'].version}/{path}"


def serve_assets(app: Flask) -> None:
    """Put the static files in front of the application."""
    assets = Assets(app.wsgi_app)
    app.extensions["assets"] = assets
    app.wsgi_app = assets  # type: ignore[method-assign]
