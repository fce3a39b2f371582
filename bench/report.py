"""What was measured, as Markdown for people and as values for programs."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench import machine
from bench.delay import Delays
from bench.intake import Intake
from bench.streams import EVERY_MS, FIRST_MS, TOKENS, Measured
from bench.wall import Costs

CALM = 0.2


@dataclass(slots=True)
class Report:
    """Everything that one run found out."""

    passages: int
    streams: list[Measured] = field(default_factory=list)
    delays: Delays | None = None
    intakes: dict[str, Intake] = field(default_factory=dict)
    wall: Costs = field(default_factory=dict)

    def as_markdown(self) -> str:
        """Return the report for people."""
        lines = [
            (
                f"{machine.describe()}; {self.passages:,} passages in 10 organizations; a model that says its first"
                f" word after {FIRST_MS} ms and then one every {EVERY_MS} ms, {TOKENS} in all.\n"
            )
        ]
        if self.streams:
            lines += [_STREAMS, *map(_stream_row, self.streams), ""]
        if self.delays:
            first, follow_up = (f"{1000 * seconds:.0f} ms" for seconds in self.delays.medians)
            lines.append(
                "From sending a question to the model's hearing of it, with the built-in embedder, median of"
                f" {len(self.delays.first)}: {first} for a first question, {follow_up} for a follow-up.\n"
            )
        if self.wall:
            lines += [_WALL, *(_wall_row(name, *medians) for name, medians in self.wall.items()), ""]
        if self.intakes:
            lines += [_INTAKE, *(_intake_row(name, intake) for name, intake in self.intakes.items()), ""]
        return "\n".join(lines)

    def as_values(self) -> dict[str, Any]:
        """Return the report for programs, with every single time."""
        return {"machine": machine.describe(), **asdict(self)}


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share of them does not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * share) - 1)] if values else math.nan


_STREAMS = (
    "| streams | first word p50 / p95 | the model's own | whole answer p50 / p95 | times the model's | CPU s per 1000"
    " tokens | memory | saved, word for word, cited | errors, 5xx | busy with other things |\n"
    "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def _stream_row(found: Measured) -> str:
    ours, models, kept = found.product, found.model, found.completeness
    ratios = (quantile(ours.whole, share) / quantile(models.whole, share) for share in (0.5, 0.95))
    foreign = max(spent.foreign_cores for spent in found.spent)
    cells = [
        found.load.name,
        _milliseconds(ours.first),
        _milliseconds(models.first),
        f"{quantile(ours.whole, 0.5):.2f} / {quantile(ours.whole, 0.95):.2f} s",
        " / ".join(f"{ratio:.2f}" for ratio in ratios),
        f"{found.cpu_per_thousand_tokens:.3f}",
        f"{max(spent.peak_bytes for spent in found.spent) / machine.MEGABYTE:.0f} MB",
        f"{kept.complete}, {kept.identical}, {kept.cited} of {kept.asked}",
        f"{len(ours.errors)}, {ours.server_errors}",
        f"{foreign:.1f} cores" + (" (too busy to judge times)" if foreign > CALM else ""),
    ]
    return f"| {' | '.join(cells)} |"


def _milliseconds(seconds: Sequence[float]) -> str:
    return " / ".join(f"{1000 * quantile(seconds, share):.0f}" for share in (0.5, 0.95)) + " ms"


_WALL = "| median of 200 | with the second wall | without | times |\n| --- | --- | --- | --- |"


def _wall_row(name: str, walled: float, spared: float) -> str:
    return f"| {name} | {1000 * walled:.2f} ms | {1000 * spared:.2f} ms | {walled / spared:.2f} |"


_INTAKE = (
    "| embeddings from | passages | passages a second | CPU s of the worker per 1000 | busy with other things |\n"
    "| --- | --- | --- | --- | --- |"
)


def _intake_row(name: str, found: Intake) -> str:
    each = 1000 * found.spent.cpu["worker"] / found.passages
    return (
        f"| {name} | {found.passages} | {found.passages / found.seconds:.0f} | {each:.1f} | "
        f"{found.spent.foreign_cores:.1f} cores |"
    )
