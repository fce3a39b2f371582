"""Finding sentences, for cutting passages and for quoting them."""

from __future__ import annotations

import re

# Words whose full stop does not end a sentence. Some ("etc.", "Inc.") may stand at an end as well: a sentence that is
# a little too long does less harm than one cut in two.
_ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof st mt jr sr rev hon gen col capt lt sgt gov sen rep messrs mme mlle hr fr herr
    e.g i.e cf vs viz al etc ca approx resp incl excl esp est ed eds vol vols ch sec sect art para par pp p nos nr
    fig figs eq eqs tab ref refs app inc ltd co corp dept univ assn bros ave blvd rd
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    z.b d.h u.a bzw ggf usw vgl abs evtl sog zzgl inkl art.nr tel str bd u.s u.k u.n e.u a.m p.m ph.d b.c a.d
    p.ex env av s.a sig sra ud uds ecc pag bijv dhr mevr o.a d.w.z
    """.split()  # noqa: SIM905 - words read best as words
)
# These do end a sentence when a capital follows: "at 5 p.m. The shop …", "in the U.S. The …", "and so on, etc. But …".
_MAY_END = frozenset(
    "etc inc ltd co corp a.m p.m u.s u.k u.n e.u b.c a.d usw ecc jr sr ph.d".split()  # noqa: SIM905 - words read best as words
)

_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]]*+(?=\s)|[。！？]+[」』”]?|\n[^\S\n]*\n")
_OPENERS = "\"'“‘«([¿¡—–-•*"
_BEFORE_WORDS = _OPENERS + " \t\n\r\u00a0"


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences in a text, without the white space between them.

    A blank line ends a sentence too. Every visible character is in exactly one span.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if text[match.start()] in ".…" and not _ends_here(text, start, match.start(), end):
            continue
        _append(spans, text, start, end)
        start = end
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    part = text[start:end]
    visible = part.strip()
    if visible:
        start += len(part) - len(part.lstrip())
        spans.append((start, start + len(visible)))


def _ends_here(text: str, start: int, stop: int, end: int) -> bool:
    """Tell whether the full stop at `stop` ends the sentence that began at `start`."""
    following = text[end : end + 12].lstrip(_BEFORE_WORDS)[:1]
    if following.islower():
        return False
    if end - stop > 1 and text[stop + 1] == ".":
        return True
    words = text[max(0, stop - 24) : stop].split()
    word = words[-1].lstrip(_OPENERS).lower() if words and not text[stop - 1].isspace() else ""
    if len(word) == 1 and word.isalpha() and word != "i":
        return False  # an initial, as in "J. Smith"
    if word.isdigit() and text[start:stop].strip().strip(_OPENERS) == word:
        return False  # the number of what follows, as in "1. First"
    if word == "no":
        return not following.isdigit()
    return word not in _ABBREVIATIONS or (word in _MAY_END and following.isupper())
