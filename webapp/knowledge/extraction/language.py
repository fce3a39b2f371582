"""Guessing the language of a text, only as well as choosing PostgreSQL's stemming and stop words needs it."""

from __future__ import annotations

import re
from collections import Counter

# Common words that no other language in this list shares as one of its own most common.
_STOP_WORDS = {
    "english": "the and of to is that for with was this are by from which have not be it as on they you were their",
    "german": "der die und das ist nicht mit den von ein eine für auf dem sich auch wird des im zu werden sind oder",
    "french": "le les et des est une dans pour que qui sur pas du au avec plus par ce sont aux cette ou nous vous il",
    "spanish": "el los y de las una por con para es que del se su como más está son fue ha lo pero sus este muy hay",
    "italian": "il di che è un per non una sono con della del le alla gli più anche nel delle questo dei si come nella",
    "dutch": "de het een en van dat niet met zijn voor op te aan ook bij wordt worden uit naar om deze heeft maar dan",
    "portuguese": "o os e de da do que não uma para com em por mais dos das no na ao como é foi são se pelo seu ou",
}
_LANGUAGES_OF_WORD: dict[str, list[str]] = {}
for _language, _words in _STOP_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF_WORD.setdefault(_word, []).append(_language)

_WORD = re.compile(r"\w+")
_SAMPLE = 40_000  # characters; more of them would not change the answer
_FEW = 12  # words; from fewer there is nothing to tell
_SHARE = 0.12  # of the words are stop words of a language, in running text of it


def language_of(text: str) -> str:
    """Return the text search configuration for a text: its language, `simple` for others, english when too short."""
    middle = max(0, (len(text) - _SAMPLE) // 2)
    words = _WORD.findall(text[middle : middle + _SAMPLE].lower())
    letters = [word for word in words if word.isalpha()]
    if len(letters) < _FEW:
        return "english"
    counts: Counter[str] = Counter()
    for word in letters:
        counts.update(_LANGUAGES_OF_WORD.get(word, ()))
    best, count = max(counts.items(), key=lambda item: item[1], default=("simple", 0))
    return best if count >= _SHARE * len(letters) else "simple"
