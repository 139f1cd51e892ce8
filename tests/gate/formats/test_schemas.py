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
from tests.gate.shop import READER, SLOW_APP, STORE, commit_shop, make_gate

FINDINGS = [
    ("grown", "src/shop/app.py", SLOW_APP),
    ("newly_expensive", "src/shop/reader.py", READER.replace("return 1", 'return open("y").read()')),
    ("new", "src/shop/reader.py", "import json\n\n\n" + READER.replace("return 1", 'return json.loads("1")')),
    ("mutation_new", "src/shop/reader.py", READER.replace("return 1", "global seen\n    seen = 1")),
    ("gone", "src/shop/store.py", STORE.replace("        json.dump(rows, file)", "        pass")),
    ("unresolved_grew", "src/shop/reader.py", "def load(call):\n    return call()\n"),
]
"""A kind of finding, and the file that makes one: what is new has nothing before it, what is gone nothing after it."""


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


@pytest.mark.parametrize(("kind", "path", "text"), FINDINGS, ids=[row[0] for row in FINDINGS])
def test_a_check_with_a_finding_of_this_kind(
    kind: str, path: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = Repo.init(tmp_path / "shop")
    monkeypatch.chdir(repo.root)
    gate = make_gate(capsys)
    commit_shop(repo, gate)
    repo.write({path: text})
    document = json.loads(gate("check", "--format", "json").out)
    assert kind in {finding["kind"] for finding in document["findings"]}
    jsonschema.validate(document, SCHEMAS["check"]())


def test_what_is_not_a_baseline() -> None:
    baseline = json.loads((ROOT / "baselines/check.json").read_text())
    del baseline["ops"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(baseline, SCHEMAS["baseline"]())
