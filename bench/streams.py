"""Many readers at once: what they see, beside what the same client sees of the model alone, and what it costs."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.checking import Completeness, check
from bench.deployment import ROOT, Web
from bench.machine import Meter, Spent
from bench.seed import House, conversation, token
from local import Services
from tests.fakes.provider import KEY, StandIn

FIRST_MS, EVERY_MS, TOKENS = 50, 20, 100
ANSWER = (FIRST_MS + EVERY_MS * TOKENS) / 1000
ROUNDS = 2
WARM = 60
"""How many viewers meet the product before any figure counts."""
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Load:
    """So many viewers, who begin over so many seconds and ask so many questions each, in each of the rounds."""

    name: str
    viewers: int
    over: float
    questions: int
    rounds: int = ROUNDS
    new_conversations: bool = False


def steady(viewers: int) -> Load:
    """Return a load that keeps so many answers going at once."""
    return Load(str(viewers), viewers, ANSWER, questions=3 if viewers > 10 else 5)  # noqa: PLR2004


def beginning(viewers: int) -> Load:
    """Return the same where each question begins a conversation, as from a page without script."""
    return replace(steady(viewers), name=f"{viewers} new conversations", new_conversations=True)


def arriving(viewers: int, seconds: float = 30) -> Load:
    """Return a load of viewers who come one after the other, each with one question."""
    return Load(f"{viewers} in {seconds:g} s", viewers, seconds, questions=1, rounds=1)


@dataclass(slots=True)
class Seen:
    """What viewers saw over all rounds, in seconds, and what went wrong."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    server_errors: int = 0
    generator_cpu: float = 0.0

    def add(self, outcome: dict[str, Any]) -> None:
        self.generator_cpu += outcome["cpu"]
        for result in outcome["results"]:
            if "error" in result:
                self.errors.append(result["error"])
                self.server_errors += result["status"] >= SERVER_ERROR
            else:
                self.first.append(result["first"])
                self.whole.append(result["whole"])


@dataclass(slots=True)
class Measured:
    """One load: viewers of the product, viewers of the model alone, costs, and whether anything was lost."""

    load: Load
    product: Seen
    model: Seen
    spent: list[Spent]
    completeness: Completeness

    @property
    def tokens(self) -> int:
        return TOKENS * len(self.product.whole)

    @property
    def cpu_per_thousand_tokens(self) -> float:
        return sum(spent.cpu["web"] for spent in self.spent) / max(self.tokens, 1) * 1000


class Streams:
    """Runs loads against one web process, interleaved with the same loads against the model."""

    def __init__(self, services: Services, web: Web, model: StandIn, houses: Sequence[House]) -> None:
        self._services, self._web, self._model, self._houses = services, web, model, houses
        self._numbers = itertools.count(1)

    def warm_up(self) -> None:
        """Let each of its connections meet its first questions, which are planned anew, outside of any figure."""
        _generate(self._plan(Load("warm", WARM, ANSWER, questions=4), []))

    def measure(self, load: Load) -> Measured:
        """Run one load, rounds of the model alone and of the product in turn."""
        self._model.forget()
        model, product = Seen(), Seen()
        asked: list[int] = []
        spent = []
        for _ in range(load.rounds):
            model.add(_generate(self._control(load)))
            plan = self._plan(load, asked)
            with Meter(web=self._web.pid) as meter:
                product.add(_generate(plan))
            spent.append(meter.spent)
        completeness = check(self._services.owner_url, self._model.requests(), asked, TOKENS)
        return Measured(load, product, model, spent, completeness)

    def _plan(self, load: Load, asked: list[int]) -> dict[str, Any]:
        viewers = []
        for viewer in range(load.viewers):
            house = self._houses[viewer % len(self._houses)]
            numbers = [next(self._numbers) for _ in range(load.questions)]
            asked += numbers
            place = {"slug": house.slug} if load.new_conversations else {"conversation": str(conversation(viewer))}
            tasks = [{"token": token(viewer), "question": house.question(number), **place} for number in numbers]
            viewers.append({"delay": load.over * viewer / load.viewers, "tasks": tasks})
        return {"port": self._web.port, "viewers": viewers}

    def _control(self, load: Load) -> dict[str, Any]:
        house = self._houses[0]
        prompt = "\n".join(
            f'<excerpt number="{number}">\n{house.passages[number]}\n</excerpt>' for number in range(1, 6)
        )
        task = {"key": KEY, "prompt": prompt}
        delays: Iterator[float] = (load.over * viewer / load.viewers for viewer in range(load.viewers))
        viewers = [{"delay": delay, "tasks": [task] * load.questions} for delay in delays]
        return {"port": self._model.port, "viewers": viewers}


def _generate(plan: dict[str, Any]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    outcome: dict[str, Any] = json.loads(done.stdout)
    return outcome
