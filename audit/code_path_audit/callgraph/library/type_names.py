"""What the names in an annotation stand for, where they are bound in its module."""

from __future__ import annotations

from code_path_audit.callgraph.heap.modules import module_names
from code_path_audit.callgraph.library.stub_values import named
from code_path_audit.callgraph.solver.abstract_values import CLASS, EXT, MODULE
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import State
from code_path_audit.facts.annotations import dotted
from code_path_audit.facts.rows import Type


def meanings(s: State, stated: Type, module: str) -> list[Value]:
    """The values that a name in an annotation stands for."""
    parts = dotted(stated).split(".")
    if not parts or not parts[0]:
        return []
    names = module_names(s, module) if module in s.program.modules else frozenset()
    if parts[0] in names:
        values = s.holds(s.field(s.of(MODULE, module), parts[0]))
    else:
        out = s.field(s.of(EXT, "builtins"), parts[0])
        named(s, f"builtins.{parts[0]}", out)
        values = s.holds(out)
    for part in parts[1:]:
        after: list[Value] = []
        for value in values:
            if s.kinds[value] == MODULE:
                inner = s.rows[value].name
                if part in module_names(s, inner):
                    after += s.holds(s.field(value, part))
                if f"{inner}.{part}" in s.program.modules:
                    after.append(s.of(MODULE, f"{inner}.{part}"))
            elif s.kinds[value] == EXT:
                name = f"{s.rows[value].dotted}.{part}"
                after.append(s.of(EXT, s.stubs.canonical(name) or name))
            elif s.kinds[value] == CLASS and part in s.own[value]:
                after += s.holds(s.field(value, part))
        values = after
    return values
