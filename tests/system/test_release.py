"""What pip installs: wheel and source distribution are built, checked by their own tools, and the wheel does what the
README says. Some ten seconds, for building."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.gate.repositories import Repo
from tests.gate.shop import FILES

pytestmark = pytest.mark.slow

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def run(*command: str, cwd: Path, **environment: str) -> str:
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SOURCE_DATE_EPOCH")}
    done = subprocess.run(command, cwd=cwd, env=env | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source distribution; the wheel is made from the latter, as installers may have to."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT), cwd=out)
    (wheel,), (source,) = out.glob("*.whl"), out.glob("*.tar.gz")
    return wheel, source


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's files as an installer lays them; what it depends on is that of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(built[0]) as wheel:
        wheel.extractall(folder)
    return folder


def test_their_own_tools_find_nothing(built: tuple[Path, Path]) -> None:
    wheel, source = built
    run(sys.executable, "-m", "twine", "check", "--strict", str(wheel), str(source), cwd=wheel.parent)
    tool = f"{sysconfig.get_path('scripts')}/check-wheel-contents"
    # W004: a template of a folder that is put on the path of recorded interpreters is no module of ours to import
    run(tool, "--toplevel", "code_path_audit,code_path_gate", str(wheel), cwd=wheel.parent)


def test_the_version_is_in_one_place(built: tuple[Path, Path]) -> None:
    assert [path.name.split("-")[1].removesuffix(".tar.gz") for path in built] == [VERSION, VERSION]
    files = [*(ROOT / "audit").rglob("*.py"), *(ROOT / "hooks").rglob("*.py")]
    assert [path for path in files if re.search(r"__version__|\b" + re.escape(VERSION) + r"\b", path.read_text())] == []


def test_data_ships(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
    data = [
        path.relative_to(folder.parent).as_posix()
        for folder in (ROOT / "audit" / "code_path_audit", ROOT / "hooks" / "code_path_gate")
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert sorted(set(data) - names) == []
    with tarfile.open(built[1]) as source:
        inside = {name.partition("/")[2] for name in source.getnames()}
    assert {"LICENSE", "CHANGELOG.md", "README.md", "pyproject.toml", "tests/conftest.py"} <= inside


def test_the_extra_installs_as_the_page_for_assistants_says(built: tuple[Path, Path], tmp_path: Path) -> None:
    """Word for word, from the wheel; what it depends on is left out, since a registry may be out of reach."""
    page = (ROOT / "docs" / "assistants.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```console\n(.*?)^```$", page, re.M | re.S)
    (tmp_path / "pip").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pip "$@"\n')
    (tmp_path / "pip").chmod(0o755)
    place = {
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_FIND_LINKS": str(built[0].parent),
        "PIP_TARGET": str(tmp_path / "there"),
    }
    said = run("bash", "-e", "-c", block, cwd=tmp_path, **place)
    assert f"Successfully installed code-path-audit-{VERSION}" in said and "does not provide the extra" not in said
    assert (tmp_path / "there" / "code_path_audit" / "mcp_server.py").is_file()


@pytest.fixture(scope="module")
def editable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `pip install -e` lays beside the packages of an environment."""
    out, folder = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("editable")
    build = f"from hatchling.build import build_editable; build_editable({str(out)!r})"
    run(sys.executable, "-c", build, cwd=ROOT)
    with zipfile.ZipFile(next(out.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return folder


@pytest.mark.parametrize("how", ["installed", "editable"])
@pytest.mark.parametrize("program", ["code_path_audit", "code_path_gate"])
def test_what_is_installed_runs_in_a_checkout_that_has_its_name(
    request: pytest.FixtureRequest, tmp_path: Path, program: str, how: str
) -> None:
    """`python -m` looks in the working folder first; what is laid beside the packages comes before that."""
    installed: Path = request.getfixturevalue(how)
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(tmp_path / "venv")
    paths = {"base": str(tmp_path / "venv"), "platbase": str(tmp_path / "venv")}
    python = Path(sysconfig.get_path("scripts", "venv", paths), "python")
    packages = Path(sysconfig.get_path("purelib", "venv", paths))
    shutil.copytree(installed, packages, dirs_exist_ok=True)
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    checkout = tmp_path / "checkout"
    for name in ("code_path_audit/__init__", "code_path_audit/__main__", "code_path_gate/__init__", "json", "argparse"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / f"{name}.py").write_text("open('CANARY', 'w')\n")
    assert "usage: code-path-" in run(str(python), "-m", program, "--help", cwd=checkout)
    assert "usage: code-path-" in run(str(python), f"-Bm{program}", "--help", cwd=checkout)
    assert not (checkout / "CANARY").exists()


def test_the_readmes_commands_work_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    repo = Repo.init(tmp_path / "shop")
    config = FILES["pyproject.toml"]
    repo.commit({**FILES, "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n', "setup.py": ""})

    def ran(program: str, *arguments: str) -> str:
        module = program.replace("-", "_")
        return run(sys.executable, "-m", module, *arguments, cwd=repo.root, PYTHONPATH=str(installed))

    repo.write({"pyproject.toml": config})
    said = ran("code-path-audit", "init", "--yes")
    assert "wrote baselines/save.json" in said and "wrote .pre-commit-config.yaml" in said
    assert "save" in ran("code-path-audit")
    assert json.loads(ran("code-path-audit", "--entry", "shop.store.write", "--source", "src", "--json"))
    assert "shop.store.write" in ran("code-path-audit", "callgraph", "--format", "dot")
    assert "summary.md" in ran("code-path-audit", "report")
    assert "clean" in ran("code-path-gate", "check")
    ran("code-path-gate", "refresh")
    assert json.loads(ran("code-path-audit", "schema", "configuration"))["title"] == "code-path-audit"
    repo.run("add", "--all")
    assert "clean" in ran("code-path-gate", "check", "--staged")
