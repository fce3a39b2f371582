"""What was typed, made comparable: lower case, no accents, contractions spelled out, plain slips put right.

The result is words with one space between them. A full stop stands for whatever ended a sentence, a comma for a pause.
"""

import re
import unicodedata
from functools import cache, lru_cache

_SPELLED = {
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "ß": "ss",
    "’": "'",
    "‘": "'",
    "`": "'",
    "´": "'",
    "…": ".",
    "–": ",",
    "—": ",",
}
_NOT = re.compile(
    r"\b(can|could|do|does|did|is|are|was|were|has|have|had|would|should|must|need)(?:n'?t|'nt)\b|\b(?:ca)n'?t\b"
)
_REPLACED = (
    (re.compile(r"\bcannot\b|\bcan'?t\b|\bcnt\b|\bcan not\b"), "can not"),
    (re.compile(r"\bwon'?t\b|\bwont\b"), "will not"),
    (re.compile(r"\bshan'?t\b"), "shall not"),
    (re.compile(r"\bain'?t\b"), "is not"),
    (_NOT, lambda found: f"{found[1] or 'can'} not"),
    (re.compile(r"\b(i|you|we|they)'?ve\b"), r"\1 have"),
    (re.compile(r"\bi'm\b"), "i am"),
    (re.compile(r"\b(you|we|they)'re\b"), r"\1 are"),
    (re.compile(r"\b(he|she|it|that|there|what|who|where|how)'s\b|\b(he|she|what|there|that)s\b"),
     lambda found: f"{found[1] or found[2]} is"),
    (re.compile(r"\b(i|you|he|she|we|they|it)'ll\b"), r"\1 will"),
    (re.compile(r"\b(i|you|he|she|we|they)'d\b"), r"\1 would"),
    (re.compile(r"\b(the|to|an|in) er\b"), r"\1 emergency room"),
    (re.compile(r"\b(gonna)\b"), "going to"),
    (re.compile(r"\b(wanna)\b"), "want to"),
    (re.compile(r"\b(gotta)\b"), "have to"),
    (re.compile(r"\bu\b"), "you"),
    (re.compile(r"\bur\b"), "your"),
    (re.compile(r"\bn\b|&|\+"), "and"),
    (re.compile(r"\bw/o\b"), "without"),
    (re.compile(r"\bw/|\bw\b"), "with"),
    (re.compile(r"\bpls\b|\bplz\b"), "please"),
    (re.compile(r"\bhab\b"), "habe"),
    (re.compile(r"\bhrs?\b"), "hours"),
    (re.compile(r"\bmins?\b"), "minutes"),
    (re.compile(r"\bwks?\b"), "weeks"),
    (re.compile(r"\b(\d+)(weeks?|days?|months?|years?|hours?|minutes?|kg|mg|wo|mo|yo)\b"), r"\1 \2"),
    (re.compile(r"\b(yo|y/o|yr old|yrs old|year-old|y\.o\.)(?!\w)"), "year old"),
    (re.compile(r"\b(\d+) ?m/?o\b"), r"\1 month old"),
    (re.compile(r"\b(\d+) ?w/?o\b"), r"\1 week old"),
)  # fmt: skip
_GERMAN = re.compile(r"\b(?:ich|und|der|das|ist|nicht|seit|hat|mein\w*|bauch|im (?:linken|rechten|hals|kopf|ganzen))\b")
_PLACED = re.compile(r"(?<=\d)[,.](?=\d)")
_ENDS, _PAUSES, _ELSE = re.compile(r"[.!?;\n]+"), re.compile(r"[,:()\[\]\"“”„]+| - "), re.compile(r"[^a-z0-9., °%/'·]+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
SHORTEST, LONG = 5, 8


def plain(text: str) -> str:
    """Return the text in lower case without accents, German letters spelled out."""
    lower = "".join(_SPELLED.get(letter, letter) for letter in text.lower())
    apart = unicodedata.normalize("NFKD", lower)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@lru_cache(512)
def normal(text: str) -> str:
    """Return the text as the rules read it."""
    words = _PLACED.sub("·", plain(text))
    words = _STRETCHED.sub(r"\1\1", words)
    words = _ENDS.sub(" . ", _PAUSES.sub(" , ", words))
    words = _ELSE.sub(" ", words.replace("-", " "))
    if not _GERMAN.search(words):
        words = re.sub(r"\bim\b", "i am", words)
    for pattern, instead in _REPLACED:
        words = pattern.sub(instead, words)
    words = words.replace("'s ", " ").replace("'", "").replace("·", ".")
    return " ".join(put_right(word) for word in words.split())


def put_right(word: str) -> str:
    """Return a word of the lexicon where this one is a slip of it, and otherwise the word as it is.

    What is a word by itself is left alone, and so is everything short.
    """
    from webapp.guard import lexicon  # noqa: PLC0415  It is made of words that were put right here.

    if word in _ALSO:
        return _ALSO[word]
    if len(word) < SHORTEST or not word.isalpha() or lexicon.known(word):
        return word
    return _nearest(word)


_ALSO = {
    "brest": "breast", "breth": "breath", "brethe": "breathe", "breathin": "breathing", "hart": "heart",
    "hert": "hurt", "hurst": "hurts", "chst": "chest", "ches": "chest", "cheast": "chest", "pian": "pain", "panic": "panic",
    "unconcious": "unconscious", "siezure": "seizure", "seisure": "seizure", "cieling": "ceiling", "puking": "vomiting",
    "throwin": "throwing", "puked": "vomited", "bleedin": "bleeding", "choking": "choking", "chocking": "choking",
    "dieing": "dying", "sucide": "suicide", "suicde": "suicide", "stomack": "stomach", "stomache": "stomach",
    "vomitting": "vomiting", "diarhea": "diarrhea", "alergic": "allergic", "numbess": "numbness", "slured": "slurred",
    "tounge": "tongue", "thoat": "throat", "troat": "throat", "fevr": "fever", "feaver": "fever", "temprature": "temperature",
    "temp": "temperature", "preg": "pregnant", "prego": "pregnant", "pregnat": "pregnant", "hed": "head", "hedache": "headache",
    "cuz": "because", "coz": "because", "bc": "because", "tummy": "belly", "stomach": "belly", "abdomen": "belly",
    "abdominal": "belly", "mum": "mother", "mom": "mother", "mama": "mother", "dad": "father", "papa": "father",
    "alot": "a lot", "dosent": "does not", "doesn": "does not", "arnt": "are not", "swolen": "swollen", "paralized": "paralyzed",
    "numbing": "numb", "eyesite": "eyesight", "sight": "vision", "eyesight": "vision", "colapsed": "collapsed",
    "fainted": "fainted", "breathless": "breathless", "wierd": "weird", "litle": "little", "seezure": "seizure",
}  # fmt: skip


@cache
def _by_length() -> dict[tuple[str, int], list[str]]:
    from webapp.guard import lexicon  # noqa: PLC0415

    sorted_out: dict[tuple[str, int], list[str]] = {}
    for word in lexicon.keywords():
        sorted_out.setdefault((word[0], len(word)), []).append(word)
    return sorted_out


@lru_cache(4096)
def _nearest(word: str) -> str:
    reach = 2 if len(word) >= LONG else 1
    best, least = word, reach + 1
    for length in range(len(word) - reach, len(word) + reach + 1):
        for candidate in _by_length().get((word[0], length), ()):
            if length >= SHORTEST and (away := distance(word, candidate, reach)) < least:
                best, least = candidate, away
    return best


def distance(one: str, other: str, most: int) -> int:
    """Return how many letters differ, are missing, too many or swapped; `most` + 1 where there are more."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i, *([0] * len(other))]
        for j, opposite in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != opposite))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == opposite:
                row[j] = min(row[j], earlier[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
