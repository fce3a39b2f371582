"""The Markdown that models write: how it is cut into blocks, and what each block becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape
from pygments import highlight  # type: ignore[import-untyped]  # Pygments ships no types.
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from webapp.web.markdown import citations, formulas
from webapp.web.markdown.cleaning import SCHEMES, clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LONGEST_HIGHLIGHTED = 20_000

_FORMATTER = HtmlFormatter(nowrap=True)
_LANGUAGE = re.compile(r"[\w+#.-]{1,30}")
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_TASK = re.compile(r"\[([ xX])\]\s+")


class Block(NamedTuple):
    """One block at the top of an answer, with the lines it covers: from the first, up to but without the last."""

    tokens: list[Token]
    first: int
    last: int

    @property
    def kind(self) -> str:
        """What the parser calls the block: `paragraph_open`, `fence`, `bullet_list_open` …"""
        return self.tokens[0].type


@dataclass
class Rendering:
    """How blocks become HTML: which citations lead where, and whether code is coloured already.

    It remembers every run of text it has set, so that a list which grows costs only its last item.
    """

    citations: Mapping[int, citations.Link]
    coloured: bool = True
    remembered: dict[str, str] = field(default_factory=dict)

    def block(self, block: Block) -> Markup:
        """Return the block as HTML that is safe in a page; nothing if nothing in it is left to see."""
        env = {"issued": self.citations, "coloured": self.coloured}
        written = [
            self._set(token, env, task=_is_item(block.tokens, at)) if token.type == "inline" else token
            for at, token in enumerate(block.tokens)
        ]
        if block.kind == "paragraph_open" and not written[1].children:
            return Markup()
        return Markup(clean(_RENDERER.render(written, _MD.options, env)))

    def _set(self, token: Token, env: dict[str, Any], *, task: bool) -> Token:
        box, sign = task_box(token.content) if task else ("", 0)
        content = token.content[sign:]
        html = self.remembered.get(content)
        if html is None:
            children = inline(content, env)
            html = self.remembered[content] = _RENDERER.renderInline(children, _MD.options, env)
        text = Token("html_inline", "", 0, content=f"{box}{html}")
        return Token("inline", "", 0, children=[text] if text.content.strip() else [])


def task_box(item: str) -> tuple[Markup, int]:
    """Return the box of an item that is a task, and how much of its text the sign for it takes; nothing for others."""
    sign = _TASK.match(item)
    if sign is None:
        return Markup(), 0
    state = 'aria-label="To do"' if sign[1] == " " else 'checked aria-label="Done"'
    return Markup('<input type="checkbox" disabled {}> ').format(Markup(state)), sign.end()


def _is_item(tokens: Sequence[Token], at: int) -> bool:
    return at > 1 and tokens[at - 1].type == "paragraph_open" and tokens[at - 2].type == "list_item_open"


def normalized(text: str) -> str:
    """Return the text with one kind of line end. What it gives for a beginning is a beginning of what it gives for all.

    A carriage return at the very end waits for what follows it.
    """
    if "\r" in text:
        text = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\0", "\ufffd")


def blocks(text: str) -> list[Block]:
    """Cut normalized text into its blocks. No block depends on another: definitions of references are not read."""
    found: list[Block] = []
    tokens: list[Token] = []
    for token in _MD.block.parse(text, _MD, {}, []) or ():
        tokens.append(token)
        if token.level == 0 and token.nesting <= 0:
            first, last = tokens[0].map or (0, 0)
            found.append(Block(tokens, first, last))
            tokens = []
    return found


def inline(content: str, env: dict[str, Any]) -> list[Token]:
    """Parse the text of one paragraph, heading, cell or item."""
    return _MD.inline.parse(content, _MD, env, [])


def contents(text: str) -> Iterator[str]:
    """The text of every paragraph, heading, cell and item of a whole text, in reading order."""
    for token in _MD.block.parse(normalized(text), _MD, {}, []) or ():
        if token.type == "inline":
            yield token.content


def pieces(text: str, env: dict[str, Any]) -> Iterator[Token]:
    """Every inline token of a whole text, in reading order."""
    for content in contents(text):
        yield from inline(content, env)


# What tokens become. Each function has the signature that the renderer calls.


def _citation(tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    links = [env["issued"][number] for number in tokens[at].meta["numbers"]]
    return "".join(
        f'<a class="citation" href="{escape(link.href)}" data-n="{link.number}"'
        f' aria-label="{escape(link.label or f"Source {link.number}")}">{link.number}</a>'
        for link in links
    )


def _link_open(tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """A link that leads nowhere we allow leaves its words behind; so does one within a link."""
    href = str(tokens[at].attrs["href"])
    scheme = _SCHEME.match(href)
    if scheme and scheme[1].lower() in SCHEMES:
        return f'<a href="{escape(href)}" rel="nofollow noopener ugc">'
    depth = tokens[at].level
    next(token for token in tokens[at:] if token.type == "link_close" and token.level == depth).hidden = True
    return ""


def _text(tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """A sign that was written with a backslash or as an entity."""
    return str(escape(tokens[at].content))


def _image(tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """The words of a picture. The picture itself would tell a foreign server who reads what."""
    return str(escape(_RENDERER.renderInlineAsText(tokens[at].children, options, env)))


def _formula(tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    return formulas.mathml(tokens[at].content, wide=tokens[at].meta["wide"])


def _formula_block(tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    return f'<div class="formula">{formulas.mathml(tokens[at].content, wide=True)}</div>\n'


def _heading(tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    """An answer stands under a question, which is the second heading of the page."""
    slash = "/" if tokens[at].nesting < 0 else ""
    end = "\n" if slash else ""
    return f"<{slash}h{min(int(tokens[at].tag[1]) + 2, 6)}>{end}"


def _table_open(_tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>\n'


def _table_close(_tokens: Sequence[Token], _at: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"


def _cell_open(tokens: Sequence[Token], at: int, _options: Any, _env: Any) -> str:
    side = str(tokens[at].attrs.get("style", "")).removeprefix("text-align:")
    name = {"right": ' class="end"', "center": ' class="center"'}.get(side, "")
    return f"<{tokens[at].tag}{name}>"


def _code(tokens: Sequence[Token], at: int, _options: Any, env: Any) -> str:
    token = tokens[at]
    word = _LANGUAGE.match(token.info.strip())
    language = word[0].lower() if word else ""
    content = coloured(token.content, language) if env["coloured"] else escape(token.content)
    name = f' class="language-{escape(language)}"' if language else ""
    return f'<pre tabindex="0"{name}><code>{content}</code></pre>\n'


@lru_cache(maxsize=64)  # An answer is shown again with each of its pages.
def coloured(code: str, language: str) -> str:
    """Return code with a class on each of its words, or plain where nobody knows the language. Escaped."""
    lexer = _lexer(language) if len(code) <= LONGEST_HIGHLIGHTED else None
    return str(highlight(code, lexer, _FORMATTER) if lexer else escape(code))


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    try:
        return get_lexer_by_name(language, stripnl=False) if language else None
    except ClassNotFound:
        return None


def _any_address(url: str) -> bool:  # noqa: ARG001
    """Every address makes a link for the parser: `_link_open` judges it, and keeps the words of a bad one."""
    return True


def _parser() -> tuple[MarkdownIt, RendererHTML]:
    renderer = RendererHTML()
    md = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # A definition at the end would change paragraphs that were frozen long ago, and could take a citation over.
    md.disable("reference")
    md.use(citations.plugin).use(formulas.plugin)
    md.validateLink = _any_address  # type: ignore[method-assign]
    rules: dict[str, Any] = {
        "citation": _citation,
        "text_special": _text,
        "link_open": _link_open,
        "image": _image,
        "formula": _formula,
        "formula_block": _formula_block,
        "heading_open": _heading,
        "heading_close": _heading,
        "table_open": _table_open,
        "table_close": _table_close,
        "th_open": _cell_open,
        "td_open": _cell_open,
        "fence": _code,
        "code_block": _code,
    }
    renderer.rules.update(rules)
    return md, renderer


_MD, _RENDERER = _parser()
