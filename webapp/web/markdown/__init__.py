"""A model's answer in Markdown becomes HTML that is safe in a page, whole or while it is being written.

Always true here: what `Growing` has put together when an answer ends is, byte for byte, what `render` makes of it; and
`render`, `cited_numbers` and `strip` agree on what is a citation.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from webapp.web.markdown import cleaning, dialect, formulas
from webapp.web.markdown.citations import (
    ADDRESS,
    BLANKS,
    CITATION,
    FIRST_MARKER,
    LAST_MARKER,
    Link,
    known,
    numbers_in,
)
from webapp.web.markdown.citing import anchor_count, annotated, citing
from webapp.web.markdown.dialect import task_box
from webapp.web.markdown.formulas import without_formulas
from webapp.web.markdown.growing import Growing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

__all__ = [
    "Growing",
    "Link",
    "anchor_count",
    "annotated",
    "cited_numbers",
    "citing",
    "code_html",
    "formula_html",
    "numbers_shown",
    "render",
    "strip",
    "task_box",
    "without_formulas",
]

_NONE: Mapping[int, Link] = MappingProxyType({})
# What may stand before the first word of a line: without its blanks it would mean something else.
_OPENING = re.compile(r"(?:[ \t>]|[-+*][ \t]|\d{1,9}[.)][ \t]|#{1,6}[ \t])*")
# No answer can bring a class of its own: what a model writes as HTML is shown as text.
_NUMBER = re.compile(r'<a class="citation" href="[^"]*" data-n="(\d+)"')
_MARKERS = re.compile(f"[{chr(FIRST_MARKER)}-{chr(LAST_MARKER)}]")


def render(text: str, citations: Mapping[int, Link] = _NONE) -> Markup:
    """Return an answer as safe HTML. Numbers without a link in `citations` disappear. About 1 ms a kilobyte."""
    rendering = dialect.Rendering(citations)
    return Markup().join(rendering.block(block) for block in dialect.blocks(dialect.normalized(text)))


def code_html(code: str, language: str | None = None) -> Markup:
    """Return code as safe HTML, coloured where its language is known."""
    return Markup(cleaning.clean(dialect.coloured(code, (language or "").lower())))


def formula_html(latex: str, *, wide: bool = False) -> Markup:
    """Return a formula as safe MathML, or as code where it cannot be set."""
    return Markup(cleaning.clean(formulas.mathml(latex, wide=wide)))


def cited_numbers(text: str, issued: Collection[int]) -> list[int]:
    """Return the issued numbers that a reader of the answer sees, in order of first appearance."""
    found = dialect.pieces(text, {"issued": issued})
    numbers = (number for token in found if token.type == "citation" for number in token.meta["numbers"])
    return list(dict.fromkeys(numbers))


def numbers_shown(html: str) -> list[int]:
    """Return the numbers in an answer that was rendered here, in order of first appearance: its `cited_numbers`."""
    return list(dict.fromkeys(map(int, _NUMBER.findall(html))))


def strip(text: str, issued: Collection[int]) -> str:
    """Return the Markdown without the numbers that were never issued, for copying and storing.

    Should the rest read differently without them (a `~~~` that stood behind one), the text stays as it is: `render`
    leaves them out in any case.
    """
    groups = list(CITATION.finditer(text))[: LAST_MARKER - FIRST_MARKER]
    if all(number in issued for group in groups for number in numbers_in(group)):
        return text
    stripped = text
    for index in reversed(_read_as_citations(text, groups)):
        group = groups[index]
        numbers = known(group, issued)
        if not numbers:
            stripped = _without(stripped, group.start(), group.end())
        elif numbers != list(numbers_in(group)):
            stripped = stripped[: group.start()] + f"[{', '.join(map(str, numbers))}]" + stripped[group.end() :]
    return stripped if cited_numbers(stripped, issued) == cited_numbers(text, issued) else text


def _read_as_citations(text: str, groups: list[re.Match[str]]) -> list[int]:
    """Which groups stand neither in code nor in a formula: each is marked, and the parser asked what it saw."""
    env: dict[str, Any] = {"issued": (), "marked": True}
    text = _MARKERS.sub("\ufffd", text)
    marked, end = [], 0
    for index, group in enumerate(groups):
        opening = 2 if group.group().startswith("[[") else 1
        marked += [text[end : group.start() + opening], chr(FIRST_MARKER + index)]
        end = group.end() - opening
    seen = dialect.pieces("".join(marked) + text[end:], env)
    return sorted({index for token in seen if token.type == "citation" for index in token.meta["numbers"]})


def _without(text: str, start: int, end: int) -> str:
    """Cut out a citation with its address, the blanks before it, and its line if nothing else is on it."""
    address = ADDRESS.match(text, end)
    before, after = text[:start], text[address.end() if address else end :]
    line = before[before.rfind("\n") + 1 :]
    if not _OPENING.fullmatch(line):
        return before.rstrip(BLANKS) + after
    after = after.lstrip(BLANKS)
    return before + (after if line.strip() else after.removeprefix("\n"))
