"""Whether a question belongs to what an assistant is for: decided on the question and the ones before it, by us."""

import re
from collections.abc import Sequence
from functools import lru_cache

from webapp.ai.errors import ModelMissing
from webapp.guard import classifier, terms
from webapp.guard.guards import Guard
from webapp.guard.replies import german
from webapp.guard.words import plain

SURE, HALF, NEARLY, HARDLY = 0.8, 0.5, 0.36, 0.12
OWN_MARGIN, ALIKE = 0.02, 0.6
FEW_WORDS = 3

_LEADS_ON = re.compile(
    r"^\W*(?:and|but|so|or|also|then|ok(?:ay)?,? (?:and|but)|what about|how about|und|aber|oder|also|was ist mit)\b"
)
_POINTS = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those|that|one|ones|he|him|she|her|there|same|both|dies\w*|das|dabei|dafuer|damit|davon|es|sie|ihn|dort)\b"
)
_ASKS = re.compile(
    r"^\W*(?:and |also |then |now |please |ok |so |great |but |can you |could you |would you |und |bitte |jetzt )*(?:write|tell|give|explain|translate|help|who|which|what|how|where|when|why|make|create|generate|summari[sz]e|recommend"
    r"|solve|fix|show|name|list|book|order|plan|play|sing|schreib\w*|erzaehl\w*|erklaer\w*|gib|mach\w*|wer|welche\w*|was|wie|wo|wann|uebersetz\w*|hilf)\b"
)
_OF_BODIES = re.compile(r"\b(?:hurts?|painful|symptoms?|treat\w*|harmful|tut das weh|schmerzhaft)\b")
_GENERIC = frozenset(
    "a about again age all also am an and any anything are as at bad be because been before best better both but by can children child kids adults women men elderly older people cause caused causes"
    " common could cost costs dangerous day days did do does doing done during each early else enough even ever every example explain far fast find first for from get give go good great had harmful has"
    " have help helps her here him his how hurt i if in into is it its it's just kind know last later less like long longer look lot make many may me mean means mention mentioned might mind months more most much my need"
    " never next no normal not now of off often ok okay old on once one only or other otherwise our out over painful part per please possible prevent really reason same say serious she should show side simple simply since so some"
    " something soon source sources still stop such sure symptoms take takes tell than thanks that the their them then there these they thing think this those time times to too treat treated treatment try two under until up us use usually"
    " very want was way we week weeks well were what when where whether which while who why will with without work works worse would year years yes you young your word words sentence sentences detail details shorter longer"
    " another else exactly certain sorry hm hmm right case point table summary briefly further later work"
    " aber alle als also am an auch auf aus bei bitte da das dass dauert davon dazu dem den denn der die dies diese diesen dieser doch du ein eine einen einer er erklaer erwachsenen es etwas fuer gefaehrlich gegen geht genau gibt hast hat"
    " hilft ich ihr im immer in ist ja jetzt kann kannst kein kinder kindern kosten kostet lange machen man mehr mein mit nach nein nicht noch nur oder oft ohne schlimm sehr sein sich sie sind so soll tun und unter viel vom von vor wann"
    " warum was weg weiter welche wenn wer werden wie wieder wird wo wozu zu zum zur mir normal passiert bedeutet genauer einfach einfacher nochmal beispiel".split()
)


def follows_up(question: str) -> bool:
    """Tell whether a question seems to need the ones before it."""
    words = plain(question)
    return (
        len(words.split()) <= FEW_WORDS or bool(_LEADS_ON.search(words) or _POINTS.search(words)) or not _content(words)
    )


def subject(earlier: Sequence[str]) -> str | None:
    """Return the latest of the earlier questions that stands alone, which is what a follow-up is about."""
    return next(
        (question for question in reversed(earlier) if not follows_up(question)), earlier[0] if earlier else None
    )


def small_talk(question: str) -> bool:
    """Tell whether this is a greeting, thanks or a farewell, and nothing else."""
    return bool(terms.CHAT.fullmatch(plain(question).strip(" \t\n.,!?;:-()'\"*~^_")))


def asks_back(question: str, earlier: Sequence[str]) -> bool:
    """Tell whether a short word asks for more of what stood before: “please”, “again”, “yes”."""
    wished = re.fullmatch(
        r"\W*(?:yes|yep|yeah|ja|please|bitte|again|nochmal|no|nein|nope)(?:\W+(?:please|bitte))?\W*", plain(question)
    )
    return bool(earlier and wished)


def tricked(question: str) -> bool:
    """Tell whether a question tries to give the assistant another role, or other rules."""
    return bool(terms.TRICKS.search(plain(question)))


def belongs(question: str, earlier: Sequence[str], guard: Guard) -> tuple[bool, str]:  # noqa: PLR0911  The steps, in their order.
    """Return whether a question is within the guard's scope, and why."""
    asked = asked_for(question)
    if asked and (strays := _stray_part(asked, guard)):
        return False, f"a part is about something else: {strays}"
    if guard.health and terms.TASKS.search(asked):
        return False, "a piece of writing or a program is asked for"
    share = _share(asked, guard) if asked else 0.0
    before = subject(earlier)
    if before is None or not follows_up(question):
        enough = _enough(asked) if guard.health else HALF
        near = share >= enough or (share >= HALF / 2 and before is not None and share_of_subject(before, guard) >= SURE)
        return near, f"by itself {share:.2f}"
    inside = not tricked(earlier[-1]) and belongs(earlier[-1], earlier[:-1], guard)[0]
    content = _content(asked)
    if not content and guard.health and _OF_BODIES.search(asked):
        return any(belongs(each, earlier[:place], guard)[0] for place, each in enumerate(earlier)), "about a body"
    if not content:
        return inside, f"about “{earlier[-1]}”"
    speaks_of_else = bool(terms.ELSE.search(asked)) if guard.health else False
    if speaks_of_else and not terms.HEALTH.search(asked):
        return False, f"something else {share:.2f}"
    if share >= SURE or (share >= HALF and terms.HEALTH.search(asked)):
        return True, f"by itself {share:.2f}"
    if len(content) > 1 and share < HARDLY and not _POINTS.search(asked):
        return False, f"by itself {share:.2f}"
    return inside, f"about “{earlier[-1]}”, by itself {share:.2f}"


def _enough(asked: str) -> float:
    """Return how sure we must be: less so where words of health stand alone, least in German, which is hardly learned."""
    if terms.ELSE.search(asked) or not terms.HEALTH.search(asked):
        return HALF
    return HARDLY if german(asked) else NEARLY


def share_of_subject(question: str, guard: Guard) -> float:
    """Return how sure we are that a question asked earlier is within scope."""
    asked = asked_for(question)
    return _share(asked, guard) if asked else 0.0


def asked_for(question: str) -> str:
    """Return a question in plain letters, without what pleads for an exception."""
    return terms.PLEAS.sub(" ", plain(question)).strip(classifier.MARGINS)


def _content(words: str) -> list[str]:
    return [word for word in re.findall(r"[a-z']{2,}", words) if word not in _GENERIC]


def _stray_part(asked: str, guard: Guard) -> str | None:
    """Return a sentence that asks for something else, beside whatever else is asked."""
    if not guard.health:
        return None
    parts = [
        part.strip()
        for part in re.split(r"[.!?;\n]+|, (?=then |also |and )", asked)
        if len(part.split()) > FEW_WORDS - 1
    ]
    if len(parts) < 2:  # noqa: PLR2004  One part is the question itself.
        return None
    for part in parts:
        speaks_of_else = terms.ELSE.search(part) and not terms.HEALTH.search(part)
        if speaks_of_else and _ASKS.search(part) and _share(part, guard) < HALF / 2:
            return part
    return None


@lru_cache(256)
def _share(asked: str, guard: Guard) -> float:
    """Return how sure we are, from 0 to 1, that this is within scope. Without the embedder words alone decide."""
    try:
        if not guard.health:
            return _nearer(asked, guard)
        if (told := _told(asked, guard)) is not None:
            return told
        return classifier.share("health", asked)
    except ModelMissing:
        return _by_words(asked, guard)


def _by_words(asked: str, guard: Guard) -> float:
    if guard.health:
        return float(bool(terms.HEALTH.search(asked)) and not terms.ELSE.search(asked))
    theirs = set(_content(plain(" ".join((guard.topic, *guard.inside)))))
    return float(bool(theirs.intersection(_content(asked))))


def _told(asked: str, guard: Guard) -> float | None:
    """Return what a guard's own examples say where one of them is as good as the question, else None."""
    inside, outside = (classifier.nearest(asked, given) for given in (guard.inside, guard.outside))
    if max(inside, outside) < ALIKE:
        return None
    return float(inside >= outside)


def _nearer(asked: str, guard: Guard) -> float:
    """Compare with the nearest example in and the nearest out. The topic's own words are an example in."""
    inside = classifier.nearest(asked, (guard.topic, *guard.inside))
    outside = classifier.nearest(asked, (*guard.outside, *ANYTHING))
    return min(max(HALF + (inside - outside - OWN_MARGIN) * 2, 0.0), 1.0)


ANYTHING = (
    "Tell me a joke", "Write a poem", "What is the weather tomorrow?", "Who won the football game?", "Write some code for me",
    "Who should I vote for?", "What is the capital of France?", "Give me a recipe", "Translate this into French",
    "Help me with my homework", "Recommend a film", "My head hurts, what can I take?", "Which stocks should I buy?",
    "Tell me about history", "Book a hotel for me", "What is the meaning of life?",
)  # fmt: skip
