"""Measure the guard on our lists, and fit its weights.

`python -m bench.guard` prints recall and false alarms for both halves of each list in tests/domain/guard/lists.
`--fit` makes webapp/guard/weights.json of webapp/guard/examples and the first halves. `--data FOLDER` also asks the
questions of `FOLDER`/dev.jsonl, whose sets are of medicine (medquad, covid) or of everything (squad), and `--show`
names the mistakes.
"""

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from bench.questions import load
from webapp.guard import classifier, judge, scope
from webapp.guard.verdict import Outcome

ROOT = Path(__file__).parents[1]
LISTS, EXAMPLES = ROOT / "tests/domain/guard/lists", ROOT / "webapp/guard/examples"
NAMES = ("emergency", "lookalike", "off_topic", "in_scope", "chat")
FILLED = 10
"""How many of its fillers an example with a gap is repeated with."""
PENALTY = {"health": 0.3, "urgent": 0.3}


def questions(name: str) -> list[str]:
    """Return a list, without the kinds that stand before its emergencies."""
    return [line.rpartition(" | ")[2] for line in (LISTS / f"{name}.txt").read_text().splitlines()]


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


def fit() -> None:
    """Make the weights, and say how much of their own examples they get right."""
    of_health = {"urgent": 1.0, "calm": 1.0, "medical": 1.0, "other": 0.0}
    of_haste = {"urgent": 1.0, "calm": 0.0, "medical": 0.0, "other": 0.0}
    texts = [(text, name) for name in of_health for text in dict.fromkeys(examples(name))]
    for listed, name in zip(NAMES, ("urgent", "calm", "other", "medical"), strict=False):
        texts += [(text, name) for text in questions(listed) if not set_aside(text)]
    texts = [(scope.asked_for(text), name) for text, name in texts]
    seen = classifier.vectors([text for text, _ in texts])
    features = np.array([classifier.features(text, vector) for (text, _), vector in zip(texts, seen, strict=True)])
    made = {}
    for name, wanted in (("health", of_health), ("urgent", of_haste)):
        kept = [not (name == "health" and kind == "calm" and _of_animals(text)) for text, kind in texts]
        answers = np.array([wanted[kind] for _, kind in texts])[kept]
        weights, bias = line(features[kept], answers, PENALTY[name])
        right = (features[kept] @ weights + bias > 0) == (answers > 0)
        print(f"{name}: {len(answers)} examples, {right.mean():.1%} right")
        made[name] = {"bias": round(float(bias), 4), "weights": [round(float(weight), 4) for weight in weights]}
    classifier.WEIGHTS.write_text(json.dumps(made) + "\n")
    classifier.lines.cache_clear()


def _of_animals(text: str) -> bool:
    return any(f"{animal} " in f"{text.lower()} " for animal in ("dog", "cat", "hamster", "katze"))


def line(features: "np.ndarray", answers: "np.ndarray", penalty: float) -> "tuple[np.ndarray, float]":
    """Return the weights of a logistic regression by Newton's method. Both sides weigh the same."""
    ones = np.hstack([features, np.ones((len(features), 1))])
    counts = np.where(answers > 0, 0.5 / answers.mean(), 0.5 / (1 - answers.mean()))
    weights = np.zeros(ones.shape[1])
    held = np.full(ones.shape[1], penalty)
    held[-1] = 1e-6
    for _ in range(25):
        shares = 1 / (1 + np.exp(-ones @ weights))
        slope = ones.T @ (counts * (shares - answers)) + held * weights
        curve = (ones * (counts * shares * (1 - shares))[:, None]).T @ ones + np.diag(held)
        weights -= np.linalg.solve(curve, slope)
    return weights[:-1], weights[-1]


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
    for question in questions("in_scope"):
        begun = time.perf_counter()
        judge(f"{question} ")
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
