"""Baseline files: what they look like, that they come back whole, and each way in which one can be bad."""

# ruff: noqa: E501 (a row of a baseline file is one line)

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.errors import EXIT_ERROR, AuditError
from code_path_gate.baseline.model import Acceptance, Baseline, UnresolvedRow
from code_path_gate.baseline.read import MAX_BYTES, parse_baseline
from code_path_gate.baseline.upgrades import upgrade
from code_path_gate.baseline.write import exclusive, format_baseline, replace_file
from code_path_gate.states.worktree import Worktree, safe_path
from tests.gate.rows import baseline, op

ONE = baseline(
    op("shop.store.load json.load 1000 x3"),
    op("shop.store.save open 20"),
    unresolved="shop.store.load getattr 2",
    mutations="shop.store.save attr_write self.saved",
)._replace(accepted=(Acceptance(op("shop.net.get requests.get 100"), "the server is near", "2027-01-31"),))

TEXT = """\
{
"format": 2,
"action": "save",
"analysis": 1,
"model": "heuristic",
"costs": [
{"name": "file_io", "base": 0, "warm_base": 0, "per_unit": 100},
{"name": "json_io", "base": 0, "warm_base": 0, "per_unit": 150},
{"name": "network", "base": 0, "warm_base": 0, "per_unit": 500},
{"name": "pickle", "base": 0, "warm_base": 0, "per_unit": 300},
"end"],
"ops": [
{"id": "LOAD", "function": "shop.store.load", "callee": "json.load", "cost_class": "loop_amplified", \
"base_class": "json_io", "ordinal": 1, "size": 1000, "size_source": "literal", "amplification": 3, "open_loops": 0, "weight": 450000, \
"body": "body of shop.store.load"},
{"id": "SAVE", "function": "shop.store.save", "callee": "open", "cost_class": "file_io", \
"base_class": "file_io", "ordinal": 1, "size": 20, "size_source": "literal", "amplification": 1, "open_loops": 0, "weight": 2000, \
"body": "body of shop.store.save"},
"end"],
"accepted": [
{"id": "GET", "function": "shop.net.get", "callee": "requests.get", "cost_class": "network", \
"base_class": "network", "ordinal": 1, "size": 100, "size_source": "literal", "amplification": 1, "open_loops": 0, "weight": 50000, \
"body": "body of shop.net.get", "reason": "the server is near", "until": "2027-01-31"},
"end"],
"unresolved": [
{"function": "shop.store.load", "reason": "getattr", "calls": 2},
"end"],
"mutations": [
{"function": "shop.store.save", "kind": "attr_write", "target": "self.saved", "body": "body of shop.store.save"},
"end"]
}
"""
for name, row in {"LOAD": ONE.ops[0], "SAVE": ONE.ops[1], "GET": ONE.accepted[0].op}.items():
    TEXT = TEXT.replace(f'"{name}"', f'"{row.id}"')


def test_what_a_file_looks_like() -> None:
    assert format_baseline(ONE) == TEXT


def test_a_file_comes_back_whole() -> None:
    assert parse_baseline(TEXT.encode(), "save.json", "save") == ONE


names = st.text(min_size=1, max_size=8)
rows = st.builds(
    lambda f, n, size, times: op(f"f json.load {size} x{times} #{n}")._replace(function=f),
    names, st.integers(1, 3), st.integers(0, 10**12), st.integers(1, 10**9),
)  # fmt: skip


def identified(one: Baseline) -> Baseline:
    from code_path_audit.costs.identity import op_id

    ops = {op_id(o.function, o.callee, o.base_class, o.ordinal): o for o in one.ops}
    return one._replace(ops=tuple(o._replace(id=key) for key, o in ops.items()))


@given(st.lists(rows, max_size=5), st.lists(names, max_size=3, unique=True))
def test_any_baseline_comes_back_whole(ops: list, functions: list[str]) -> None:  # type: ignore[type-arg]
    one = identified(
        baseline(*ops)._replace(unresolved=tuple(sorted(UnresolvedRow(f, "getattr", 1) for f in functions)))
    )
    text = format_baseline(one)
    back = parse_baseline(text.encode(), "save.json", "save")
    assert (set(back.ops), back.unresolved) == (set(one.ops), one.unresolved)
    assert format_baseline(back) == text


def changed(*replacements: tuple[str, str]) -> bytes:
    text = TEXT
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


FIRST_OP = next(line for line in TEXT.splitlines() if line.startswith('{"id"'))

BAD = {
    "empty": (b"", "baseline-truncated"),
    "cut in a text": (TEXT.encode()[:700], "baseline-truncated"),
    "cut between rows": (TEXT.encode()[: TEXT.index('"ops"')], "baseline-truncated"),
    "cut before the last brace": (TEXT.encode()[:-3], "baseline-truncated"),
    "a merge conflict": (
        changed((FIRST_OP, f"<<<<<<< ours\n{FIRST_OP}\n=======\n{FIRST_OP}\n>>>>>>> theirs")),
        "baseline-conflict",
    ),
    "a merge conflict with CRLF": (
        changed((FIRST_OP, f"<<<<<<< ours\r\n{FIRST_OP}\r\n=======\r\n>>>>>>> theirs")),
        "baseline-conflict",
    ),
    "no JSON": (b"ops: []\n", "baseline-syntax"),
    "more after the end": (TEXT.encode() + b"{}", "baseline-syntax"),
    "not UTF-8": (b'{"format": "\xff"}', "baseline-syntax"),
    "no object": (b"[]", "baseline-syntax"),
    "nested too deeply": (b"[" * 100_000 + b"]" * 100_000, "baseline-syntax"),
    "not a number": (changed(('"size": 20,', '"size": NaN,')), "baseline-syntax"),
    "a number of ten thousand digits": (changed(('"size": 20,', f'"size": {"9" * 10_000},')), "baseline-syntax"),
    "a key twice in one object": (changed(('"format": 2,', '"format": 2, "format": 2,')), "baseline-syntax"),
    "of a newer version": (changed(('"format": 2,', '"format": 3,')), "baseline-newer"),
    "no version": (changed(('"format": 2,\n', "")), "baseline-schema"),
    "a version that is none": (changed(('"format": 2,', '"format": true,')), "baseline-schema"),
    "of another action": (changed(('"action": "save"', '"action": "load"')), "baseline-schema"),
    "a list without its end": (changed(('"end"],\n"accepted"', '"more"],\n"accepted"')), "baseline-schema"),
    "a row that is none": (changed((FIRST_OP, "7,")), "baseline-schema"),
    "an unknown key": (changed(('"ordinal": 1, "size": 20', '"file": "../../x", "ordinal": 1, "size": 20')), "baseline-schema"),
    "a missing key": (changed(('"size": 20, ', "")), "baseline-schema"),
    "a text for a number": (changed(('"weight": 2000', '"weight": "2000"')), "baseline-schema"),
    "a truth for a number": (changed(('"ordinal": 1, "size": 20', '"ordinal": true, "size": 20')), "baseline-schema"),
    "a negative size": (changed(('"size": 20,', '"size": -20,')), "baseline-schema"),
    "an infinite size": (changed(('"size": 20,', '"size": 1e999,')), "baseline-schema"),
    "a class without constants": (
        changed(('"cost_class": "file_io", "base_class": "file_io"', '"cost_class": "x", "base_class": "x"')),
        "baseline-identity",
    ),
    "a class that it cannot have": (changed(('"cost_class": "file_io"', '"cost_class": "pickle"')), "baseline-schema"),
    "an unknown source of size": (changed(('"size_source": "literal"', '"size_source": "guess"')), "baseline-schema"),
    "the same op twice": (changed((FIRST_OP, FIRST_OP + "\n" + FIRST_OP)), "baseline-duplicate"),
    "a false weight": (changed(('"weight": 450000', '"weight": 450001')), "baseline-weight"),
    "a false weight of an accepted op": (changed(('"weight": 50000,', '"weight": 5000000,')), "baseline-weight"),
    "a false size": (changed(('"size": 20,', '"size": 21,')), "baseline-weight"),
    "a function that was renamed by hand": (
        changed(('"function": "shop.store.save", "callee"', '"function": "shop.store.keep", "callee"')),
        "baseline-identity",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files(name: str) -> None:
    data, slug = BAD[name]
    with pytest.raises(AuditError) as caught:
        parse_baseline(data, "baselines/save.json", "save")
    assert (caught.value.slug, caught.value.exit_code) == (slug, EXIT_ERROR)
    assert caught.value.where.startswith("baselines/save.json")
    assert caught.value.todo


def test_the_message_of_a_false_weight() -> None:
    with pytest.raises(AuditError) as caught:
        parse_baseline(changed(('"weight": 450000', '"weight": 1')), "baselines/save.json", "save")
    assert str(caught.value) == (
        "the baseline was damaged or edited by hand: the weight is given as 1, but follows as 450,000 from class, size "
        f"and amplification (baselines/save.json: op {op('shop.store.load json.load 1').id}). Take it back from git, "
        "or make it anew: code-path-gate refresh --action save [baseline-weight]"
    )


@given(st.data())
def test_no_damage_gets_through_unseen(data: st.DataObject) -> None:
    """Whatever is cut out of a file: an error of ours, or the very same baseline."""
    raw = TEXT.encode()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(start + 40, len(raw))))
    damaged = raw[:start] + data.draw(st.binary(max_size=4)) + raw[end:]
    try:
        parse_baseline(damaged, "save.json", "save")
    except AuditError as error:
        assert error.slug.startswith("baseline-")


ACCEPTANCES = {
    "no reason": ('"reason": "the server is near", ', "", "its reason or its expiry date is not a text"),
    "a date that is a number": ('"until": "2027-01-31"', '"until": 20270131', "its reason or its expiry date is not a text"),
    "an unknown key": ('"until": "2027-01-31"', '"until": "", "by": "me"', "unknown keys: by"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACCEPTANCES)
def test_a_malformed_acceptance_is_no_error_but_counts_as_none(name: str) -> None:
    old, new, fault = ACCEPTANCES[name]
    (acceptance,) = parse_baseline(changed((old, new)), "save.json", "save").accepted
    assert acceptance.fault == fault


def test_an_old_format_is_upgraded_step_by_step() -> None:
    steps = {
        1: lambda data: {"rows": data.pop("lines"), **data},
        2: lambda data: {**data, "rows": [*data["rows"], "end"]},
    }
    old = {"format": 1, "lines": ["a"]}
    assert upgrade(old, 1, 3, steps) == {"format": 3, "rows": ["a", "end"]}
    assert old == {"format": 1, "lines": ["a"]}
    assert upgrade(old, 1, 3, {2: steps[2]}) is None
    assert upgrade(old, 1, 1, {}) == old


def test_a_file_of_format_1() -> None:
    old = TEXT.replace('"format": 2', '"format": 1').replace('"open_loops": 0, ', "")
    upgraded = parse_baseline(old.encode(), "save.json", "save")
    # that format did not say in how many loops of unknown bound an op is
    rows = (*upgraded.ops, *(acceptance.op for acceptance in upgraded.accepted))
    assert {row.open_loops for row in rows} == {-1}
    assert [row._replace(open_loops=0) for row in rows] == [*ONE.ops, ONE.accepted[0].op]


@pytest.mark.parametrize("damage", ['"ops": 1', '"ops": [1, "end"]', '"ops": ["end"], "accepted": {}'])
def test_a_damaged_file_of_format_1(damage: str) -> None:
    with pytest.raises(AuditError) as caught:
        parse_baseline(b'{"format": 1, %s}' % damage.encode(), "save.json", "save")
    assert caught.value.slug == "baseline-schema"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    from code_path_audit.config import default_config

    (tmp_path / "baselines").mkdir()
    with open(tmp_path / "baselines" / "save.json", "wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(AuditError) as caught:
        Worktree(default_config(tmp_path)).baseline("baselines", "save")
    assert caught.value.slug == "baseline-too-large"


def link_the_file(root: Path, outside: Path) -> None:
    (root / "baselines").mkdir()
    (root / "baselines" / "save.json").symlink_to(outside / "save.json")


def link_the_folder(root: Path, outside: Path) -> None:
    (root / "baselines").symlink_to(outside)


@pytest.mark.parametrize("link", [link_the_file, link_the_folder])
def test_a_baseline_outside_the_project_is_refused(tmp_path: Path, link: Callable[[Path, Path], None]) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (outside / "save.json").write_text(TEXT)
    link(root, outside)
    with pytest.raises(AuditError) as caught:
        safe_path(root, "baselines", "save")
    assert caught.value.slug == "baseline-outside"


def test_writing_replaces_the_whole_file_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "save.json"
    path.write_text("old")
    path.chmod(0o640)
    with exclusive(tmp_path):
        replace_file(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777, os.listdir(tmp_path)) == (b"new", 0o640, ["save.json"])


def test_leftovers_of_a_killed_writer_go(tmp_path: Path) -> None:
    (tmp_path / ".unfinished-abc.tmp").write_text("half")
    (tmp_path / "mine.tmp").write_text("not ours")
    with exclusive(tmp_path):
        pass
    assert os.listdir(tmp_path) == ["mine.tmp"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AuditError) as caught:
        replace_file(tmp_path / "file" / "save.json", b"new")
    assert caught.value.slug == "baseline-unwritable"
    with pytest.raises(AuditError) as caught, exclusive(tmp_path / "file" / "folder"):
        pass
    assert caught.value.slug == "baseline-unwritable"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


BRANCHES = {
    "ops in different places": ("a.f", "z.f"),
    "neighbours": ("m.a", "m.b"),
    "both at the end": ("z.a", "z.b"),
}


@pytest.mark.parametrize("name", BRANCHES)
def test_two_branches_that_touch_different_ops_merge(tmp_path: Path, name: str) -> None:
    ours, theirs = BRANCHES[name]
    common = baseline(op("b.f json.load 1"), op("m.f json.load 1"), op("y.f json.load 1"))
    path = tmp_path / "baselines" / "save.json"
    path.parent.mkdir()
    path.with_name(".gitattributes").write_text("*.json merge=union\n")

    def commit(one: Baseline) -> None:
        path.write_text(format_baseline(one))
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-m", "x")

    git(tmp_path, "init", "-q")
    commit(common)
    git(tmp_path, "switch", "-c", "theirs")
    commit(common._replace(ops=(*common.ops, op(f"{theirs} json.load 1"))))
    git(tmp_path, "switch", "main")
    commit(common._replace(ops=(*common.ops, op(f"{ours} json.load 1"))))
    git(tmp_path, "merge", "theirs", "-m", "merge")
    merged = parse_baseline(path.read_bytes(), "save.json", "save")
    assert {row.function for row in merged.ops} == {"b.f", "m.f", "y.f", ours, theirs}
    assert json.loads(path.read_text())["ops"][-1] == "end"
