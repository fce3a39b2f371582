"""Measure the guard on our lists, and fit its weights.

`python -m bench.guard` prints recall and false alarms for both halves of each list in tests/domain/guard/lists.
`--fit` makes webapp/guard/weights.json of webapp/guard/examples and the first halves. `--data FOLDER` also asks the
questions of `FOLDER`/dev.jsonl, whose sets are of medicine (medquad, covid) or of everything (squad), and `--show`
names the mistakes.
"""

import argparse
import hashlib
import json
import math
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.questions import load
from webapp.ai.minilm import MiniLM
from webapp.guard import classifier, emergencies, judge, spelling
from webapp.guard.reading import said
from webapp.guard.verdict import Outcome

if TYPE_CHECKING:
    from webapp.ai.minilm import Floats

ROOT = Path(__file__).parents[1]
LISTS, EXAMPLES = ROOT / "tests/domain/guard/lists", ROOT / "webapp/guard/examples"
NAMES = ("emergency", "lookalike", "off_topic", "in_scope", "chat")
FILLED = 10
"""How many of its fillers an example with a gap is repeated with."""
STRANGERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "seventeen", "eighteen", "nineteen", "twenty", "twentyone", "twentytwo",
    "twentyfour", "twentyfive", "twentysix", "twentyseven",
)  # fmt: skip
UNKNOWN = ("sixteen", "twentythree", "twentyeight", "twentynine")
"""Writers to whom nothing is fitted."""
ANIMALS = ("dog", "cat", "hamster", "katze", "horse", "guinea pig", "hund")
PENALTY, STEPS, AXES, FOLDS = 1.0, 200, 900, 5
PRICES = {"health": (1.2, 1.0), "urgent": (2.0, 1.0)}
"""What it costs to miss, and to find wrongly."""
PLACES = np.linspace(-4, 4, 161)


def questions(name: str, folder: Path = LISTS) -> list[str]:
    """Return a list, without the kinds that stand before its emergencies."""
    return [line.rpartition(" | ")[2] for line in (folder / f"{name}.txt").read_text().splitlines()]


def set_aside(question: str) -> bool:
    """Tell whether a question was kept from those who wrote the rules, by a rule that nobody chose."""
    return bool(hashlib.sha256(question.encode()).digest()[0] % 2)


def examples(name: str) -> Iterator[str]:
    """Yield the examples of a file; one with a gap is filled a few times, always the same way."""
    fillers = dict(line.split(": ", 1) for line in (EXAMPLES / "fillers.txt").read_text().splitlines())
    for line in (EXAMPLES / f"{name}.txt").read_text().splitlines():
        gaps = [gap for gap in fillers if f"{{{gap}}}" in line]
        for turn in range(FILLED if gaps else 1):
            filled = line
            for gap in gaps:
                choices = fillers[gap].split("|")
                seed = int.from_bytes(hashlib.sha256(f"{line}{gap}{turn}".encode()).digest()[:4], "big")
                filled = filled.replace(f"{{{gap}}}", choices[seed % len(choices)])
            yield filled


@dataclass(frozen=True, slots=True)
class Example:
    """A text of one of our lists' names, who wrote it, and of an emergency its kind where that is known."""

    text: str
    name: str
    writer: str
    kind: str = ""

    @property
    def weight(self) -> float:
        """How much it counts: little where the rules, whose signs are weighed as well, were made of it."""
        return 0.3 if self.writer == "rules" else 3.0


def taught() -> list[Example]:
    """Return what the weights are made of: our examples, the first halves of our lists, and the lists of others."""
    found = []
    for file, name in (("urgent", "emergency"), ("calm", "lookalike"), ("medical", "in_scope"), ("other", "off_topic")):
        found += [Example(text, name, "rules") for text in examples(file)]
        found += [_example(line, name, "fresh") for line in (EXAMPLES / f"fresh/{file}.txt").read_text().splitlines()]
        listed = (LISTS / f"{name}.txt").read_text().splitlines()
        found += [_example(line, name, "rules") for line in listed if not set_aside(line.rpartition(" | ")[2])]
        for writer in STRANGERS:
            found += [Example(text, name, writer) for text in questions(name, LISTS / "strangers" / writer)]
    return list({example.text: example for example in found}.values())


def _example(line: str, name: str, writer: str) -> Example:
    kind, _, text = line.rpartition(" | ")
    return Example(text, name, writer, kind)


def fit() -> None:
    """Make the weights, and say what lines that do not know a writer find in what that writer wrote."""
    found = taught()
    seen = features([example.text for example in found])
    spelled = seen.shape[1] - spelling.PLACES
    axes = _axes(seen[:, :spelled])
    short = np.hstack([seen[:, :spelled] @ axes, seen[:, spelled:]])
    writers = np.array([example.writer for example in found])
    weight = np.array([example.weight for example in found], np.float32)
    made: dict[str, Any] = {}
    for name, wanted, against in (("health", _of_health, "off_topic"), ("urgent", _of_haste, "emergency")):
        answers = np.array([wanted(example) for example in found], np.float32)
        judged = np.array([name == "urgent" or example.name in {"in_scope", against} for example in found])
        towards = _crossed(short, answers, weight, writers)
        crossed = [towards[writers == writer] for writer in STRANGERS]
        there = [judged[writers == writer] for writer in STRANGERS]
        shares = np.concatenate([shares[kept] for shares, kept in zip(crossed, there, strict=True)])
        right = np.concatenate([answers[writers == w][kept] for w, kept in zip(STRANGERS, there, strict=True)])
        enough = _enough(shares, right, PRICES[name])
        for writer, each, kept in zip(STRANGERS, crossed, there, strict=True):
            yes, no = each[kept & (answers[writers == writer] > 0)], each[kept & (answers[writers == writer] == 0)]
            print(f"{name}, {writer} unknown: {(yes >= enough).mean():.1%} found, {(no >= enough).mean():.1%} wrongly")
        weights, bias = line(short, answers, weight)
        made[name] = {
            "bias": round(float(bias - enough), 4),
            "weights": _rounded(np.hstack([axes @ weights[:AXES], weights[AXES:]])),
        }
    made["kinds"] = _kinds(found, seen)
    classifier.WEIGHTS.write_text(json.dumps(made, separators=(",", ":")) + "\n")
    classifier.lines.cache_clear()
    classifier.kinds.cache_clear()


def features(texts: Sequence[str]) -> "Floats":
    """Return what the lines weigh of each text."""
    return np.stack([classifier.features(text) for text in texts])


def _axes(seen: "Floats") -> "Floats":
    """Return the directions in which texts differ most, one a column: as good to fit in as all, and much faster."""
    found = np.random.default_rng(0).standard_normal((seen.shape[1], AXES)).astype(np.float32)
    centred = seen - seen.mean(0)
    for _ in range(3):
        found, _ = np.linalg.qr(centred.T @ (centred @ found))
    return found


def _of_health(example: Example) -> bool:
    return example.name != "off_topic" and not (
        example.name == "lookalike" and any(f"{animal} " in f"{example.text.lower()} " for animal in ANIMALS)
    )


def _of_haste(example: Example) -> bool:
    return example.name == "emergency"


def _crossed(seen: "Floats", answers: "Floats", weight: "Floats", writers: Any) -> "Floats":
    """Return how far each stranger's texts lie beyond a line that was fitted without them, and without a few others."""
    towards: Floats = np.zeros(len(seen), np.float32)
    for fold in range(FOLDS):
        unknown = np.isin(writers, STRANGERS[fold::FOLDS])
        weights, bias = line(seen[~unknown], answers[~unknown], weight[~unknown])
        towards[unknown] = seen[unknown] @ weights + bias
    return towards


def _enough(towards: "Floats", answers: "Floats", prices: tuple[float, float]) -> float:
    """Return where to draw the line: where what is missed and what is wrongly found cost least."""
    missed, wrongly = prices
    costs = [
        missed * (towards[answers > 0] < place).mean() + wrongly * (towards[answers == 0] >= place).mean()
        for place in PLACES
    ]
    return float(PLACES[np.argmin(costs)])


def _kinds(found: Sequence[Example], seen: "Floats") -> dict[str, Any]:
    """Return a line for each kind, of the emergencies whose kind is known or told by one rule alone."""
    known = []
    for place, example in enumerate(found):
        if example.name == "emergency":
            met = emergencies.met(said(example.text))
            if kind := example.kind or (met[0] if len(met) == 1 else ""):
                known.append((place, kind))
    names = sorted({kind for _, kind in known} - {"urgent"})
    width = len(MiniLM().depths("")[0])
    layer = seen[[place for place, _ in known], classifier.KINDS_FROM * width : (classifier.KINDS_FROM + 1) * width]
    each = [
        line(layer, np.array([kind == name for _, kind in known], np.float32), np.ones(len(known), np.float32))
        for name in names
    ]
    towards = np.stack([layer @ weights + bias for weights, bias in each], 1)
    right = [names[best] == kind for best, (_, kind) in zip(towards.argmax(1), known, strict=True)]
    print(f"kinds: {len(known)} emergencies, {np.mean(right):.1%} nearest to their own")
    return {
        "names": names,
        "bias": [round(float(bias), 3) for _, bias in each],
        "weights": [_rounded(weights) for weights, _ in each],
    }


def _rounded(weights: "Floats") -> list[float]:
    return [round(float(weight), 3) for weight in weights]


def line(features: "Floats", answers: "Floats", weight: "Floats") -> "tuple[Floats, float]":
    """Return the weights of a logistic regression, by accelerated descent. Both sides weigh the same."""
    middle = features.mean(0)
    ones = np.hstack([features - middle, np.ones((len(features), 1), np.float32)])
    counts = weight * np.where(answers > 0, 0.5 / answers.mean(), 0.5 / (1 - answers.mean())).astype(np.float32)
    held = np.full(ones.shape[1], PENALTY, np.float32)
    held[-1] = 1e-3
    steepest = np.ones(ones.shape[1], np.float32)
    for _ in range(20):
        steepest = ones.T @ (counts * (ones @ steepest))
        steepest /= np.linalg.norm(steepest)
    step = 1 / (np.linalg.norm(ones.T @ (counts * (ones @ steepest))) / 4 + PENALTY)
    weights = ahead = np.zeros(ones.shape[1], np.float32)
    pace = 1.0
    for _ in range(STEPS):
        shares = 1 / (1 + np.exp(-np.clip(ones @ ahead, -30, 30)))
        slope = ones.T @ (counts * (shares - answers)) + held * ahead
        after, pace_after = ahead - step * slope, (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        ahead = after + (pace - 1) / pace_after * (after - weights)
        weights, pace = after, pace_after
    return weights[:-1], float(weights[-1] - middle @ weights[:-1])


def outcomes(asked: Sequence[str]) -> list[Outcome]:
    """Return how each question is judged by itself."""
    return [judge(question).outcome for question in asked]


def figures() -> dict[str, dict[str, float]]:
    """Return the shares that docs/guardrails.md tells, for the halves `seen` and `set aside`."""
    told: dict[str, dict[str, float]] = {}
    for half, aside in (("seen", False), ("set aside", True)):
        of = {name: [q for q in questions(name) if set_aside(q) == aside] for name in NAMES}
        found = {name: outcomes(asked) for name, asked in of.items()}
        calm = found["lookalike"] + found["in_scope"]
        told[half] = {
            "emergencies found": _share(found["emergency"], {Outcome.EMERGENCY}),
            "false alarms": _share(calm, {Outcome.EMERGENCY}),
            "off-topic refused": _share(found["off_topic"], {Outcome.OFF_TOPIC}),
            "in scope refused": _share(found["in_scope"], {Outcome.OFF_TOPIC}),
            "small talk greeted": _share(found["chat"], {Outcome.FIXED}),
        }
    return told


def _share(found: Sequence[Outcome], wanted: set[Outcome]) -> float:
    return sum(outcome in wanted for outcome in found) / max(len(found), 1)


def follow_ups() -> tuple[int, int]:
    """Return how many follow-ups are decided as they should be, and of how many."""
    rows = [json.loads(row) for row in (LISTS / "follow_ups.jsonl").read_text().splitlines()]
    refused = [judge(row["question"], earlier=row["earlier"]).outcome is Outcome.OFF_TOPIC for row in rows]
    return sum(row["in"] != gone for row, gone in zip(rows, refused, strict=True)), len(rows)


def show(aside: bool) -> None:  # noqa: FBT001
    """Name the mistakes of one half."""
    wanted = {"emergency": "emergency", "off_topic": "off_topic", "chat": "fixed"}
    for name in NAMES:
        for question in questions(name):
            verdict = judge(question)
            wrong = verdict.outcome != wanted[name] if name in wanted else verdict.outcome in {"emergency", "off_topic"}
            if name == "lookalike" and verdict.outcome == "off_topic":
                wrong = False
            if wrong and set_aside(question) == aside:
                print(f"{name}: {verdict.outcome} {verdict.kind or ''} | {verdict.reason} | {question}")
    for row in (LISTS / "follow_ups.jsonl").read_text().splitlines():
        told = json.loads(row)
        if (judge(told["question"], earlier=told["earlier"]).outcome == "off_topic") == told["in"]:
            print("follow-up:", row)


def outside(folder: Path, mistakes: bool) -> None:  # noqa: FBT001
    """Print how the questions of others are judged, by set."""
    found: dict[str, Counter[str]] = {}
    for question in load(folder):
        verdict = judge(question.text)
        found.setdefault(question.set, Counter())[verdict.outcome] += 1
        off = verdict.outcome in {"emergency", "off_topic"}
        if mistakes and off == (question.set in {"medquad", "covid"}):
            print(f"{question.set}: {verdict.outcome} {verdict.kind or ''} | {verdict.reason} | {question.text}")
    for name, counts in sorted(found.items()):
        print(
            f"{name}:", ", ".join(f"{outcome} {count / counts.total():.1%}" for outcome, count in counts.most_common())
        )


def cost() -> float:
    """Return the milliseconds that a question costs, in the middle."""
    taken = []
    for number, question in enumerate(questions("in_scope"), 1):
        begun = time.perf_counter()
        judge(f"{number}. {question}")  # So nothing of it is remembered.
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--show", choices=("seen", "aside"))
    parser.add_argument("--data", type=Path)
    chosen = parser.parse_args()
    if chosen.fit:
        fit()
    told = figures()
    print("| | seen | set aside |\n| --- | --- | --- |")
    for name in told["seen"]:
        print(f"| {name} | {told['seen'][name]:.1%} | {told['set aside'][name]:.1%} |")
    print("follow-ups decided rightly: {} of {}".format(*follow_ups()))
    print(f"a question costs {cost():.1f} ms")
    if chosen.show:
        show(chosen.show == "aside")
    if chosen.data:
        outside(chosen.data, bool(chosen.show))


if __name__ == "__main__":
    main()
