"""`refresh` in real repositories: what it writes, admits, accepts and refuses."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import BASELINE, CONFIG, SLOW_APP, STORE, Gate

ACCEPTED = "baselines/accepted.jsonl"


def test_shrink_only_admits_nothing(shop: Repo, gate: Gate) -> None:
    before = (shop.root / BASELINE).read_text()
    shop.write({"src/shop/app.py": SLOW_APP, "src/shop/store.py": STORE + "    open('more')\n"})
    ran = gate("refresh", "--shrink-only")
    assert (ran.code, ran.out) == (
        0,
        "load: baselines/load.json unchanged, load 0 units\n"
        "save: baselines/save.json unchanged, load about 110,000 units\n",
    )
    assert (shop.root / BASELINE).read_text() == before
    assert gate("check").code == 1


def test_diff_writes_nothing(shop: Repo, gate: Gate) -> None:
    assert gate("refresh", "--diff") == (0, "", "")
    before = shop.run("status", "--porcelain")
    shop.write({"src/shop/app.py": SLOW_APP})
    shop.run("rm", "-q", "--cached", "baselines/load.json")
    (shop.root / "baselines" / "load.json").unlink()
    ran = gate("refresh", "--diff")
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[:2] == ["--- /dev/null", "+++ b/baselines/load.json"]
    assert [line for line in lines if "save.json" in line and line[:3] in ("---", "+++")] == [
        "--- a/baselines/save.json",
        "+++ b/baselines/save.json",
    ]
    assert not (shop.root / "baselines" / "load.json").exists()
    assert (before, gate("check").code) == ("", 1)


def test_accept_one_op(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": SLOW_APP})
    op = json.loads((shop.root / BASELINE).read_text())["ops"][0]["id"]
    assert "[accept-reason]" in gate("refresh", "--accept", op).err
    assert "[accept-until]" in gate("refresh", "--accept", op, "--reason", "r", "--until", "2001-01-01").err
    assert "[accept-until]" in gate("refresh", "--accept", op, "--reason", "r", "--until", "20990101").err
    assert "[unknown-op]" in gate("refresh", "--accept", "nothing", "--reason", "r").err
    ran = gate("refresh", "--accept", op, "--reason", "the list is short", "--until", "2999-12-31")
    assert ran == (
        0,
        "save: baselines/save.json unchanged, load about 110,000 units\n"
        f"  accepted until 2999-12-31: {op} builtins.open in shop.store.write\n",
        "",
    )
    ran = gate("check", "--explain")
    assert (ran.code, "accepted until 2999-12-31: the list is short" in ran.out) == (0, True)
    # a plain refresh keeps what was agreed on, with its expiry
    assert gate("refresh").code == 0
    assert json.loads((shop.root / ACCEPTED).read_text())["until"] == "2999-12-31"
    assert gate("check").code == 0
    # and so does a baseline that is of no use any more
    (shop.root / BASELINE).write_text("{")
    assert (gate("check").code, gate("refresh").code) == (2, 0)
    assert json.loads((shop.root / ACCEPTED).read_text())["until"] == "2999-12-31"


STANDS_THERE = {
    "a package of JavaScript": ('{"name": "shop", "version": "1", "format": 5}', False),
    "a schema": ('{\n  "$schema": "x",\n  "format": "date"\n}', False),
    "a list": ("[1, 2]", False),
    "a program": ("#!/bin/sh\nexit 1\n", False),
    "what a merge left": ('{\n<<<<<<< HEAD\n"format": 5,\n=======\n"format": 4,\n>>>>>>> other\n', True),
    "one that was cut": ('{\n"format": 5,\n"acti', True),
    "one that was cut at once": ("{\n", True),
    "nothing": ("", True),
    "what a power cut left": ("\0" * 4_096, True),
}


@pytest.mark.parametrize("name", STANDS_THERE)
def test_what_was_no_baseline_is_not_replaced(shop: Repo, gate: Gate, name: str) -> None:
    text, replaced = STANDS_THERE[name]
    path = shop.root / BASELINE
    path.write_text(text)
    ran = gate("refresh")
    assert (ran.code, "[baseline-foreign]" in ran.err) == ((0, False) if replaced else (2, True)), ran
    assert (path.read_text() == text) is not replaced


def test_an_acceptance_that_matches_nothing_any_more_is_told(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": SLOW_APP})
    op = json.loads((shop.root / BASELINE).read_text())["ops"][0]["id"]
    gate("refresh", "--accept", op, "--reason", "the list is short")
    shop.write({"src/shop/store.py": "def write(names):\n    pass\n"})
    told = f"save: the acceptance of {op} (builtins.open in shop.store.write) matches nothing any more: take it out"
    assert told in gate("check").out
    gate("refresh")
    assert op in (shop.root / ACCEPTED).read_text()


def test_a_refresh_without_a_finding_changes_nothing(shop: Repo, gate: Gate) -> None:
    before = (shop.root / BASELINE).read_text()
    edited = STORE.replace("def write(names):", "def write(names):\n    kept = list(names)\n    kept.clear()")
    shop.write({"src/shop/store.py": edited})
    ran = gate("refresh")
    assert ("unchanged" in ran.out.splitlines()[-1], (shop.root / BASELINE).read_text()) == (True, before)


def test_refresh_refuses_a_half_parsed_program(shop: Repo, gate: Gate) -> None:
    before = (shop.root / BASELINE).read_bytes()
    shop.write({"src/shop/store.py": "def ("})
    ran = gate("refresh")
    assert (ran.code, ran.out, "src/shop/store.py:1" in ran.err) == (2, "", True)
    assert (shop.root / BASELINE).read_bytes() == before
    assert gate("check").code == 2


def test_one_op_of_two_actions(shop: Repo, gate: Gate) -> None:
    both = CONFIG + '\n[tool.code-path-audit.actions.send]\nentry_points = ["shop.app:save"]\n'
    shop.write({"pyproject.toml": both})
    gate("refresh")
    shop.commit({})
    shop.write({"src/shop/app.py": SLOW_APP})
    ran = gate("check")
    assert (ran.code, ran.out.count("FAILS")) == (1, 1)
    assert "    save, send: builtins.open in shop.store.write: grown; " in ran.out
    # what the screen says to do mends both
    accept, _, admit = (line.split() for line in ran.out.splitlines()[-3:])
    assert (accept[2], admit[1:]) == ("--accept", ["refresh", "--action", "save", "--action", "send"])
    ran = gate("refresh", "--accept", accept[3], "--reason", "the list is short")
    assert (ran.code, ran.out.count("accepted for ever")) == (0, 2)
    assert gate("check").code == 0


def test_refresh_is_the_same_from_everywhere(
    shop: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(shop.root, elsewhere, ignore=shutil.ignore_patterns("baselines"))
    monkeypatch.chdir(elsewhere)
    gate("refresh")
    for name in ("save.json", "load.json", ".gitattributes"):
        assert (elsewhere / "baselines" / name).read_bytes() == (shop.root / "baselines" / name).read_bytes()
    assert sorted(os.listdir(elsewhere / "baselines")) == [".gitattributes", "load.json", "save.json"]


def test_kinds_of_work_are_kept_with_the_baseline(shop: Repo, gate: Gate) -> None:
    kind = "[tool.code-path-audit.classes.file_io.kinds.open_write]\nbase = 200000\nper_unit = 0\n\n"
    shop.write(
        {
            "pyproject.toml": CONFIG.replace(
                "[tool.code-path-audit.classes.json_io]", f"{kind}[tool.code-path-audit.classes.json_io]"
            )
        }
    )
    gate("refresh")
    text = (shop.root / BASELINE).read_text()
    assert '{"name": "file_io.open_write", "base": 200000, "warm_base": 200000, "per_unit": 0},' in text
    assert '"callee": "builtins.open"' in text and '"weight": 200000' in text
    assert gate("check").code == 0
    # a weight that is kept because it is less is kept by the constants of its kind
    shop.write({"src/shop/app.py": SLOW_APP})
    gate("refresh", "--shrink-only")
    assert '"weight": 200000' in (shop.root / BASELINE).read_text()
    assert "builtins.open in shop.store.write: grown; " in gate("check").out


def test_what_a_refresh_admits(shop: Repo, gate: Gate) -> None:
    many = "".join(f"    open('{n}')\n" for n in range(7))
    shop.write({"src/shop/reader.py": f"def load():\n{many}"})
    ran = gate("refresh", "--action", "load")
    told = "newly expensive: builtins.open in shop.reader.load; runs once; about 91,000 units\n"
    assert (ran.code, ran.out.count(told)) == (0, 7)
    # of a first baseline all is new: the heaviest will do
    (shop.root / "baselines" / "load.json").unlink()
    ran = gate("refresh", "--action", "load")
    assert (ran.out.count("newly expensive"), ran.out.splitlines()[-1]) == (
        5,
        "  and 2 more: all of it is in the file, for the first time",
    )
