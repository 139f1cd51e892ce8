"""The documentation: the site builds with warnings as errors, and what the tutorial tells one to type works."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console( fails)?\n(.*?)^```$", TUTORIAL, re.M | re.S)


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


def test_the_tutorial(tmp_path: Path) -> None:
    """Every block, in one shell after the other; a folder that one goes to is where the next begins."""
    (tmp_path / "bin").mkdir()
    programs = {"code-path-audit": "-m code_path_audit", "code-path-gate": "-m code_path_gate", "python": ""}
    for program, module in programs.items():
        script = tmp_path / "bin" / program
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        script.chmod(0o755)
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env["PYTHONPATH"] = os.pathsep.join(str(ROOT / part) for part in ("audit", "hooks"))
    env["PATH"] = f"{tmp_path / 'bin'}{os.pathsep}{env['PATH']}"
    folder, said = tmp_path, []
    assert len(BLOCKS) >= 7
    for fails, block in BLOCKS:
        shell = ["bash", "-e", "-c", block]
        done = subprocess.run(shell, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == (1 if fails else 0), block + done.stdout + done.stderr
        said.append(done.stdout)
        folder = tmp_path / "shop"
    text = "".join(said)
    assert "wrote baselines/shop-save.json" in text
    assert "shop.app.save  src/shop/app.py:4" in text
    assert "src/shop/app.py:7" in text  # the cause
    assert "1 action clean" in said[-1]
