"""What others run the gate with: the action, the workflow and the hook, by the standards of their own linters."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SCHEMAS = {
    "vendor.github-actions": "action.yml",
    "vendor.github-workflows": ".github/workflows/gate.yml",
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_valid_against_its_schema(schema: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(ROOT / SCHEMAS[schema])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing() -> None:
    command = [f"{sysconfig.get_path('scripts')}/zizmor", "--offline", "--no-progress"]
    done = subprocess.run(
        [*command, str(ROOT / "action.yml"), str(ROOT / ".github/workflows/gate.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_manifest_of_hooks() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
