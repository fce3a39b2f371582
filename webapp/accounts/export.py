"""Everything about a person as one ZIP: a JSON file for each table that has something of them, and their files.

It is made while it is sent. Rows are read a few hundred at a time, each batch in a transaction of its own, so that
neither memory nor a connection is held by somebody who downloads slowly.
"""

import json
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from blinker import Namespace
from sqlalchemy import Column, ForeignKey, Label, LargeBinary, Select, Table, select, tuple_

from webapp import tenancy
from webapp.accounts.holdings import Holding, holdings
from webapp.accounts.models import Person, Picture
from webapp.extensions import Base, db
from webapp.records import now
from webapp.web.archives import File, zipped
from webapp.web.pictures import ENDINGS

exporting = Namespace().signal(
    "exporting", doc="Sent with the id of a person; receivers return their files, each a path and its pieces."
)

BATCH = 200

# What an export never holds: what opens an account, what links in mails were made of, and an organization's own words.
WITHHELD = frozenset(
    {
        "conversations.scene",
        "document_versions.blocks",
        "document_versions.content_hash",
        "gap_questions.embedding",
        "invitations.mail_token_hash",
        "invitations.token_hash",
        "links.token_hash",
        "mails.html",
        "mails.text",
        "passkeys.credential_id",
        "passkeys.public_key",
        "people.password_hash",
        "pictures.data",
        "probe_runs.results",
        "recovery_codes.digest",
        "reports.prompt",
        "second_factors.secret",
        "sessions.token_hash",
        "shares.token_hash",
    }
)
# What only sounds as if it were a secret.
GIVEN = frozenset({"messages.completion_tokens", "messages.prompt_tokens"})
_SOUNDS_SECRET = re.compile(r"hash|token|secret|digest|password|key|credential|fingerprint")
# Of what others did to the person, this is the others' own: it stays out unless the first column names the person.
_OF_THE_ACTOR = {"audit_entries": ("actor_id", "address")}

ABOUT = """\
This is what {host} keeps about {name} <{email}>, as of {when}.

Each JSON file is one table: a list of rows that are yours or that tell of you. people.json is your account,
conversations.json, messages.json and citations.json are what you asked and what was answered, audit_entries.json is
what you did and what was done to your account or your memberships. An id in one file is the id of a row in another;
where something of your organization's is named only by its id, its name stands beside it.

The folder documents has the originals of what you uploaded to organizations that you are in.

Left out are passwords, tokens and keys, of which only digests are kept here, the network addresses of others, and what
a customer whom you practised with was told to keep to themselves.
"""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose export it is, as plain values that need no connection."""

    id: UUID
    name: str
    email: str


def archive(person: Person, host: str) -> Iterator[bytes]:
    """Return the ZIP, piece by piece. To be called while the person is at hand; it is read from later."""
    owner = Owner(person.id, person.name, person.email)
    return _closed_in_time(_files(owner, holdings(person), host))


def _closed_in_time(files: Generator[File]) -> Iterator[bytes]:
    """Yield the ZIP. Where its reader goes away half-way, what reads the database ends at once, and in its context."""
    with closing(files):
        yield from zipped(files)


def withheld(column: Column[Any]) -> bool:
    """Tell whether a column stays out of every export. One that sounds secret does until somebody says otherwise."""
    name = f"{column.table.name}.{column.name}"
    return name in WITHHELD or (suspicious(column) and name not in GIVEN)


def suspicious(column: Column[Any]) -> bool:
    """Tell whether somebody has to say of this column if it may be handed out."""
    return isinstance(column.type, LargeBinary) or bool(_SOUNDS_SECRET.search(column.name))


def _files(owner: Owner, found: list[Holding], host: str) -> Generator[File]:
    words = ABOUT.format(host=host, name=owner.name, email=owner.email, when=now().isoformat(timespec="seconds"))
    yield "README.txt", [words.encode()]
    with tenancy.everywhere():
        for holding in found:
            yield f"{holding.table.name}.json", _listed(_rows(holding, owner))
        picture = db.session.execute(
            select(Picture.media_type, Picture.data).where(Picture.person_id == owner.id)
        ).first()
        db.session.commit()
        if picture:
            yield f"picture.{ENDINGS[picture.media_type]}", [picture.data]
        for _receiver, files in exporting.send(owner.id):
            yield from files


def _rows(holding: Holding, owner: Owner) -> Iterator[dict[str, Any]]:
    """Yield a table's rows about the person, in the order of their keys."""
    table, query = holding.table, _query(holding)
    key = tuple_(*table.primary_key)
    last: tuple[Any, ...] | None = None
    while True:
        after = query.where(key > last) if last else query
        batch = db.session.execute(after.order_by(*table.primary_key).limit(BATCH)).mappings().all()
        db.session.commit()
        for row in batch:
            yield _spoken(table, dict(row), owner)
        if len(batch) < BATCH:
            return
        last = tuple(batch[-1][f"_{column.name}"] for column in table.primary_key)


def _query(holding: Holding) -> Select[Any]:
    """Return the query for what is handed out of a table: its columns, names of what they point to, and its keys."""
    table = holding.table
    columns = [column for column in table.c if not withheld(column)]
    points = sorted(table.foreign_keys, key=lambda key: key.parent.name)
    names = [name for key in points if (name := _called(key)) is not None]
    keys = [column.label(f"_{column.name}") for column in table.primary_key]
    return select(*columns, *names, *keys).where(holding.telling)


def _called(key: ForeignKey) -> Label[Any] | None:
    """Return the name of what a foreign key points to, under the key's own name; of a passage its document's."""
    label = key.parent.name.removesuffix("_id")
    there, documents = key.column.table.alias(), Base.metadata.tables["documents"].alias()
    pointed = there.c[key.column.name] == key.parent
    if label in key.parent.table.c:
        return None
    if "document_id" in there.c:
        named = select(documents.c.name).where(pointed, documents.c.id == there.c.document_id)
    elif called := {"name", "title"} & set(there.c.keys()):
        named = select(there.c[min(called)]).where(pointed)
    else:
        return None
    return named.correlate(key.parent.table).scalar_subquery().label(label)


def _spoken(table: Table, row: dict[str, Any], owner: Owner) -> dict[str, Any]:
    """Return a row as it is handed out."""
    actor, own = _OF_THE_ACTOR.get(table.name, (None, None))
    return {
        name: None if name == own and row.get(str(actor)) != owner.id else value
        for name, value in row.items()
        if not name.startswith("_")
    }


def _listed(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield the rows as JSON, one a line."""
    begun = False
    for row in rows:
        yield ((",\n" if begun else "[\n") + json.dumps(row, ensure_ascii=False, default=_plain)).encode()
        begun = True
    yield b"\n]\n" if begun else b"[]\n"


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
