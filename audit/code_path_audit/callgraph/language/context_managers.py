"""`with`: what entering and leaving a context manager calls."""

from __future__ import annotations

from code_path_audit.callgraph.language.iteration import resume, wait
from code_path_audit.callgraph.language.special_methods import inherited_call, special
from code_path_audit.callgraph.library import proxies
from code_path_audit.callgraph.library.escapes import fire
from code_path_audit.callgraph.library.modelled import carry_out, facts_of
from code_path_audit.callgraph.library.proxies import Proxies
from code_path_audit.callgraph.library.stub_values import add_type, type_of_value
from code_path_audit.callgraph.solver.abstract_values import CTX, INST, UNKNOWN, XINST, XRES
from code_path_audit.callgraph.solver.ids import NOWHERE, Site, Value, Var
from code_path_audit.callgraph.solver.state import Call, State

AT_ONCE = ("concurrent.futures.", "multiprocessing.pool.", "multiprocessing.Pool")
"""What has run whatever it was given where that was handed over, and runs nothing of it again at its end."""


def enter(s: State, data: tuple[Var, Site, bool], value: Value) -> None:
    """with value as target"""
    target, site, is_async = data
    kind = s.kinds[value]
    if kind == CTX:
        s.flow(s.a_yield[s.rows[value].activation], target)
        resume(s, site, s.rows[value].activation)
    elif kind == INST:
        names = ("__aenter__", "__aexit__") if is_async else ("__enter__", "__exit__")
        result = s.variable() if is_async else target
        if special(s, value, names[0], Call(site, result, (), (), "context")):
            if is_async:
                wait(s, result, target, site)
        else:
            s.add(target, value)
            inherited_call(s, value, names[0], Call(site, target, (), (), "context"))
        args = tuple((s.variable(), False) for _ in range(3))
        if not special(s, value, names[1], Call(site, NOWHERE, args, (), "context")):
            inherited_call(s, value, names[1], Call(site, NOWHERE, (), (), "context"))
    elif kind == XINST:
        s.frameworks.entered(s, site, value)
        entered = s.stubs.enter_type(type_of_value(s, value), is_async)
        if entered in (("self",), type_of_value(s, value)) or not s.stubs.mro(s.rows[value].dotted):
            s.add(target, value)
        else:
            add_type(s, entered, target)
        if value in s.tables[Proxies].made_of:
            s.watch(proxies.real(s, value, site), enter, data)
        dotted = f"{s.rows[value].dotted}.{'__aenter__' if is_async else '__enter__'}"
        s.calls_external(site, dotted, "context")
        facts = facts_of(s, dotted)
        if facts.fires or facts.asks:
            carry_out(s, Call(site, target, (), (), "context"), dotted, facts, value, target)
        elif not dotted.startswith(AT_ONCE):
            fire(s, value, site)
    elif kind in (XRES, UNKNOWN):
        s.frameworks.entered(s, site, value)
        s.add(target, value)
