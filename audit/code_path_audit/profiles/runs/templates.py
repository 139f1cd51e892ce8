"""Templates that an environment keeps: the same name is read and compiled once for each environment that is made.

A second `get_template` of a name looks only whether its file has changed: about a hundredth of what the first costs. An
environment that is there before an action begins has its templates from the run before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.reach import OpKey, Reach, op_order
from code_path_audit.profiles.runs.lasting import Lasting, is_command
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
        given = counting.reach.facts(op.function).sites[op.site].arguments
        if len(given) != 1 or given[0].shape != "literal":
            continue
        made = makings(counting, known, op.function, op.site, MAKERS)
        if made and degree(made) < degree(op.runs):
            found[op_order(op)] = made
    return found


SETS = {
    "jinja2": (
        "Environment", "SandboxedEnvironment", "ImmutableSandboxedEnvironment", "NativeEnvironment",
    ),
    "starlette": ("Jinja2Templates",),
    "fastapi": ("Jinja2Templates",),
    "mako": ("TemplateLookup",),
}  # fmt: skip
"""The classes of libraries, by packages, whose objects keep the templates that they were asked for."""

ASKED = ("get_template", "select_template", "get_or_select_template")
"""The methods that ask them."""


def keeps_templates(reach: Reach, longer: Lasting | None) -> bool:
    """Whether templates that the action asks for are there from the run before: it makes no set of templates, but for
    one that is kept. Whoever makes one anew has each of its templates read and compiled again."""
    if any(is_command(reach, name) for name in reach.entries):
        return False
    return not any(
        row.callee.rpartition(".")[2] in SETS.get(row.callee.partition(".")[0], ())
        and not (longer is not None and longer.is_kept(function, row.site))
        for function, rows in reach.externals.items()
        for row in rows
    )


def asks_for_template(callee: str) -> bool:
    """Whether a call asks a set of templates for one."""
    return callee.partition(".")[0] in SETS and callee.rpartition(".")[2] in ASKED


def makes_templates(text: str) -> bool:
    """Whether a call, as it is written, may make such a set."""
    return any(text.rpartition(".")[2] in names for names in SETS.values())
