"""The entry for pre-commit and the workflow for GitHub: this very version of the gate, pinned, on every change."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The Python that runs this, which reads all of the source here: a job has the same."""

HOOK_ID = "code-path-gate"
WORKFLOW = ".github/workflows/code-path-gate.yml"
PRE_COMMIT = ".pre-commit-config.yaml"

HOOK = """\
- repo: local
  hooks:
  - id: code-path-gate
    name: code path gate
    entry: code-path-gate check --staged
{language}
    pass_filenames: false
    always_run: true  # pre-commit lists no deleted files; where no action is affected the gate leaves at once
    require_serial: true
"""
"""An entry of its own, with no repository: what it installs is one requirement, from wherever this copy came."""

INSTALLED = """\
    language: python
    additional_dependencies: [{requirement}]"""

AS_IT_IS = """\
    # the one on the PATH: init ran from a copy that only its machine has; with an address that pip installs it from,
    # pre-commit does that itself: language: python, additional_dependencies: [code-path-audit @ git+https://...@COMMIT]
    language: system"""

VARIABLE = "CODE_PATH_AUDIT"
"""What says where a job elsewhere gets a copy from that only one machine has."""

GIVEN = f"${{{VARIABLE}:?set this variable to what pip installs code-path-audit from}}"
"""The same in a shell, which stops with these words where nobody said it."""

ONE_MACHINE = f"""\
this copy of code-path-audit is on this machine alone: the hook runs the one on
the PATH, and a job elsewhere needs the variable {VARIABLE}, with what pip
installs it from: git+https://HOST/OWNER/code-path-audit@COMMIT"""

GITHUB = """\
name: {name}

# Fails the change that makes an action newly expensive; baselines are committed beside the code.
on:
  pull_request:
  merge_group:

permissions: {{}}

concurrency:
  group: {group}-${{{{ github.ref }}}}
  cancel-in-progress: true

jobs:
  code-path-gate:
    name: {name}
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read
{defaults}    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1  # v7.0.1
        with:
          fetch-depth: 0  # the commit where the change began is traced, too
          persist-credentials: false
      - uses: actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97  # v7.0.0
        with:
          python-version: "{python}"  # the one that init ran on
      - run: python -m pip install {requirement}
{variable}      - run: code-path-gate check --format github --base "$BASE"
        env:
          BASE: ${{{{ github.event.pull_request.base.sha || github.event.merge_group.base_sha }}}}
"""

WITH_VARIABLE = f"""\
        env:
          {VARIABLE}: ${{{{ vars.{VARIABLE} }}}}  # a variable of the repository: init ran from a copy of one machine
"""

GITLAB = """\
code-path-gate:
  image: python:{python}
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    GIT_DEPTH: 0
  script:
    - {install}
    - code-path-gate check --base "$CI_MERGE_REQUEST_DIFF_BASE_SHA"
"""


def hook_entry(requirement: str) -> str:
    """The entry for `.pre-commit-config.yaml`, with no indentation. A requirement of "" here and below is a copy that
    cannot be had elsewhere."""
    return HOOK.format(language=INSTALLED.format(requirement=json.dumps(requirement)) if requirement else AS_IT_IS)


def workflow(requirement: str, folder: str = "") -> str:
    """The workflow for GitHub; `folder` is that of the project in its repository, "" for the top. Those of several
    projects in one repository have names of their own: what is asked for before a merge goes by them."""
    defaults = f"    defaults:\n      run:\n        working-directory: {json.dumps(folder)}\n" if folder else ""
    return GITHUB.format(
        requirement=_installed(requirement),
        variable="" if requirement else WITH_VARIABLE,
        python=PYTHON,
        defaults=defaults,
        name=json.dumps(f"{HOOK_ID} ({folder})") if folder else HOOK_ID,
        group=Path(workflow_path(folder)).stem,
    )


def workflow_path(folder: str = "") -> str:
    """Where the workflow of a project is, from the top of its repository."""
    if not folder:
        return WORKFLOW
    return WORKFLOW.replace(".yml", f"-{re.sub(r'[^A-Za-z0-9._]+', '-', folder)}.yml")


def gitlab_job(requirement: str) -> str:
    """The job for `.gitlab-ci.yml`."""
    return GITLAB.format(python=PYTHON, install=json.dumps(f"python -m pip install {_installed(requirement)}"))


def _installed(requirement: str) -> str:
    """What pip is told to install, as a word of a shell's command."""
    return shell_word(requirement) if requirement else f'"{GIVEN}"'


def shell_word(text: str) -> str:
    """A word of a shell's command, quoted where it has to be."""
    import shlex

    return shlex.quote(text)


def with_hook(config: str, entry: str) -> str | None:
    """A pre-commit configuration with one more entry at the end of its list `repos`, all else as it was.

    "" is a file that is not there yet. None where the list is not written one entry a line, as people write it.
    """
    if all(not line.strip() or line.startswith("#") for line in config.splitlines()):
        return f"{config}repos:\n{entry}"
    newline = "\r\n" if "\r\n" in config else "\n"
    lines = config.splitlines()
    starts = [number for number, line in enumerate(lines) if re.fullmatch(r"repos:\s*(#.*)?", line)]
    if len(starts) != 1 or any("\t" in line for line in lines):
        return None
    first, end, indent = starts[0] + 1, starts[0] + 1, None
    for number in range(first, len(lines)):
        line = lines[number]
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        spaces = len(line) - len(line.lstrip(" "))
        if indent is None:
            if not line.lstrip().startswith("- "):
                return None
            indent = spaces
        elif spaces < indent or (spaces == indent and not line.lstrip().startswith("- ")):
            break
        end = number + 1
    if indent is None:
        return None
    added = [f"{' ' * indent}{line}" for line in entry.splitlines()]
    return newline.join([*lines[:end], *added, *lines[end:]]) + newline
