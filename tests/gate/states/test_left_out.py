"""Files that git has and keeps out of the working tree: a pass without them is told."""

from __future__ import annotations

import contextlib

import pytest

from code_path_gate.cli import main
from tests.gate.repositories import Repo
from tests.gate.shop import CONFIG, Gate

STORE, READER = "src/shop/store.py", "src/shop/reader.py"
NOTE = (
    "note: {} that git has {} left out of the working tree, by a sparse checkout or a mark in the index: {}; what is "
    "in {} is not counted."
)


def without(*marks: str) -> tuple[tuple[str, ...], ...]:
    return (("update-index", *marks, STORE), ("rm-file", STORE))


WAYS: dict[str, tuple[tuple[tuple[str, ...], ...], str]] = {
    "skip-worktree": (without("--skip-worktree"), STORE),
    "assume-unchanged": (without("--assume-unchanged"), STORE),
    "both": (without("--skip-worktree", "--assume-unchanged"), STORE),
    "a sparse checkout": (
        (("sparse-checkout", "init", "--no-cone"), ("sparse-checkout", "set", "/*", f"!/{STORE}")),
        STORE,
    ),
    "models of libraries": (
        (("update-index", "--skip-worktree", "baselines/libraries.toml"), ("rm-file", "baselines/libraries.toml")),
        "baselines/libraries.toml",
    ),
    "marked, and there": ((("update-index", "--skip-worktree", STORE),), ""),
    "a file of no source": ((("update-index", "--skip-worktree", "notes.py"), ("rm-file", "notes.py")), ""),
    "an excluded file": ((("update-index", "--skip-worktree", "src/old/a.py"), ("rm-file", "src/old/a.py")), ""),
    "deleted by the change": ((("rm-file", READER),), ""),
    "deleted by the change, and staged": ((("rm", "-q", READER),), ""),
}
"""What is done, a line each, and the file that is told as left out."""


def do(repo: Repo, steps: tuple[tuple[str, ...], ...]) -> None:
    for command, *arguments in steps:
        if command == "rm-file":
            (repo.root / arguments[0]).unlink()
        else:
            repo.run(command, *arguments)


@pytest.mark.parametrize("name", WAYS)
def test_what_is_left_out_is_told(shop: Repo, gate: Gate, name: str) -> None:
    shop.write({"pyproject.toml": CONFIG.replace('["src"]', '["src"]\nexclude = ["old"]')})
    shop.write({"notes.py": "x = 1\n", "src/old/a.py": "x = 1\n", "baselines/libraries.toml": ""})
    with contextlib.chdir(shop.root):
        main(["refresh"])
    shop.commit({})
    steps, told = WAYS[name]
    do(shop, steps)
    for options in ([], ["--base", "HEAD"]):
        said = " ".join(gate("check", *options).out.split())
        expected = NOTE.format("1 file", "is", told, "it")
        assert (expected in said) == bool(told), said
        assert ("left out of the working tree" in said) == bool(told), said
    for command in ("refresh", "report") if name == "a sparse checkout" else ("refresh",):
        said = gate(command).err
        assert (NOTE.format("1 file", "is", told, "it") in said) == bool(told), said
    # what is staged is whole
    assert "left out" not in gate("check", "--staged").out


def test_many_are_counted_and_no_answer_is_kept(shop: Repo, gate: Gate) -> None:
    names = [f"src/shop/more{number}.py" for number in range(5)]
    shop.commit(dict.fromkeys(names, "x = 1\n"))
    shop.run("update-index", "--skip-worktree", *names)
    for name in names:
        (shop.root / name).unlink()
    said = " ".join(gate("check").out.split())
    first = ", ".join(names[:3])
    assert NOTE.format("5 files", "are", f"{first} and 2 more", "them") in said
    # the marks alone go: now git takes the files for deleted
    shop.run("update-index", "--no-skip-worktree", *names)
    assert "left out" not in gate("check").out
