"""What the repository says of itself is true: the README's commands, the workflows' pins, the tools' configuration."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from code_path_audit import cli
from code_path_audit.config import load_config
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def setup_commands() -> list[str]:
    return re.findall(r"^```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)


def test_the_readme_has_two_set_up_commands_of_one_line() -> None:
    assert setup_commands() == [
        "python -m pip install . && code-path-audit",
        "python -m pip install -e '.[test]' && python -m pytest -n auto",
    ]


def test_ci_runs_the_second_one() -> None:
    # .ci/run takes the commands from the README by this rule, and runs the second
    found = [line for line in README.splitlines() if line.startswith("python -m pip install ")]
    assert found == setup_commands()
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "grep '^python -m pip install ' README.md" in script
    assert 'run "${commands[1]}"' in script


def test_the_readme_says_what_it_is_for_in_five_lines() -> None:
    first = README.split("\n\n")[1]
    assert len(first.splitlines()) == 5


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_the_readme_names_every_command(command: str) -> None:
    assert f"`code-path-audit {command}" in README if command else "| `code-path-audit` |" in README


def test_every_option_in_the_readme_exists(capsys: pytest.CaptureFixture[str]) -> None:
    helps = ""
    for command in ([], *([name] for name in cli.COMMANDS)):
        assert cli.main([*command, "--help"]) == 0
        helps += capsys.readouterr().out
    used = {
        option for row in re.findall(r"`code-path-audit[^`]*`.*", README) for option in re.findall(r"--[a-z]+", row)
    }
    assert used and [option for option in sorted(used) if option not in helps] == []


def test_its_own_actions_are_declared() -> None:
    config = load_config(ROOT)
    assert (config.root, config.source) == (ROOT, ("audit", "hooks"))
    assert config.actions


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    uses = re.findall(r"uses:\s*(.*)", path.read_text(encoding="utf-8"))
    assert uses
    assert [use for use in uses if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+.*", use)] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_have_least_permissions(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "\npermissions: {}\n" in text
    # a job that writes is opted in to (test_ci.py looks at each)
    assert bool(text.count(": write")) == len(re.findall(r"\n    if: .*vars\.", text))
    assert text.count("persist-credentials: false") == text.count("actions/checkout@")


def test_workflows_are_valid() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", "-o", "json"]
    run = subprocess.run([*command, *map(str, WORKFLOWS)], capture_output=True, text=True, check=False)
    assert (run.returncode, json.loads(run.stdout)["errors"]) == (0, [])


def test_the_workflow_tests_each_python_that_is_promised() -> None:
    promised = re.findall(r"Python :: (3\.\d+)", "\n".join(PYPROJECT["project"]["classifiers"]))
    tested = re.findall(r'python: \["(.*)"\]', (ROOT / ".github/workflows/tests.yml").read_text(encoding="utf-8"))
    # what has never run is in the workflow alone
    assert tested[0].split('", "') == [*promised, "3.14"]
    assert PYPROJECT["project"]["requires-python"] == f">={promised[0]}"


def test_the_layers_are_those_of_the_architecture_page() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = re.findall(r"`(\w+)`", re.findall(r"^Layers.*?\.", page, re.MULTILINE | re.DOTALL)[0])
    held = PYPROJECT["tool"]["importlinter"]["contracts"][0]["layers"]
    assert [layer for layer in held if layer in told] == told
