"""What a reader may see of text that is still being written, so that no raw sign appears only to vanish again.

Two ways: a sign that says nothing yet is held back until what follows explains it; what has begun (bold, code) is
closed for the moment, and so looks from its first word as it will in the end.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from webapp.web.markdown.citations import CITATION
from webapp.web.markdown.formulas import FORMULA, LONGEST

# A lone bracket or dollar may be just that: after so many characters it is shown as it stands.
LONGEST_LABEL = 160
LONGEST_ADDRESS = 600
LONGEST_INLINE_FORMULA = 200
DEEPEST = 16

_MARKERS_ONLY = re.compile(
    r"[ \t]*(?:>[ \t]?)*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*"
    r"(?:#{1,6}|[-+*_=][-+*_= \t]*|\d{1,9}[.)]?|`{3,}[^`]*|`{1,2}|~~?|~{3,}.*|\$\$?|\\\[?|>)?[ \t]*"
)
_DELIMITERS = re.compile(r"[|:\- \t]*")

_SIGN = re.compile(r"[\\`*_~\[【!<&$]")
_PRICE = re.compile(r"\$\d[\d.,]*\s")
_ENTITY = re.compile(r"&#?\w{0,31}")
_AUTOLINK = re.compile(r"<(?:[A-Za-z][\w.+-]{0,31}(?:[:@][^\s<>]{0,600})?)?")
_STRUCK = 2  # One `~` strikes nothing through.
_RUN = re.compile(r"(.)\1*")
_TARGET = re.compile(r"\(\s*(?:<[^<>\n]*>|[^\s()<]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)")
_PART_OF_TARGET = re.compile(r"\(\s*<?[^\s<>]*>?(?:\s+(?:\"[^\"]*\"?|'[^']*'?)?)?\s*")
_CITED_WITH_PART = re.compile(rf"({CITATION.pattern})\((?:[a-z][a-z0-9+.-]*:?|www|[/#.?])?[^\s()]*$", re.IGNORECASE)

_SCANNER = MarkdownIt("commonmark")


def without_lone_markers(text: str) -> str:
    """Take off a last line that consists of signs for blocks alone: is `-` an item, a rule or a heading's line?"""
    start = text.rfind("\n") + 1
    return text[:start] if _MARKERS_ONLY.fullmatch(text, start) else text


def without_table_in_waiting(paragraph: str) -> str:
    """Take off the first row of a table whose second has not come, and what there is of the second."""
    before, _, last = paragraph.rpartition("\n")
    header = before.rpartition("\n")[2]
    if before and "|" in header and _DELIMITERS.fullmatch(last):
        return before.rpartition("\n")[0]
    return before if last.lstrip().startswith("|") else paragraph


def settled(content: str) -> str:
    """Return the text of a paragraph up to the first sign that is not yet complete, with what is open closed."""
    content = _CITED_WITH_PART.sub(r"\1", content)
    state = StateInline(content, _SCANNER, {}, [])
    opened: list[tuple[int, str]] = []
    at = 0
    while sign := _SIGN.search(content, at):
        at = sign.start()
        if sign[0] == "`":
            end = _end_of_code(content, at)
            if end is None:
                return _closed(content, opened, code=at)
        elif sign[0] in "*_~":
            end = _end_of_run(state, at, opened)
        else:
            end = _end_of_sign(content, at)
        if end is None:
            return _closed(content[:at], opened)
        at = end
    return _closed(content, opened)


def _closed(content: str, opened: list[tuple[int, str]], code: int | None = None) -> str:
    """Close what is open, the innermost first; what has opened around nothing is taken off."""
    closing = ""
    if code is not None:
        ticks = _run(content, code)
        body = content[code + len(ticks) :].rstrip("`")
        content, closing = (content[:code], "") if not body.strip() else (content[:code] + ticks + body, ticks)
    for start, marker in reversed(opened):
        if not closing:
            content = content.rstrip()
        if closing or content[start + len(marker) :].strip():
            closing += marker
        else:
            content = content[:start]
    return content + closing if closing else content.rstrip()


def _run(content: str, at: int) -> str:
    run = _RUN.match(content, at)
    return run[0] if run else ""


def _end_of_code(content: str, at: int) -> int | None:
    ticks = _run(content, at)
    end = re.compile(rf"(?<!`){ticks}(?!`)").search(content, at + len(ticks))
    return end.end() if end else None


def _end_of_run(state: StateInline, at: int, opened: list[tuple[int, str]]) -> int | None:
    """Follow a run of `*`, `_` or `~`, keeping account of what is open. None if its meaning is still to come."""
    sign = state.src[at]
    can_open, can_close, length = state.scanDelims(at, sign != "_")
    end = at + length
    mine = [index for index, (_, marker) in enumerate(opened) if marker[0] == sign]
    if end == len(state.src) and (not mine or length < len(opened[mine[-1]][1])):
        return None
    if sign == "~" and length != _STRUCK:
        return end
    left = length
    while can_close and mine and left:
        start, marker = opened[mine[-1]]
        del opened[mine.pop() :]
        if len(marker) > left:
            opened.append((start, sign))
        left = max(left - len(marker), 0)
    if can_open and left and len(opened) < DEEPEST:
        opened += [(end - left, sign)] * (left % 2) + [(end - left + left % 2, sign * 2)] * (left // 2)
    return end


def _end_of_sign(content: str, at: int) -> int | None:
    """Where what begins at a sign ends; the next place if it is plain text; None if that is not to be known yet."""
    sign, following = content[at], content[at + 1 : at + 2]
    end: int | None = at + 1
    if sign in "\\!$" and not following:
        end = None
    elif sign + following in ("\\(", "\\[", "$$"):
        end = _end_of_formula(content, at, LONGEST)
    elif sign == "\\":
        end = at + 2
    elif sign == "$":
        end = _end_of_dollar(content, at)
    elif sign in "[【":
        end = _end_of_bracket(content, at)
    elif sign == "!" and following == "[":
        end = _end_of_bracket(content, at + 1)
    elif sign in "&<" and (_ENTITY if sign == "&" else _AUTOLINK).fullmatch(content, at):
        end = None
    return end


def _end_of_dollar(content: str, at: int) -> int | None:
    after_number = at > 0 and content[at - 1].isdigit()
    if after_number or content[at + 1].isspace() or _PRICE.match(content, at):
        return at + 1
    return _end_of_formula(content, at, LONGEST_INLINE_FORMULA)


def _end_of_formula(content: str, at: int, longest: int) -> int | None:
    if formula := FORMULA.match(content, at):
        return formula.end()
    closing = {"\\(": "\\)", "\\[": "\\]"}.get(content[at : at + 2], "$")
    waiting = len(content) - at <= longest and closing not in content[at + 2 : -1]
    return None if waiting else at + len(closing)


def _end_of_bracket(content: str, at: int) -> int | None:
    rest = len(content) - at
    if citation := CITATION.match(content, at):
        return citation.end()
    close = _matching(content, at)
    if close is None:
        return None if rest <= LONGEST_LABEL else at + 1
    if close + 1 == len(content) and content[at] == "[":
        return None
    if content[close + 1 : close + 2] != "(":
        return at + 1
    if target := _TARGET.match(content, close + 1):
        return target.end()
    waiting = rest <= LONGEST_ADDRESS and _PART_OF_TARGET.fullmatch(content, close + 1)
    return None if waiting else at + 1


def _matching(content: str, at: int) -> int | None:
    depth = 0
    for sign in re.compile(r"\\.|[\[\]【】]", re.DOTALL).finditer(content, at, at + LONGEST_LABEL):
        depth += {"[": 1, "【": 1, "]": -1, "】": -1}.get(sign[0], 0)
        if depth == 0 and sign[0] in "]】":
            return sign.start()
    return None
