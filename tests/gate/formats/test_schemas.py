"""What the gate writes is what its schemas say."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from code_path_gate.cli import main
from code_path_gate.formats.schemas import SCHEMAS
from tests.conftest import ROOT
from tests.gate.repositories import Repo
from tests.gate.shop import SLOW_APP, commit_shop, make_gate


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_are_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name]())


def test_a_baseline_with_an_acceptance_and_a_check_with_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = Repo.init(tmp_path / "shop")
    monkeypatch.chdir(repo.root)
    commit_shop(repo, make_gate(capsys))
    repo.write({"src/shop/app.py": SLOW_APP})
    assert main(["check", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["findings"]
    jsonschema.validate(document, SCHEMAS["check"]())
    accepted = document["findings"][0]["id"]
    assert main(["refresh", "--accept", accepted, "--reason", "it is small", "--until", "2999-01-01"]) == 0
    baselines = sorted((repo.root / "baselines").glob("*.json"))
    assert baselines
    for path in baselines:
        jsonschema.validate(json.loads(path.read_text()), SCHEMAS["baseline"]())
    (line,) = (repo.root / "baselines" / "accepted.jsonl").read_text().splitlines()
    jsonschema.validate(json.loads(line), SCHEMAS["acceptance"]())


def test_what_is_not_a_baseline() -> None:
    baseline = json.loads((ROOT / "baselines/check.json").read_text())
    del baseline["ops"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(baseline, SCHEMAS["baseline"]())
