"""Baseline files: what they look like, that they come back whole, and how they are written."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from code_path_audit.errors import AuditError
from code_path_gate.baseline.model import Baseline, UnresolvedRow
from code_path_gate.baseline.read import parse_baseline
from code_path_gate.baseline.write import exclusive, format_baseline, replace_file
from tests.gate.baseline.files import ONE, TEXT, names, rows
from tests.gate.rows import baseline, op


def test_what_a_file_looks_like() -> None:
    assert format_baseline(ONE) == TEXT


def test_a_file_comes_back_whole() -> None:
    assert parse_baseline(TEXT.encode(), "save.json", "save") == ONE


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
    (tmp_path / ".unfinished-folder.tmp").mkdir()
    with exclusive(tmp_path):
        pass
    assert sorted(os.listdir(tmp_path)) == [".unfinished-folder.tmp", "mine.tmp"]


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


def merge(folder: Path, common: Baseline, ours: Baseline, theirs: Baseline) -> Baseline:
    """The baseline after a merge of two branches, as git has it with our rule."""
    path = folder / "baselines" / "save.json"
    path.parent.mkdir()
    path.with_name(".gitattributes").write_text("*.json merge=union\n")

    def commit(one: Baseline) -> None:
        path.write_text(format_baseline(one))
        git(folder, "add", ".")
        git(folder, "commit", "--allow-empty", "-m", "x")

    git(folder, "init", "-q")
    commit(common)
    git(folder, "switch", "-c", "theirs")
    commit(theirs)
    git(folder, "switch", "main")
    commit(ours)
    git(folder, "merge", "theirs", "-m", "merge")
    return parse_baseline(path.read_bytes(), "save.json", "save")


@given(st.data())
@settings(max_examples=10, deadline=None)
def test_whatever_two_branches_do_the_merge_reads(data: st.DataObject) -> None:
    """Ops that come, go and change on both sides, another version of the analysis on one: no op of both is lost."""
    texts = [f"m.f{at} json.load {size}" for at in range(4) for size in (1, 2)]
    sides = []
    for _ in range(3):
        chosen = {text.split()[0]: text for text in data.draw(st.lists(st.sampled_from(texts), max_size=6))}
        analysis = data.draw(st.integers(1, 2))
        sides.append(baseline(*(op(text)._replace(body="") for text in chosen.values()))._replace(analysis=analysis))
    common, ours, theirs = sides
    with tempfile.TemporaryDirectory() as folder:
        merged = merge(Path(folder), common, ours, theirs)
    kept = {row.function: row.weight for row in merged.ops}
    for one in ours.ops:
        for other in theirs.ops:
            if one.function == other.function:
                assert kept[one.function] <= max(one.weight, other.weight)


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
