"""Documents for the tests of knowledge: real ones where they are at hand."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from webapp.knowledge.extraction import Extract, extract

if TYPE_CHECKING:
    from collections.abc import Callable

_ROOT = Path(__file__).parents[3]


@cache
def _extracted(path: Path) -> Extract:
    return extract(path.read_bytes(), path.name)


@pytest.fixture
def sample() -> Callable[[str], Extract]:
    """Return a function that reads a real document of the samples, or skips the test where there are none."""
    places = [Path(os.environ["COLLOQUY_SAMPLES"])] if "COLLOQUY_SAMPLES" in os.environ else []
    folder = next((p for p in [*places, _ROOT.parent / "shared" / "samples"] if p.is_dir()), None)

    def read(name: str) -> Extract:
        path = folder / "documents" / name if folder else None
        if path is None or not path.exists():
            pytest.skip("the sample documents are not here: set COLLOQUY_SAMPLES to their folder")
        return _extracted(path)

    return read
