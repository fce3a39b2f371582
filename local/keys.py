"""The passwords and keys of a local installation: random, made once, readable by their owner alone."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Self


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Keys:
    """One secret each for the database's superuser, its owner, the application, Redis, and the cookies."""

    superuser: str = field(default_factory=_secret)
    owner: str = field(default_factory=_secret)
    application: str = field(default_factory=_secret)
    redis: str = field(default_factory=_secret)
    cookies: str = field(default_factory=_secret)

    @classmethod
    def of(cls, data: Path) -> Self:
        """Return the keys kept in `data`; make what is missing and keep it there."""
        file = data / "keys.json"
        kept = json.loads(file.read_text()) if file.exists() else {}
        keys = cls(**{each.name: kept[each.name] for each in fields(cls) if each.name in kept})
        if asdict(keys) != kept:
            keys._keep(file)
        return keys

    def _keep(self, file: Path) -> None:
        """Write whole or not at all: half a file would lock us out of our own database."""
        draft = file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            json.dump(asdict(self), stream, indent=2)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
