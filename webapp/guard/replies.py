"""What the guard says itself where the model is not asked, in the language of the question."""

import re

from webapp.ai.errors import ModelMissing
from webapp.ai.minilm import whole_words
from webapp.guard import terms
from webapp.guard.guards import MEDICAL, Guard
from webapp.guard.words import plain

_GERMAN = re.compile(
    r"\b(?:ich|und|der|die|das|ist|nicht|wie|was|wer|wann|warum|mein\w*|bitte|danke\w*|hallo|guten|hilf|schreib\w*|erzaehl\w*|welche\w*|mir|ein|eine|fuer|von|mit|tschuess\w*|vergiss|kein\w*|seit|hat|auf|im|er|sie|servus|moin|schoenen"
    r"|\w*schmerz(?:en)?|fieber|blutung\w*|atemnot|notfall|herzinfarkt|schlaganfall|vergiftung|selbstmord|suizid)\b"
)
_OF_BOTH = frozenset({"die", "was", "hat", "er", "im", "man", "will", "am"})
"""Words of both languages, which tell nothing alone."""

_ENGLISH = re.compile(
    r"\b(?:the|is|are|was|were|am|to|of|with|from|my|your|his|her|our|their|i|you|he|she|it|we|they|and|or|but|not|do|does"
    r"|did|have|has|can|will|would|should|what|who|which|how|why|when|where|this|that|these|since|for)\b"
)
_GERMAN_AS_WELL = re.compile(
    r"ß|\b(?:darf|kann|man|welche\w*|wieso|wird|werden|wuerde\w*|nach|bei|beim|ohne|fuers|oder|gegen|zu|zum|zur|den|dem|hab|habe|nur"
    r"|noch|unser\w*|wenn|vom|ab|dass|sich|wo|woran|als|aus|rezept|papa|opa|oma|geht|hilft|gibt|ins?)\b"
)
UNREAD = (
    "Here I answer questions about {topic} and nothing else, in English and German. In an emergency call {number} at"
    " once. (Emergencia, urgence, emergenza, urgência, acil durum: {number}.)"
)
_SEVERAL, _MOST = 3, 0.6


def unread(question: str) -> bool:
    """Tell whether a question is in a language that the guard does not read.

    It has no small word of English, no word of health that we know, most of its words are none that the embedder was
    taught, and it is not German.
    """
    words = plain(question)
    found = re.findall(r"[^\W\d_]{2,}", words)
    if (
        len(found) < _SEVERAL
        or terms.HEALTH.search(words)
        or _ENGLISH.search(words)
        or _GERMAN_AS_WELL.search(words)
        or len(_GERMAN.findall(words)) > 1
    ):
        return False
    try:
        known = sum(word in whole_words() for word in found)
    except ModelMissing:
        return False
    return known <= _MOST * len(found)


def german(question: str) -> bool:
    """Tell whether a question is in German, by its small words and its words of alarm, of which it has more than English."""
    words = plain(question)
    found = _GERMAN.findall(words)
    english = [word for word in _ENGLISH.findall(words) if word not in _OF_BOTH]
    telling = len(found) > 1 or not _OF_BOTH.issuperset(found)
    return (telling and len(found) > len(english)) or bool(re.search("[äöüß]", question.lower()))


def refusal(question: str, guard: Guard) -> str:
    """Return the same short refusal for whatever does not belong here, with an offer of what does."""
    if guard.emergencies and unread(question):
        return UNREAD.replace("{topic}", guard.topic)
    if guard.topic == MEDICAL.topic and german(question):
        return "Hier beantworte ich nur Fragen zu Gesundheit und Medizin. Fragen Sie zum Beispiel nach einem Symptom, einer Krankheit, einer Untersuchung, einem Medikament, oder wie man gesund bleibt."
    offer = f" You could ask about {guard.offer}." if guard.offer else ""
    return f"Here I answer questions about {guard.topic} and nothing else.{offer}"


def pleasantry(question: str, guard: Guard) -> str:
    """Return a friendly line for a greeting, for thanks or for a farewell."""
    words = plain(question)
    of_german = guard.topic == MEDICAL.topic and german(question)
    if re.search(r"\b(?:thank\w*|thx|ty|tysm|danke\w*|dank|merci|appreciate\w*|help\w*|cheers)\b", words):
        return "Gern. Fragen Sie ruhig weiter." if of_german else "You are welcome. Ask on whenever you like."
    if re.search(
        r"\b(?:bye|goodbye|see you|see ya|tschuess\w*|tschau|ciao|wiedersehen|night|nacht|take care)\b", words
    ):
        return "Auf Wiedersehen, und alles Gute." if of_german else "Goodbye, and all the best."
    if terms.GREETED.search(words):
        return (
            "Guten Tag. Was möchten Sie über Gesundheit und Medizin wissen?"
            if of_german
            else f"Hello. What would you like to know about {guard.topic}?"
        )
    return "Gern. Was möchten Sie noch wissen?" if of_german else "Good. What else would you like to know?"
