"""The trials of real fixes: the list, the two states of a repository, and the sentence below a table."""

from __future__ import annotations

from pathlib import Path

from benchmarks.gate_trials_fixes import FIXES, ROUNDS, Fix, Outcome, page, read_fixes, said_of, tried
from benchmarks.repositories import committed, git

BEFORE = "import json\n\ndef run(names):\n    return [json.load(open(name)) for name in names]\n"
AFTER = "import json\n\ndef run(names):\n    return json.load(open(names[0]))\n"


def test_each_row_of_the_list_is_told_apart() -> None:
    fixes = read_fixes(FIXES)
    assert len({fix.name for fix in fixes}) == len({(fix.repository, fix.commit) for fix in fixes}) == len(fixes)
    assert {fix.round for fix in fixes} == set(ROUNDS)


def test_a_fix_passes_and_fails_when_it_is_taken_back(tmp_path: Path) -> None:
    history = tmp_path / "history"
    history.mkdir()
    (history / "shop.py").write_text(BEFORE)
    committed(history)
    (history / "shop.py").write_text(AFTER)
    git(history, "commit", "-q", "-a", "-m", "read one")
    commit = git(history, "rev-parse", "HEAD").decode().strip()
    fix = Fix("shop", "acme/shop", commit, "known", "more often", "all files", ".", ("shop:run",), "no", "", False)
    back = tried(fix, history, tmp_path / "work", "back")
    forth = tried(fix, history, tmp_path / "work", "forth")
    assert (back.code, forth.code) == (1, 0)
    table = page([fix], {"shop": {"back": back, "forth": forth}}, "known")
    assert "| more often | no | fails | passes |  |" in table
    assert table.endswith("Back 1 of 1 fail (more often 1 of 1); forth 1 of 1 pass.")
    broken = page([fix], {"shop": {"back": back, "forth": Outcome(2, ("no such entry point",))}}, "known")
    assert "| fails | **exit code 2** |" in broken and broken.endswith("forth 0 of 1 pass.")
    copied = fix._replace(name="copy", no_op=True)
    both = page([fix, copied], {name: {"back": back, "forth": forth} for name in ("shop", "copy")}, "known")
    assert both.endswith("\nOf the 1 that spare an op of some kind 1 fail when they are taken back.")


def test_what_is_said_of_a_slowdown() -> None:
    assert said_of(1, ["FAILS shop.py:3"]) == "fails"
    assert said_of(0, ["run: 1 grown"]) == "told"
    assert said_of(0, ["run: 1 new mutation"]) == "no"
    assert said_of(2, []) == "exit code 2"
