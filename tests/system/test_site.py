"""The documentation: the site builds with warnings as errors, and what its pages tell one to type works."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.repositories import extract, source
from tests.conftest import ROOT
from tests.gate.repositories import Repo
from tests.gate.shop import FILES


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


def _environment(folder: Path) -> dict[str, str]:
    """The environment of a shell, as `pip install` would have set it up."""
    (folder / "bin").mkdir()
    programs = {"code-path-audit": "-m code_path_audit", "code-path-gate": "-m code_path_gate", "python": ""}
    for program, module in programs.items():
        script = folder / "bin" / program
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        script.chmod(0o755)
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env["PYTHONPATH"] = os.pathsep.join(str(ROOT / part) for part in ("audit", "hooks"))
    env["PATH"] = f"{folder / 'bin'}{os.pathsep}{env['PATH']}"
    return env


def _run(page: str, folder: Path, more: Mapping[str, str] | None = None) -> list[str]:
    """What each console block of a page prints, run in one shell after the other; a folder that one goes to is where
    the next begins. `more` is added to the environment."""
    env = {**_environment(folder), **(more or {})}
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
    "how-to-false-alarm.md": [
        "baselines/current.json written", "FAILS: current: builtins.open", "per name", "accepted until",
    ],
    "how-to-first-gate.md": [
        "json.loads", "1 action clean", "FAILS src/orders/__init__.py:6", "grown", '-{"id"', "1 action clean",
    ],
    "how-to-library.md": ["builtins.open?", "per customer  ourclient.fetch", "builtins.open  "],
    "how-to-monorepo.md": ["packages/cart/src/cart/__init__.py:2", "1 action clean"],
    "how-to-recording.md": ["per file", "about 10 times, measured"],
}  # fmt: skip
"""What the blocks of each page print, in this order."""

OTHERS = {
    "assistants.md": "installs the package: test_release.py runs it",
    "tutorial.md": "needs a repository of others: see below",
}
"""Pages whose blocks are not run with the others, and why."""


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


TUTORIAL = [
    "wrote baselines/load.json", "load", "yaml.load?", "frontmatter/default_handlers.py:260",
    "frontmatter.load  frontmatter/__init__.py", "FAILS frontmatter/__init__.py:94",
    "yaml.load in frontmatter.default_handlers.YAMLHandler.load: grown; ran once, now per line", "5 actions clean",
]  # fmt: skip
"""What the blocks of the tutorial print, in this order."""

CLONED = re.compile(r"--branch v(\S+) (https://github.com/\S+/(\S+))$", re.M)


@pytest.mark.slow
@pytest.mark.network
def test_the_blocks_of_the_tutorial(tmp_path: Path) -> None:
    """On the repository that it clones, which is made here of the source distribution of that version; skipped where
    the registry is out of reach. Half a minute."""
    found = CLONED.search(blocks("tutorial.md")[0][1])
    assert found is not None
    version, address, package = found.groups()
    repo = Repo.init(tmp_path / "cloned")
    unpacked = _source(package, version, tmp_path)
    for path in unpacked.iterdir():
        path.rename(repo.root / path.name)
    repo.commit({})
    repo.run("tag", f"v{version}")
    instead = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{repo.root.as_uri()}.insteadOf",
        "GIT_CONFIG_VALUE_0": address,
    }
    text = "".join(_run("tutorial.md", tmp_path, instead))
    for expected in TUTORIAL:
        before, there, text = text.partition(expected)
        assert there, f"{expected!r} is not in what comes then: {before}"


def _source(package: str, version: str, folder: Path) -> Path:
    """The unpacked source distribution of a package."""
    try:
        archive = source(f"{package}=={version}", folder)
    except subprocess.CalledProcessError:
        pytest.skip(f"the registry does not give {package} {version}")
    with tarfile.open(archive) as packed:
        extract(packed, folder)
    return folder / archive.name.removesuffix(".tar.gz")


def test_the_commands_of_the_readme(tmp_path: Path) -> None:
    """Those that guard a program, one after the other: what they write is staged, as its words say."""
    ((fails, block),) = blocks("../README.md")
    env = _environment(tmp_path)
    repo = Repo.init(tmp_path / "shop")
    repo.commit(FILES)
    day = datetime.date.today() + datetime.timedelta(days=30)
    op = ""
    said = []
    for line in block.splitlines():
        command = re.sub(r"\d{4}-\d\d-\d\d", day.isoformat(), line.replace("OP_ID", op))
        done = subprocess.run(
            ["bash", "-c", command], cwd=repo.root, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, command + done.stdout + done.stderr
        said.append(done.stdout)
        repo.run("add", "--all")
        op = op or re.findall(r'"id": "(\w+)"', (repo.root / "baselines" / "save.json").read_text())[0]
    assert not fails
    assert [bool(re.search(text, out)) for text, out in zip(README, said, strict=True)] == [True] * len(README)


README = [r"baselines/save\.json written", r"actions? clean", r"accepted until"]
"""What each of these commands prints."""
