"""The hook is put into any configuration that people write, and the texts are what their readers take."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path
from textwrap import dedent

import pytest
from ruamel.yaml import YAML

from code_path_audit.proposals.continuous import VARIABLE, gitlab_job, hook_entry, with_hook, workflow

ENTRY = hook_entry("code-path-audit==1.0")
OTHER = [{"repo": "https://example.org/x", "rev": "v1", "hooks": [{"id": "x"}]}]

CONFIGS = {
    "none": "",
    "comments alone": "# nothing yet\n",
    "as the documentation has it": """\
        repos:
        -   repo: https://example.org/x
            rev: v1
            hooks:
            -   id: x
        """,
    "indented": """\
        ---
        # our hooks
        repos:  # all of them
          - repo: https://example.org/x
            rev: v1
            hooks:
              - id: x
        # the end
        """,
    "more keys below": """\
        default_stages: [pre-commit]
        repos:
        - repo: https://example.org/x
          rev: v1
          hooks:
          - id: x

        ci:
          autofix_prs: false
        """,
    "no newline at the end": "repos:\n- repo: https://example.org/x\n  rev: v1\n  hooks:\n  - id: x",
    "of Windows": "repos:\r\n- repo: https://example.org/x\r\n  rev: v1\r\n  hooks:\r\n  - id: x\r\n",
}


def load(text: str) -> dict[str, object]:
    found: dict[str, object] = YAML(typ="safe", pure=True).load(text) or {}
    return found


@pytest.mark.parametrize("name", CONFIGS)
def test_with_hook(name: str) -> None:
    config = dedent(CONFIGS[name])
    made = with_hook(config, ENTRY)
    assert made is not None
    was = load(config)
    repos = was.pop("repos", [])
    (entry,) = load(ENTRY)
    assert load(made) == {**was, "repos": [*repos, entry]}  # type: ignore[misc]
    # all that was there is there still, and in its order
    lines = iter(made.splitlines())
    assert all(line in lines for line in config.splitlines())
    assert ("\r\n" in made) == ("\r\n" in config) and made.count("\r\n") in (0, made.count("\n"))


@pytest.mark.parametrize(
    "config", ["repos: []\n", "repos: [{repo: local, hooks: []}]\n", "{repos: []}\n", "repos:\n\t- repo: x\n", "a: 1\n"]
)
def test_what_nobody_writes_by_hand_is_left_to_a_person(config: str) -> None:
    assert with_hook(config, ENTRY) is None


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


REQUIREMENTS = ("", "code-path-audit==1.0", "code-path-audit @ git+https://example.org/a b.git@abc")


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=["of one machine", "of an index", "of git"])
def test_the_texts_are_valid(requirement: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(with_hook("", hook_entry(requirement)) or "")
    run(sys.executable, "-m", "pre_commit", "validate-config", str(tmp_path / "config.yaml"))
    for folder in ("", "packages/a b"):
        (tmp_path / "workflow.yml").write_text(workflow(requirement, folder))
        check = (sys.executable, "-m", "check_jsonschema", "--builtin-schema")
        run(*check, "vendor.github-workflows", str(tmp_path / "workflow.yml"))
        zizmor = f"{sysconfig.get_path('scripts')}/zizmor"
        run(zizmor, "--offline", "--no-progress", "--pedantic", str(tmp_path / "workflow.yml"))
    (tmp_path / "gitlab.yml").write_text(gitlab_job(requirement))
    run(*check, "vendor.gitlab-ci", str(tmp_path / "gitlab.yml"))


def test_a_project_in_a_folder_is_checked_there() -> None:
    job = load(workflow("code-path-audit", "packages/a"))["jobs"]["code-path-gate"]  # type: ignore[index]
    assert job["defaults"] == {"run": {"working-directory": "packages/a"}}


def test_a_job_without_its_variable_says_so() -> None:
    job = load(workflow(""))["jobs"]["code-path-gate"]  # type: ignore[index]
    (step,) = (step for step in job["steps"] if "pip install" in step.get("run", ""))
    assert step["env"] == {VARIABLE: f"${{{{ vars.{VARIABLE} }}}}"}
    command = ["bash", "-e", "-c", step["run"]]
    done = subprocess.run(command, env={VARIABLE: ""}, capture_output=True, text=True, check=False)
    assert (done.returncode != 0, f"{VARIABLE}: set this variable to what pip installs" in done.stderr) == (True, True)
