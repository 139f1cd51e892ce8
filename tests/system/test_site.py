"""The documentation: the site builds with warnings as errors, and what its pages tell one to type works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def blocks(page: str) -> list[tuple[str, str]]:
    """The console blocks of a page, each with whether it ends with 1."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```console( fails)?\n(.*?)^```$", text, re.M | re.S)


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """Ten seconds, for all pages."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    for page in ("index.html", "tutorial/index.html", "configuration/index.html", "messages/index.html"):
        assert (tmp_path / "site" / page).is_file()


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.name for path in (ROOT / "docs").glob("*.md")]
    assert [page for page in pages if not re.search(rf"[- ]{re.escape(page)}$", navigation, re.M)] == []


def _run(page: str, folder: Path) -> list[str]:
    """What each console block of a page prints, run in one shell after the other, as `pip install` would have set it
    up; a folder that one goes to is where the next begins."""
    (folder / "bin").mkdir()
    programs = {"code-path-audit": "-m code_path_audit", "code-path-gate": "-m code_path_gate", "python": ""}
    for program, module in programs.items():
        script = folder / "bin" / program
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        script.chmod(0o755)
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env["PYTHONPATH"] = os.pathsep.join(str(ROOT / part) for part in ("audit", "hooks"))
    env["PATH"] = f"{folder / 'bin'}{os.pathsep}{env['PATH']}"
    here, said = folder, []
    for fails, block in blocks(page):
        shell = ["bash", "-e", "-c", f"{block}\npwd > {folder}/here"]
        done = subprocess.run(shell, cwd=here, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == (1 if fails else 0), block + done.stdout + done.stderr
        said.append(done.stdout)
        if not fails:
            here = Path((folder / "here").read_text().strip())
    return said


SAYS = {
    "tutorial.md": [
        "wrote baselines/shop-save.json", "shop.app.save  src/shop/app.py:4",
        "src/shop/app.py:7",  # the cause
        "1 action clean",
    ],
    "how-to-first-gate.md": [
        "json.loads", "1 action clean", "FAILS src/orders/__init__.py:6", "grown", '-{"id"', "1 action clean",
    ],
    "how-to-library.md": ["builtins.open?", "per customer  ourclient.fetch", "builtins.open  "],
    "how-to-monorepo.md": ["packages/cart/src/cart/__init__.py:2", "1 action clean"],
    "how-to-recording.md": ["per file", "10 times, measured"],
}  # fmt: skip
"""What the blocks of each page print, in this order."""

OTHERS = {"assistants.md": "installs the package"}
"""Pages whose blocks are not run, and why."""


def test_every_page_with_blocks_is_run() -> None:
    with_blocks = {path.name for path in (ROOT / "docs").glob("*.md") if blocks(path.name)}
    assert with_blocks == SAYS.keys() | OTHERS.keys()


@pytest.mark.slow
@pytest.mark.parametrize("page", SAYS)
def test_the_blocks_of_a_page(page: str, tmp_path: Path) -> None:
    """Up to ten seconds each: it starts the programs a dozen times."""
    text = "".join(_run(page, tmp_path))
    for expected in SAYS[page]:
        before, found, text = text.partition(expected)
        assert found, f"{expected!r} is not in what comes then: {before}"
