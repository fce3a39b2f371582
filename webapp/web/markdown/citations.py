"""How a model points at its sources, and how that is recognised while an answer is parsed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline


class Link(NamedTuple):
    """Where a citation leads. The label is what a screen reader says; without one it is "Source 1"."""

    number: int
    href: str
    label: str = ""


# Private characters that stand in for numbers when `strip` asks which of them a reader would see.
FIRST_MARKER = 0x100000
LAST_MARKER = 0x10FFFD
LONGEST_RANGE = 20


def _grammar(number: str) -> re.Pattern[str]:
    numbers = rf"\^?{number}(?: *[,;–—-] *\^?{number})*"
    inside = rf"( *{numbers} *)(?:†[^\[\]【】\n]*)?"
    return re.compile(rf"\[\[{inside}\]\]|\[{inside}\]|【{inside}】")


# Numbers run from 1 to 999: [2024] is a year and [0, 1] an interval.
CITATION = _grammar(r"[1-9]\d{0,2}")
MARKED = _grammar(rf"[{chr(FIRST_MARKER)}-{chr(LAST_MARKER)}]")

# The address of `[1](https://…)`, which is thrown away. `[1](see below)` keeps its words.
ADDRESS = re.compile(
    r"\((?=<?(?:[a-z][a-z0-9+.-]*:|www\.|[/#.?]))"
    r"(?:<[^<>\n]*>|[^\s()<]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)",
    re.IGNORECASE,
)
BLANKS = " \t\u00a0\u202f"


def numbers_in(match: re.Match[str]) -> Iterator[int]:
    """The numbers that a citation names, ranges counted out, each once."""
    group = next(group for group in match.groups() if group)
    seen: set[int] = set()
    for part in re.split("[,;]", group.replace("^", "")):
        ends = [int(end) for end in re.split("[–—-]", part)]
        first, last = ends[0], ends[-1]
        within = range(first, last + 1) if 0 <= last - first <= LONGEST_RANGE else ends
        yield from (number for number in within if number not in seen)
        seen.update(within)


def markers_in(match: re.Match[str]) -> list[int]:
    """The indexes that stand in for numbers in text prepared by `strip`."""
    return [ord(sign) - FIRST_MARKER for sign in match.group() if ord(sign) >= FIRST_MARKER]


def plugin(md: MarkdownIt) -> None:
    """Teach the parser citations, before links, so that no address can take a number over.

    The environment says what was issued (`issued`), and whether the text is marked (`marked`).
    """
    md.inline.add_terminator_char("【")
    md.inline.ruler.before("link", "citation", _citation)


def _citation(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's own signature.
    if state.src[state.pos] not in "[【":
        return False
    marked = "marked" in state.env
    match = (MARKED if marked else CITATION).match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        numbers = markers_in(match) if marked else known(match, state.env["issued"])
        if numbers:
            state.push("citation", "a", 0).meta = {"numbers": numbers}
        else:
            state.pending = state.pending.rstrip(BLANKS)
    address = ADDRESS.match(state.src, match.end(), state.posMax)
    state.pos = (address or match).end()
    return True


def known(match: re.Match[str], issued: Collection[int]) -> list[int]:
    """The numbers of a citation that were really issued, in the order written."""
    return [number for number in numbers_in(match) if number in issued]
