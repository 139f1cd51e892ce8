"""Times each probe cold and warm: before every single call the caches were thrashed, as other work does in a program,
much of it or little."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from code_path_audit.runtime.calibration.probes import PROBES, Probe, installed

CALLS = 25
"""Single calls for each probe and size; the lower quartile of them stands: the upper half holds what else the machine
did."""
ROUNDS = 3
"""All probes in turn, so many times, each with its share of the calls: what else the machine does comes in bursts."""
SLOW_NS = 50_000_000
"""Work this slow gets one call a round: its figure does not depend on caches."""
LEVELS = {
    "nothing": (0, 0),
    "256 KiB, 300 objects": (256 << 10, 300),
    "1 MiB, 1,000 objects": (1 << 20, 1000),
    "2 MiB, 6,000 objects": (2 << 20, 6000),
    "3 MiB, 18,000 objects": (3 << 20, 18_000),
    "8 MiB, 60,000 objects": (8 << 20, 60_000),
}
"""How cold is cold: bytes that are copied and objects that are visited before each single call."""
COLD = "3 MiB, 18,000 objects"
COLD_CLASSES = {"json_io": "8 MiB, 60,000 objects"}
"""The level of the first execution, by class where it differs. Chosen on the development half of the applications: see
docs/cost-model.md."""
WARM = "2 MiB, 6,000 objects"
"""The level of a repeated one: between two executions of a loop a program does other work."""


class Timing(NamedTuple):
    """One probe at one size: `size` in the unit of the class, times in nanoseconds for one execution, `calls` made."""

    callee: str
    cost_class: str
    size: int
    cold_ns: int
    warm_ns: int
    calls: int
    kind: str = ""


class Caches:
    """Memory to walk through between two calls: more than the processor keeps near, scattered as a program's objects
    are."""

    def __init__(self, buffer_bytes: int, objects: int) -> None:
        self.buffer = bytearray(buffer_bytes)
        self.boxes = [[number] for number in range(objects)]
        # a fixed permutation: neighbours in the list are far apart in memory
        self.order = [(number * 7919) % objects for number in range(objects)] if objects else []

    def thrash(self) -> None:
        """Copy the buffer, and visit every object."""
        self.buffer = bytearray(self.buffer)
        for number in self.order:
            self.boxes[number][0] += 1


def measure(
    probes: Iterable[Probe] = PROBES,
    calls: int = CALLS,
    level: str = "",
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> tuple[Timing, ...]:
    """All probes at all of their sizes, in order. Works in a temporary folder, with the garbage collector off.

    `level`, one of `LEVELS`, takes the place of the levels chosen. `progress` is told the callee, and how many of
    how many measurements are made.
    """
    probes = tuple(filter(installed, probes))
    names = {level or COLD_CLASSES.get(probe.cost_class, COLD) for probe in probes} | {WARM}
    caches = {name: Caches(*LEVELS[name]) for name in names}
    done, total = 0, ROUNDS * sum(len(probe.sizes) for probe in probes)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with tempfile.TemporaryDirectory(prefix="code-path-audit-") as folder:
            rounds: list[list[Times]] = []
            for number in range(ROUNDS):
                place = Path(folder) / str(number)
                rounds.append([])
                for probe in probes:
                    cold = caches[level or COLD_CLASSES.get(probe.cost_class, COLD)]
                    for size in probe.sizes:
                        progress(probe.callee, done, total)
                        done += 1
                        times = (cold, caches[WARM])
                        (place / probe.callee / str(size)).mkdir(parents=True, exist_ok=True)
                        rounds[-1].append(time_one(probe, size, place / probe.callee / str(size), calls, times))
            return tuple(pooled(rows) for rows in zip(*rounds, strict=True))
    finally:
        if was_enabled:
            gc.enable()


class Times(NamedTuple):
    """Single calls of one probe at one size, in nanoseconds; `size` in the unit of the class."""

    probe: Probe
    size: int
    cold_ns: tuple[int, ...]
    warm_ns: tuple[int, ...]


def time_one(probe: Probe, size: int, folder: Path, calls: int, caches: tuple[Caches, Caches]) -> Times:
    """One round of one probe at one size, its share of `calls` single calls at each level."""
    clock = time.perf_counter_ns
    counted, work = probe.make(size, folder)
    began = clock()
    work()
    count = 1 if clock() - began > SLOW_NS else -(-calls // ROUNDS)
    found = []
    for level in caches:
        times = []
        for _ in range(count):
            level.thrash()
            began = clock()
            work()
            times.append(clock() - began)
        found.append(tuple(times))
    gc.collect()
    return Times(probe, counted, *found)


def pooled(rounds: Sequence[Times]) -> Timing:
    """The rounds of one probe at one size as one timing."""
    probe, size, _, _ = rounds[0]
    cold = [ns for row in rounds for ns in row.cold_ns]
    warm = [ns for row in rounds for ns in row.warm_ns]
    return Timing(probe.callee, probe.cost_class, size, quartile(cold), quartile(warm), len(cold), probe.kind)


def quartile(values: list[int]) -> int:
    """The lower quartile; at least 1."""
    return max(1, sorted(values)[len(values) // 4])
