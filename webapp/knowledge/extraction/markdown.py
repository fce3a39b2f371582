"""Markdown: the token stream of markdown-it, block by block."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from webapp.knowledge.extraction.blocks import Block, Cell, Mark, MarkKind, table
from webapp.knowledge.extraction.html import read_markup
from webapp.knowledge.extraction.inline import InlineText, safe_target
from webapp.knowledge.extraction.text import decoded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

_TITLE = re.compile(r"^title\s*:\s*(.+?)\s*$", re.MULTILINE)
_OPENING: dict[str, MarkKind] = {"strong_open": "strong", "em_open": "em"}
_CLOSING = frozenset(("strong_close", "em_close", "link_close"))
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read_markdown(data: bytes) -> tuple[str | None, list[Block]]:
    """Return the title (of the front matter, or else the first heading of level 1) and the blocks."""
    reader = _Reader()
    for token in _parser().parse(decoded(data)):
        reader.take(token)
    first = next((block.text for block in reader.blocks if block.kind == "heading" and block.level == 1), None)
    return reader.title or first, reader.blocks


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return parser.use(front_matter_plugin).use(footnote_plugin).use(dollarmath_plugin, double_inline=True)


class _Reader:
    """Turns tokens into blocks."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.blocks: list[Block] = []
        self.heading = 0
        self.quotes = 0
        self.lists: list[int | None] = []  # the number of the next item of each open list; None where it has bullets
        self.item: Block | None = None
        self.rows: list[list[Cell]] | None = None

    def take(self, token: Token) -> None:
        """Take in the next token of the document."""
        handler = getattr(self, f"_on_{token.type}", None)
        if handler:
            handler(token)

    def _on_front_matter(self, token: Token) -> None:
        if found := _TITLE.search(token.content):
            self.title = found.group(1).strip("\"'") or None

    def _on_heading_open(self, token: Token) -> None:
        self.heading = int(token.tag[1:])

    def _on_heading_close(self, _: Token) -> None:
        self.heading = 0

    def _on_blockquote_open(self, _: Token) -> None:
        self.quotes += 1

    def _on_blockquote_close(self, _: Token) -> None:
        self.quotes -= 1

    def _on_bullet_list_open(self, _: Token) -> None:
        self.lists.append(None)

    def _on_ordered_list_open(self, token: Token) -> None:
        self.lists.append(int(token.attrGet("start") or 1))

    def _on_bullet_list_close(self, _: Token) -> None:
        self.lists.pop()

    _on_ordered_list_close = _on_bullet_list_close

    def _on_list_item_open(self, _: Token) -> None:
        number = self.lists[-1]
        if number is None:
            self.item = Block("item", "", level=len(self.lists), data={"ordered": False})
        else:
            self.lists[-1] = number + 1
            self.item = Block("item", "", level=len(self.lists), data={"ordered": True, "number": number})

    def _on_list_item_close(self, _: Token) -> None:
        self.item = None

    def _on_footnote_open(self, token: Token) -> None:
        number = int(token.meta["id"]) + 1
        self.item = Block("item", "", level=1, data={"ordered": True, "number": number})

    _on_footnote_close = _on_list_item_close

    def _on_table_open(self, _: Token) -> None:
        self.rows = []

    def _on_tr_open(self, _: Token) -> None:
        if self.rows is not None:
            self.rows.append([])

    def _on_table_close(self, _: Token) -> None:
        self.blocks.append(table(self.rows or [], header=True))
        self.rows = None

    def _on_fence(self, token: Token) -> None:
        language = token.info.split()[:1]
        self.blocks.append(Block("code", token.content.rstrip(), data={"language": language[0]} if language else {}))

    _on_code_block = _on_fence

    def _on_math_block(self, token: Token) -> None:
        formula = token.content.strip()
        self.blocks.append(Block("paragraph", formula, marks=(Mark(0, len(formula), "math"),)))

    _on_math_block_label = _on_math_block

    def _on_html_block(self, token: Token) -> None:
        self.blocks += read_markup(token.content)[1]

    def _on_inline(self, token: Token) -> None:
        children = token.children or []
        text, marks = _inline(children)
        if self.rows is not None:
            self.rows[-1].append((text.replace("\n", " "), marks))
        elif self.heading:
            self.blocks.append(Block("heading", text.replace("\n", " "), level=self.heading, marks=marks))
        elif self.item is not None:
            self.blocks.append(Block("item", text, level=self.item.level, marks=marks, data=self.item.data))
            self.item = None
        elif len(children) == 1 and children[0].type == "image":
            source = str(children[0].attrGet("src") or "")
            self.blocks.append(Block("figure", text, data={"source": source, "alt": text}))
        else:
            self.blocks.append(Block("quote" if self.quotes else "paragraph", text, marks=marks))


def _inline(tokens: Sequence[Token]) -> tuple[str, tuple[Mark, ...]]:
    line = InlineText()
    for token in tokens:
        if kind := _OPENING.get(token.type):
            line.open(kind)
        elif token.type == "link_open":
            line.open("link", safe_target(str(token.attrGet("href") or "")))
        elif token.type in _CLOSING:
            line.close()
        else:
            _write(line, token)
    return line.take()


def _write(line: InlineText, token: Token) -> None:
    match token.type:
        case "text" | "image":
            line.write(token.content)
        case "softbreak":
            line.write(" ")
        case "hardbreak":
            line.write_line_break()
        case "code_inline":
            line.write_verbatim(token.content, "code")
        case "math_inline" | "math_inline_double":
            line.write_verbatim(token.content.strip(), "math")
        case "footnote_ref":
            line.write(f"[{int(token.meta['id']) + 1}]")
        case "html_inline" if _LINE_BREAK.fullmatch(token.content):
            line.write_line_break()
