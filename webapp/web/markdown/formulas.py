"""Formulas: `$a$`, `$$a$$`, `\\(a\\)` and `\\[a\\]`, as MathML."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from latex2mathml.converter import convert
from markupsafe import escape

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

LONGEST = 2000

# `$5 and $6` are prices: a dollar closes nothing after a blank or before a digit. `\[1\]` is an escaped bracket.
FORMULA = re.compile(
    rf"\$\$(?P<wide>(?:[^$\\]|\\.){{1,{LONGEST}}})\$\$"
    rf"|\$(?![\s$])(?P<inline>(?:[^$\\]|\\.){{1,{LONGEST}}})(?<!\s)\$(?!\d)"
    rf"|\\\((?P<round>.{{1,{LONGEST}}}?)\\\)"
    rf"|\\\[(?!\s*\d+\s*\\\])(?P<square>.{{1,{LONGEST}}}?)\\\]",
    re.DOTALL,
)
_CLOSING = {"$$": "$$", "\\[": "\\]"}
_ENTITY = re.compile(r"&#?\w+;")
# What only a formula has: a command, an index, a power. A path on a disk has backslashes behind a colon or a name.
_LATEX = re.compile(r"(?<![:\\])(?<![^\W\d_]{2})\\[a-zA-Z,;!{}]|[_^]\{|\w\^|\b[a-zA-Z]_(?:\d|[a-zA-Z]\b)")
_SIGN = re.compile(r"[\\^_]")  # Any of these has one; most passages have none.
_WORD = re.compile(r"[^\W\d_]{2}")


@lru_cache(maxsize=512)
def mathml(latex: str, *, wide: bool) -> str:
    """Return a formula as MathML, or as code if it cannot be set. Not yet safe: it must still be cleaned."""
    if len(latex) > LONGEST or _ENTITY.search(latex):
        # The converter would turn an entity back into markup.
        return f"<code>{escape(latex)}</code>"
    try:
        escaped = latex.replace("<", r"\lt ").replace(">", r"\gt ")
        formula = convert(escaped, display="block" if wide else "inline")
    except Exception:  # The converter fails in a dozen ways, down to IndexError; each means the same to a reader.
        return f"<code>{escape(latex)}</code>"
    # A wide one scrolls where there is no room for it, which has to be possible by keyboard.
    return formula.replace("<math ", '<math tabindex="0" ', 1) if wide else formula


def without_formulas(text: str) -> str:
    """Return plain text with an ellipsis for each formula: what has signs of LaTeX, and all up to the next words.

    Where a passage was taken from its document nothing says any more where a formula begins.
    """
    if not (_SIGN.search(text) and _LATEX.search(text)):
        return text
    shown: list[str] = []
    run: list[re.Match[str]] = []
    end, depth, found = 0, 0, False
    for part in re.finditer(r"\S+|\n\s*\n|$", text):
        token = part.group()
        gap = not token or token.isspace()
        latex = not gap and (depth > 0 or _LATEX.search(token) is not None)
        if latex or not (gap or _WORD.search(token)):
            run.append(part)
            found = found or latex
            depth = max(0, depth + token.count("{") - token.count("}")) if latex else 0
            continue
        if found:
            shown += [text[end : run[0].start()], "…"]
            end = run[-1].end()
        run, depth, found = [], 0, False
    return "".join(shown) + text[end:]


def plugin(md: MarkdownIt) -> None:
    """Teach the parser formulas, inside a paragraph and as blocks of their own."""
    md.inline.ruler.before("escape", "formula", _inline)
    md.block.ruler.before("fence", "formula", _block, {"alt": ["paragraph", "blockquote", "list"]})


def _inline(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's own signature.
    if state.src[state.pos] not in "$\\":
        return False
    match = FORMULA.match(state.src, state.pos, state.posMax)
    if match is None or (match.lastgroup == "inline" and state.src[max(state.pos - 1, 0)].isdigit()):
        return False
    if not silent:
        token = state.push("formula", "math", 0)
        token.content = match.group(str(match.lastgroup)).strip()
        token.meta = {"wide": match.lastgroup in ("wide", "square")}
    state.pos = match.end()
    return True


def _block(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's own signature.
    r"""A line that opens with `$$` or `\[` begins a block that lasts to the closing sign or a blank line.

    Where it ends is decided without looking further, so that an answer can be frozen while it is written: a formula
    that is never closed becomes a paragraph over the same lines.
    """
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]].rstrip()
    closing = _CLOSING.get(first[:2])
    if closing is None or state.is_code_block(start):
        return False
    if closing in first[2:] and not _fills_the_line(first, closing):
        return False
    if silent:
        return True
    lines, after = [first[2:]], start + 1
    while closing not in lines[-1] and _continues(state, after, end):
        lines.append(state.src[state.bMarks[after] : state.eMarks[after]].rstrip())
        after += 1
    state.line = after
    if lines[-1].endswith(closing):
        token = state.push("formula_block", "math", 0)
        token.content = "\n".join(lines)[:-2].strip()
        token.map = [start, after]
    else:
        _push_paragraph(state, start, after)
    return True


def _fills_the_line(line: str, closing: str) -> bool:
    inside = line[2:].partition(closing)[0].strip()
    return line.endswith(closing) and line.count(closing, 2) == 1 and bool(inside) and not inside.isdigit()


def _continues(state: StateBlock, line: int, end: int) -> bool:
    return line < end and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent


def _push_paragraph(state: StateBlock, start: int, after: int) -> None:
    state.push("paragraph_open", "p", 1).map = [start, after]
    inline = state.push("inline", "", 0)
    inline.content = state.getLines(start, after, state.blkIndent, keepLastLF=False).strip()
    inline.map = [start, after]
    inline.children = []
    state.push("paragraph_close", "p", -1)
