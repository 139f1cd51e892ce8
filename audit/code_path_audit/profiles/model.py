"""What a trace of one action found: the public classes of the package, and the plain values behind them."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from code_path_audit.callgraph.model import Edge, Unresolved
from code_path_audit.costs.model import ExpensiveOp, StateMutation


@dataclass
class FunctionNode:
    """One function of a call graph. `calls` are fqnames of callees, in source order, without repetition."""

    fqname: str
    file: str
    line: int
    calls: list[str] = field(default_factory=list)
    state_mutations: list[StateMutation] = field(default_factory=list)
    expensive_ops: list[ExpensiveOp] = field(default_factory=list)


@dataclass
class Action:
    """Something that a user waits for. `entry_points`: fqnames, globs over them, modules, or `module:function`."""

    name: str
    entry_points: list[str]
    description: str = ""


class Redundancy(NamedTuple):
    """The same work on the same input, more than once: `sites` are "function:line" in order; `load` is what the repeats weigh."""

    callee: str
    input: str
    sites: tuple[str, ...]
    op_ids: tuple[str, ...]
    load: int


class Pipelining(NamedTuple):
    """Independent ops in one block that run one after the other. `saving` is their load minus the heaviest of them."""

    function: str
    file: str
    line: int
    steps: tuple[str, ...]
    op_ids: tuple[str, ...]
    load: int
    saving: int
    how: str


class Candidate(NamedTuple):
    """One proposed optimization, with the load that it would save: traced with it applied, not guessed."""

    kind: str
    title: str
    function: str
    file: str
    line: int
    op_ids: tuple[str, ...]
    current_load: int
    saving: int
    effort: str
    priority: str
    why: str


class UnresolvedCall(NamedTuple):
    """A call nothing is known of: where, why, and as it is written."""

    function: str
    file: str
    line: int
    reason: str
    text: str
