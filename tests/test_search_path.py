"""Modules are not looked for in the checkout, whatever PYTHONPATH names; all else of it stays."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import code_path_audit
from code_path_audit.search_path import outside

HOME = str(Path(code_path_audit.__file__).parents[1])
Make = Callable[[dict[str, str]], Path]

GIVEN: dict[str, tuple[list[str], list[str]]] = {
    # parts of PYTHONPATH: what of them stays; {top} is the checkout, {out} a folder beside it
    "the checkout": (["{top}"], []),
    "a folder in it": (["{top}/src"], []),
    "the working folder": (["."], []),
    "a folder below it": (["../src"], []),
    "an empty part": ([""], []),
    "a link into it": (["{out}/link"], []),
    "a folder beside it": (["{out}"], ["{out}"]),
    "one whose name begins alike": (["{top}-more"], ["{top}-more"]),
    "several": (["{out}", "{top}", "", "{top}/src"], ["{out}"]),
}


@pytest.mark.parametrize("case", GIVEN)
def test_what_stays(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top, out = tmp_path / "top", tmp_path / "out"
    for folder in (top / ".git", top / "src", top / "work", out):
        folder.mkdir(parents=True)
    (out / "link").symlink_to(top / "src")
    monkeypatch.chdir(top / "work")
    given, stays = ([part.format(top=top, out=out) for part in parts] for parts in GIVEN[case])
    # as the interpreter has it
    path = [os.path.abspath(part) for part in given]
    rest = ["/usr/lib/python.zip", str(top / ".venv" / "lib")]
    assert outside([*path, *rest], os.pathsep.join(given)) == [*stays, *rest]


def test_what_this_program_came_from_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HOME)
    given = [HOME, str(Path(HOME, "code_path_audit"))]
    assert outside(given, os.pathsep.join(given)) == [HOME]


@pytest.mark.parametrize("program", ["code_path_audit", "code_path_gate"])
@pytest.mark.parametrize("given", [".", "src", ""])
def test_no_module_of_the_checkout_runs(program: str, given: str, make_tree: Make) -> None:
    evil = "open('CANARY', 'w')\n"
    names = ("json", "argparse", "tomllib", "hashlib", "subprocess", "typeshed_client")
    root = make_tree({f"{folder}{name}.py": evil for folder in ("", "src/") for name in names})
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([given, *map(os.path.abspath, sys.path)])}
    done = subprocess.run(
        [sys.executable, "-P", "-m", program, "--help"], cwd=root, env=environ, capture_output=True, check=False
    )
    assert (done.returncode, (root / "CANARY").exists()) == (0, False), done.stderr.decode()
