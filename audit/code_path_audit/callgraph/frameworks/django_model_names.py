"""Models of Django that a call gives by their names: `get_user_model()`, `apps.get_model("orders", "Customer")`."""

from __future__ import annotations

from code_path_audit.callgraph.frameworks import django_settings
from code_path_audit.callgraph.frameworks.django_declared import USER, model_named
from code_path_audit.callgraph.functions.arguments import argument
from code_path_audit.callgraph.solver.abstract_values import EXT, STR
from code_path_audit.callgraph.solver.ids import Value, Var
from code_path_audit.callgraph.solver.points_to import sees
from code_path_audit.callgraph.solver.state import Call, Read, State

SETTING = "AUTH_USER_MODEL"


def user_model(s: State, call: Call, value: Value) -> bool:
    """get_user_model(): what a setting names, else Django's own"""
    said = s.variable()
    if not django_settings.named(s, Read(said, SETTING, call.site), s.of(EXT, django_settings.SETTINGS)):
        s.add(call.dst, s.of(EXT, USER))
    s.watch(said, on_name, call.dst)
    return told(s, call, value)


def model(s: State, call: Call, value: Value) -> bool:
    """apps.get_model("orders", "Customer"), apps.get_model("orders.Customer")"""
    given = argument(call, 1, "model_name") or argument(call, 0, "app_label")
    if given is not None:
        s.watch(given, on_name, call.dst)
    return told(s, call, value)


def told(s: State, call: Call, value: Value) -> bool:
    """The call is one of Django's."""
    s.calls_external(call.site, s.rows[value].dotted, call.kind)
    s.answer(call.site)
    return True


@sees(STR)
def on_name(s: State, out: Var, value: Value) -> None:
    """The name of a model."""
    s.flow(model_named(s, s.rows[value].text), out)
