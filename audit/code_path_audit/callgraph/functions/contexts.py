"""Which functions are analysed once for each context, and by which parameters."""

from __future__ import annotations

from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.solver.abstract_values import (
    BOUND,
    BOX,
    CLASS,
    CTXFUNC,
    EXT,
    FUNC,
    INST,
    PARTIAL,
    XMETHOD,
)
from code_path_audit.callgraph.solver.ids import Function, Value, Var
from code_path_audit.callgraph.solver.state import Context, State
from code_path_audit.facts import opcodes as op
from code_path_audit.facts.function import FunctionFacts

MAX_KEYS = 40
"""Values that one call passes for a key parameter; of more, none has a context of its own."""

SMALL, MANY_SMALL = 16, 8
"""A function of so few instructions (a decorator that marks, a wrapper's maker) has so many times the contexts: it is
what a hundred functions share, and costs little to read again."""

MAX_DATA_CONTEXTS = 12
"""Objects and containers keep apart less than callables do, and there are more of them."""

NO_KEY = -1
"""What stands where an activation is not for one value of a parameter."""

KEYABLE = frozenset((FUNC, CLASS, BOUND, PARTIAL, CTXFUNC, INST, EXT, XMETHOD, BOX))
"""Kinds of values that a context may be made of."""


class DataContexts:
    """Contexts that objects, containers and texts made."""

    def __init__(self) -> None:
        self.counts: dict[Function, int] = {}
        """How many a function has."""
        self.naming: dict[Function, frozenset[int]] = {}
        """The parameters of a function under whose value it, or a function inside, stores something."""
        self.stored: dict[Function, tuple[int, ...]] = {}
        """Those under whose value it does so itself."""


def is_apart(s: State, function: Value, context: Context) -> bool:
    """Whether an object or a container still gets a context of its own."""
    contexts = s.tables[DataContexts]
    row = s.rows[function]
    fid, env = row.function, row.env
    if (fid, env, context) in s.aids:
        return True
    contexts.counts[fid] = contexts.counts.get(fid, 0) + 1
    return contexts.counts[fid] <= MAX_DATA_CONTEXTS


def is_of_rows(s: State, value: Value, fid: Function) -> bool:
    """Whether a method that an object inherits is for one mapped class, which a class below its own names:
    `class Orders(Repository): model = Order`, or `super().__init__(session, Order)`. Each keeps its rows apart."""
    if s.kinds[value] != INST or s.kinds[s.rows[value].cls] != CLASS or not s.frameworks.has_mapped(s):
        return False
    for cls in classes.order(s, s.rows[value].cls):
        if s.kinds[cls] != CLASS or is_own(s, cls, fid):
            return False
        named = (s.field(cls, name) for name in s.own.get(cls, ()))
        for var in (*named, *named_by_constructor(s, cls)):
            if any(s.kinds[held] == CLASS and s.frameworks.is_mapped(s, held) for held in s.pts[var] or ()):
                return True
    return False


def is_own(s: State, cls: Value, fid: Function) -> bool:
    """Whether a method stands in the body of a class itself."""
    body = s.rows[cls].function
    return s.modules[body] == s.modules[fid] and s.facts[fid].parent == s.indices[body]


def named_by_constructor(s: State, cls: Value) -> list[Var]:
    """The variables of the globals that a class's own constructor names."""
    functions = [v for v in s.pts[s.field(cls, "__init__")] or () if s.kinds[v] == FUNC] if cls in s.own else []
    named = ((s.rows[v].function, row[2]) for v in functions for row in s.facts[s.rows[v].function].code
             if row[0] == op.GLOBAL)  # fmt: skip
    return [s.field(s.module_value(s.modules[fid]), name) for fid, name in named]


def naming_params(s: State, fid: Function) -> frozenset[int]:
    """The parameters of a function that are keys under which it, or a function inside, stores a value that it got:
    `registry[name] = f`. Their texts keep apart what a registry has under each."""
    contexts = s.tables[DataContexts]
    known = contexts.naming.get(fid)
    if known is None:
        facts, own = s.facts[fid], s.indices[fid]
        found = set(stored_under(s, fid))
        cells = {row[1]: row[2] for row in facts.code if row[0] == op.COPY and row[2] < len(facts.params)}
        functions = s.program.modules[s.modules[fid]].functions
        for inner in [functions[row[2]] for row in facts.code if row[0] == op.FUNC] if cells else ():
            captured = {row[1]: cells.get(row[3], -1) for row in inner.code if row[0] == op.FREE and row[2] == own}
            found |= _stored_under(inner, captured)
        known = contexts.naming[fid] = frozenset(found - {-1})
    return known


def stored_under(s: State, fid: Function) -> tuple[int, ...]:
    """The same of a function by itself: `def add(self, name, f): self.all[name] = f`; and those that say what it
    imports."""
    contexts = s.tables[DataContexts]
    known = contexts.stored.get(fid)
    if known is None:
        facts = s.facts[fid]
        own = {index: index for index in range(len(facts.params))}
        known = contexts.stored[fid] = tuple(sorted(_stored_under(facts, own) | imported_by(facts)))
    return known


def imported_by(facts: FunctionFacts) -> set[int]:
    """The parameters whose texts say what a function imports: `import_module(name)`, `import_module(f"{package}.{x}")`.
    What is done with the modules of one package is kept apart from those of another."""
    called = {row[1] for row in facts.code if row[0] in IMPORTERS and row[IMPORTERS[row[0]]] in IMPORTING}
    if not called:
        return set()
    given = {arg for row in facts.code if row[0] == op.CALL and row[2] in called for arg in row[3][:1]}
    given |= {part for row in facts.code if row[0] == op.JOINED and row[1] in given for part in row[3]}
    for row in reversed(facts.code):
        if row[0] == op.COPY and row[1] in given:
            given.add(row[2])
    return given & set(range(len(facts.params)))


IMPORTERS = {op.GLOBAL: 2, op.ATTR: 3}
IMPORTING = frozenset(("import_module", "__import__"))
"""What functions that import are called here; the fields of the instructions that name them."""


def _stored_under(facts: FunctionFacts, registers: dict[int, int]) -> set[int]:
    """Of some registers that a function reads parameters from: those that are keys of stores of its own parameters."""
    own = range(len(facts.params))
    return {
        registers[row[2]]
        for row in facts.code
        if row[0] == op.STORE_ITEM and row[2] in registers and row[3] in own and row[2] != row[3]
    }
