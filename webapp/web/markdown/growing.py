"""An answer while it is being written: blocks that are finished, and one that grows."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from markupsafe import Markup

from webapp.web.markdown import dialect, holding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markdown_it.token import Token

    from webapp.web.markdown.citations import Link
    from webapp.web.markdown.dialect import Block

# Words and nothing else, the usual case: no parser is needed to show them.
_WORDS = re.compile(r"[^\\`*_~\[\]【!<>&$|\n]*")
_PLAIN = re.compile(rf"[^\W\d_]{_WORDS.pattern}")
_ENDS_OF_BLOCKS = re.compile(r"(?:</(?:p|li|ul|ol|blockquote|h[3-6])>\n?)+\Z")

_HOLD_THEIR_LINES = frozenset({"bullet_list_open", "ordered_list_open", "blockquote_open", "code_block"})
_END_BY_THEMSELVES = frozenset({"heading_open", "hr", "fence", "formula_block"})
# A line after a blank one that can still become an item, or something indented that belongs to the item above it.
_MAY_CONTINUE = re.compile(r"[ \t]|[-+*](?:\s|$)|\d{1,9}(?:[.)](?:\s|$)|$)|$")


class Growing:
    """An answer that only grows. Tell it the text so far; it freezes what can no longer change.

    An update costs in proportion to the last block, and next to nothing when that is a plain paragraph.
    """

    def __init__(self, citations: Mapping[int, Link]) -> None:
        self.finished: list[Markup] = []
        self.growing = Markup()
        self._final = dialect.Rendering(citations)
        self._passing = dialect.Rendering(citations, coloured=False, remembered=self._final.remembered)
        self._text = ""
        self._begun: tuple[int, Markup, Markup] | None = None  # See `_add_words`.
        self._frozen = 0  # How much of the text stands in finished blocks.

    def update(self, text: str) -> None:
        """Take in the answer so far, all of it."""
        text = dialect.normalized(text)
        if len(text) == len(self._text):
            return
        self._text = text
        tail = text[self._frozen :]
        if _PLAIN.fullmatch(tail):
            self.growing = Markup("<p>{}</p>\n").format(tail.rstrip())
            return
        if self._add_words(text):
            return
        blocks = dialect.blocks(tail)
        done = _count_finished(blocks, tail.split("\n"))
        if done:
            self._freeze(blocks[:done], tail)
            tail, blocks = text[self._frozen :], blocks[done:]
        shown = holding.without_lone_markers(tail)
        if shown != tail:
            blocks = dialect.blocks(shown)
        whole = _settle(blocks[-1].tokens) if blocks else False
        self.growing = Markup().join(map(self._passing.block, blocks))
        self._begun = self._open_end(tail) if whole and shown == tail else None

    def finish(self, text: str | None = None) -> None:
        """Freeze everything: the answer is complete. The last text may come along."""
        if text is not None:
            self._text = dialect.normalized(text)
        rest = dialect.blocks(self._text[self._frozen :])
        self.finished += filter(None, map(self._final.block, rest))
        self._frozen = len(self._text)
        self.growing = Markup()

    def _freeze(self, blocks: list[Block], tail: str) -> None:
        self.finished += filter(None, map(self._final.block, blocks))
        lines = tail.split("\n", blocks[-1].last)
        self._frozen += len(tail) - len(lines[-1])
        self._final.remembered.clear()  # It is the other's as well.

    def _open_end(self, tail: str) -> tuple[int, Markup, Markup] | None:
        """Where words can be added to what is shown: it must end in the very word that ends the text."""
        ends = _ENDS_OF_BLOCKS.search(self.growing)
        if ends is None or not tail[-1:].isalnum() or self.growing[: ends.start()][-1:] != tail[-1]:
            return None
        return len(self._text), self.growing[: ends.start()], self.growing[ends.start() :]

    def _add_words(self, text: str) -> bool:
        """Show new words behind what was shown before, if nothing there is open and they are words alone."""
        if self._begun is None or not _WORDS.fullmatch(text, self._begun[0]):
            return False
        length, before, after = self._begun
        self.growing = before + text[length:].rstrip() + after
        return True


def _settle(tokens: list[Token]) -> bool:
    """Hold back in the text that came last what is not complete. True if that was nothing, and it is no code."""
    for at in range(len(tokens) - 1, -1, -1):
        token = tokens[at]
        if token.type in ("fence", "code_block", "formula_block"):
            return False
        if token.type == "inline" and token.content:
            written = token.content
            if tokens[at - 1].type == "paragraph_open":
                token.content = holding.without_table_in_waiting(token.content)
            token.content = holding.settled(token.content)
            return token.content == written
    return False


def _count_finished(blocks: list[Block], lines: list[str]) -> int:
    """How many blocks no further text can change. The last line is never complete; the others are."""
    count = 0
    for block, after in zip_longest(blocks, blocks[1:]):
        if not _is_finished(block, after, lines):
            break
        count += 1
    return count


def _is_finished(block: Block, after: Block | None, lines: list[str]) -> bool:
    complete = len(lines) - 1
    blank = block.last < complete and not lines[block.last].strip()
    if after is None:
        return blank and block.kind not in _HOLD_THEIR_LINES
    if block.kind in _END_BY_THEMSELVES and "|" not in lines[block.first]:
        return True
    if block.kind not in _HOLD_THEIR_LINES and blank:
        return True
    # Two lines decide: the second could still make a table of the first.
    if after.first + 1 < complete:
        return True
    return not lines[after.first - 1].strip() and not _MAY_CONTINUE.match(lines[after.first])
