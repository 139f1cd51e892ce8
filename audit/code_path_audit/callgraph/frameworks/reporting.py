"""What a framework does at a call site of the source: calls of its own by name, and what an object keeps of them."""

from __future__ import annotations

from code_path_audit.callgraph.functions.invocation import call_own
from code_path_audit.callgraph.heap import classes
from code_path_audit.callgraph.model import Evidence
from code_path_audit.callgraph.solver.abstract_values import FUNC
from code_path_audit.callgraph.solver.ids import NOWHERE, Activation, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, Fetch, State


def does(
    s: State, site: Site, dotted: str, kind: str, fetch: Fetch | None = None, evidence: Evidence = Evidence.CERTAIN
) -> None:
    """A framework does something at a call site: the name says what. `fetch`: what that gives an object to keep."""
    if site.place < 0:
        return
    s.calls_external(site, dotted, kind, evidence)
    s.answer(site)
    key = (s.a_function[site.activation], site.place, dotted)
    if fetch is None:
        s.fetched_alone.add(key)
    else:
        s.fetched.setdefault(key, {})[fetch] = None


def asks_in_turn(s: State, site: Site, base: Value, name: str, *given: Var, dst: Var = NOWHERE) -> bool:
    """A framework calls a method of an object of the source at a call site, beside others that it calls there: whether
    the class of the object has it."""
    cls = s.rows[base].cls
    for value in classes.held(s, cls, name):
        if s.kinds[value] == FUNC:
            s.in_turn.add((s.a_function[site.activation], site.place, s.rows[value].function))
    arguments = tuple((var, False) for var in given)
    return call_own(s, base, cls, name, Call(site, dst, arguments, (), "callback"))


def names_loop(s: State, site: Site, name: str) -> None:
    """A loop at a call site is named for what it iterates."""
    s.iterated_as.setdefault((s.a_function[site.activation], site.place), {})[name] = None


def names_each(s: State, site: Site, name: str) -> None:
    """What a call site runs, it runs for each of several, which are named so."""
    s.iterated_as.setdefault((s.a_function[site.activation], ~site.place), {})[name] = None


def first_site(s: State, aid: Activation) -> Site | None:
    """The first place of a function that is in no loop and no branch: where what runs before it is told."""
    sites = enumerate(s.facts[s.a_function[aid]].sites)
    return next((Site(aid, place) for place, site in sites if site.loop < 0 and site.arm < 0), None)
