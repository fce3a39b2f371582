"""What is looked for in a play: what every talk with a customer needs, and the scenario's own. Reviewed like copy.

Each is a sentence about the trainee that is true or not, and small enough to be shown by words of theirs. Yes is what
one hopes for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from webapp.scorecards.models import Kind

GENERAL = (
    "The trainee greeted the customer and asked what brings them before offering anything.",
    "The trainee asked at least two open questions, which cannot be answered with yes or no.",
    "The trainee took up something that the customer had said, in the customer's own words or in other ones.",
    "The trainee answered an objection instead of talking over it.",
    "The trainee gave a reason that fits this customer for what they offered.",
    "The trainee stayed friendly and calm, also where the customer pushed.",
    "The trainee proposed a clear next step: what happens, and when.",
)

POLICY = (
    "What the trainee said about products, prices and terms is what the documents say.",
    "The trainee promised nothing that the documents rule out.",
)
"""Looked for only where the documents have something on what the trainee said."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing to look for."""

    kind: Kind
    text: str


def criteria(scene: dict[str, Any], *, with_policy: bool) -> Sequence[Criterion]:
    """Return what is looked for in a play of this scene: the scenario's own first, then what every talk needs."""
    own = [Criterion(Kind.SCENARIO, text) for text in scene.get("checks") or ()]
    general = [Criterion(Kind.GENERAL, text) for text in GENERAL]
    policy = [Criterion(Kind.POLICY, text) for text in POLICY] if with_policy else []
    return [*own, *general, *policy]
