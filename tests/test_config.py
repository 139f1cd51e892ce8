"""The configuration: what it may say, where it is found, and what each mistake is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.config import (
    ActionConfig,
    Config,
    Hint,
    default_config,
    find_action,
    find_config,
    load_config,
    nearest,
    parse_config,
    require_actions,
)
from code_path_audit.config_keys import TOP, key_names
from code_path_audit.errors import AuditError

Make = Callable[[dict[str, str | bytes]], Path]

WHOLE = """
source = ["src", "./tools/"]
exclude = ["tests", "*_pb2.py"]
model = "models/mine.toml"
rule_files = ["rules/ours.toml"]
max_depth = 12

[actions.start-up]
entry_points = ["shop.__main__"]
imports = true

[actions.Save]
entry_points = ["shop.store:Store.save", "shop.export.*"]
description = "One save"

[hints."shop.store.Store.save"]
bound = 100
size = 4096

[[rules]]
callee = "shop.db.Connection.run"
class = "database"

[classes.database]
base = 1000

[gate]
anything = ["the gate", "knows"]
"""


def test_whole(make_tree: Make) -> None:
    root = make_tree({"code-path-audit.toml": WHOLE})
    assert load_config(root) == Config(
        root=root,
        source=("src", "tools"),
        exclude=("tests", "*_pb2.py"),
        actions=(
            ActionConfig("Save", ("shop.store:Store.save", "shop.export.*"), "One save", None),
            ActionConfig("start-up", ("shop.__main__",), "", True),
        ),
        model="models/mine.toml",
        rule_files=("rules/ours.toml",),
        hints={"shop.store.Store.save": Hint(100, 4096)},
        max_depth=12,
        rules=({"callee": "shop.db.Connection.run", "class": "database"},),
        classes={"database": {"base": 1000}},
        gate={"anything": ["the gate", "knows"]},
        file="code-path-audit.toml",
    )


def test_empty_is_the_default(make_tree: Make) -> None:
    root = make_tree({"code-path-audit.toml": ""})
    assert load_config(root) == Config(root=root, source=("src",), file="code-path-audit.toml")


def test_both_spellings_of_rule_files(make_tree: Make) -> None:
    root = make_tree({"code-path-audit.toml": 'rule_files = ["a.toml"]\nrules = ["b.toml"]'})
    assert load_config(root).rule_files == ("a.toml", "b.toml")


@pytest.mark.parametrize(
    ("files", "start", "found"),
    [
        ({"pyproject.toml": "[tool.code-path-audit]"}, ".", "pyproject.toml"),
        ({"pyproject.toml": "[tool.code-path-audit]", "a/b/c.py": ""}, "a/b", "pyproject.toml"),
        # a pyproject.toml that says nothing of us is passed over
        ({"code-path-audit.toml": "", "a/pyproject.toml": "[project]\nname = 'x'"}, "a", "code-path-audit.toml"),
        ({"code-path-audit.toml": "", "a/pyproject.toml": "tool = 3"}, "a", "code-path-audit.toml"),
        # the nearest one counts
        ({"code-path-audit.toml": "", "a/pyproject.toml": "[tool.code-path-audit]"}, "a", "a/pyproject.toml"),
        # none in a folder that does not exist, but one above
        ({"code-path-audit.toml": ""}, "not/here", "code-path-audit.toml"),
    ],
)
def test_where_it_is_found(make_tree: Make, files: dict[str, str | bytes], start: str, found: str) -> None:
    root = make_tree(files)
    config = load_config(root / start)
    assert config.root / config.file == root / found


def test_none(make_tree: Make) -> None:
    root = make_tree({"a.py": ""})
    assert find_config(root) is None
    with pytest.raises(AuditError) as caught:
        load_config(root)
    assert caught.value.slug == "config-missing"


@pytest.mark.parametrize("start", ["", "refs"])
def test_none_in_a_bare_repository(make_tree: Make, start: str) -> None:
    root = make_tree({"HEAD": "", "objects/x": "", "refs/x": ""})
    with pytest.raises(AuditError) as caught:
        load_config(root / start)
    assert (caught.value.slug, caught.value.where) == ("git-bare", str(root))


def message(text: str | bytes, tmp_path: Path, name: str = "code-path-audit.toml") -> str:
    """What a user reads, with the folder's name taken out."""
    (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(AuditError) as caught:
        load_config(tmp_path)
    assert caught.value.exit_code == 2
    return str(caught.value).replace(str(tmp_path) + os.sep, "")


F = "code-path-audit.toml"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            'sorce = ["src"]',
            f"unknown key 'sorce'; nearest: source ({F}). "
            f"Known keys: {', '.join(sorted(key_names(TOP)))}. [config-unknown-key]",
        ),
        (
            "[actions.a]\nentry_point = ['x']",
            f"unknown key 'entry_point'; nearest: entry_points ({F}: actions.a)."
            " Known keys: description, entry_points, imports. [config-unknown-key]",
        ),
        (
            "[hints.f]\nbounds = 3",
            f"unknown key 'bounds'; nearest: bound ({F}: hints.f). Known keys: bound, size. [config-unknown-key]",
        ),
        (
            'source = "src"',
            f"expected a list of strings that are not empty, found a string 'src' ({F}: source)."
            " Correct the value. [config-value]",
        ),
        (
            "".join(f"[actions.a{n}]\nentry_points = ['x']\n" for n in range(1_001)),
            f"expected at most 1,000 items, found 1,001 ({F}: actions)."
            " Each action is traced: keep those that users wait for. [config-value]",
        ),
        (
            "source = []",
            f"expected at least one folder, found a list [] ({F}: source). Correct the value. [config-value]",
        ),
        (
            "source = [1]",
            f"expected a list of strings that are not empty, found a list ({F}: source)."
            " Correct the value. [config-value]",
        ),
        (
            'source = ["../other"]',
            "expected a path inside the project, not in .git, relative to the file, with '/', found '../other'"
            f" ({F}: source). Move the configuration to a folder above all that it names. [config-path]",
        ),
        (
            "max_depth = true",
            f"expected an integer of at least 1, found a boolean True"
            f" ({F}: max_depth). Correct the value. [config-value]",
        ),
        (
            "max_depth = 0",
            f"expected an integer of at least 1, found an integer 0"
            f" ({F}: max_depth). Correct the value. [config-value]",
        ),
        ("actions = 3", f"expected a table, found an integer 3 ({F}: actions). Correct the value. [config-value]"),
        (
            "[actions.a]",
            f'no entry_points ({F}: actions.a). Add entry_points = ["module.function"]. [config-value]',
        ),
        (
            "[actions.a]\nentry_points = []",
            f"expected at least one entry point, found a list [] ({F}: actions.a.entry_points)."
            " Correct the value. [config-value]",
        ),
        (
            "[actions.a]\nentry_points = ['']",
            f"expected a list of strings that are not empty, found a list ({F}: actions.a.entry_points)."
            " Correct the value. [config-value]",
        ),
        (
            "[actions.a]\nentry_points = ['x']\nimports = 1",
            f"expected true or false, found an integer 1 ({F}: actions.a.imports). Correct the value. [config-value]",
        ),
        (
            "[actions.a]\nentry_points = ['x']\ndescription = 2024-01-01",
            f"expected a string, found a date datetime.date(2024, 1, 1) ({F}: actions.a.description)."
            " Correct the value. [config-value]",
        ),
        (
            "[actions.'../a']\nentry_points = ['x']",
            f"'../a' cannot name an action ({F}: actions.../a)."
            " Use up to 100 ASCII letters, digits, '-', '_' and '.', a letter or digit first. [action-name]",
        ),
        (
            "[actions.Save]\nentry_points = ['x']\n[actions.save]\nentry_points = ['x']",
            f"actions 'Save' and 'save' differ in case alone ({F}: actions). Rename one: an action names files."
            " [action-name]",
        ),
        (
            "model = 3",
            f"expected the name of a cost model, or a path that ends in .toml, found an integer 3 ({F}: model)."
            " Correct the value. [config-value]",
        ),
        (
            "[rules]\na = 1",
            f"expected a list of tables [[rules]], or of paths of TOML files, found a table ({F}: rules)."
            " Correct the value. [config-value]",
        ),
        (
            "[classes]\na = 1",
            f"expected a table, found an integer 1 ({F}: classes.a). Correct the value. [config-value]",
        ),
        ("gate = 1", f"expected a table, found an integer 1 ({F}: gate). Correct the value. [config-value]"),
        (
            "[hints.f]\nsize = -1",
            f"expected an integer of at least 1, found an integer -1 ({F}: hints.f.size). Correct the value."
            " [config-value]",
        ),
    ],
)
def test_mistakes(text: str, told: str, tmp_path: Path) -> None:
    assert message(text, tmp_path) == told


def test_mistakes_in_pyproject_name_the_table(tmp_path: Path) -> None:
    told = message("[tool.code-path-audit]\nmax_depth = 0", tmp_path, "pyproject.toml")
    assert "(pyproject.toml: tool.code-path-audit.max_depth)" in told


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("source = [", "config-syntax"),
        (b"\xff\xfe", "config-syntax"),
        ("a = " + "[" * 20_000, "config-syntax"),
        ("max_depth = " + "1" * 5_000, "config-syntax"),
        ("max_depth = 0x" + "f" * 5_000, "config-value"),
        ("#" * (1 << 20) + "\n", "config-unreadable"),
    ],
)
def test_files_that_are_no_configuration(text: str | bytes, slug: str, tmp_path: Path) -> None:
    assert f"({F}" in (told := message(text, tmp_path))
    assert told.endswith(f"[{slug}]")


def test_two_configurations(make_tree: Make) -> None:
    root = make_tree({F: "", "pyproject.toml": "[tool.code-path-audit]"})
    with pytest.raises(AuditError) as caught:
        load_config(root)
    assert caught.value.slug == "config-two"


def test_a_folder_in_its_place(make_tree: Make) -> None:
    with pytest.raises(AuditError) as caught:
        load_config(make_tree({f"{F}/": ""}))
    assert caught.value.slug == "config-unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_its_place(make_tree: Make) -> None:
    root = make_tree({})
    os.mkfifo(root / F)
    with pytest.raises(AuditError) as caught:
        load_config(root)
    assert caught.value.slug == "config-unreadable"


def test_actions_by_name(make_tree: Make) -> None:
    text = "[actions.load]\nentry_points = ['x']\n[actions.save]\nentry_points = ['y']"
    root = make_tree({F: text})
    config = load_config(root)
    assert find_action(config, "save").entry_points == ("y",)
    with pytest.raises(AuditError) as caught:
        find_action(config, "saev")
    assert str(caught.value) == (
        f"no action is called 'saev'; nearest: save ({root / F}). Declared: load, save. [unknown-action]"
    )


def test_no_actions(make_tree: Make) -> None:
    with pytest.raises(AuditError) as caught:
        require_actions(load_config(make_tree({F: ""})))
    assert caught.value.slug == "no-actions"


def test_default_source(make_tree: Make) -> None:
    root = make_tree({"a.py": ""})
    assert default_config(root).source == (".",)
    (root / "src").mkdir()
    assert default_config(root).source == ("src",)
    assert default_config(root, ["lib"]).source == ("lib",)


def test_nearest_is_quick_on_hostile_names() -> None:
    assert nearest("a" * 1_000_000, ["a" * 1_000_000, "b"]) == ""
    assert nearest("sav", ["save", "load"]) == "; nearest: save"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*key_names(TOP), "other"]), VALUES, max_size=4))
def test_any_value_is_taken_or_told(table: dict[str, object]) -> None:
    try:
        config = parse_config(table, Path("/project"), F)
    except AuditError as error:
        assert F in str(error) and str(error).isprintable()
    else:
        assert config.source and not any(".." in Path(path).parts for path in config.source)


def test_importing_it_is_light() -> None:
    import subprocess

    code = "import sys; import code_path_audit.config; print(sorted({'tomllib', 'difflib', 'json'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
