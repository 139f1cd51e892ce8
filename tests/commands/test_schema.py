"""Every schema can be printed, and is one."""

from __future__ import annotations

import json
import os

import jsonschema
import pytest

from code_path_audit import cli
from code_path_audit.commands.schema import NAMES, OF_GATE
from code_path_gate.formats.schemas import SCHEMAS
from tests.conftest import ROOT


@pytest.mark.parametrize("name", NAMES)
def test_every_schema(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(str(ROOT / part) for part in ("audit", "hooks")))
    assert cli.main(["schema", name]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.validators.validator_for(schema).check_schema(schema)


def test_the_gates_are_those_that_it_has() -> None:
    assert tuple(SCHEMAS) == OF_GATE


def test_another_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["schema", "config"]) == 2
    assert "invalid choice: 'config'" in capsys.readouterr().err
