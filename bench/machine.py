"""What processes cost and what the machine does besides, read from /proc. Linux only."""

import os
import platform
import subprocess
import sys
import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Self

TICK = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
MEGABYTE = 1_000_000


# Objects, calls and words, as a web process has them: what counts is not arithmetic.
_WORK = """
import time
begun = time.process_time()
for _ in range(40):
    found = {str(n): [n, {"n": n}] for n in range(20_000)}
    sum(len(key) + each[1]["n"] for key, each in found.items())
print(time.process_time() - begun)
"""


def working(processes: int) -> float:
    """Return the CPU seconds that a fixed piece of work takes in each of so many processes at once."""
    command = [sys.executable, "-c", _WORK]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(processes)]  # noqa: S603
    return mean(float(each.communicate()[0]) for each in running)


def describe() -> str:
    """Return cores, processor, how fast they are now, memory and interpreter in one line."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    memory = next(int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    cores = os.cpu_count() or 1
    alone = working(1)
    return (
        f"{cores} cores ({model}; a fixed piece of Python takes {alone:.2f} s; while all work, each does"
        f" {alone / working(cores):.0%} of what it does alone),"
        f" {memory / 1e6:.0f} GB of memory, Python {platform.python_version()}"
    )


def family(pid: int) -> list[int]:
    """Return a process and everything that descends from it."""
    children = defaultdict(list)
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            children[int(_stat(each)[1])].append(int(each.name))
    found = [pid]
    for member in found:
        found += children[member]
    return found


def cpu_seconds(pid: int) -> float:
    """Return what a process and its descendants have cost so far, those that have ended included."""
    return sum(_cpu(member) for member in family(pid))


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process and its descendants; shared pages count more than once."""
    return sum(_resident(member) for member in family(pid))


def busy_seconds() -> float:
    """Return what all processors have worked since the machine started."""
    user, nice, system, _idle, _waiting, irq, softirq, steal = map(int, _lines("/proc/stat")[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) * TICK


@dataclass(slots=True)
class Spent:
    """What a stretch of time cost: CPU seconds by process, the web process's memory, and other people's share."""

    seconds: float
    cpu: dict[str, float]
    peak_bytes: int
    foreign_cores: float


class Meter:
    """Measures the processes that were named while the block runs: `with Meter(web=pid) as meter: …`."""

    spent: Spent

    def __init__(self, **pids: int) -> None:
        self._pids = pids

    def __enter__(self) -> Self:
        self._peak, self._over = 0, threading.Event()
        self._watch = threading.Thread(target=self._watch_memory, daemon=True)
        self._watch.start()
        self._before = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        at, busy, ours, cpu = self._now()
        was_at, was_busy, were_ours, were = self._before
        self._over.set()
        self._watch.join()
        self.spent = Spent(
            seconds=at - was_at,
            cpu={name: cpu[name] - were[name] for name in cpu},
            peak_bytes=self._peak,
            foreign_cores=max(0.0, (busy - was_busy) - (ours - were_ours)) / (at - was_at),
        )

    def _now(self) -> tuple[float, float, float, dict[str, float]]:
        cpu = {name: cpu_seconds(pid) for name, pid in self._pids.items()}
        return time.monotonic(), busy_seconds(), cpu_seconds(os.getpid()), cpu

    def _watch_memory(self) -> None:
        first = next(iter(self._pids.values()))
        while True:
            self._peak = max(self._peak, resident_bytes(first))
            if self._over.wait(0.5):
                return


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def _stat(process: Path) -> list[str]:
    """Return the fields behind the name, which may hold anything; the first is the state."""
    return (process / "stat").read_text().rpartition(")")[2].split()


def _cpu(pid: int) -> float:
    with suppress(OSError):
        return sum(map(int, _stat(Path(f"/proc/{pid}"))[11:15])) * TICK
    return 0.0


def _resident(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0
