"""A configuration as text says what it was made of, whatever the names; and adding it changes nothing else."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.config import ActionConfig
from code_path_audit.errors import AuditError
from code_path_audit.proposals.roots import Pattern, Roots
from code_path_audit.proposals.texts import appended, configuration_text

SAVE = ActionConfig("save", ("shop.store:save",), "One save")

EXPECTED = """\
# What code-path-audit follows and code-path-gate guards; `code-path-audit --help` says what can be asked.
[tool.code-path-audit]
source = ["src"]  # folders whose relative paths are module names
exclude = [
    "_vendor",    # code of others
    "test_*.py",  # tests
]

# What users wait for, an action a table: rename, add and delete them as you like.
[tool.code-path-audit.actions.save]
entry_points = ["shop.store:save"]
description = "One save"

[tool.code-path-audit.actions."shop.start"]
entry_points = [
    "shop.a",
    "shop.b",
]
imports = true  # what all of its imports cost counts too
"""


def test_the_whole_text() -> None:
    roots = Roots(("src",), (Pattern("_vendor", "code of others"), Pattern("test_*.py", "tests")))
    start = ActionConfig("shop.start", ("shop.a", "shop.b"), "", True)
    assert configuration_text(roots, [SAVE, start]) == EXPECTED


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(texts, texts, texts)
def test_any_name_comes_back(path: str, entry: str, description: str) -> None:
    action = ActionConfig("save", (entry,), description)
    text = configuration_text(Roots((path,), (Pattern(path, "x"),)), [action], "")
    assert tomllib.loads(appended("", text, "x")) == {
        "source": [path],
        "exclude": [path],
        "actions": {"save": {"entry_points": [entry], "description": description}},
    }


@pytest.mark.parametrize("before", ["", "a = 1", "a = 1\n", "[tool.x]\r\na = 1\r\n", "# caf\u00e9\n\n"])
def test_what_is_there_stays(before: str) -> None:
    made = appended(before, configuration_text(Roots(("src",), ()), [SAVE]), "pyproject.toml")
    assert made.startswith(before)
    tables = tomllib.loads(made)
    assert tables["tool"].pop("code-path-audit")["source"] == ["src"]
    assert tables.pop("tool") is not None
    assert made.count("\r\n") in (0, made.count("\n"))


def test_a_file_that_takes_no_more_tables_is_refused() -> None:
    with pytest.raises(AuditError, match="config-syntax"):
        appended('tool = "mine"\n', configuration_text(Roots(("src",), ()), [SAVE]), "pyproject.toml")
