"""Operations and mutations found in the reached code: plain values between the call graph and the trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

EXPENSIVE_THRESHOLD = 40_000
"""Load units above which one op is expensive; one unit stands for one nanosecond once a model is calibrated."""

LOOP_AMPLIFIED = "loop_amplified"
MUTATION_KINDS = ("attr_write", "container_mutate", "file_write", "ipc_emit", "global_write")
SIZE_SOURCES = ("literal", "file", "constant", "hint", "measured", "assumed", "unknown")


class CostClass(NamedTuple):
    """What one kind of work costs, in load units: see `weight` in `costs.weights` for the formula.

    `unit` is what a size counts: "bytes", "nodes" (leaves + containers + dict keys), or "any": taken as it was found.
    `kinds` are constants for some of the work of the class, by the names that the rule tables give it.
    """

    name: str
    base: float
    per_unit: float
    assumed_size: float
    warm_base: float
    unit: str
    calibrated: bool
    kinds: Mapping[str, CostClass] = {}

    def of(self, kind: str) -> CostClass:
        """The constants of a kind of work: its own, or those of the class."""
        return self.kinds.get(kind, self)


class CostModel(NamedTuple):
    """A cost model file: `classes` by name. `assumed_bound` stands in for a loop's unknown bound."""

    name: str
    threshold: int
    assumed_bound: int
    classes: dict[str, CostClass]


class MeasuredOp(NamedTuple):
    """What recorded runs measured at an op: its size in the unit of its class and nanoseconds of one execution, medians
    (None where nothing was), and how often it ran in one run of the action, to a factor of two."""

    size: int | None
    ns: int | None
    runs: int | None = None


class OtherCallee(NamedTuple):
    """A callee that an execution of an op may call instead: what weighs it, and its weight where each one calls it."""

    callee: str
    weight: int
    base_class: str
    kind: str = ""
    size: float = 0
    light: bool = False


class ExpensiveOp(NamedTuple):
    """One op: a call site whose callee a cost rule matches. The first five fields are public and stay.

    `weight` is in load units at its amplification; in an index that is not of one action (`build_expensive_ops_index`)
    the amplification is that of the function's own loops alone. `base_class` is the class of the work where
    `cost_class` is `loop_amplified`, else the same. `amplification` is the number of runs, evaluated; `amplified_by`
    lists the loops on the best path, outermost first, as "function:line". `path` is the best path from an entry point
    to the function of the op, `path_evidence` that of the call out of each function on it (of the last, the op's own);
    `evidence` is the weakest of them. `runs` are the terms of how often it runs (`profiles.runs.terms`), over all
    paths, `how_often` the same in words, and `condition` is "always", "sometimes" or "rarely", along the best one; all
    are empty where no action is.
    `id` is the op's identity (no line).
    `data_size_estimate` is None where the size is assumed; `size` is what the weight was made with. `kind` names the
    constants of the class that weigh it, "" for the class's own. `light`: no execution is a cold start, not even the
    first (a handle that was opened before, metadata). `measured_ns` is what one execution took in recorded runs, None
    where it was not recorded; no weight is made of it. `measured_runs` is how often it ran in one run of the action,
    where that was recorded: then `amplification`, `runs` and the weight are of it, and `predicted` says in words how
    often a trace would have it run, "" where that is the same. `blocks_event_loop`: it waits where other coroutines
    could go on (`profiles.event_loop`). `kept_longer`: it only runs for something that is kept longer than one run of
    the action (`profiles.runs.lasting`); `kept_here`: for something that is kept at least as long as one.
    `others`: what else its call site may call, of which each execution calls one alone; the op is the heaviest of them.
    """

    callee: str
    cost_class: str
    data_size_estimate: int | None
    line: int
    weight: int
    base_class: str = ""
    function: str = ""
    file: str = ""
    column: int = 0
    site: int = -1
    ordinal: int = 1
    id: str = ""
    size: float = 0
    size_source: str = "unknown"
    amplification: int = 1
    bound_source: str = ""
    recursive: bool = False
    evidence: str = "certain"
    amplified_by: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    path_evidence: tuple[str, ...] = ()
    light: bool = False
    measured_ns: int | None = None
    kind: str = ""
    runs: tuple[tuple[tuple[tuple[str, str], ...], int], ...] = ()
    how_often: str = ""
    condition: str = ""
    measured_runs: int | None = None
    predicted: str = ""
    blocks_event_loop: bool = False
    kept_longer: bool = False
    kept_here: bool = False
    others: tuple[OtherCallee, ...] = ()

    @property
    def least(self) -> int:
        """Its weight where each execution calls the lightest of its callees."""
        return min([self.weight, *(row.weight for row in self.others)])


class StateMutation(NamedTuple):
    """A place where state changes. `kind` is one of `MUTATION_KINDS`; the first three fields are public and stay."""

    target: str
    kind: str
    line: int
    function: str = ""
    file: str = ""
    site: int = -1
