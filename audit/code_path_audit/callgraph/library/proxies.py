"""Proxies: objects of a library that stand for another one, which is found anew at each use.

What a proxy stands for is what the callable that it was made of returns, or what its context variable holds, or the
object itself; with a second constant argument, that attribute of it. The callable runs, and the attribute is read,
where the proxy is used. Which classes are proxies stands in the tables (`behaviours`). Wrong for uses that ask
the proxy itself (`isinstance`, its own methods), and where the callable gives something else at another time.
"""

from __future__ import annotations

from code_path_audit.callgraph.solver.abstract_values import CALLABLES, STR, XINST
from code_path_audit.callgraph.solver.ids import Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, Read, State

CONTEXT_VARIABLE = "contextvars.ContextVar"


class Proxies:
    """Objects that stand for others."""

    def __init__(self) -> None:
        self.made_of: dict[Value, tuple[Var, Var | None]] = {}
        """What a proxy was made of, and the attribute that it stands for."""
        self.stood_for: dict[tuple[Value, Site], Var] = {}
        """What a proxy stands for where it is used."""


def make(s: State, call: Call, proxy: Value) -> None:
    """A call that makes a proxy: its first argument, and the attribute that the second names."""
    if call.pos and not call.pos[0][1]:
        name = call.pos[1][0] if len(call.pos) > 1 and not call.pos[1][1] else None
        s.tables[Proxies].made_of.setdefault(proxy, (call.pos[0][0], name))


def real(s: State, proxy: Value, site: Site) -> Var:
    """The variable of what a proxy stands for, where it is used at a site."""
    known = s.tables[Proxies]
    key = (proxy, site)
    found = known.stood_for.get(key)
    if found is None:
        found = known.stood_for[key] = s.variable()
        source, name = known.made_of[proxy]
        if name is not None:
            target = s.variable()
            s.watch(name, on_name, (target, found, site))
        else:
            target = found
        s.watch(source, on_source, (target, site))
    return found


def on_name(s: State, data: tuple[Var, Var, Site], value: Value) -> None:
    """The attribute of the object behind a proxy, where its name is constant."""
    target, found, site = data
    if s.kinds[value] == STR:
        s.watch(target, s.read, Read(found, s.rows[value].text, site))


def on_source(s: State, data: tuple[Var, Site], value: Value) -> None:
    """What a proxy was made of."""
    target, site = data
    if s.kinds[value] in CALLABLES:
        s.apply(s, Call(site, target, (), (), "callback"), value)
    elif s.kinds[value] == XINST and s.rows[value].dotted == CONTEXT_VARIABLE:
        s.flow(s.field(value, "value"), target)
    elif value not in s.tables[Proxies].made_of:
        s.add(target, value)
