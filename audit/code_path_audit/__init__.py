"""Which expensive operations do your users' actions reach, and along which path: read from the source, never run."""

import sys as _sys

# python -m looks in the working folder first, whose json.py is whatever a checkout says
if (_sys.argv or [""])[0] == "-m" or "code-path-" in (_sys.argv or [""])[0]:
    from code_path_audit.search_path import leave_out_checkout

    leave_out_checkout(__name__)

TYPE_CHECKING = False  # neither typing nor __future__ is loaded for its sake: every check of a hook comes by here
if TYPE_CHECKING:
    from code_path_audit.api import (
        build_call_graph,
        build_expensive_ops_index,
        build_state_mutations_index,
        derive_code_path,
        trace_action,
    )
    from code_path_audit.costs.model import EXPENSIVE_THRESHOLD, ExpensiveOp, StateMutation
    from code_path_audit.profiles.model import Action, ActionProfile, CallGraph, FunctionNode

__all__ = [
    "EXPENSIVE_THRESHOLD",
    "Action",
    "ActionProfile",
    "CallGraph",
    "ExpensiveOp",
    "FunctionNode",
    "StateMutation",
    "build_call_graph",
    "build_expensive_ops_index",
    "build_state_mutations_index",
    "derive_code_path",
    "trace_action",
]

_HOMES = {
    "EXPENSIVE_THRESHOLD": "costs.model",
    "ExpensiveOp": "costs.model",
    "StateMutation": "costs.model",
    "Action": "profiles.model",
    "ActionProfile": "profiles.model",
    "CallGraph": "profiles.model",
    "FunctionNode": "profiles.model",
    "build_call_graph": "api",
    "build_expensive_ops_index": "api",
    "build_state_mutations_index": "api",
    "derive_code_path": "api",
    "trace_action": "api",
}
"""Where each name lives; it is imported when it is asked for, so that a hook pays for what it uses alone."""


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
