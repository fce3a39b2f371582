"""Score the verdicts on citations against the pairs that were marked by hand.

`python -m bench.support` reads tests/domain/chat/support_pairs.jsonl and prints how often the verdict is the mark, for
the half that the rules were fitted to and for the other. Passages are cut out of documents as they are read here: those
of the demo's handbook, and with `--samples FOLDER` of files that are not part of the product. `--show` names mistakes
in the fitted half; `--by model` asks the model that LLM_API_KEY, LLM_BASE_URL and LLM_MODEL name.
"""

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from webapp.ai.minilm import MiniLM
from webapp.ai.openai_chat import OpenAIChat
from webapp.chat.support.assertions import Assertion, Support
from webapp.chat.support.by_model import judged
from webapp.chat.support.by_words import compared
from webapp.knowledge.extraction import extract

ROOT = Path(__file__).parents[1]
PAIRS = ROOT / "tests/domain/chat/support_pairs.jsonl"
HANDBOOK = ROOT / "demo/handbook"
AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence with passages, and what somebody who read both says of them."""

    assertion: Assertion
    mark: Support
    document: str
    fitted: bool


def load(samples: Path | None = None) -> Iterator[Pair]:
    """Yield the pairs whose documents are at hand; every other one of them all is for fitting."""
    place = 0
    for group in map(json.loads, PAIRS.read_text().splitlines()):
        folder = HANDBOOK if group["document"].endswith(".md") else samples
        for pair in group["pairs"]:
            place += 1
            if folder:
                passages = tuple(_passage(folder / group["document"], *ends) for ends in group["passages"])
                assertion = Assertion(pair["sentence"], tuple(range(1, len(passages) + 1)), passages)
                yield Pair(assertion, Support(pair["mark"]), group["document"], place % 2 == 1)


def _passage(path: Path, first: str, last: str) -> str:
    """Return what stands in a document from its first words to its last."""
    text = _text(path)
    start = text.index(first)
    return text[start : text.index(last, start) + len(last)]


@cache
def _text(path: Path) -> str:
    return " ".join(extract(path.read_bytes(), path.name).text.split())


def accuracy(pairs: Sequence[Pair], verdicts: Sequence[Support]) -> float:
    """Return the share of verdicts that are the mark."""
    return sum(pair.mark == verdict for pair, verdict in zip(pairs, verdicts, strict=True)) / len(pairs)


def report(title: str, pairs: Sequence[Pair], verdicts: Sequence[Support]) -> None:
    """Print which mark is taken for which."""
    taken = Counter((pair.mark, verdict) for pair, verdict in zip(pairs, verdicts, strict=True))
    print(f"\n| {title} | " + " | ".join(f"said {verdict}" for verdict in Support) + " |\n| --- | --- | --- | --- |")
    for mark in Support:
        print(f"| {mark} | " + " | ".join(str(taken[mark, verdict]) for verdict in Support) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=Path)
    parser.add_argument("--by", choices=("words", "model"), default="words")
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args()
    pairs = list(load(chosen.samples))
    verdicts = by_model(pairs) if chosen.by == "model" else compared([pair.assertion for pair in pairs], MiniLM())
    print("| half | matter | pairs | right |\n| --- | --- | --- | --- |")
    for fitted, half in ((True, "fitted"), (False, "checked")):
        for matter, endings in (("handbook", (".md",)), ("all", ("",))):
            ours = [
                (pair, verdict)
                for pair, verdict in zip(pairs, verdicts, strict=True)
                if pair.fitted == fitted and pair.document.endswith(endings)
            ]
            print(f"| {half} | {matter} | {len(ours)} | {accuracy(*zip(*ours, strict=True)):.0%} |")
    for fitted, half in ((True, "fitted"), (False, "checked")):
        half_of_them = [each for each in zip(pairs, verdicts, strict=True) if each[0].fitted == fitted]
        report(half, *zip(*half_of_them, strict=True))
    for pair, verdict in zip(pairs, verdicts, strict=True):
        if chosen.show and pair.fitted and verdict != pair.mark:
            print(f"{pair.mark} and said {verdict}: {pair.assertion.sentence}")


def by_model(pairs: Sequence[Pair]) -> list[Support]:
    """Return the verdicts of the model that the environment names, which is asked about a few pairs at a time."""
    key, address, name = (os.environ[variable] for variable in ("LLM_API_KEY", "LLM_BASE_URL", "LLM_MODEL"))
    model = OpenAIChat(api_key=key, base_url=address, model=name)
    verdicts: list[Support] = []
    for start in range(0, len(pairs), AT_ONCE):
        verdicts += judged([pair.assertion for pair in pairs[start : start + AT_ONCE]], model, None)
    return verdicts


if __name__ == "__main__":
    main()
