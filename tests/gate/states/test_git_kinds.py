"""Kinds of repositories: what a change did is found in each of them, by a check of every state."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from code_path_gate.cli import main
from tests.gate.repositories import Repo
from tests.gate.shop import SLOW_APP, Gate

pytestmark = pytest.mark.slow

FILE = "file://{origin}"
CLONES: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    # what is cloned with, and what is done in the clone
    "partial, without blobs": (("--filter=blob:none", FILE), ()),
    "partial, without trees": (("--filter=tree:0", FILE), ()),
    "shallow": (("--depth=1", FILE), ()),
    "objects of another repository": (("--shared", "{origin}"), ()),
    "a sparse checkout with a sparse index": (
        ("{origin}",),
        (("sparse-checkout", "init", "--cone", "--sparse-index"), ("sparse-checkout", "set", "src", "baselines")),
    ),
    "an index of version 4": (("{origin}",), (("update-index", "--index-version", "4"),)),
    "a split index": (("{origin}",), (("update-index", "--split-index"),)),
    "an index without a checksum": (("{origin}",), (("config", "index.skipHash", "true"),)),
    "an untracked cache": (("{origin}",), (("update-index", "--untracked-cache"),)),
    "packed": (("{origin}",), (("gc", "-q"), ("pack-refs", "--all"), ("commit-graph", "write"))),
}


@pytest.fixture
def origin(shop: Repo) -> Repo:
    """A repository with baselines, a folder that is no source, and two commits."""
    with contextlib.chdir(shop.root):
        main(["refresh"])
    shop.commit({"notes/one.txt": "1\n"})
    shop.commit({"notes/two.txt": "2\n"})
    shop.run("config", "uploadpack.allowFilter", "true")
    return shop


def check_all(repo: Repo, base: str, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A change that fails, checked as it is staged, since a commit, and on disk; then without it."""
    monkeypatch.chdir(repo.root)
    repo.write({"src/shop/app.py": SLOW_APP})
    repo.run("add", "src")
    codes = [gate("check", *options).code for options in (["--staged"], ["--base", base], [])]
    repo.run("reset", "-q", "--hard")
    return [*codes, gate("check", "--base", base).code]


@pytest.mark.parametrize("name", CLONES)
def test_a_clone(origin: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    how, steps = CLONES[name]
    options = [word.format(origin=origin.root) for word in how]
    origin.run("-c", "protocol.file.allow=always", "clone", "-q", *options, str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone")
    for step in steps:
        clone.run(*step)
    assert check_all(clone, "origin/main", gate, monkeypatch) == [1, 1, 1, 0]


def test_a_worktree_and_a_submodule(origin: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin.run("worktree", "add", "-q", "-b", "other", str(tmp_path / "worktree"))
    assert check_all(Repo(tmp_path / "worktree"), "main", gate, monkeypatch) == [1, 1, 1, 0]
    outer = Repo.init(tmp_path / "outer")
    outer.run("-c", "protocol.file.allow=always", "submodule", "add", "-q", f"file://{origin.root}", "sub")
    outer.commit({})
    assert check_all(Repo(tmp_path / "outer" / "sub"), "origin/main", gate, monkeypatch) == [1, 1, 1, 0]


def test_what_a_partial_clone_has_not_fetched_is_told(
    origin: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "clone"
    url = FILE.format(origin=origin.root)
    origin.run(
        "-c", "protocol.file.allow=always", "clone", "-q", "--no-checkout", "--filter=blob:none", url, str(clone)
    )
    Repo(clone).run("read-tree", "HEAD")
    monkeypatch.chdir(clone)
    before = sorted(os.listdir(clone / ".git" / "objects" / "pack"))
    ran = gate("check", "--staged")
    assert (ran.code, "[git-missing-object]" in ran.err) == (2, True), ran.err
    assert sorted(os.listdir(clone / ".git" / "objects" / "pack")) == before
