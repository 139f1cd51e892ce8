"""The public names are those of the design, each is there, and nothing else is."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import code_path_audit

NAMES = [
    "Action",
    "ActionProfile",
    "CallGraph",
    "EXPENSIVE_THRESHOLD",
    "ExpensiveOp",
    "FunctionNode",
    "StateMutation",
    "build_call_graph",
    "build_expensive_ops_index",
    "build_state_mutations_index",
    "derive_code_path",
    "trace_action",
]

FIELDS = {
    "CallGraph": ["nodes", "edges"],
    "FunctionNode": ["fqname", "file", "line", "calls", "state_mutations", "expensive_ops"],
    "StateMutation": ["target", "kind", "line"],
    "ExpensiveOp": ["callee", "cost_class", "data_size_estimate", "line", "weight"],
    "Action": ["name", "entry_points", "description"],
    "ActionProfile": [
        "action", "call_graph", "expensive_ops", "state_mutations", "redundancy", "pipelining_candidates",
        "total_load_estimate", "unresolved_calls", "mermaid", "markdown",
    ],
}  # fmt: skip


def test_names() -> None:
    assert sorted(code_path_audit.__all__) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_name_is_there(name: str) -> None:
    value = getattr(code_path_audit, name)
    assert name == "EXPENSIVE_THRESHOLD" or (value.__name__ == name and value.__doc__)


@pytest.mark.parametrize("name", FIELDS)
def test_fields_come_first_and_in_this_order(name: str) -> None:
    parameters = list(inspect.signature(getattr(code_path_audit, name)).parameters)
    assert parameters[: len(FIELDS[name])] == FIELDS[name]


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("trace_action", [("action", inspect.Parameter.empty), ("max_depth", 10)]),
        ("derive_code_path", [("target", inspect.Parameter.empty), ("max_depth", 5)]),
        ("build_call_graph", [("src_dir", "src")]),
        ("build_expensive_ops_index", [("call_graph", inspect.Parameter.empty)]),
        ("build_state_mutations_index", [("call_graph", inspect.Parameter.empty)]),
        ("CallGraph.add_edge", [("self", inspect.Parameter.empty), ("caller", inspect.Parameter.empty),
                                ("callee", inspect.Parameter.empty)]),
        ("CallGraph.transitive_callees", [("self", inspect.Parameter.empty), ("root", inspect.Parameter.empty),
                                          ("max_depth", 10)]),
        ("CallGraph.render_mermaid", [("self", inspect.Parameter.empty), ("root", inspect.Parameter.empty),
                                      ("max_depth", 5)]),
    ],
)  # fmt: skip
def test_signatures(name: str, parameters: list[tuple[str, object]]) -> None:
    value = code_path_audit
    for part in name.split("."):
        value = getattr(value, part)
    found = [(p.name, p.default) for p in inspect.signature(value).parameters.values() if p.kind != p.KEYWORD_ONLY]  # type: ignore[arg-type]
    assert found == parameters


def test_what_may_be_left_out_has_a_default() -> None:
    assert code_path_audit.Action("a", ["m.f"]).description == ""
    assert code_path_audit.CallGraph().nodes == {}
    assert code_path_audit.FunctionNode("m.f", "m.py", 1).calls == []
    assert code_path_audit.StateMutation("self.x", "attr_write", 3).function == ""
    assert code_path_audit.ExpensiveOp("json.load", "json_io", None, 1, 150).amplification == 1


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match=r"code_path_audit.*'trace'"):
        code_path_audit.trace  # noqa: B018
    with pytest.raises(ImportError):
        exec("from code_path_audit import build_graph")


def test_a_star_import_takes_the_public_names() -> None:
    names: dict[str, object] = {}
    exec("from code_path_audit import *", names)
    assert sorted(n for n in names if n != "__builtins__") == sorted(NAMES)


def test_values_of_a_name_are_imported_once() -> None:
    assert code_path_audit.CallGraph is code_path_audit.CallGraph
    from code_path_audit.profiles.model import CallGraph

    assert code_path_audit.CallGraph is CallGraph


def imported(statement: str) -> set[str]:
    """The modules that a statement loads in a fresh interpreter, beyond those that it starts with."""
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; old = set(sys.modules); {statement}; print(*set(sys.modules) - old)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_the_package_imports_no_stage() -> None:
    modules = imported("import code_path_audit")
    assert {name for name in modules if name.startswith("code_path_audit")} == {"code_path_audit"}
    assert not modules & {"ast", "json", "dataclasses", "tomllib", "typeshed_client", "pathlib"}


@pytest.mark.parametrize("name", ["EXPENSIVE_THRESHOLD", "Action", "CallGraph"])
def test_a_name_imports_no_more_than_its_own_stage(name: str) -> None:
    modules = imported(f"from code_path_audit import {name}")
    assert not modules & {"code_path_audit.pipeline", "code_path_audit.callgraph.solve", "typeshed_client"}
