"""A solution that is under way, as bytes, and back: so that another process can go on from it.

What belongs to the program (facts, stubs, models) is left out, and is that of the program that it goes on in. Bytes are
a pickle of which nothing is taken but the values of this package, so that what somebody else wrote there runs nothing.
"""

from __future__ import annotations

import pickle
import sys
import zlib
from io import BytesIO
from typing import Any

from code_path_audit.callgraph.behaviours import Behaviours
from code_path_audit.callgraph.frameworks.injected_dependencies import Dependencies
from code_path_audit.callgraph.result.bounds import Sizes
from code_path_audit.callgraph.solve import FEATURES, STEPS, Begun
from code_path_audit.callgraph.solver.points_to import no_more
from code_path_audit.callgraph.solver.state import State, Tables
from code_path_audit.program.model import Program
from code_path_audit.program.stubs.queries import Stubs

FORMAT = 5
"""Of pickle: every Python that this runs on has it."""

FAST = 1
"""How hard it is packed: half of the room that a state takes goes at once, and little more with more time."""

ELSEWHERE = frozenset((
    "program", "stubs", "behaviours", "told", "more_guesses", *STEPS._fields, "facts", "of", "rows", "kinds", "tops",
    "importers",
))  # fmt: skip
"""What a state has from the program, or from its other parts."""

OUTSIDE = {("collections", "deque"), ("collections", "OrderedDict"), ("builtins", "set"), ("builtins", "frozenset")}
PACKAGES = ("code_path_audit.callgraph.", "code_path_audit.facts.")


class Damaged(ValueError):
    """Bytes that are no state of this program."""


def suspend(begun: Begun) -> bytes:
    """The solution as it is now. It is the same one afterwards."""
    state = begun.state
    # what is kept of facts is found again
    state.tables[Sizes].makers.clear()
    state.tables[Dependencies].names.clear()
    own = {name: value for name, value in vars(state).items() if name not in ELSEWHERE}
    made = {fid: facts for fid, facts in enumerate(state.facts) if state.indices[fid] < 0}
    return zlib.compress(pickle.dumps((begun[1:], own, made), FORMAT), FAST)


def resume(data: bytes | memoryview, program: Program, stubs: Stubs, behaviours: Behaviours) -> Begun:
    """The solution in a program whose functions are the same ones, whatever their bodies say. `Damaged` for bytes that
    are no such thing."""
    try:
        parts, own, made = _Reader(BytesIO(zlib.decompress(data))).load()
        state = State.__new__(State)
        vars(state).update(own)
        if not isinstance(state.tables, Tables) or state.tables.keys() != set(FEATURES):
            raise Damaged("other features")
        state.program, state.stubs, state.behaviours = program, stubs, behaviours
        state.apply, state.construct, state.on_iterate, state.read, state.models, state.frameworks = STEPS
        state.told, state.more_guesses = None, no_more
        state.of, state.rows, state.kinds = state.values.of, state.values.rows, state.values.kinds
        modules = program.modules
        state.facts = [
            made[fid] if index < 0 else modules[module].functions[index]
            for fid, (module, index) in enumerate(zip(state.modules, state.indices, strict=True))
        ]
    except Damaged:
        raise
    except Exception as error:  # whatever damaged bytes lead to
        raise Damaged(f"{type(error).__name__}: {error}") from error
    return Begun(state, *parts)


class _Reader(pickle.Unpickler):
    """Takes values of this package alone."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in OUTSIDE:
            found = getattr(sys.modules.get(module), name, None)
            if not module.startswith(PACKAGES) or "." in name or getattr(found, "__module__", "") != module:
                raise Damaged(f"{module}.{name}")
        return super().find_class(module, name)
