"""Judging a question: emergencies first, then what is fixed, then tricks, then the scope."""

import re
from collections.abc import Sequence

from webapp.ai.errors import ModelMissing
from webapp.guard import classifier, emergencies, replies, scope, terms
from webapp.guard.guards import MEDICAL, Guard
from webapp.guard.reading import said, spoken
from webapp.guard.verdict import Outcome, Verdict
from webapp.guard.words import normal, plain

ALARMED, ALARMED_BY_FEW, FEW_WORDS = 0.75, 0.9, 4
"""From here on the classifier raises an alarm of itself, where no rule did; of few words it must be surer."""
OF_HEALTH = 0.12
URGENT = "urgent"
RECENT = 5
_MILD = re.compile(
    r"\b(?:mild\w*|slight\w*|a little|a bit|a tiny|minor|small|fine|feels? ok|is ok|harmless|slept wrong|f[ea]lls? asleep|for a (?:second|minute|moment)"
    r"|(?:two|three|five|few|couple of) minutes this|already stopped|has stopped|is playing|cheerful|drinks well|eats well|runny nose|leicht\w*|kleine\w*"
    r"|ein bisschen|etwas|harmlos\w*|(?:do|does|is|am|are|have|has) not (?:have|having|feel|any|suicidal|that bad)|no (?:fever|pain|swelling|vomiting|other|bleeding|thoughts)"
    r"|(?:have|has|had|is|with|feel|feels|habe|hat) (?:no|kein\w*)|(?:[2-9]|1\d) year old (?:\w+ ){0,3}(?:fever|temperature|cold|cough)"
    r"|teeth\w*|cranky|once in a while|sometimes|occasional\w*|manchmal)\b"
)


def judge(question: str, earlier: Sequence[str] = (), guard: Guard = MEDICAL) -> Verdict:  # noqa: PLR0911  The steps, in their order.
    """Decide what becomes of a question, given the ones before it, oldest first.

    It costs some 10 ms and no network, and asks no model: whatever a model would agree to, this stands before it.
    """
    before = earlier[-RECENT:]
    if guard.emergencies and (kind := emergency(question, before)):
        return Verdict(Outcome.EMERGENCY, kind, reason="signs that must not wait")
    words = plain(question)
    if phrase := _has(guard.blocked, words):
        return Verdict(Outcome.OFF_TOPIC, answer=replies.refusal(question, guard), reason=f"blocked: {phrase}")
    for fixed in guard.fixed:
        if phrase := _has(fixed.phrases, words):
            return Verdict(Outcome.FIXED, answer=fixed.answer, reason=f"fixed: {phrase}")
    if scope.small_talk(question) and not scope.asks_back(question, before):
        return Verdict(Outcome.FIXED, answer=replies.pleasantry(question, guard), reason="small talk")
    if scope.tricked(question):
        return Verdict(Outcome.OFF_TOPIC, answer=replies.refusal(question, guard), reason="another role or other rules")
    inside, reason = scope.belongs(question, before, guard)
    if not inside:
        return Verdict(Outcome.OFF_TOPIC, answer=replies.refusal(question, guard), reason=reason)
    if guard.health and terms.OWN_CASE.search(words):
        return Verdict(Outcome.PERSONAL, reason=reason)
    return Verdict(Outcome.IN_SCOPE, reason=reason)


def emergency(question: str, earlier: Sequence[str] = ()) -> str | None:
    """Return the kind of emergency that is told of: in the question, or when it is added to what was told before."""
    if kind := emergencies.kind_of(question):
        return kind
    told = said(question)
    if told and _alarming(question, told):
        return URGENT
    if told and earlier and scope.follows_up(question) and not emergencies.kind_of(earlier[-1]):
        return emergencies.met(f"{said(earlier[-1])} , {told}")
    return None


def _alarming(question: str, told: str) -> bool:
    """Tell whether the classifier raises an alarm. It has no say over idioms, small talk, and what is called mild."""
    if spoken(question) != normal(question) or scope.small_talk(question) or _MILD.search(told):
        return False
    return _alarm(question) >= (ALARMED if len(told.split()) > FEW_WORDS else ALARMED_BY_FEW)


def _alarm(question: str) -> float:
    try:
        vector = classifier.vector(asked := scope.asked_for(question))
    except ModelMissing:
        return 0.0
    features, lines = classifier.features(asked, vector), classifier.lines()
    return lines["urgent"].share(features) if lines["health"].share(features) >= OF_HEALTH else 0.0


def _has(phrases: Sequence[str], words: str) -> str | None:
    return next((phrase for phrase in phrases if re.search(rf"\b{re.escape(plain(phrase))}\b", words)), None)
