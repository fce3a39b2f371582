"""Measure the product under load, and print a report in Markdown."""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from bench import delay, deployment, intake, seed, wall
from bench.deployment import Web
from bench.report import Report
from bench.streams import EVERY_MS, FIRST_MS, TOKENS, WARM, Streams, arriving, beginning, steady
from local import Services, services
from tests.fakes.provider import StandIn
from webapp import create_app
from webapp.config import Settings

ORGANIZATIONS = 10
PARTS = ("streams", "wall", "intake", "delay")


def main() -> None:
    chosen = _options()
    report = Report(chosen.passages)
    try:
        if {"streams", "wall", "intake"} & set(chosen.only):
            _with_an_endpoint(report, chosen)
        if "intake" in chosen.only or "delay" in chosen.only:
            _with_the_built_in_embedder(report, chosen)
    finally:  # Whatever was found before something failed is worth reading.
        print(report.as_markdown())
        if chosen.json:
            chosen.json.write_text(json.dumps(report.as_values(), indent=1))


def _with_an_endpoint(report: Report, chosen: argparse.Namespace) -> None:
    people = max([*chosen.streams, *chosen.new, chosen.spread, ORGANIZATIONS, WARM])
    remember = 50 * max(people, 100)
    with (
        _services() as running,
        StandIn(first_ms=FIRST_MS, every_ms=EVERY_MS, tokens=TOKENS, remember=remember) as model,
    ):
        settings = deployment.settings_for(running, model.base_url)
        deployment.migrate(settings)
        app = _app(settings)
        with app.app_context():
            houses = seed.organizations(ORGANIZATIONS, chosen.passages, people)
        seed.analyze(running.owner_url)
        if "streams" in chosen.only:
            with Web(settings) as web:
                _streams(report, Streams(running, web, model, houses), chosen)
        if "wall" in chosen.only:
            _note("with the second wall and without")
            report.wall = wall.measure(app, _app(settings | {"DATABASE_URL": running.owner_url}), houses[0])
        if "intake" in chosen.only:
            _note("taking documents in")
            report.intakes["an endpoint that costs nothing"], _ = intake.measure(app, settings, "intake")


def _with_the_built_in_embedder(report: Report, chosen: argparse.Namespace) -> None:
    """Take documents in, then ask about them. In a database of its own: a worker would embed all of the other anew."""
    with _services() as running, StandIn(first_ms=1, every_ms=1, tokens=20) as model:
        settings = deployment.settings_for(running, model.base_url, embeddings=False)
        deployment.migrate(settings)
        app = _app(settings)
        with app.app_context():
            seed.organizations(1, 0, 1)
        _note("taking documents in with the built-in embedder")
        found, house = intake.measure(app, settings, "intake")
        if "intake" in chosen.only:
            report.intakes["the built-in model"] = found
        if "delay" in chosen.only:
            _note("asking one question after the other")
            seed.analyze(running.owner_url)
            with Web(settings) as web:
                report.delays = delay.measure(web, model, house)


@contextmanager
def _services() -> Iterator[Services]:
    with TemporaryDirectory(prefix="colloquy-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user where we are root.
        with services(Path(folder) / "data", log=lambda _line: None) as running:
            yield running


def _app(settings: dict[str, str]) -> Flask:
    return create_app(Settings(**{name.lower(): value for name, value in settings.items()}))  # type: ignore[arg-type]


def _streams(report: Report, streams: Streams, chosen: argparse.Namespace) -> None:
    streams.warm_up()
    loads = [steady(viewers) for viewers in chosen.streams] + [beginning(viewers) for viewers in chosen.new]
    if chosen.spread:
        loads.append(arriving(chosen.spread))
    for load in loads:
        _note(f"answering: {load.name}")
        report.streams.append(streams.measure(load))


def _note(what: str) -> None:
    """Say what goes on, beside the report."""
    print(what, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--streams", type=_numbers, default=[1, 10, 100, 300], help="answers at once, separated by commas"
    )
    parser.add_argument("--new", type=_numbers, default=[100], help="the same, each in a new conversation")
    parser.add_argument("--spread", type=int, default=1000, help="readers who arrive over 30 s; 0 leaves them out")
    parser.add_argument("--passages", type=int, default=10_000, help="how many passages the ten organizations have")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="what to measure")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all values here")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",") if number]


if __name__ == "__main__":
    main()
