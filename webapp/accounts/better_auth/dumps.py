"""Reading a dump of another product's database: JSON, or the plain text that `pg_dump` writes.

A row is a mapping from column names, in small letters and without underscores, to text, numbers, truth values or None:
`emailVerified` and `email_verified` are the same column.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]


class Unreadable(Exception):
    """The file is no such dump. The message is a sentence for whoever called."""


def read(path: Path, tables: Iterable[str]) -> dict[str, list[Row]]:
    """Return the rows of these tables, in their order; none of a table that is not there. Raises Unreadable."""
    found: dict[str, list[Row]] = {table: [] for table in tables}
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            start = lines.read(1024)
            lines.seek(0)
            if start.lstrip().startswith("{"):
                _read_json(json.load(lines), found)
            elif start.startswith("PGDMP"):
                raise Unreadable("This is a dump in pg_dump's own format. Make a plain one: pg_dump --format=plain.")
            else:
                _read_sql(lines, found)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Unreadable(f"The file is neither JSON nor the text of a dump: {error}") from error
    return found


def plain_name(name: str) -> str:
    """Return a column's name as rows have it."""
    return name.lower().replace("_", "")


def _read_json(dumped: Any, found: dict[str, list[Row]]) -> None:
    for table, rows in dumped.items():
        kept = found.get(table, found.get(table.removesuffix("s")))
        if kept is None:
            continue
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise Unreadable(f"“{table}” is no list of rows.")
        kept += [{plain_name(name): value for name, value in row.items()} for row in rows]


# A plain dump has `COPY … FROM stdin` with a line for each row, or INSERTs, which may rely on the table's own columns.

_NAME = r'(?:"(?:[^"]|"")+"|[\w$]+)'
_TABLE = rf"(?:{_NAME}\.)?({_NAME})"
_COPY = re.compile(rf"COPY {_TABLE} \((.*)\) FROM stdin;\s*")
_CREATE = re.compile(rf"CREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?{_TABLE} \(\s*")
_INSERT = re.compile(rf"INSERT INTO {_TABLE}\s*(?:\(([^)]*)\)\s*)?(?:OVERRIDING \w+ VALUE\s+)?VALUES\s*", re.IGNORECASE)
_STRING = re.compile(r"[Ee]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'", re.DOTALL)
_VALUE = re.compile(rf"\s*(?:({_STRING.pattern})|([^\s,()']+))(?:::[\w \"\[\].]+)?\s*([,)])", re.DOTALL)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_WORDS = {"null": None, "true": True, "false": False}


def _read_sql(lines: Iterator[str], found: dict[str, list[Row]]) -> None:
    columns: dict[str, list[str]] = {}
    seen = False
    for line in lines:
        if copied := _COPY.fullmatch(line):
            seen = True
            _copied(lines, _names(copied[2]), found.get(_bare(copied[1])))
        elif made := _CREATE.match(line):
            seen = True
            columns[_bare(made[1])] = _column_names(lines)
        elif line[:12].upper() == "INSERT INTO ":
            seen = True
            _inserted(_statement(line, lines), columns, found)
    if not seen:
        raise Unreadable("There is no table in this file. Give JSON, or what pg_dump --format=plain writes.")


def _copied(lines: Iterator[str], names: list[str], kept: list[Row] | None) -> None:
    for line in lines:
        row = line.rstrip("\r\n")
        if row == "\\.":
            return
        if kept is not None:
            kept.append(dict(zip(names, map(_copied_value, row.split("\t")), strict=False)))
    raise Unreadable("The dump ends in the middle of a table.")


def _copied_value(field: str) -> str | None:
    if field == r"\N":
        return None
    return re.sub(r"\\(.)", lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), field)


def _column_names(lines: Iterator[str]) -> list[str]:
    """Return the names of a table's columns, which stand one a line, from the lines after `CREATE TABLE`."""
    names = []
    for line in lines:
        if line.startswith(")"):
            break
        named = re.match(rf"\s*({_NAME}) ", line)
        if named and named[1] not in {"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK"}:
            names.append(plain_name(_bare(named[1])))
    return names


def _statement(line: str, lines: Iterator[str]) -> str:
    """Return the whole statement that begins with this line; a text in it may have several."""
    gathered = line
    while True:
        rest = _STRING.sub("", gathered)
        if "'" not in rest and rest.rstrip().endswith(";"):
            return gathered
        following = next(lines, None)
        if following is None:
            raise Unreadable("The dump ends in the middle of a row.")
        gathered += following


def _inserted(statement: str, columns: dict[str, list[str]], found: dict[str, list[Row]]) -> None:
    begun = _INSERT.match(statement)
    if begun is None or (kept := found.get(_bare(begun[1]))) is None:
        return
    names = _names(begun[2]) if begun[2] else columns.get(_bare(begun[1]), [])
    if not names:
        raise Unreadable(f"Nothing says which columns “{_bare(begun[1])}” has. Dump with --column-inserts.")
    kept += [dict(zip(names, values, strict=False)) for values in _tuples(statement, begun.end())]


def _tuples(statement: str, at: int) -> Iterator[list[Any]]:
    """Yield the values of each row of an INSERT."""
    while opened := re.compile(r"\s*,?\s*\(").match(statement, at):
        at, values, last = opened.end(), [], ","
        while last == ",":
            value = _VALUE.match(statement, at)
            if value is None:
                raise Unreadable(f"This cannot be read: {statement[at : at + 40]!r}")
            at, last = value.end(), value[3]
            values.append(_text(value[1]) if value[1] else _WORDS.get(value[2].lower(), value[2]))
        yield values


def _text(literal: str) -> str:
    if literal[0] in "Ee":
        words = literal[2:-1].replace("''", "'")
        return re.sub(r"\\(.)", lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), words, flags=re.DOTALL)
    return literal[1:-1].replace("''", "'")


def _names(listed: str) -> list[str]:
    return [plain_name(_bare(name)) for name in re.findall(_NAME, listed)]


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
