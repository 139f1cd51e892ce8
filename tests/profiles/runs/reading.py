"""Programs as texts, and how often a function of one runs: for the tests of what the source says of it."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from code_path_audit import pipeline
from code_path_audit.profiles.reach import reach
from code_path_audit.profiles.runs.conditions import conditions_of
from code_path_audit.profiles.runs.plan import Counting, counting
from code_path_audit.profiles.runs.terms import Runs
from tests.callgraph.solving import program_of


def counted(source: str, *roots: str) -> Counting:
    """What is counted in an action with these entry points, of a program of one module `m`."""
    return counted_in({"m": dedent(source)}, *roots)


def counted_in(modules: Mapping[str, str], *roots: str) -> Counting:
    """What is counted in an action with these entry points."""
    program = program_of(modules)
    reached = reach(program, pipeline.solve(program, roots), roots, (), (), 1_000)
    return counting(reached, conditions_of(reached))


def runs(source: str, function: str = "m.op", *roots: str) -> Runs:
    """The runs of a function in an action that begins at `m.main`."""
    return counted(source, *(roots or ("m.main",))).functions([function])[function]


def runs_in(modules: Mapping[str, str], function: str, *roots: str) -> Runs:
    """The runs of a function of a program of several modules."""
    return counted_in(modules, *roots).functions([function])[function]
