"""What the processes of a local run are told, and which processes there are."""

import os
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template

_SETTING = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")


def environment(root: Path) -> dict[str, str]:
    """Return the real environment over the one written in `.env`, with this Python's commands first on the PATH."""
    file = root / ".env"
    written = _settings(file.read_text()) if file.exists() else {}
    merged = {**written, **os.environ}
    merged["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), merged.get("PATH", os.defpath)])
    merged["PYTHONUNBUFFERED"] = "1"  # A line is seen when it is said.
    return merged


def _settings(text: str) -> dict[str, str]:
    """Read KEY=VALUE lines. Quotes around a whole value fall away; other lines are passed over."""
    found = {}
    for line in text.splitlines():
        if match := _SETTING.fullmatch(line):
            name, value = match.groups()
            if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                value = value[1:-1]
            found[name] = value
    return found


def procfile(root: Path, settings: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the commands of the Procfile by name, with `$NAME` replaced by settings. They run without a shell."""
    lines = (root / "Procfile").read_text().splitlines()
    named = (line.split(":", 1) for line in lines if ":" in line and not line.startswith("#"))
    return {name.strip(): shlex.split(Template(command).safe_substitute(settings)) for name, command in named}
