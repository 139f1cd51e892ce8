"""The history of loads: its lines, its trend, and the command that keeps it beside the reports."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from code_path_audit.cli import main as audit
from code_path_audit.errors import AuditError
from code_path_audit.reports.text import brief
from code_path_gate.commands.history import Point, format_history, parse_history, trend_markdown, with_points
from code_path_gate.commands.report import read_history
from tests.gate.repositories import Repo
from tests.gate.shop import FILES, SLOW_APP, make_gate

A1, A2, A3 = Point("a1", "save", 100, 1, 0), Point("a2", "save", 150, 2, 1), Point("a2", "load", 7, 0, 0)


def test_lines() -> None:
    text = format_history([A1, A2])
    assert text == (
        '{"commit": "a1", "action": "save", "load": 100, "expensive": 1, "unresolved": 0}\n'
        '{"commit": "a2", "action": "save", "load": 150, "expensive": 2, "unresolved": 1}\n'
    )
    assert parse_history(text, "history.jsonl") == (A1, A2)


def test_one_line_a_commit_and_action() -> None:
    again = A2._replace(load=160)
    assert with_points([A1, A2, A3], [again]) == (A1, A3, again)
    assert with_points([], [A1]) == (A1,)


BAD = ["<<<<<<< ours", "[]", "{}", '{"commit": "a"', format_history([A1]).replace("100", "-1").strip(), "[" * 100_000]


@pytest.mark.parametrize("line", BAD, ids=range(len(BAD)))
def test_a_line_that_is_none_of_ours(line: str) -> None:
    with pytest.raises(AuditError) as caught:
        parse_history(f"{format_history([A1])}{line}\n", "history.jsonl")
    assert (caught.value.slug, caught.value.where) == ("history-broken", "history.jsonl:2")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_history_that_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "history.jsonl")
    with pytest.raises(AuditError, match="no regular file") as caught:
        read_history(tmp_path / "history.jsonl")
    assert caught.value.slug == "history-broken"
    assert read_history(tmp_path / "none.jsonl") == ()


def test_the_trend() -> None:
    assert (
        trend_markdown([A1, A2, A3], True)
        == """
## Trend

Over the last commits that were reported on, at most 10.

| action | trend | load, about | ops above the threshold | unresolved calls |
|---|---|---|---|---|
| save | ▅█ | 100 ns → 150 ns (+50%) | 1 → 2 | 0 → 1 |
"""
    )


def test_one_commit_is_no_trend() -> None:
    assert trend_markdown([A1], True) == ""


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    gate = make_gate(capsys)
    repo = Repo.init(tmp_path / "shop")
    monkeypatch.chdir(repo.root)
    out = repo.root / "docs" / "reports" / "code_path_audit"
    first = repo.commit(FILES)
    ran = gate("report", "--date", "2026-01-01")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "history.jsonl")
    second = repo.commit({"src/shop/app.py": SLOW_APP.replace("for name in names", "for name in range(9)")})
    assert gate("report", "--date", "2026-01-02").code == 0
    assert gate("report", "--date", "2026-01-02").code == 0
    rows = [json.loads(line) for line in (out / "history.jsonl").read_text().splitlines()]
    assert [(row["commit"], row["action"]) for row in rows] == [
        (commit, action) for commit in (first, second) for action in ("load", "save")
    ]
    assert rows[3]["load"] > rows[1]["load"]
    assert "## Trend" not in (out / "2026-01-01" / "summary.md").read_text()
    assert (
        f"{brief(rows[1]['load'], False)} → {brief(rows[3]['load'], False)}"
        in (out / "2026-01-02" / "summary.md").read_text()
    )
    assert (gate("report", "--date", "yesterday").code, gate("check").code) == (2, 3)


def _page(folder: Path) -> list[dict[str, object]]:
    """The actions in the data of a report's page."""
    element = re.search(r'id="data">([^<]*)</script>', (folder / "index.html").read_text("utf-8"))
    assert element is not None
    actions: list[dict[str, object]] = json.loads(element[1])["actions"]
    return sorted(actions, key=lambda action: str(action["name"]))


@pytest.mark.parametrize("program", ["gate", "audit"])
def test_the_page_says_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    gate = make_gate(capsys)
    repo = Repo.init(tmp_path / "shop")
    monkeypatch.chdir(repo.root)

    def report(date: str) -> list[dict[str, object]]:
        if program == "gate":
            assert gate("report", "--date", date).code == 0
        else:
            assert audit(["report", "--date", date]) == 0
            capsys.readouterr()
        return _page(repo.root / "docs" / "reports" / "code_path_audit" / date)

    repo.commit(FILES)
    assert [action["changes"] for action in report("2026-01-01")] == [None, None]
    assert gate("refresh", "--action", "save").code == 0
    repo.commit({})
    repo.write({"src/shop/app.py": SLOW_APP})
    load, save = report("2026-01-02")
    assert load["changes"] == {"note": "There is no baseline of this action.", "rows": []}
    assert isinstance(save["changes"], dict)
    rows = save["changes"]["rows"]
    assert [(row["kind"], row["what"], row["status"]) for row in rows] == [
        ("grown", "builtins.open", "fails"),
        ("grown", "json.dump", "reported"),
    ]
    assert rows[0]["cause"].startswith("src/shop/app.py:7: ")
    assert isinstance(save["trend"], list)
    assert [point[0] for point in save["trend"]] == ["2026-01-01", "2026-01-02"]
    (repo.root / "baselines" / "save.json").write_text("broken")
    notes = [action["changes"] for action in report("2026-01-03")]
    assert all("[baseline" in str(note) for note in notes)
