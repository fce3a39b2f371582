"""Judging a question: emergencies first, then what is fixed, then tricks, then the scope."""

import re
from collections.abc import Sequence

from webapp.ai.errors import ModelMissing
from webapp.guard import classifier, emergencies, replies, scope, terms
from webapp.guard.guards import MEDICAL, Guard
from webapp.guard.reading import said, spoken
from webapp.guard.verdict import Outcome, Verdict
from webapp.guard.words import normal, plain

ALARMED, OF_NOBODY, UNLIKELY = 0.5, 0.6, 0.97
"""From here on what is told is an emergency; `bench.guard` puts the line where strangers' words want it.

More is wanted where the rules see nothing told of somebody now, and most for what is denied and for tricks.
"""
URGENT = "urgent"
MOST_AT_ONCE = 3
RECENT = 5


def judge(question: str, earlier: Sequence[str] = (), guard: Guard = MEDICAL) -> Verdict:  # noqa: PLR0911  The steps, in their order.
    """Decide what becomes of a question, given the ones before it, oldest first.

    It costs some 15 ms and no network, and asks no model: whatever a model would agree to, this stands before it.
    """
    before = earlier[-RECENT:]
    if guard.emergencies and (kinds := emergency(question, before)):
        return Verdict(Outcome.EMERGENCY, kinds, reason="signs that must not wait")
    if guard.emergencies and replies.unread(question):
        return Verdict(Outcome.OFF_TOPIC, answer=replies.refusal(question, guard), reason="in no language that is read")
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


def emergency(question: str, earlier: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the kinds of emergency that are told of, the nearest first: in the question, or with what was told before.

    One message may tell of two, and what helps with one does not help with the other.
    """
    told = said(question)
    met = emergencies.met(told)
    if emergencies.means(question):
        return _first("suicide", met)
    if scope.small_talk(question):
        return ()
    if _urgent(question):
        found = _first(_kind(question), met)
        return tuple(sorted(found, key=lambda kind: kind == "suicide"))  # What has happened cannot wait for words.
    if told and earlier and scope.follows_up(question) and not _urgent(earlier[-1]):
        return emergencies.met(f"{said(earlier[-1])} , {told}")[:MOST_AT_ONCE]
    return ()


def _first(kind: str, others: Sequence[str]) -> tuple[str, ...]:
    return (kind, *(other for other in others if other != kind))[:MOST_AT_ONCE]


def _urgent(question: str) -> bool:
    """Tell whether a question by itself tells of an emergency.

    The line weighs what the rules say as well. The rules decide alone without the embedder and about what has an idiom,
    and raise an alarm alone of German, which the embedder never learned.
    """
    by_rules = bool(emergencies.met(said(question)))
    if spoken(question) != normal(question):
        return by_rules
    try:
        return classifier.share("urgent", question) >= _enough(question) or (by_rules and replies.german(question))
    except ModelMissing:
        return by_rules


def _enough(question: str) -> float:
    """Return how sure the line must be of a question."""
    told = said(question)
    if not told:
        return OF_NOBODY
    if emergencies.met(told):
        return ALARMED
    return UNLIKELY if scope.tricked(question) or emergencies.met(_DENIAL.sub("", told)) else ALARMED


_DENIAL = re.compile(r"\b(?:no|not|never|without|kein\w*|nicht|nie|ohne)\s")


def _kind(question: str) -> str:
    """Return what an emergency is nearest to among the kinds whose rules are met, or else among all."""
    met = emergencies.met(said(question)) or emergencies.met(spoken(question))
    try:
        return classifier.kind(question, met) or (met[0] if met else URGENT)
    except ModelMissing:
        return met[0] if met else URGENT


def _has(phrases: Sequence[str], words: str) -> str | None:
    return next((phrase for phrase in phrases if re.search(rf"\b{re.escape(plain(phrase))}\b", words)), None)
