"""What the guard decides about a question."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What becomes of a question: the first three are answered by us, the last two by the model."""

    EMERGENCY = "emergency"
    OFF_TOPIC = "off_topic"
    FIXED = "fixed"
    PERSONAL = "personal"
    IN_SCOPE = "in_scope"


OURS = frozenset({Outcome.EMERGENCY, Outcome.OFF_TOPIC, Outcome.FIXED})


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision: of an emergency its `kinds`, of what we answer ourselves the `answer`, and why it was decided so.

    Of several kinds the nearest comes first.
    """

    outcome: Outcome
    kinds: tuple[str, ...] = ()
    answer: str | None = None
    reason: str = ""

    @property
    def kind(self) -> str | None:
        """Return the kind that an emergency is nearest to."""
        return next(iter(self.kinds), None)

    @property
    def ours(self) -> bool:
        """Tell whether we answer, and no model is asked."""
        return self.outcome in OURS
