"""HTML: what a page says, without what is only there for getting around a site."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from webapp.knowledge.extraction.blocks import Block, Cell, MarkKind, Unreadable, table
from webapp.knowledge.extraction.inline import InlineText, safe_target
from webapp.knowledge.extraction.text import decoded

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DROPPED = frozenset(
    """
    script style noscript template svg canvas iframe object embed audio video head nav footer aside header
    button select input textarea datalist dialog map
    """.split()  # noqa: SIM905 - words read best as words
)
_DROPPED_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "dialog"))
_BLOCKS = frozenset(
    """
    address article blockquote body center dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6 hr
    html legend li main ol p pre section summary table tbody td tfoot th thead tr ul caption
    """.split()  # noqa: SIM905 - words read best as words
)
_MARKS: dict[str, MarkKind] = {
    "b": "strong", "strong": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "var": "em",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_RETURN_ARROWS = ("↑", "↩", "↩︎", "^")  # links from a footnote back to where it was called
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_CODE_LANGUAGE = re.compile(r"\b(?:language|lang|highlight-source)-([\w+#-]+)")
_WIDEST = 50  # columns that one cell may cover
# What makes a table a layout, to be read as any other part of the page.
_LAYOUT = "table, h1, h2, h3, h4, h5, h6, ul, ol, pre, blockquote"
_OPENED_OR_CLOSED = re.compile(r"<(/?)([a-zA-Z][\w-]*+)([^<>]*+)>")
_NEED_NO_END = frozenset(
    """
    p li dt dd tr td th thead tbody tfoot option optgroup colgroup area base br col embed hr img input link meta source
    track wbr param
    """.split()  # noqa: SIM905 - words read best as words
)
_IN_NO_DRAWING = _BLOCKS.union(_MARKS, ("span", "font", "u", "s", "small", "big", "sub", "sup"))
_DEEPEST = 4000  # elements within each other; parsers take time by the square of it
_ENOUGH = 0.3  # of a page's text must stand in its main part, or else that is not its main part


def read_html(data: bytes) -> tuple[str | None, list[Block]]:
    """Return the title and the blocks of a page."""
    declared = _META_CHARSET.search(data[:4096])
    return read_markup(decoded(data, declared.group(1).decode("ascii") if declared else None))


def read_markup(markup: str) -> tuple[str | None, list[Block]]:
    """Return the title and the blocks of HTML that is decoded already, a page or a part of one."""
    _refuse_depth(markup)
    parser = LexborHTMLParser(markup)
    title = parser.css_first("head > title")
    root = _main_part(parser)
    if root is None:
        return None, []
    blocks = _Reader().read(root)
    first = next((block.text for block in blocks if block.kind == "heading" and block.level == 1), None)
    named = " ".join(title.text(deep=True).split()) if title is not None else ""
    return named or first, blocks


def _main_part(parser: LexborHTMLParser) -> LexborNode | None:
    body = parser.body
    for selector in ("main, [role=main]", "article"):
        found = parser.css(selector)
        if body is not None and len(found) == 1 and len(found[0].text()) > len(body.text()) * _ENOUGH:
            return found[0]
    return body


def _refuse_depth(markup: str) -> None:
    depth = 0
    in_drawing = False
    for closing, name, rest in _OPENED_OR_CLOSED.findall(markup):
        tag = name.lower()
        if tag in ("svg", "math"):
            in_drawing = not closing
        # Only in a drawing a slash ends an element, and what belongs in no drawing ends the drawing.
        ended = tag in _NEED_NO_END or (in_drawing and rest.endswith("/") and tag not in _IN_NO_DRAWING)
        if not ended:
            depth = max(0, depth - 1) if closing else depth + 1
        if depth > _DEEPEST:
            raise Unreadable("This page is built in a way that cannot be read. Save its text and upload that.")


@dataclass
class _List:
    ordered: bool
    number: int


class _Reader:
    """Turns the walk over a page into blocks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.line = InlineText()
        self.lists: list[_List] = []
        self.quotes = 0
        self.heading = 0
        self.item: Block | None = None

    def read(self, root: LexborNode) -> list[Block]:
        """Return the blocks under the node. Walks without recursion, which a hostile page would exhaust."""
        node: LexborNode | None = root
        while node is not None:
            if self._enter(node):
                if (child := node.first_child) is not None:
                    node = child
                    continue
                self._leave(node.tag or "")
            while node is not None and node.mem_id != root.mem_id and node.next is None:
                node = node.parent
                self._leave(node.tag or "" if node is not None else "")
            node = None if node is None or node.mem_id == root.mem_id else node.next
        self._flush()
        return self.blocks

    def _enter(self, node: LexborNode) -> bool:
        """Take in a node; return whether to look into it."""
        if node.is_text_node:
            self.line.write(node.text_content or "")
            return False
        tag = node.tag or ""
        if _is_dropped(node, tag):
            return False
        if tag in _BLOCKS:
            self._flush()
            return self._enter_block(node, tag)
        if kind := _MARKS.get(tag):
            self.line.open(kind)
        elif tag == "a":
            self.line.open("link", safe_target(node.attributes.get("href")))
        elif tag == "br":
            self.line.write_line_break()
        elif tag == "img":
            self._figure(node)
        return True

    def _enter_block(self, node: LexborNode, tag: str) -> bool:
        if tag == "pre":
            self.blocks.append(_code(node))
            return False
        if tag == "table" and all(found.mem_id == node.mem_id for found in node.css(_LAYOUT)):
            self.blocks.append(_table(node))
            return False
        if tag in _HEADINGS:
            self.heading = _HEADINGS[tag]
        elif tag in ("ul", "ol"):
            start = node.attributes.get("start") or ""
            self.lists.append(_List(tag == "ol", int(start) - 1 if start.isdecimal() else 0))
        elif tag == "li":
            self._begin_item()
        elif tag == "blockquote":
            self.quotes += 1
        return True

    def _leave(self, tag: str) -> None:
        if tag in _MARKS or tag == "a":
            self.line.close()
        elif tag in _BLOCKS:
            self._flush()
            if tag in _HEADINGS:
                self.heading = 0
            elif tag in ("ul", "ol"):
                del self.lists[-1:]
            elif tag == "li":
                self.item = None
            elif tag == "blockquote":
                self.quotes -= 1

    def _begin_item(self) -> None:
        within = self.lists[-1] if self.lists else _List(ordered=False, number=0)
        within.number += 1
        data = {"ordered": True, "number": within.number} if within.ordered else {"ordered": False}
        self.item = Block("item", "", level=max(1, len(self.lists)), data=data)

    def _figure(self, node: LexborNode) -> None:
        """Keep a picture that stands alone and says in words what it shows. Within a line only its words are kept."""
        alt = " ".join((node.attributes.get("alt") or "").split())
        if self.line:
            self.line.write(alt)
        elif alt:
            source = node.attributes.get("src") or ""
            shown = "" if source.startswith("data:") else source
            self.blocks.append(Block("figure", alt, data={"source": shown, "alt": alt}))

    def _flush(self) -> None:
        """End the block that is being written. The first of a list item is the item; what follows are paragraphs."""
        text, marks = self.line.take()
        if not text:
            return
        if self.heading:
            block = Block("heading", " ".join(text.split("\n")), level=self.heading, marks=marks)
        elif self.item is not None:
            block, self.item = replace(self.item, text=text, marks=marks), None
        else:
            block = Block("quote" if self.quotes else "paragraph", text, marks=marks)
        self.blocks.append(block)


def _is_dropped(node: LexborNode, tag: str) -> bool:
    if tag.startswith("-"):  # a comment, or a declaration
        return True
    if tag in _DROPPED:
        # An article's own header holds its headline.
        return tag != "header" or node.css_first("h1") is None
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("role") in _DROPPED_ROLES:
        return True
    return tag == "a" and (attributes.get("href") or "").startswith("#") and node.text().strip() in _RETURN_ARROWS


def _code(node: LexborNode) -> Block:
    inner = node.css_first("code")
    names = f"{node.attributes.get('class') or ''} {(inner.attributes.get('class') or '') if inner else ''}"
    language = _CODE_LANGUAGE.search(names)
    return Block("code", node.text().strip("\n").rstrip(), data={"language": language.group(1)} if language else {})


def _table(node: LexborNode) -> Block:
    rows = [[child for child in row.iter() if child.tag in ("td", "th")] for row in node.css("tr")]
    header = bool(rows) and bool(rows[0]) and all(cell.tag == "th" for cell in rows[0])
    return table([[part for cell in row for part in _cell(cell)] for row in rows], header=header)


def _cell(node: LexborNode) -> list[Cell]:
    """Return what stands in a cell, on one line, followed by an empty cell for every further column it covers."""
    text, marks = "", []
    for block in _Reader().read(node):
        text += " " if text else ""
        marks += [replace(m, start=m.start + len(text), end=m.end + len(text)) for m in block.marks]
        text += block.text.replace("\n", " ")
    span = node.attributes.get("colspan") or ""
    covered = min(int(span), _WIDEST) if span.isdecimal() else 1
    return [(text, tuple(marks)), *[("", ())] * (covered - 1)]
