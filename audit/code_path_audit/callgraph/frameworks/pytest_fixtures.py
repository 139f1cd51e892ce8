"""Fixtures of pytest: a parameter of a test, or of a fixture, is given what the fixture of its name gives.

A fixture stands in the module of the test, or in a `conftest` of the packages around it; the nearest counts.
"""

from __future__ import annotations

from code_path_audit.callgraph.frameworks.reading import loaded
from code_path_audit.callgraph.frameworks.written_decorators import decorators_above
from code_path_audit.callgraph.solver.ids import Function, Value
from code_path_audit.callgraph.solver.state import State

TEST, CONFTEST = "test", "conftest"


def is_given_fixtures(s: State, fid: Function) -> bool:
    """Whether a function is a test, or a fixture."""
    name, module = s.names[fid], s.modules[fid]
    last = name.rpartition(".")[2]
    return last.startswith(TEST) or is_fixture(s, module, last)


def fixture(s: State, fid: Function, name: str) -> Value | None:
    """The fixture of a name, as a function sees it."""
    module = s.modules[fid]
    parts = module.split(".")[:-1]
    packages = [".".join(parts[:count]) for count in range(len(parts), -1, -1)]
    for around in (module, *(f"{package}.{CONFTEST}".lstrip(".") for package in packages)):
        if around in s.program.modules and f"{around}.{name}" != s.names[fid] and is_fixture(s, around, name):
            loaded(s, around)
            return s.function_value(f"{around}.{name}")
    return None


def is_fixture(s: State, module: str, name: str) -> bool:
    """Whether a module has a fixture of a name."""
    if f"{module}.{name}" not in s.program.functions:
        return False
    return any(text.rpartition(".")[2] == "fixture" for text in decorators_above(s, module, 0, name))
