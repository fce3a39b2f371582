"""Static files under a content hash, kept by browsers for ever and compressed once, when the process starts."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from weakref import finalize

from flask import Flask, current_app
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

STATIC = Path(__file__).parents[2] / "static"


class Assets(WhiteNoise):  # type: ignore[misc]  # The library carries no types.
    """WhiteNoise with every file at a second address that carries a hash of all of them.

    The hash is a folder, `/static/<hash>/js/app.js`, so relative imports between files keep working. The compressed
    copies stand in a temporary folder, because a host's own tree may be read-only.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]], root: Path) -> None:
        copies = Path(tempfile.mkdtemp(prefix="colloquy-assets-"))
        finalize(self, shutil.rmtree, copies, ignore_errors=True)
        compressor, digest = Compressor(quiet=True), hashlib.sha256()
        for path in sorted(path for path in root.rglob("*") if path.is_file()):
            copy = copies / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
            compressor.compress(str(copy))
            digest.update(copy.relative_to(copies).as_posix().encode() + path.read_bytes())
        self.version = digest.hexdigest()[:12]
        super().__init__(application, max_age=300, add_headers_function=_protect)
        self.add_files(str(copies), prefix="static/")
        self.add_files(str(copies), prefix=f"static/{self.version}/")

    def immutable_file_test(self, _path: str, url: str) -> bool:
        """Tell whether an address names its content, so that it may be kept for ever."""
        return url.startswith(f"/static/{self.version}/")


def _protect(headers: Any, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"


def asset(path: str) -> str:
    """Return the address of a static file under the hash of its content."""
    return f"/static/{current_app.extensions['assets'].version}/{path}"


def serve_assets(app: Flask) -> None:
    """Put the static files in front of the application."""
    assets = Assets(app.wsgi_app, STATIC)
    app.extensions["assets"] = assets
    app.wsgi_app = assets  # type: ignore[method-assign]
