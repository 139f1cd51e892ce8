"""What others run the gate with: the action, the workflows, the hook and the snippets, by their own linters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.conftest import ROOT
from tests.gate.repositories import Repo
from tests.gate.shop import SLOW_APP, commit_shop, make_gate

WORKFLOWS = sorted(path.name for path in (ROOT / ".github" / "workflows").iterdir())
FILES_OF_CI = {"action.yml": "vendor.github-actions"} | {
    f".github/workflows/{name}": "vendor.github-workflows" for name in WORKFLOWS
}


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def check_schema(schema: str, *paths: Path) -> None:
    run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, paths))


def load(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text("utf-8"))


def test_there_are_the_workflows() -> None:
    assert WORKFLOWS == ["docs.yml", "fuzz.yml", "gate.yml", "release.yml", "report.yml", "tests.yml"]


@pytest.mark.parametrize("file", FILES_OF_CI)
def test_valid_against_its_schema(file: str) -> None:
    check_schema(FILES_OF_CI[file], ROOT / file)


def test_zizmor_finds_nothing() -> None:
    zizmor = f"{sysconfig.get_path('scripts')}/zizmor"
    run(zizmor, "--offline", "--no-progress", "--pedantic", *(str(ROOT / file) for file in FILES_OF_CI))


WRITES = {
    ("report.yml", "commit"): {"contents": "write"},
    ("release.yml", "publish"): {"id-token": "write"},
    ("docs.yml", "publish"): {"pages": "write", "id-token": "write"},
}
"""Jobs that may write."""


@pytest.mark.parametrize("name", WORKFLOWS)
def test_least_permissions_and_pinned_actions(name: str) -> None:
    workflow = load(ROOT / ".github" / "workflows" / name)
    assert workflow["permissions"] == {}
    for title, job in workflow["jobs"].items():
        # what writes is opted in to
        wanted = WRITES.get((name, title), {"contents": "read"})
        assert (job["permissions"], "if" in job) == (wanted, "write" in wanted.values())
        for step in job["steps"]:
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", step.get("uses", "a/b@" + 40 * "0"))


def test_what_is_checked_before_a_merge_is_checked_in_a_merge_queue_too() -> None:
    for name in ("docs.yml", "gate.yml", "tests.yml"):
        assert {"pull_request", "merge_group"} <= load(ROOT / ".github" / "workflows" / name)["on"].keys()
    base = "${{ github.event.pull_request.base.sha || github.event.merge_group.base_sha }}"
    assert load(ROOT / "action.yml")["inputs"]["base"]["default"] == base


def test_the_classifiers_name_the_systems_that_must_pass() -> None:
    jobs = load(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]
    must = {job["runs-on"].partition("-")[0] for job in jobs.values() if not job.get("continue-on-error")}
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    systems = [line for line in classifiers if line.startswith("Operating System")]
    assert (must, systems) == ({"ubuntu"}, ["Operating System :: POSIX :: Linux"])


def test_every_version_of_python_is_tested() -> None:
    matrix = load(ROOT / ".github" / "workflows" / "tests.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]


def test_the_manifest_of_hooks() -> None:
    run(sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))
    (hook,) = load(ROOT / ".pre-commit-hooks.yaml")
    assert (hook["language"], hook["require_serial"], hook["pass_filenames"]) == ("python", True, False)


def test_this_repository_uses_the_hook() -> None:
    run(sys.executable, "-m", "pre_commit", "validate-config", str(ROOT / ".pre-commit-config.yaml"))
    hooks = {hook["id"]: hook for repo in load(ROOT / ".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]}
    (manifest,) = load(ROOT / ".pre-commit-hooks.yaml")
    for key in ("entry", "always_run", "pass_filenames", "require_serial"):
        assert hooks["code-path-gate"][key] == manifest[key]


SNIPPETS = dict(
    re.findall(
        r"^## (GitHub|GitLab|pre-commit)\n.*?```yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.S | re.M
    )
)


def test_the_snippets_of_the_documentation(tmp_path: Path) -> None:
    assert set(SNIPPETS) == {"GitHub", "GitLab", "pre-commit"}
    # four lines, and the checkout that every workflow has
    assert SNIPPETS["GitHub"].count("\n") == 4
    steps = SNIPPETS["GitHub"].replace("\n", "\n      ")
    head = "on: pull_request\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n      "
    (tmp_path / "workflow.yml").write_text(head + steps)
    check_schema("vendor.github-workflows", tmp_path / "workflow.yml")
    (tmp_path / "gitlab.yml").write_text(SNIPPETS["GitLab"])
    check_schema("vendor.gitlab-ci", tmp_path / "gitlab.yml")
    (tmp_path / "pre-commit.yaml").write_text(f"repos:\n{SNIPPETS['pre-commit']}")
    run(sys.executable, "-m", "pre_commit", "validate-config", str(tmp_path / "pre-commit.yaml"))


@pytest.mark.slow
@pytest.mark.network
def test_the_action_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its steps as GitHub runs them; most of the half minute is for installing."""
    repo = Repo.init(tmp_path / "shop")
    monkeypatch.chdir(repo.root)
    commit_shop(repo, make_gate(capsys))
    repo.run("switch", "-q", "-c", "branch")
    repo.commit({"src/shop/app.py": SLOW_APP})
    (tmp_path / "temp").mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB", "PYTHON"))}
    env |= {
        "RUNNER_TEMP": str(tmp_path / "temp"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "SOURCE": str(ROOT), "PYTHON": sys.executable, "BASE": "main", "ARGUMENTS": "--strict --action save",
    }  # fmt: skip
    python, install, check = load(ROOT / "action.yml")["runs"]["steps"]
    assert python["with"] == {"python-version": "3.13", "update-environment": False}
    scripts = []
    for step in (install, check):
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        scripts.append(subprocess.run(shell, cwd=repo.root, env=env, capture_output=True, text=True, check=False))
    assert scripts[0].returncode == 0, scripts[0].stderr
    assert (scripts[1].returncode, scripts[1].stderr) == (1, ""), scripts[1].stderr
    assert scripts[1].stdout.startswith(
        "::error file=src/shop/app.py,line=7,title=grown::shop.app.save -> shop.store.write"
    )
    assert "an action became more expensive" in (tmp_path / "summary.md").read_text()


SERVER = "https://server.example"


@pytest.mark.parametrize("branch", ["main", "reports"])
def test_the_report_is_committed(branch: str, tmp_path: Path) -> None:
    """The steps of the job as GitHub runs them, twice, against a repository that is pushed to."""
    work = Repo.init(tmp_path / "work")
    work.commit({"shop.py": "x = 1\n"})
    remote = tmp_path / "remote"
    work.run("clone", "-q", "--bare", str(work.root), str(remote))
    work.run("remote", "add", "origin", str(remote))
    url = "https://x-access-token:t@server.example/owner/repo"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "GITHUB"))}
    env |= {
        "TARGET": branch, "TOKEN": "t", "GITHUB_SERVER_URL": SERVER, "GITHUB_REPOSITORY": "owner/repo",
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{remote}.insteadOf", "GIT_CONFIG_VALUE_0": url,
    }  # fmt: skip
    steps = load(ROOT / ".github" / "workflows" / "report.yml")["jobs"]["commit"]["steps"]
    before, report, after = steps[-3:]
    assert report["run"] == "code-path-gate report"
    history = work.root / "docs" / "reports" / "code_path_audit" / "history.jsonl"
    for number in (1, 2):
        for step in (before, after):
            if step is after:  # in the place of the report: a line more of what was there
                history.parent.mkdir(parents=True, exist_ok=True)
                with open(history, "a") as lines:
                    lines.write(f"{number}\n")
            shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
            done = subprocess.run(shell, cwd=work.root, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
        pushed = Repo(remote).run("show", f"{branch}:docs/reports/code_path_audit/history.jsonl")
        assert pushed == "1\n2"[: 2 * number - 1]
        work.run("reset", "-q", "--hard", "HEAD")
        history.unlink(missing_ok=True)
        if branch == "main":
            work.run("fetch", "-q", "origin", "main")
            work.run("reset", "-q", "--hard", "FETCH_HEAD")
    assert int(Repo(remote).run("rev-list", "--count", branch)) == 3
