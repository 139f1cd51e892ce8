"""What schemas read of the objects that they are made from, or show: the functions that `facts/schemas.py` gives them.

`Schema.model_validate(row)` reads each field of the row where it is called. A handler of FastAPI whose response is one
of schemas (`response_model=list[OrderOut]`, or its annotation) has that read of what it returns, as a further entry
point. Assumes that `from_attributes` is set where a schema is made of an object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from code_path_audit.callgraph.frameworks.injected_dependencies import Entry, made_decorators
from code_path_audit.callgraph.frameworks.row_values import Manager, Query, key_of
from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.library.type_names import meanings
from code_path_audit.callgraph.solver.abstract_values import CLASS, FUNC, INST
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.annotations import UNKNOWN, type_of_name
from code_path_audit.facts.opcodes import Row
from code_path_audit.facts.rows import Type
from code_path_audit.facts.schemas import AROUND, EACH, FIELDS, MANY
from code_path_audit.program.imports import imports_any

DUMPING = frozenset(("dump", "dumps"))
"""Methods of a schema of marshmallow that show objects."""

VALIDATING = frozenset(("model_validate", "from_orm", "parse_obj"))
"""Methods of a schema that make one of an object."""

RESPONSES = ("response_model", "response")
"""The word of a decorator that names the schema of what a handler returns."""

SERVING = ("fastapi", "ninja")

MAX_DEPTH = 8


def validated(s: State, call: Call, cls: Value) -> bool:
    """OrderOut.model_validate(order): the fields of the order are read; what else it costs is another's."""
    if call.pos and not call.pos[0][1]:
        reads(s, call.site, s.of(INST, cls, 0), FIELDS, call.pos[0][0])
    return False


def reads(s: State, site: Site, schema: Value, reader: str, given: Var) -> None:
    """A function of the class of a schema, by its name, reads the fields of what is given."""
    cls = s.rows[schema].cls
    call_own(s, schema, cls, reader, Call(site, NOWHERE, ((given, False),), (), "callback"))


def dumped(s: State, call: Call, schema: Value) -> bool:
    """OrderSchema(many=True).dump(orders): the fields of what it is given are read; what else it costs is another's."""
    cls = s.rows[schema].cls
    if call.pos and not call.pos[0][1] and isinstance(classes.find(s, cls, FIELDS), classes.Own):
        s.watch(call.pos[0][0], on_dumped, (call.site, schema))
    return False


def on_dumped(s: State, data: tuple[Site, Value], value: Value) -> None:
    """One object that a schema shows, or several: rows, and lists of them."""
    site, schema = data
    is_one = s.kinds[value] == INST and not isinstance(key_of(s, value), Query | Manager)
    shown = s.variable()
    s.add(shown, value)
    reads(s, site, schema, FIELDS if is_one else EACH, shown)


def responses(s: State, root: str) -> list[tuple[Entry, Var]]:
    """What reads the response of a handler, and the variable of what it returns."""
    module, index = s.program.functions[root]
    facts = s.program.modules[module]
    handler = s.function_value(root)
    if handler is None:
        return []
    if not imports_any(facts, SERVING):
        return []
    function = facts.functions[index]
    stated = function.returns
    around = facts.functions[function.parent]
    for site in made_decorators(s, module, function.parent, function.name.rpartition(".")[2]):
        for argument in site.arguments:
            if argument.keyword in RESPONSES:
                stated = type_at(around.code, argument.reg)
    row = s.rows[handler]
    returned = s.a_return[s.activate(row.function, row.env, ())]
    found: list[tuple[Entry, Var]] = []
    for cls, many in schemas(s, stated, module, False, 0) if stated is not None else ():
        reader = classes.find(s, cls, EACH if many else FIELDS)
        if isinstance(reader, classes.Own):
            shown = s.of(INST, cls, (row.function, -1))
            read = [v for v in s.holds(reader.var) if s.kinds[v] == FUNC]
            found += [((s.names[s.rows[v].function], v, shown), returned) for v in read]
    return found


def type_at(code: Iterable[Row], reg: int) -> Type | None:
    """What an expression of a body says as a type, by its instructions: `list[OrderOut]`; None where it is none."""
    stored = {row[2]: row[1] for row in code if row[0] == op.STORE_GLOBAL}
    made = {row[1]: row for row in code if row[0] in (op.GLOBAL, op.ATTR, op.ITEM, op.BINARY, op.TUPLE, op.STR)}
    return _type_at(made, stored, reg, 0)


def _type_at(made: dict[int, Row], stored: dict[int, str], reg: int, depth: int) -> Type | None:
    if reg in stored:
        return ("name", stored[reg])
    row = made.get(reg)
    if row is None or depth > MAX_DEPTH:
        return None
    if row[0] == op.GLOBAL:
        return ("name", row[2])
    if row[0] == op.STR:
        return type_of_name(row[2]) if row[2].isidentifier() else None
    if row[0] == op.TUPLE:
        return ("list", tuple(_type_at(made, stored, element, depth + 1) or UNKNOWN for element in row[2]))
    base = _type_at(made, stored, row[2 if row[0] in (op.ATTR, op.ITEM) else 3], depth + 1)
    if base is None:
        return None
    if row[0] == op.ATTR:
        return ("attr", base, row[3])
    other = _type_at(made, stored, row[3 if row[0] == op.ITEM else 4], depth + 1) or UNKNOWN
    if row[0] == op.BINARY:
        return ("or", (base, other))
    return ("sub", base, other[1] if other[0] == "list" else (other,))


def schemas(s: State, stated: Type, module: str, many: bool, depth: int) -> Iterator[tuple[Value, bool]]:
    """The classes that a type leads to, and whether there are many objects of each."""
    tag = stated[0]
    if depth > MAX_DEPTH:
        return
    if tag in ("name", "attr"):
        yield from ((value, many) for value in meanings(s, stated, module) if s.kinds[value] == CLASS)
    elif tag == "or":
        for part in stated[1]:
            yield from schemas(s, part, module, many, depth + 1)
    elif tag == "sub" and stated[2]:
        name = stated[1][-1]
        if name in MANY:
            yield from schemas(s, stated[2][0], module, True, depth + 1)
        elif name in AROUND:
            for part in stated[2][:1] if name == "Annotated" else stated[2]:
                yield from schemas(s, part, module, many, depth + 1)
