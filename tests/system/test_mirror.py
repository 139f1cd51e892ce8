"""Tests are where one looks for them first: in the file of the same name as what they test, in the same place."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import code_path_audit
import code_path_gate
from tests.callgraph.test_index import table as mechanisms
from tests.conftest import ROOT

PACKAGES = {
    "audit/code_path_audit": (Path(code_path_audit.__file__).parent, "tests"),
    "hooks/code_path_gate": (Path(code_path_gate.__file__).parent, "tests/gate"),
}
"""For each package its folder, and where its tests are."""

SYSTEM = ("tests/system/", "tests/specimens/", "tests/programs/")
"""Folders that mirror no package."""

OTHERS = {
    "tests/costs/test_clients.py": "of rules in whole programs",
    "tests/costs/test_used_libraries.py": "of rules in whole programs, library by library",
    "tests/profiles/runs/test_against_execution.py": "counting against programs that run",
    "tests/profiles/runs/test_cache_forms.py": "of all spellings of what is kept",
    "tests/gate/causes/test_caches.py": "of spellings of caches through the gate",
    "tests/callgraph/models/test_every_model_is_shown.py": "of all models at once",
    "tests/callgraph/test_index.py": "of the specimens' tables",
    "tests/callgraph/test_programs.py": "of whole programs",
    "tests/callgraph/test_specimens.py": "of every mechanism",
    "tests/gate/baseline/test_upgrades.py": "of a package",
    "tests/gate/test_costs_changed.py": "of baselines that were weighed by other costs",
    "tests/gate/states/test_git_kinds.py": "of whole checks in all kinds of repositories",
    "tests/gate/formats/test_limits.py": "of all formats that a server takes",
    "tests/libraries/test_shipped.py": "of the models that ship",
    "tests/callgraph/models/test_unbound.py": "of methods of library classes that are read from their class",
    "tests/libraries/test_frameworks.py": "of the models of frameworks that ship",
    "tests/profiles/candidates/test_hostile_to_caches.py": "of what no cache may stand before",
    "tests/profiles/candidates/test_far_from_the_loop.py": "of candidates whose work is not in the loop's own body",
    "tests/prune/test_asking_side_by_side.py": "of patches of programs that ask a real server",
    "tests/prune/test_savings.py": "of what candidates tell, against traces of patched sources",
    "tests/prune/test_shop.py": "of patches of an application that runs",
    "tests/reports/test_sample.py": "of what the other tests share",
    "tests/reports/page/test_in_browser.py": "of the page's program, and of all of the page",
    "tests/store/test_crash.py": "of the store in processes of its own",
}
"""Files of tests that are named for no file of the packages, with the reason."""


@functools.cache
def modules() -> dict[str, str]:
    """The file of tests of each module of our own that is more than a marker, by the module's path."""
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": (
            f"{tests}/{path.relative_to(folder).with_name('test_' + path.name).as_posix()}"
        )
        for name, (folder, tests) in PACKAGES.items()
        for path in folder.rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py")
    }


@functools.cache
def elsewhere() -> dict[str, str]:
    """The rows of `tests/README.md`."""
    rows, package = {}, ""
    for line in (ROOT / "tests" / "README.md").read_text(encoding="utf-8").splitlines():
        if heading := re.fullmatch(r"## `(.+)/`", line):
            package = heading[1]
        elif row := re.fullmatch(r"\| `(.+)` \| `(.+)` \|", line):
            rows[f"{package}/{row[1]}"] = row[2]
    return rows


def shown_by_specimens() -> set[str]:
    return {f"audit/code_path_audit/callgraph/{name}" for name in mechanisms()}


def test_every_file_has_its_tests() -> None:
    mirrored = {module for module, tests in modules().items() if (ROOT / tests).is_file()}
    found = mirrored | elsewhere().keys() | shown_by_specimens()
    assert sorted(modules().keys() - found) == [], (
        "no file of tests has its name, and tests/README.md has no row for it"
    )


def test_what_is_tested_elsewhere_is_there() -> None:
    assert sorted(elsewhere().keys() - modules().keys()) == [], "there is no such file"
    assert sorted(tests for tests in elsewhere().values() if not (ROOT / tests).is_file()) == []
    both = [module for module in elsewhere() if (ROOT / modules()[module]).is_file() or module in shown_by_specimens()]
    assert both == [], "it is found without a row"


def test_every_file_of_tests_mirrors_one() -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    files = {path for path in files if not path.startswith(SYSTEM)}
    measured = {f"tests/benchmarks/test_{path.name}" for path in (ROOT / "benchmarks").glob("*.py")}
    assert sorted(files - set(modules().values()) - measured - OTHERS.keys()) == [], (
        "no file of the packages has this name"
    )
    assert sorted(OTHERS.keys() - files) == [], "there is no such file"
