"""The reader: a document as a page, rebuilt from its blocks, with a place in it for every passage.

Passages overlap, so a passage is not one element: the text is cut where passages and inline marks begin and end, and
every run carries the classes of the passages that it belongs to. The first run of a passage has its id. A small style
sheet of the document's own (`highlights`) colours the runs of whichever passage the address points at.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise, starmap
from typing import Any, NamedTuple
from uuid import UUID

from markupsafe import Markup, escape

from webapp.knowledge.access import Reading
from webapp.knowledge.extraction import Block, Mark
from webapp.knowledge.models import Passage
from webapp.web.fragments import path_for
from webapp.web.markdown import code_html, formula_html, task_box, without_formulas

DEEPEST = 6


def passage_path(document_id: UUID, passage_id: UUID) -> str:
    """Return the address of a passage in the reader."""
    return f"{path_for('knowledge.show', id=document_id)}#{anchor(passage_id)}"


def anchor(passage_id: UUID) -> str:
    """Return the id that a passage has in the page."""
    return f"passage-{passage_id}"


class Heading(NamedTuple):
    """A line of the table of contents."""

    level: int
    text: str
    anchor: str


def contents(blocks: Sequence[Block]) -> list[Heading]:
    """Return the document's headings."""
    return [Heading(block.level, block.text, f"section-{block.start}") for block in blocks if block.kind == "heading"]


def untitled(blocks: Sequence[Block], title: str | None) -> list[Block]:
    """Return the blocks without a first heading that says nothing but the title, which stands above them anyway."""
    first = blocks[0] if blocks else None
    return list(blocks[1:] if first and first.kind == "heading" and first.text == title else blocks)


def shown(found: Reading) -> list[Block]:
    """Return the blocks that this visitor sees: all of them, or the stretches that were cited to them."""
    blocks = blocks_of(found.version.blocks or [])
    if found.whole:
        return blocks
    return [block for _, passage in found.cited for block in _covered(blocks, passage)]


def highlights(passages: Iterable[Passage]) -> str:
    """Return the style sheet that marks the passage in the address."""
    return "\n".join(
        f":root:has(#{anchor(passage.id)}:target) .p{passage.ordinal} {{ background: var(--mark); }}"
        for passage in passages
    )


def render(
    blocks: Sequence[Block], passages: Sequence[Passage], ask: str | None = None, place: int | None = None
) -> Markup:
    """Return the document as HTML. The passages must be in the order of their places.

    `ask` is the address where a paragraph is asked about; the block at `place` gets the id `place`.
    """
    return Markup("\n").join(_Page(blocks, passages, ask, place).parts())


def render_excerpts(
    blocks: Sequence[Block], passages: Sequence[Passage], ask: str | None = None, place: int | None = None
) -> Markup:
    """Return nothing but these passages, each under its headings."""
    parts = []
    for passage in passages:
        path = Markup(" › ").join(passage.heading_path)
        head = Markup('<p class="book__chapter">{}</p>').format(path) if path else Markup()
        body = render(_covered(blocks, passage), [passage], ask, place)
        parts.append(Markup('<section class="excerpt">{}{}</section>').format(head, body))
    return Markup("\n").join(parts)


def _covered(blocks: Sequence[Block], passage: Passage) -> list[Block]:
    """Return the blocks that a passage covers, as far as it does."""
    return [
        _clipped(block, passage.start, passage.end)
        for block in blocks
        if block.end > passage.start and block.start < passage.end
    ]


def _clipped(block: Block, start: int, end: int) -> Block:
    """Return the part of a paragraph that a passage covers; other blocks stay whole."""
    first, last = max(start - block.start, 0), min(end - block.start, len(block.text))
    if block.kind not in {"paragraph", "quote", "item"} or (first, last) == (0, len(block.text)):
        return block
    marks = tuple(
        Mark(max(m.start, first) - first, min(m.end, last) - first, m.kind, m.target)
        for m in block.marks
        if m.start < last and m.end > first
    )
    turns = [[at - first, *rest] for at, *rest in block.data.get("turns", ()) if first <= at < last]
    return Block(
        block.kind,
        block.text[first:last],
        block.start + first,
        block.level,
        block.page,
        block.page_label,
        marks,
        {**block.data, "turns": turns},
    )


class _Page:
    """One rendering: which ids were given out, and which page of the document we are on."""

    def __init__(
        self, blocks: Sequence[Block], passages: Sequence[Passage], ask: str | None = None, place: int | None = None
    ) -> None:
        self._ask = ask
        self._place = place
        self._above: list[int] = []  # the levels, as written, of the headings that we are under
        self._blocks = blocks
        self._passages = passages
        self._anchored: set[UUID] = set()
        self._page: int | None = None
        self._oldest = 0

    def parts(self) -> Iterator[Markup]:
        for is_item, group in groupby(self._blocks, key=lambda block: block.kind == "item"):
            if is_item:
                items = list(group)
                where, ask = self._where(items[0].start, items[-1].end), self._asking(items[0], "this list")
                yield Markup("<div{}>{}{}</div>").format(where, self._list(items), ask)
            else:
                yield from map(self._block, group)

    def _block(self, block: Block) -> Markup:  # noqa: PLR0911  One for each kind of block.
        leaf, where = self._leaf(block.page, block.page_label), self._where(block.start, block.end)
        match block.kind:
            case "heading":
                level, text = self._level(block), self._text(block)
                heading = Markup('<h{0} id="section-{1}">{2}</h{0}>').format(level, block.start, text)
                return leaf + heading
            case "code":
                code = Markup('<pre tabindex="0"><code>{}</code></pre>').format(self._code(block))
                return self._framed(leaf + code, where, self._asking(block, "this listing"))
            case "table":
                return self._framed(leaf + self._table(block), where, self._asking(block, "this table"))
            case "quote":
                quoted, ask = self._text(block), self._asking(block, "this quotation")
                return leaf + Markup("<blockquote{}><p>{}</p>{}</blockquote>").format(where, quoted, ask)
            case "figure":
                return self._framed(leaf + self._figure(block), where, self._asking(block, "this figure"))
        if any(mark.kind == "math" and (mark.start, mark.end) == (0, len(block.text)) for mark in block.marks):
            formula = self._run(formula_html(block.text, wide=True), block.start, block.end)
            formula = Markup('<div class="formula">{}</div>').format(formula)
            return self._framed(leaf + formula, where, self._asking(block, "this formula"))
        return Markup("<p{}>{}{}{}</p>").format(where, leaf, self._text(block), self._asking(block, "this paragraph"))

    def _level(self, heading: Block) -> int:
        """Return the level of a heading below the title: one more than that of the heading it is under."""
        while self._above and self._above[-1] >= heading.level:
            self._above.pop()
        self._above.append(heading.level)
        return min(1 + len(self._above), DEEPEST)

    def _framed(self, inner: Markup, where: Markup, ask: Markup) -> Markup:
        return Markup("<div{}>{}{}</div>").format(where, inner, ask)

    def _where(self, start: int, end: int) -> Markup:
        """Return the attributes that say where a block stands in the text."""
        place = Markup()
        if self._place is not None and start <= self._place <= end:
            self._place, place = None, Markup(' id="place"')
        return Markup(' data-at="{}"{}').format(start, place)

    def _asking(self, block: Block, what: str) -> Markup:
        """Return the link to ask about a block. Nothing where nobody answers."""
        if self._ask is None:
            return Markup()
        return Markup(
            '<a class="ask" href="{}?at={}" rel="nofollow">Ask<span class="hidden"> about {}</span></a>'
        ).format(self._ask, block.start, what)

    def _list(self, items: Sequence[Block], level: int = 1) -> Markup:
        """Return items as lists: a new one begins where numbers give way to bullets, or bullets to numbers."""
        lists = []
        for ordered, rows in groupby(_rows(items, level), key=lambda row: bool(row[0].data.get("ordered"))):
            tag = "ol" if ordered else "ul"
            lists.append(Markup("<{0}>{1}</{0}>").format(tag, Markup().join(starmap(self._item, rows))))
        return Markup().join(lists)

    def _item(self, item: Block, inner: Sequence[Block]) -> Markup:
        value = Markup(' value="{}"').format(item.data["number"]) if item.data.get("number") else Markup()
        leaf, (box, first) = self._leaf(item.page, item.page_label), task_box(item.text)
        text = self._text(item, first)
        nested = self._list(inner, inner[0].level) if inner else Markup()
        return Markup("<li{}>{}{}{}{}</li>").format(value, leaf, box, text, nested)

    def _table(self, block: Block) -> Markup:
        rows, offset = [], 0
        for number, cells in enumerate(block.data["rows"]):
            tag = "th" if number == 0 and block.data.get("header") else "td"
            row = []
            for cell in cells:
                row.append(Markup("<{0}>{1}</{0}>").format(tag, self._text(block, offset, offset + len(cell))))
                offset += len(cell) + len(" | ")
            offset += len("\n") - len(" | ")
            rows.append(Markup("<tr>{}</tr>").format(Markup().join(row)))
        return Markup(
            '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>{}</table></div>'
        ).format(Markup().join(rows))

    def _figure(self, block: Block) -> Markup:
        source, alt = block.data.get("source") or "", block.data.get("alt") or block.text
        if not source.startswith("/static/"):
            return Markup("<p>{}</p>").format(self._text(block))
        return Markup('<figure>{}<img src="{}" alt="{}" loading="lazy"></figure>').format(
            self._run("", block.start, block.end), source, alt
        )

    def _code(self, block: Block) -> Markup:
        cuts = self._cuts(block.start, block.end, ())
        if len(cuts) > 2:  # noqa: PLR2004  A boundary inside: plain text can be cut there, coloured text cannot.
            return self._text(block)
        return self._run(code_html(block.text, block.data.get("language")), block.start, block.end)

    def _text(self, block: Block, first: int = 0, last: int | None = None) -> Markup:
        last = len(block.text) if last is None else last
        turns = {at: rest for at, *rest in block.data.get("turns", ()) if first <= at < last}
        edges = [edge for mark in block.marks for edge in (mark.start, mark.end)]
        solid = [(m.start, m.end) for m in block.marks if m.kind in {"math", "link"}]
        cuts = self._cuts(block.start + first, block.start + last, [block.start + e for e in (*edges, *turns)])
        cuts = [c for c in cuts if not any(s < c - block.start < e for s, e in solid)]
        runs = []
        for start, end in pairwise(cuts):
            at = start - block.start
            if at in turns:
                runs.append(self._leaf(*turns[at]))
            inner = _inline(block.text[at : end - block.start], [m for m in block.marks if m.start <= at < m.end])
            runs.append(self._run(inner, start, end))
        return Markup().join(runs)

    def _cuts(self, start: int, end: int, more: Iterable[int]) -> list[int]:
        edges = {edge for passage in self._near(start, end) for edge in (passage.start, passage.end)}
        return sorted({start, end} | {edge for edge in edges | set(more) if start < edge < end})

    def _near(self, start: int, end: int) -> list[Passage]:
        """Return the passages that touch a span. Spans come in rising order, so what lies behind is left behind."""
        while self._oldest < len(self._passages) and self._passages[self._oldest].end <= start:
            self._oldest += 1
        near = []
        for passage in self._passages[self._oldest :]:
            if passage.start >= end:
                break
            if passage.end > start:
                near.append(passage)
        return near

    def _run(self, inner: str | Markup, start: int, end: int) -> Markup:
        within = self._near(start, max(end, start + 1))
        if not within:
            return Markup(inner)
        fresh = [passage for passage in within if passage.id not in self._anchored]
        self._anchored.update(passage.id for passage in fresh)
        classes = " ".join(f"p{passage.ordinal}" for passage in within)
        ids = [Markup(' id="{}"').format(anchor(passage.id)) for passage in fresh]
        marked = Markup('<mark class="passage {}"{}>{}</mark>').format(classes, ids[0] if ids else Markup(), inner)
        return Markup().join(Markup("<a{}></a>").format(extra) for extra in ids[1:]) + marked

    def _leaf(self, page: int | None, label: str | None) -> Markup:
        """Return the number of a page that begins here, as printed."""
        if page is None or page == self._page:
            return Markup()
        self._page = page
        return Markup('<span class="leaf"><span class="hidden">Page </span>{}</span>').format(label or page)


def _rows(items: Sequence[Block], level: int) -> Iterator[tuple[Block, Sequence[Block]]]:
    """Return each item of a list with those that lie deeper and follow it."""
    position = 0
    while position < len(items):
        item, first = items[position], position + 1
        position = first
        while position < len(items) and items[position].level > max(item.level, level):
            position += 1
        yield item, items[first:position]


def _inline(text: str, marks: Sequence[Mark]) -> Markup:
    html: str | Markup = escape(text)
    for mark in marks:
        match mark.kind:
            case "math":
                return formula_html(text)
            case "link" if mark.target and mark.target.startswith(("https://", "http://", "mailto:")):
                html = Markup('<a href="{}" rel="nofollow noopener ugc">{}</a>').format(mark.target, html)
            case "strong" | "em" | "code":
                html = Markup("<{0}>{1}</{0}>").format(mark.kind, html)
    return Markup(html)


def blocks_of(stored: Iterable[Any]) -> list[Block]:
    """Return the blocks that a version keeps."""
    return [Block.from_json(block) for block in stored]


def summary(passage: Passage) -> str:
    """Return the beginning of a passage, for a list, without its formulas."""
    line = " ".join(without_formulas(passage.text).split())
    return line if len(line) <= 160 else line[:160].rsplit(" ", 1)[0] + " …"  # noqa: PLR2004
