"""JSON documents: they bring profiles back without loss, are what their schemas say, and do not depend on any order."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.callgraph.model import Edge
from code_path_audit.costs.model import ExpensiveOp, StateMutation
from code_path_audit.errors import AuditError
from code_path_audit.profiles.model import Action, ActionProfile, Candidate, Pipelining, Redundancy, UnresolvedCall
from code_path_audit.reports.files import rendered
from code_path_audit.reports.json_report import (
    SCHEMAS,
    call_graph_document,
    expensive_ops_document,
    profile_from_dict,
    profile_to_dict,
    schema,
    state_mutations_document,
    to_json,
)
from code_path_audit.sources.model import SkippedFile
from tests.reports.sample import CALLBACK, FETCH, LOAD, MAIN, PARSE, READ, sample

MUTATION = StateMutation("self.rows", "attr_write", 3, LOAD, "src/shop/config.py")
DOCUMENTS: dict[str, Mapping[str, Any]] = {
    "action_profile": profile_to_dict(sample()),
    "call_graph": call_graph_document(sample().call_graph, sample().edges),
    "expensive_ops": expensive_ops_document({LOAD: [READ, PARSE], CALLBACK: [FETCH], MAIN: []}),
    "state_mutations": state_mutations_document({LOAD: [MUTATION], MAIN: []}),
}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
)


@given(st.dictionaries(st.text(), VALUES))
def test_a_document_is_written_as_the_standard_library_has_it(document: dict[str, Any]) -> None:
    assert to_json(document) == json.dumps(document, indent=2, sort_keys=True) + "\n"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json({"size": [value]})


def test_a_call_graph() -> None:
    assert (
        to_json(call_graph_document(sample().call_graph, sample().edges))
        == """\
{
  "edges": {
    "shop.app.main": [
      "shop.config.load_all"
    ],
    "shop.config.load_all": [
      "shop.config.load_all.<lambda1>"
    ]
  },
  "nodes": [
    {
      "calls": [
        "shop.config.load_all"
      ],
      "file": "src/shop/app.py",
      "fqname": "shop.app.main",
      "line": 3
    },
    {
      "calls": [
        "shop.config.load_all.<lambda1>"
      ],
      "file": "src/shop/config.py",
      "fqname": "shop.config.load_all",
      "line": 9
    },
    {
      "calls": [],
      "file": "src/shop/config.py",
      "fqname": "shop.config.load_all.<lambda1>",
      "line": 7
    }
  ],
  "schema_version": 2,
  "sites": [
    {
      "callee": "shop.config.load_all",
      "caller": "shop.app.main",
      "evidence": "certain",
      "kind": "call",
      "site": 0
    },
    {
      "callee": "shop.config.load_all.<lambda1>",
      "caller": "shop.config.load_all",
      "evidence": "likely",
      "kind": "callback",
      "site": 3
    }
  ]
}
"""
    )


def test_state_mutations() -> None:
    assert DOCUMENTS["state_mutations"] == {
        "schema_version": 2,
        "functions": {
            LOAD: [
                {
                    "target": "self.rows",
                    "kind": "attr_write",
                    "line": 3,
                    "function": LOAD,
                    "file": "src/shop/config.py",
                    "site": -1,
                }
            ]
        },
    }


def test_ops_stand_in_the_order_of_the_source() -> None:
    functions = DOCUMENTS["expensive_ops"]["functions"]
    assert {name: [op["callee"] for op in ops] for name, ops in functions.items()} == {
        LOAD: ["json.loads", "pathlib.Path.read_text"],
        CALLBACK: ["requests.get"],
    }


@pytest.mark.parametrize("kind", SCHEMAS)
def test_documents_are_what_their_schemas_say(kind: str) -> None:
    jsonschema.Draft202012Validator.check_schema(schema(kind))
    jsonschema.Draft202012Validator(schema(kind)).validate(json.loads(to_json(DOCUMENTS[kind])))


def without(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != key}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schemas_are_strict(kind: str) -> None:
    validator = jsonschema.Draft202012Validator(schema(kind))
    document = DOCUMENTS[kind]
    assert not validator.is_valid({**document, "more": 1})
    assert not validator.is_valid({**document, "schema_version": 1})
    assert not any(validator.is_valid(without(document, key)) for key in document)


ROWS: dict[str, Any] = {
    "expensive_ops": ExpensiveOp,
    "state_mutations": StateMutation,
    "redundancies": Redundancy,
    "pipelinings": Pipelining,
    "candidates": Candidate,
    "unresolved": UnresolvedCall,
    "skipped": SkippedFile,
    "edges": Edge,
}


@pytest.mark.parametrize("name", ROWS)
def test_schemas_name_every_field_of_a_row(name: str) -> None:
    whole = schema("action_profile")
    row = whole["properties"][name]["items"]
    if "$ref" in row:
        row = whole["$defs"][row["$ref"].removeprefix("#/$defs/")]
    assert set(row["properties"]) == set(row["required"]) == set(ROWS[name]._fields)
    assert row["additionalProperties"] is False


def test_the_schema_names_every_field_of_a_profile() -> None:
    assert set(schema("action_profile")["properties"]) == {
        "schema_version",
        *(field.name for field in fields(ActionProfile)),
    }


@pytest.mark.parametrize(
    ("kind", "name"), [("expensive_ops", "op"), ("state_mutations", "mutation"), ("call_graph", "edge")]
)
def test_schemas_agree_on_what_they_share(kind: str, name: str) -> None:
    assert schema(kind)["$defs"][name] == schema("action_profile")["$defs"][name]


@pytest.mark.parametrize(
    "profile",
    [sample(), rendered(sample()), ActionProfile(Action("idle", []))],
    ids=["sample", "rendered", "empty"],
)
def test_a_profile_comes_back(profile: ActionProfile) -> None:
    assert profile_from_dict(json.loads(to_json(profile_to_dict(profile)))) == profile


@given(st.text())
def test_any_name_comes_back(name: str) -> None:
    op = FETCH._replace(callee=name, function=name, path=(name,), amplified_by=(name,))
    profile = replace(sample(), action=Action(name, [name], name), expensive_ops=[op], widened=(name,))
    text = to_json(profile_to_dict(profile))
    assert text.isascii()
    assert profile_from_dict(json.loads(text)) == profile


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({}, "KeyError: 'schema_version'"),
        ({"schema_version": 1}, "its schema_version is 1, not 2"),
        (without(DOCUMENTS["action_profile"], "skipped"), "KeyError: 'skipped'"),
        ({**DOCUMENTS["action_profile"], "edges": [{}]}, "TypeError: "),
        ({**DOCUMENTS["action_profile"], "redundancy": [["json.loads"]]}, "ValueError: "),
        ({**DOCUMENTS["action_profile"], "call_graph": {"nodes": [], "edges": []}}, "AttributeError: "),
    ],
)
def test_what_is_no_profile_is_refused(document: Mapping[str, Any], why: str) -> None:
    with pytest.raises(AuditError) as error:
        profile_from_dict(document)
    assert error.value.slug == "profile-unreadable"
    assert why in error.value.what


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_of_functions_and_sites_does_not_show(seed: int) -> None:
    shuffled = sample(seed)
    assert to_json(call_graph_document(shuffled.call_graph, shuffled.edges)) == to_json(DOCUMENTS["call_graph"])
    functions = {CALLBACK: [FETCH], LOAD: [PARSE, READ] if seed % 2 else [READ, PARSE]}
    assert to_json(expensive_ops_document(functions)) == to_json(DOCUMENTS["expensive_ops"])


@pytest.mark.parametrize(
    "document",
    [{}, {"b": [1, {"x": None, "a": []}], "a": "é\u2028"}, {str(n): [n, "x"] * 3 for n in range(5_000)}],
    ids=["empty", "small", "of more pieces than are put together at once"],
)
def test_the_text_of_a_document(document: dict[str, object]) -> None:
    assert to_json(document) == json.dumps(document, indent=2, sort_keys=True, allow_nan=False) + "\n"
