"""Dicts that make what they are asked for and do not have: `defaultdict(factory)`."""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import call_back_into
from code_path_audit.callgraph.heap import containers
from code_path_audit.callgraph.solver.abstract_values import BMETHOD, CALLABLES, EXT, INST, PARTIAL, XMETHOD, XRES
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import State


class DefaultFactories:
    """What makes the elements of dicts that have one for each key that is loaded."""

    def __init__(self) -> None:
        self.of: dict[Value, Var] = {}


def defaulting(s: State, box: Value, factory: Var, site: Site) -> None:
    """A dict with a factory, made at a call site. What the source has runs where an element is looked up; a factory of
    a library makes one kind of element, whoever looks it up."""
    s.flow(factory, s.tables[DefaultFactories].of.setdefault(box, s.variable()))
    s.watch(factory, on_outside, (site, (), s.field(box, "?")))


def load_or_make(s: State, box: Value, key: Var, target: Var, site: Site) -> None:
    """box[key], which a dict with a factory has from then on."""
    containers.load(s, box, key, target, site)
    factory = s.tables[DefaultFactories].of.get(box)
    if factory is not None:
        s.flow(key, s.field(box, "keys"))
        s.watch(factory, on_own, (site, (), s.field(box, "?")))


def is_own(s: State, value: Value) -> bool:
    """Whether calling a value runs a function of the source."""
    kind = s.kinds[value]
    if kind == XMETHOD:
        return s.kinds[s.rows[value].receiver] == PARTIAL
    return kind in CALLABLES or kind in (INST, BMETHOD)


@sees(*CALLABLES, INST, BMETHOD, XMETHOD)
def on_own(s: State, data: tuple[Site, tuple[Var, ...], Var], value: Value) -> None:
    """One factory of the source, where an element is looked up."""
    if is_own(s, value):
        call_back_into(s, data, value)


@sees(EXT, XMETHOD, XRES)
def on_outside(s: State, data: tuple[Site, tuple[Var, ...], Var], value: Value) -> None:
    """One factory of a library."""
    if not is_own(s, value):
        call_back_into(s, data, value)
