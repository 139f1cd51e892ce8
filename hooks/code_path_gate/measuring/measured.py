"""What one action of one state was found to pay for: all that is compared; and what that depends on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from code_path_audit.program.dependencies import Consulted
from code_path_gate.baseline.model import Baseline
from code_path_gate.measuring.paths import Paths


class Measured(NamedTuple):
    """An action of one state: what a baseline of it holds, who calls whom below its entry points, the threshold, and
    the paths to its ops. `sites` has the call sites of each callee in `calls`, by their number in the function.
    `doubtful` has the callees of a function that no certain call leads to, `handed` those of them that only calls of
    libraries may lead to, which they were handed to. `calibrated` says that a load is
    nanoseconds; `widened` says, in words, what the analysis gave up. Nothing of it is a line: it holds where lines
    moved."""

    current: Baseline
    calls: dict[str, tuple[str, ...]]
    threshold: int
    paths: Paths
    sites: dict[str, tuple[tuple[int, ...], ...]]
    calibrated: bool
    doubtful: dict[str, tuple[str, ...]]
    handed: dict[str, tuple[str, ...]]
    widened: tuple[str, ...] = ()

    def call_sites(self, function: str) -> dict[str, tuple[int, ...]]:
        """The callees of a function with the sites of their calls in it; none of those of which no site is known."""
        return dict(zip(self.calls.get(function, ()), self.sites.get(function, ()), strict=False))


class Asked(NamedTuple):
    """What was asked of the files of a project while something was measured.

    `modules` are those that were asked for, found or not; `defined` are names that any file might begin to define;
    `imported` those that any might begin to import; `sizes` are the paths of the files whose size was asked for;
    `everything` says that any file may matter.
    """

    modules: frozenset[str] = frozenset()
    defined: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    everything: bool = False
    imported: frozenset[str] = frozenset()


def asked_of(consulted: Consulted, sizes: Iterable[str]) -> Asked:
    """What a program and its files were asked."""
    modules, defined, imported = map(frozenset, (consulted.modules, consulted.defined, consulted.imported))
    return Asked(modules, defined, frozenset(sizes), consulted.everything, imported)


def all_asked(several: Iterable[Asked]) -> Asked:
    """What several depend on together."""
    rows = list(several)
    return Asked(
        frozenset().union(*(row.modules for row in rows)),
        frozenset().union(*(row.defined for row in rows)),
        frozenset().union(*(row.sizes for row in rows)),
        any(row.everything for row in rows),
        frozenset().union(*(row.imported for row in rows)),
    )
