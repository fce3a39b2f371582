"""Putting lines back together, with words that were hyphenated at their ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_HYPHENS = "\ufffe\x02\xad"  # what PDFium puts where a word was hyphenated
_DASHES = "-–‐"
_LONGEST = 60  # letters of a word
_WORD = re.compile(r"\w+(?:-\w+)*")
_LAST = re.compile(r"[\w-]+$")
_FIRST = re.compile(r"\w+(?:-\w+)*")


class Words:
    """The words of a document, which tell whether a hyphen at the end of a line belongs to its word."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._known: set[str] = set()
        for line in lines:
            self._known.update(word.lower() for word in _WORD.findall(line))

    def joined(self, lines: Iterable[str]) -> str:
        """Return the lines as one line of running text."""
        text = ""
        for line in lines:
            text = self._pair(text, line.strip()) if text else line.strip()
        for hyphen in _HYPHENS:
            text = text.replace(hyphen, "-" if hyphen != "\xad" else "")
        return text

    def _pair(self, before: str, after: str) -> str:
        last = before[-1]
        if last in _HYPHENS or (last in _DASHES and len(before) > 1 and before[-2].isalpha() and after[:1].islower()):
            kept = last in _DASHES or last == "\ufffe"
            return (
                self._rejoined(before[:-1], after, hyphen=last if last in _DASHES else "-")
                if kept
                else before[:-1] + after
            )
        if last in _DASHES and len(before) > 1 and before[-2].isalnum():
            return before + after  # a number or a name that was broken at its own dash
        return f"{before} {after}"

    def _rejoined(self, before: str, after: str, *, hyphen: str) -> str:
        left, right = _LAST.search(before[-_LONGEST:]), _FIRST.match(after)
        if not left or not right:
            return before + hyphen + after
        whole = (left.group() + right.group()).lower()
        parted = f"{left.group()}-{right.group()}".lower()
        if hyphen == "–" or (parted in self._known and whole not in self._known):
            return before + hyphen + after
        return before + after
