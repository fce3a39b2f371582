"""`python -m local run` and `python -m local services`."""

import argparse
import contextlib
import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path

from local.errors import LocalError
from local.services import services
from local.supervisor import run

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local", description="Colloquy on one's own machine.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("run", help="everything, until Ctrl-C")
    serving = verbs.add_parser("services", help="PostgreSQL and Redis, until standard input closes; prints their URLs")
    serving.add_argument("--data", type=Path, default=ROOT / "var", help="the folder of their data (default: var)")
    chosen = parser.parse_args()
    try:
        return run(ROOT) if chosen.verb == "run" else _serve(chosen.data)
    except LocalError as problem:
        print(problem, file=sys.stderr)
        return 1


def _serve(data: Path) -> int:
    """Print one line of JSON, then wait. What the services say goes to standard error."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with services(data, log=lambda line: print(line, file=sys.stderr, flush=True)) as urls:
        print(json.dumps(asdict(urls)), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            sys.stdin.read()
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)  # Once is enough; nothing may cut the stopping short.
    return 0


if __name__ == "__main__":
    sys.exit(main())
