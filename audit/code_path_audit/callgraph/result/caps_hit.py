"""Names for the variables that were widened: the function, or the attribute of a class or module. Asked at the end."""

from __future__ import annotations

from bisect import bisect_right

from code_path_audit.callgraph.solver.abstract_values import BOX, CLASS, FUNC, INST, MODULE
from code_path_audit.callgraph.solver.ids import Value
from code_path_audit.callgraph.solver.state import State

MAX_NAMED = 3
"""Variables that are named; of the rest the number is given."""

FULL = "values of one variable"


def widened(s: State) -> tuple[str, ...]:
    """The caps that were hit, sorted; behind the phrase for widened variables the first of them, as they came up."""
    notes = dict(s.widened)
    if FULL in notes:
        del notes[FULL]
        names = list(dict.fromkeys(filter(None, named(s))))
        more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
        notes[f"{FULL}: {', '.join(names[:MAX_NAMED])}{more}" if names else FULL] = None
    return tuple(sorted(notes))


def named(s: State) -> list[str]:
    """A name for each widened variable, "" where it has none."""
    wanted = dict.fromkeys(s.widened_variables, "")
    for key in [key for key, var in s.fields.items() if var in wanted]:
        wanted[s.fields[key]] = field_name(s, *key)
    homes = [(base, aid) for aid, base in enumerate(s.a_base)]
    homes += [(min(known), aid) for aid, known in s.moved.items() if known]
    homes.sort()
    for var, known in wanted.items():
        if not known:
            place = bisect_right(homes, (var, len(s.a_base))) - 1
            if place >= 0 and var < homes[place][0] + s.facts[s.a_function[homes[place][1]]].registers + 3:
                wanted[var] = s.names[s.a_function[homes[place][1]]]
    return list(wanted.values())


def field_name(s: State, owner: Value, name: str) -> str:
    """An attribute by its class, a global by its module, an element by the function that makes the container."""
    row = s.rows[owner]
    kind = row.kind
    if kind == INST:
        kind, row = CLASS, s.rows[row.cls]
    if kind in (CLASS, FUNC):
        return f"{s.names[row.function]}.{name}" if name.isidentifier() else s.names[row.function]
    if kind == MODULE:
        return f"{row.name}.{name}" if name.isidentifier() else row.name
    if kind == BOX and isinstance(row.key, tuple) and len(row.key) == 2 and all(type(part) is int for part in row.key):
        aid = row.key[0]  # a display or a call: (activation, register or site)
        return f"elements of a {row.box_kind} in {s.names[s.a_function[aid]]}" if aid < len(s.a_function) else ""
    return ""
