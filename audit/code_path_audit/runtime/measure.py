"""Times each probe cold and warm. Cold: the caches were thrashed before every single call, as other work does in a
program."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from code_path_audit.runtime.probes import PROBES, Probe

CALLS = 25
"""Single calls for each probe and size; the lower quartile of them stands: the upper half holds what else the machine
did."""
SLOW_NS = 50_000_000
"""Work this slow gets fewer calls: its figure does not depend on caches."""
BUFFER_BYTES = 3 << 20
OBJECTS = 18_000
"""A little more than a core's own cache holds: applications are about as cold as that. With 8 and 60,000, single
operations read up to 4 times what applications measure, with 1 and 1,000 a third of it and less: see
docs/cost-model.md."""


class Timing(NamedTuple):
    """One probe at one size: `size` in the unit of the class, times in nanoseconds for one execution, `calls` made."""

    callee: str
    cost_class: str
    size: int
    cold_ns: int
    warm_ns: int
    calls: int


class Caches:
    """Memory to walk through between two calls: more than the processor keeps near, scattered as a program's objects
    are."""

    def __init__(self, buffer_bytes: int = BUFFER_BYTES, objects: int = OBJECTS) -> None:
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
    caches: Caches | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> tuple[Timing, ...]:
    """All probes at all of their sizes, in order. Works in a temporary folder, with the garbage collector off."""
    caches = Caches() if caches is None else caches
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        with tempfile.TemporaryDirectory(prefix="code-path-audit-") as folder:
            timings = []
            for probe in probes:
                progress(probe.callee)
                for size in probe.sizes:
                    timings.append(time_one(probe, size, Path(folder), calls, caches))
            return tuple(timings)
    finally:
        if was_enabled:
            gc.enable()


def time_one(probe: Probe, size: int, folder: Path, calls: int, caches: Caches) -> Timing:
    """One probe at one size."""
    clock = time.perf_counter_ns
    counted, work = probe.make(size, folder)
    began = clock()
    work()
    if clock() - began > SLOW_NS:
        calls = max(3, calls // 5)
    cold, warm = [], []
    for _ in range(calls):
        caches.thrash()
        began = clock()
        work()
        cold.append(clock() - began)
    for _ in range(calls):
        began = clock()
        work()
        warm.append(clock() - began)
    gc.collect()
    return Timing(probe.callee, probe.cost_class, counted, quartile(cold), quartile(warm), calls)


def quartile(values: list[int]) -> int:
    """The lower quartile; at least 1."""
    return max(1, sorted(values)[len(values) // 4])
