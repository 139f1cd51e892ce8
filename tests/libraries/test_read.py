"""Files of library models: every mistake, and what those that ship say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from code_path_audit.callgraph.behaviours import DOTTED, canonical
from code_path_audit.costs.models import load_model
from code_path_audit.errors import AuditError
from code_path_audit.libraries.model import LibraryModel
from code_path_audit.libraries.project import shipped_libraries
from code_path_audit.libraries.read import LONGEST_NAME, read_model, shipped_models

MODELS = shipped_models()
LIBRARIES = shipped_libraries()

BAD = [
    (b"calles = {}", "library-key", "unknown key calles; nearest: calls"),
    (b"by = 'nobody'", "library-value", "by is 'nobody'"),
    (b"versions = 3", "library-value", "versions is 3"),
    (b"[versions]\nlib = 3", "library-value", 'versions."lib" is 3'),
    (b"unread = 'x'", "library-value", "unread is 'x'"),
    (b"[alias]\n'a.b' = 'c..d'", "library-value", "alias.\"a.b\" is 'c..d'"),
    (b"[alias]\n'a.b' = 'a.b'", "library-value", "alias.\"a.b\" is 'a.b'"),
    (b"calls = 3", "library-value", "calls is 3"),
    (b"[calls]\nretry = '0'", "library-value", "calls.\"retry\" is 'retry'"),
    (b"[calls]\n'lib..retry' = '0'", "library-value", 'calls."lib..retry"'),
    (b"[calls]\n'*.*.retry' = '0'", "library-value", 'calls."*.*.retry"'),
    (b"[calls]\n'lib.re try' = '0'", "library-value", 'calls."lib.re try"'),
    (b"[calls]\n'lib.retry' = []", "library-value", 'calls."lib.retry" is []'),
    (b"[calls]\n'lib.retry' = [0]", "library-value", 'calls."lib.retry" is [0]'),
    (b"[calls]\n'lib.retry' = 'process'", "library-value", "calls.\"lib.retry\" is 'process'"),
    (b"[keeps]\n'lib.retry' = 'self'", "library-value", "keeps.\"lib.retry\" is 'self'"),
    (b"[overrides]\n'lib.Base' = 'a-b'", "library-value", "overrides.\"lib.Base\" is 'a-b'"),
    (b"[calls]\n'lib.retry' = '0.run'", "library-value", "calls.\"lib.retry\" is '0.run'"),
    (b"[calls]\n'lib.retry' = '0 in self'", "library-value", "calls.\"lib.retry\" is '0 in self'"),
    (b"[keeps]\n'lib.add' = '0 in there'", "library-value", "keeps.\"lib.add\" is '0 in there'"),
    (b"[asks]\n'lib.ask' = '0'", "library-value", "asks.\"lib.ask\" is '0'"),
    (b"[fires]\n'lib.go' = 'a b.process'", "library-value", "fires.\"lib.go\" is 'a b.process'"),
    (b"[calls]\n'lib.go' = 'lib.process'", "library-value", "calls.\"lib.go\" is 'lib.process'"),
    (b"[calls]\n'lib.go' = '0()'", "library-value", "calls.\"lib.go\" is '0()'"),
    (b"[gives]\n'lib.on' = 'a b'", "library-value", "gives.\"lib.on\" is 'a b'"),
    (b"[loads]\n'lib.scan' = 'self'", "library-value", "loads.\"lib.scan\" is 'self'"),
    (b"[settings]\n'lib.read' = '*.a b'", "library-value", "settings.\"lib.read\" is '*.a b'"),
    (b"[names]\n'lib.add' = '0:name'", "library-value", "names.\"lib.add\" is '0:name'"),
    (b"[names]\n'lib.add' = '0.x'", "library-value", "names.\"lib.add\" is '0.x'"),
    (b"[self]\n'lib.B.run' = '0:x'", "library-value", "self.\"lib.B.run\" is '0:x'"),
    (b"[returns]\n'lib.f' = 'func?'", "library-value", "returns.\"lib.f\" is 'func?'"),
    (b"[returns]\n'lib.f' = ['a.B', 'a.C']", "library-value", "returns.\"lib.f\" is ['a.B', 'a.C']"),
    (b"[face]\n'lib.f' = 'thing'", "library-value", "face.\"lib.f\" is 'thing'"),
    (b"[shows]\n'lib.f' = 'loud'", "library-value", "shows.\"lib.f\" is 'loud'"),
    (b"[hooks]\n'lib.f' = 'read it'", "library-value", "hooks.\"lib.f\" is 'read it'"),
    (b"[costs]\n'lib.f' = ['a', 'b']", "library-value", "costs.\"lib.f\" is ['a', 'b']"),
    (b"[calls]\n'lib.f' = '0'\n'lib.f' = '1'", "library-file", "not valid TOML"),
    (b"\xff", "library-file", "not UTF-8"),
    (b"[calls]\n'lib." + b"x" * LONGEST_NAME + b"' = '0'", "library-value", 'calls."lib.xxx'),
]


@pytest.mark.parametrize(("data", "slug", "text"), BAD)
def test_a_mistake_is_named(data: bytes, slug: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "lib.toml"
    path.write_bytes(data)
    with pytest.raises(AuditError) as caught:
        read_model(path)
    assert (caught.value.slug, str(path) in str(caught.value)) == (slug, True)
    assert text in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AuditError) as caught:
        read_model(tmp_path / "lib.toml")
    assert caught.value.slug == "library-file"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.where)
def test_shipped_files_are_sorted_and_of_one_library(model: LibraryModel) -> None:
    """So that two branches that each add a row merge, and a row is found where it is looked for."""
    for word, names in (*model.rows.items(), ("alias", model.aliases), ("versions", model.versions)):
        assert list(names) == sorted(names), word


def test_no_two_shipped_files_say_the_same() -> None:
    rows = Counter(
        (model.by, word, canonical(LIBRARIES.aliases, name))
        for model in MODELS
        for word, names in model.rows.items()
        for name in names
    )
    names = Counter(name for model in MODELS for name in model.aliases)
    assert [key for key, count in (*rows.items(), *names.items()) if count > 1] == []


def test_what_shipped_rows_name_are_public_names() -> None:
    found = [*LIBRARIES.returns.values(), *LIBRARIES.aliases.values()]
    assert [name for name in found if canonical(LIBRARIES.aliases, name) != name] == []
    assert [name for name in LIBRARIES.returns.values() if not DOTTED.fullmatch(name)] == []


def test_shipped_costs_are_classes() -> None:
    assert {*LIBRARIES.costs.values()} <= load_model("heuristic").classes.keys()
