"""Templates that an environment keeps: the same name is read and compiled once for each environment that is made.

A second `get_template` of a name looks only whether its file has changed: about a hundredth of what the first costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.reach import OpKey, op_order
from code_path_audit.profiles.runs.plan import Counting
from code_path_audit.profiles.runs.sessions import makings
from code_path_audit.profiles.runs.terms import Runs, degree

MAKERS = frozenset(("jinja2.Environment", "jinja2.environment.Environment"))

KEPT = frozenset(("jinja2.Environment.get_template", "jinja2.environment.Environment.get_template"))
"""Methods of an environment that keep what they made by the name that they are given."""


def compiled(
    counting: Counting, known: Mapping[str, Runs], ops: Iterable[ExpensiveOp]
) -> dict[OpKey, Runs | None]:  # fmt: skip
    """The runs of those ops, as the action runs them, that find what their environment has compiled but for the first
    time: as many as there are environments. An environment that is made as often as it is asked, and a name that is no
    constant, are left out. `known` are runs of functions that are counted."""
    found: dict[OpKey, Runs | None] = {}
    for op in ops:
        if op.callee not in KEPT or op.site < 0 or not degree(op.runs):
            continue
        given = counting.reach.program.facts(op.function).sites[op.site].arguments
        if len(given) != 1 or given[0].shape != "literal":
            continue
        made = makings(counting, known, op.function, op.site, MAKERS)
        if made and degree(made) < degree(op.runs):
            found[op_order(op)] = made
    return found
