"""Tables in a PDF: cells that stand below each other become columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.knowledge.extraction.blocks import Block, Cell, table

if TYPE_CHECKING:
    from webapp.knowledge.extraction.pdf_words import Words

PrintedCell = tuple[str, float, float]  # text, left, right

_BEFORE = frozenset("$€£¥(")
_AFTER = frozenset(")%")


def rows_to_table(rows: list[tuple[PrintedCell, ...]], words: Words) -> Block:
    """Return a table of the rows, each cell under the column that it stands in."""
    whole = [_with_signs(row) for row in rows]
    columns = _columns(whole)
    placed: list[list[Cell]] = []
    for row in whole:
        cells = [""] * len(columns)
        for text, left, right in row:
            column = _nearest(columns, left, right)
            cells[column] = f"{cells[column]} {words.joined([text])}".strip()
        placed.append([(cell, ()) for cell in cells])
    return table(placed, header=False)


def _with_signs(row: tuple[PrintedCell, ...]) -> list[PrintedCell]:
    """Join signs of currency and per cent, which are often set apart, with their numbers."""
    result: list[PrintedCell] = []
    sign = ""
    for text, left, right in row:
        if text in _AFTER and result:
            result[-1] = (result[-1][0] + text, result[-1][1], right)
            continue
        whole, sign = sign + text, ""
        if len(whole) > 1 and whole[-1] in _BEFORE and whole[-2] == " ":
            whole, sign = whole[:-1].rstrip(), whole[-1]
        if whole in _BEFORE:
            sign = whole
        else:
            result.append((whole, left, right))
    return [*result, (sign, *row[-1][1:])] if sign else result


def _columns(rows: list[list[PrintedCell]]) -> list[tuple[float, float]]:
    """Return the spans of the columns, from the rows with most cells: others have titles that span several."""
    most = max(len(row) for row in rows)
    cells = sorted((left, right) for row in rows if len(row) >= max(2, most - 1) for _, left, right in row)
    columns: list[tuple[float, float]] = []
    for left, right in cells:
        if columns and left < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(columns[-1][1], right))
        else:
            columns.append((left, right))
    return columns


def _nearest(columns: list[tuple[float, float]], left: float, right: float) -> int:
    def distance(column: int) -> tuple[float, float]:
        start, end = columns[column]
        overlap = min(end, right) - max(start, left)
        return -overlap, abs(start + end - left - right)

    return min(range(len(columns)), key=distance)
