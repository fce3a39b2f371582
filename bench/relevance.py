"""Fit the scales of webapp/knowledge/relevance.py to questions with known places, and check them.

`python -m bench.relevance --data FOLDER` reads `FOLDER`/dev.jsonl and `FOLDER`/documents/<set>/. Half of the questions
fit, the other half is checked: how many of the passages shown with so many per cent were right.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import fmean

from bench.questions import load
from bench.retrieval import Library, data_folder
from webapp.extensions import embedder
from webapp.knowledge import relevance
from webapp.knowledge.retrieval import Query, search

SHOWN = 5
FEW = 10
BANDS = (0, 20, 40, 60, 80, 100)
Seen = tuple[str, float, float, bool]  # the set, how close (or the share of words), how many per cent, was it right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    questions = load(folder)
    library = Library.at(data_folder())
    for name in sorted({question.set for question in questions}):
        library.take_in(folder / "documents" / name)
    halves: list[dict[str, list[Seen]]] = [defaultdict(list), defaultdict(list)]
    with library.inside():
        vectors = embedder().embed([question.text for question in questions])
        for place, (question, vector) in enumerate(zip(questions, vectors, strict=True)):
            collections = [library.collections[question.set]]
            for way, given in (("closeness", vector), ("words", None)):
                query = Query(question.text, given)
                for found in search(library.organization_id, collections, [query], embedder(), SHOWN):
                    right = question.answered_by(found.document, found.text)
                    nearness = found.nearness if given else None
                    where = found.shared if nearness is None else relevance.closeness(nearness, found.shared)
                    percent = relevance.percentage(embedder().name, nearness, found.shared)
                    halves[place % 2][way].append((question.set, where, percent, right))
    for way in ("closeness", "words"):
        print(f"{way}: fitted", fitted(halves[0][way]))
        for number, half in enumerate(halves):
            report(("fitted half", "checked half")[number], half[way])


def fitted(seen: Iterable[Seen], width: float = 0.1) -> list[tuple[float, int]]:
    """Return a rising scale: the share of right passages in bins, every set counting the same.

    Neighbours that fall are pooled until they rise. A set with hardly a passage in a bin has no say in it.
    """
    bins: dict[int, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for name, where, _, right in seen:
        bins[int(where / width)][name].append(right)
    pools: list[list[float]] = []  # the sum of places, the sum of shares, how many passages
    for place in sorted(bins):
        counted = [rights for rights in bins[place].values() if len(rights) >= FEW]
        if not counted:
            continue
        count, share = sum(map(len, counted)), fmean(fmean(rights) for rights in counted)
        pools.append([(place + 0.5) * width * count, share * count, count])
        while len(pools) > 1 and pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    return [(round(where / count, 2), round(100 * share / count)) for where, share, count in pools]


def report(title: str, seen: Iterable[Seen]) -> None:
    """Print how many of the passages in each band were right, by set."""
    bands: dict[str, dict[int, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for name, _, percent, right in seen:
        bands[name][min(int(percent // 20), len(BANDS) - 2)].append(right)
    print(title)
    for name, by_band in sorted(bands.items()):
        cells = (f"{fmean(by_band[n]):.0%} of {len(by_band[n])}" if by_band[n] else "-" for n in range(len(BANDS) - 1))
        print(f"| {name} |", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
