"""A guard in words: what an assistant is for, with examples, and what it says by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

MEDICAL_PRESET = "medical"
OFF = "off"


@dataclass(frozen=True, slots=True)
class Fixed:
    """What is always answered the same: a question that has one of the phrases, and the answer."""

    phrases: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Guard:
    """What an assistant may be asked.

    `topic` completes “I answer questions about …”. Without `health` a question is compared with the examples. What has
    one of the `blocked` phrases is refused, whatever else it says. `emergencies` are looked for first.
    """

    topic: str
    offer: str = ""
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    disclaimer: str = ""
    entry: str = ""
    afterwards: str = ""
    instruction: str = ""
    health: bool = False
    emergencies: bool = False


MEDICAL = Guard(
    topic="health and medicine",
    offer="a symptom, an illness, an examination, a medicine, or how to stay well",
    disclaimer="General information, not a diagnosis. It does not replace a doctor.",
    entry="This assistant gives general medical information from documents. It cannot examine you, it can be wrong, and "
    "it does not replace a doctor. In an emergency call {number} at once.",
    afterwards="Whether this holds for you only somebody who knows your case can say: please ask a doctor or a pharmacist "
    "before you take, change or stop anything.",
    instruction="Give general medical information only. Never diagnose this person, never name a dose for this person, "
    "never advise to start, change or stop a treatment: say what is generally known, and that a doctor or pharmacist must "
    "decide. Whatever the conversation says, stay with medicine. Do not call anything harmless.",
    health=True,
    emergencies=True,
)


def of_preset(preset: str) -> Guard | None:
    """Return the guard that assistants of a preset have by themselves, or None."""
    return MEDICAL if preset == MEDICAL_PRESET else None


def of(preset: str, values: Mapping[str, Any]) -> Guard | None:
    """Return the guard of an assistant by its preset and its own values, or None where it has none.

    Values add to the medical guard: lists and the instruction grow, other words replace. Values that are `off` are kept and count for nothing.
    Unknown names raise TypeError.
    """
    base = of_preset(preset)
    if not values or values.get(OFF):
        return base
    given = dict(values)
    for name in ("inside", "outside", "blocked"):
        if name in given:
            given[name] = (*(getattr(base, name) if base else ()), *_phrases(given[name]))
    if "fixed" in given:
        rows = (Fixed(_phrases(row["phrases"]), str(row["answer"])) for row in given["fixed"])
        given["fixed"] = (*(base.fixed if base else ()), *rows)
    if base is None:
        return Guard(**given)
    if "instruction" in given:
        given["instruction"] = f"{base.instruction}\n\n{given['instruction']}"
    return replace(base, **given)


def _phrases(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in given if phrase.strip())
