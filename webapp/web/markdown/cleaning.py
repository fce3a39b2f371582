"""The last wall between a model and the page: only the elements and attributes that we make ourselves pass."""

from __future__ import annotations

import nh3

SCHEMES = frozenset({"http", "https", "mailto"})


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_MATHML = _words(
    "math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms mspace msqrt mstyle msub"
    " msubsup msup mtable mtd mtext mtr munder munderover"
)
_MATHML_ATTRIBUTES = _words(
    "accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form height"
    " linethickness lspace mathvariant maxsize minsize movablelimits notation rowlines rowspacing rspace scriptlevel"
    " separator stretchy voffset width"
)
_ATTRIBUTES = {
    "a": {"href", "rel", "class", "data-n", "aria-label"},
    "code": {"class"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "input": {"type", "checked", "disabled", "aria-label"},
    "li": {"class"},
    "ol": {"start"},
    "pre": {"class", "tabindex"},
    "span": {"class"},
    "td": {"class"},
    "th": {"class"},
}
_TAGS = _words("blockquote br em h3 h4 h5 h6 hr p s strong table tbody thead tr ul")

_CLEANER = nh3.Cleaner(
    tags=_TAGS | _ATTRIBUTES.keys() | _MATHML,
    attributes=_ATTRIBUTES | dict.fromkeys(_MATHML, _MATHML_ATTRIBUTES) | {"math": _MATHML_ATTRIBUTES | {"tabindex"}},
    url_schemes=SCHEMES,
    link_rel=None,  # Ours lead into this house; the parser marks those that lead outside.
)


def clean(html: str) -> str:
    """Return HTML with nothing in it but what an answer may contain. About 0.1 ms a kilobyte."""
    return _CLEANER.clean(html)
