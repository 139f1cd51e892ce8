"""What runs in the rounds of a loop over things that are written down: `for step in (load, check): step()` runs each of
them once, and not each in every round. So does `for plugin in PLUGINS: plugin.run()` over objects that are made there,
and what a table has (`for handle in TABLE.values(): handle()`, `for key in ("a", "b"): TABLE[key]()`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from code_path_audit.callgraph.model import Edge
from code_path_audit.facts import opcodes as op
from code_path_audit.profiles.reach import Reach
from code_path_audit.profiles.values import Values, ValuesOf

DISPLAYS = frozenset((op.LIST, op.TUPLE, op.SET))

Element = tuple[Values, int]
"""A value as it is written down: the values of its function, and its register."""


def each_of(reach: Reach, values_of: ValuesOf, edges: Iterable[Edge]) -> tuple[int, Counter[str]] | None:
    """Of what one call site calls: the loop of its function in which each callee runs so often, whatever its rounds
    are; None where nothing is known of that."""
    rows = list(edges)
    caller, site = rows[0].caller, rows[0].site
    facts = reach.facts(caller)
    if site < 0 or facts.sites[site].loop < 0:
        return None
    values = values_of(caller)
    call = values.calls.get(site)
    if call is None:
        return None
    module = reach.program.functions[caller][0]
    found = elements(values_of, values, module, call[2])
    method = ""
    if found is None:
        row = values.making(call[2])
        if row is None or row[0] != op.ATTR:
            return None
        found, method = elements(values_of, values, module, row[2]), str(row[3])
    if found is None:
        return None
    over, written = found
    loop = values.loop_over(site, over)
    if loop < 0:
        return None
    names = Counter(name_of(reach, module, element, bool(method)) for element in written)
    counts = Counter({edge.callee: names[called_by(edge.callee, method)] for edge in rows})
    return None if names[""] or 0 in counts.values() else (loop, counts)


def elements(values_of: ValuesOf, values: Values, module: str, reg: int) -> tuple[int, list[Element]] | None:
    """What is iterated where a value is the variable of a loop over things that are written down, and these; or what a
    table has under such a variable."""
    row, part = values.variable(reg)
    if row is not None and row[0] == op.ITEM and part < 0:
        keys, table = elements(values_of, values, module, row[3]), held(values_of, values, module, row[2])
        under = None if keys is None else [constant(*key) for key in keys[1]]
        rows = None if table is None or under is None or None in under else table_rows(*table)
        found = None if rows is None else [value for key in under or () for value in under_key(rows, key)]
        return None if found is None or keys is None else (keys[0], found)
    if row is None or row[0] != op.ITER:
        return None
    written = held(values_of, values, module, row[2])
    call = values.making(row[2])
    if written is None and call is not None and call[0] == op.CALL and not call[3]:
        # the values of a table, or its pairs
        method = values.making(call[2])
        table = None if method is None or method[0] != op.ATTR else held(values_of, values, module, method[2])
        rows = None if table is None else table_rows(*table)
        if rows is None or method is None or (method[3], part) not in (("values", -1), ("items", 1)):
            return None
        return row[2], [value for _, value in rows]
    made = None if written is None else written[0].making(written[1])
    if written is None or made is None:
        return None
    if made[0] == op.DICT and part < 0:
        rows = table_rows(*written)
        return None if rows is None else (row[2], [key for key, _ in rows])
    if made[0] not in DISPLAYS or min(made[2], default=-1) < 0:
        return None
    parts = [part_of(written[0], element, part) for element in made[2]]
    return (row[2], [(written[0], element) for element in parts]) if min(parts) >= 0 else None


def held(values_of: ValuesOf, values: Values, module: str, reg: int) -> Element | None:
    """Where the list or the table is written down that a register holds: here, or in the module that binds it once."""
    row = values.making(reg)
    if row is not None and row[0] == op.GLOBAL:
        values = values_of.at(module, 0)
        stored = values.stored_globals.get(row[2], [])
        reg = stored[0] if len(stored) == 1 else -1
        row = values.making(reg) if reg >= 0 else None
    return (values, reg) if row is not None and (row[0] in DISPLAYS or row[0] == op.DICT) else None


def table_rows(values: Values, reg: int) -> list[tuple[Element, Element]] | None:
    """The keys and values of a table; None for what is none, or unpacks another."""
    row = values.making(reg)
    if row is None or row[0] != op.DICT or any(key < 0 for key, _ in row[2]):
        return None
    return [((values, key), (values, value)) for key, value in row[2]]


def constant(values: Values, reg: int) -> object:
    """The text or the number that a register holds."""
    row = values.making(reg)
    return row[2] if row is not None and row[0] in (op.STR, op.INT) else None


def under_key(rows: Iterable[tuple[Element, Element]], key: object) -> list[Element]:
    """What a table has under a key: the last of what is written there."""
    return [value for found, value in rows if constant(*found) == key][-1:]


def part_of(values: Values, reg: int, part: int) -> int:
    """The register of one part of a tuple that is written down, -1 where it is not known; of all of it for -1."""
    if part < 0:
        return reg
    row = values.making(reg)
    if row is None or row[0] not in DISPLAYS or min(row[2], default=-1) < 0 or part >= len(row[2]):
        return -1
    return int(row[2][part])


def name_of(reach: Reach, module: str, element: Element, is_made: bool) -> str:
    """The last name of a function or a class as it is written down; of the class of an object, where that `is_made`
    there; "" for anything else."""
    values, reg = element
    row = values.making(reg)
    if is_made:
        row = values.making(row[2]) if row is not None and row[0] == op.CALL else None
    if row is None:
        return ""
    if row[0] == op.GLOBAL:
        return str(row[2])
    if row[0] in (op.ATTR, op.IMPORT_FROM):
        return str(row[3])
    if row[0] in (op.FUNC, op.CLASS):
        return str(reach.program.modules[module].functions[row[2]].name.rpartition(".")[2])
    return ""


def called_by(callee: str, method: str) -> str:
    """The name by which a function is written down that a call site calls: its own, that of the class that it makes an
    object of, or that of the class whose method of this name it is."""
    owner, _, name = callee.partition("#")[0].rpartition(".")
    if not method and name not in ("__init__", "__new__"):
        return name
    return owner.rpartition(".")[2] if not method or name == method else ""
