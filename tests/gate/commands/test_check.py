"""`check` in real repositories, through the command line: what fails, and what it says."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from code_path_gate.commands.check import of_widened
from code_path_gate.commands.one_action import Alone
from code_path_gate.verdict.policy import Policy, judge_unknown
from tests.gate.programs import ACTION, traced
from tests.gate.repositories import Repo
from tests.gate.shop import APP, BASELINE, CONFIG, READER, SLOW_APP, STORE, Gate

ACCEPTED = "baselines/accepted.jsonl"


def first(text: str) -> str:
    return text.splitlines()[0]


def test_clean(shop: Repo, gate: Gate) -> None:
    assert gate("check") == (0, "code-path-gate: 2 actions clean\n", "")


def test_a_file_that_begins_to_define_what_is_asked_of_any_module(
    shop: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept of a check must not hold any more, though no action has ever looked at the file."""
    monkeypatch.setenv("CODE_PATH_AUDIT_CACHE", str(tmp_path / "cache"))
    shop.commit({
        "src/shop/app.py": "import importlib\ndef save(name):\n    importlib.import_module(name).attach(name)\n",
        "src/shop/plugin.py": "def other(name):\n    return open(name).read()\n",
    })  # fmt: skip
    assert gate("refresh").code == 0
    shop.commit({})
    assert gate("check").code == gate("check").code == 0
    shop.write({"src/shop/plugin.py": "def attach(name):\n    return open(name).read()\n"})
    ran = gate("check")
    assert ran.code == 1 and "shop.plugin.attach" in ran.out
    assert ran == gate("check", "--cache-dir", "off")


def test_a_regression_fails_and_says_why(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": SLOW_APP})
    ran = gate("check")
    op, with_it = (row["id"] for row in json.loads((shop.root / BASELINE).read_text())["ops"][:2])
    assert ran.code == 1
    assert (
        ran.out
        == f"""\
code-path-gate: 1 action failing (save); 1 action clean
FAILS src/shop/app.py:7: shop.app.save -> shop.store.write, now in a loop
    + write(names)
    save: builtins.open in shop.store.write: grown; ran once, now per name; \
about 91,000 units, 81% of the load [op {op}]
    save: json.dump in shop.store.write: grown; ran once, now per name; \
about 22,000 units, 19% of the load; no failure by itself [op {with_it}]
    an expensive op moved into a loop of unknown bound
    path shop.app.save (src/shop/app.py:7, loop :5) > shop.store.write (src/shop/store.py:5)
save: 1 grown
What to do: fix it; or accept one op, or the cause; or admit all that changed:
    code-path-gate refresh --action save --accept {op} --reason "..." --until YYYY-MM-DD
    # code-path: accept until YYYY-MM-DD: why, at the end of src/shop/app.py:7
    code-path-gate refresh --action save
"""
    )


def test_a_change_that_an_action_cannot_reach_costs_it_no_trace(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/unused.py": "x = 2\n", "src/shop/reader.py": READER + "\n\ndef other(): pass\n"})
    shop.run("add", ".")
    assert first(gate("check", "--staged").out) == "code-path-gate: 1 action clean; 1 action not affected by the change"


def test_a_deleted_entry_point_is_an_error(shop: Repo, gate: Gate) -> None:
    shop.run("rm", "-q", "src/shop/reader.py")
    ran = gate("check", "--staged")
    assert (ran.code, ran.out) == (2, "")
    assert "shop.reader" in ran.err


def test_a_renamed_module_is_followed(shop: Repo, gate: Gate) -> None:
    shop.run("mv", "src/shop/store.py", "src/shop/keeper.py")
    shop.write({"src/shop/app.py": APP.replace("shop.store", "shop.keeper")})
    shop.run("add", ".")
    assert gate("check", "--staged") == (
        0,
        "code-path-gate: 1 action clean; 1 action not affected by the change\nsave: 2 moved\n",
        "",
    )


def test_a_changed_configuration_affects_every_action(shop: Repo, gate: Gate) -> None:
    shop.commit({"pyproject.toml": CONFIG + "\n[project]\nname = 'shop'\n"})
    shop.write({"pyproject.toml": CONFIG + "\n[project]\nname = 'store'\n"})
    shop.run("add", ".")
    assert first(gate("check", "--staged").out) == "code-path-gate: 2 actions not affected by the change"
    shop.write({"pyproject.toml": CONFIG.replace("base = 90000", "base = 80000")})
    shop.run("add", ".")
    assert first(gate("check", "--staged").out).startswith("code-path-gate: 2 actions clean")


def test_a_baseline_that_was_deleted_is_no_pass(shop: Repo, gate: Gate) -> None:
    shop.run("rm", "-q", BASELINE)
    assert (gate("check", "--staged").code, gate("check").code) == (3, 3)


def test_a_merge_conflict_in_a_baseline(shop: Repo, gate: Gate) -> None:
    shop.commit({"baselines/.gitattributes": "# lines of both sides are not to be mixed\n"})
    shop.run("switch", "-q", "-c", "one")
    shop.write({"src/shop/store.py": STORE.replace("json.dump", "json.loads('1')\n        json.dump")})
    gate("refresh")
    shop.commit({})
    shop.run("switch", "-q", "main")
    shop.write({"src/shop/store.py": STORE.replace("json.dump", "json.loads('[1, 2]')\n        json.dump")})
    gate("refresh")
    shop.commit({})
    with pytest.raises(AssertionError):
        shop.run("merge", "one")
    assert "[baseline-conflict]" in gate("check", "--action", "save").err
    assert "[git-unmerged]" in gate("check", "--staged").err
    shop.write({"src/shop/store.py": STORE})
    shop.run("add", "src")
    assert "[baseline-conflict]" in gate("check", "--staged").err
    ran = gate("refresh", "--action", "save")
    assert (ran.code, "the old baseline was of no use" in ran.out) == (0, True)
    shop.run("add", ".")
    assert gate("check", "--staged").code == 0


EDITS = {
    "an op of one kind in one function": (
        STORE.replace("    with open", '    open("left")\n    with open'),
        STORE + '    open("right")\n',
    ),
    "a loop, and an op in what it calls": (None, STORE + '    open("right")\n'),
    "ops of two kinds": (
        STORE.replace("    with open", '    json.loads("[]" * 99)\n    with open'),
        STORE + '    open("right")\n',
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_two_branches_admitted_is_out_of_date_at_worst_where_they_merge(name: str, shop: Repo, gate: Gate) -> None:
    left, right = EDITS[name]
    edits = {"left": {"src/shop/app.py": SLOW_APP} if left is None else {"src/shop/store.py": left}}
    for branch, files in {**edits, "right": {"src/shop/store.py": right}}.items():
        shop.run("switch", "-q", "-c", branch, "main")
        shop.write(files)
        assert gate("refresh").code == 0
        op = json.loads((shop.root / BASELINE).read_text())["ops"][-2]["id"]
        assert gate("refresh", "--accept", op, "--reason", branch).code == 0
        shop.commit({})
        assert gate("check", "--base", "main").code == 0
    shop.run("merge", "-q", "-m", "both", "left")
    codes = {gate("check").code, gate("check", "--base", "left").code, gate("check", "--rev", "HEAD").code}
    assert codes <= {0, 3}, gate("check").out
    # what both sides accepted is still there
    reasons = [json.loads(line)["reason"] for line in (shop.root / ACCEPTED).read_text().splitlines()]
    assert sorted(reasons) == ["left", "right"]


@pytest.mark.parametrize(("until", "code"), [("9999-01-31", 3), ("2000-01-31", 1)])
def test_what_one_branch_accepts_below_what_the_other_admits(until: str, code: int, shop: Repo, gate: Gate) -> None:
    """The accepted op is the second of its like now, and the identity that was accepted is that of the other."""
    shop.run("switch", "-q", "-c", "left")
    shop.write({"src/shop/store.py": STORE.replace("    with open", '    open("left")\n    with open')})
    gate("refresh")
    shop.commit({})
    shop.run("switch", "-q", "-c", "right", "main")
    shop.write({"src/shop/store.py": STORE + '    open("right")\n'})
    op = next(row["id"] for row in json.loads(gate("check", "--format", "json").out)["findings"] if row["id"])
    accepted = gate("refresh", "--accept", op, "--reason", "right", "--until", "9999-01-31")
    assert accepted.code == 0
    rows = (shop.root / ACCEPTED).read_text()
    shop.commit({ACCEPTED: rows.replace("9999-01-31", until)})
    assert gate("check", "--base", "main").code == (0 if code == 3 else 1)
    shop.run("merge", "-q", "-m", "both", "left")
    ran = gate("check")
    assert (ran.code, gate("check", "--base", "main").code) == (code, code), ran.out
    assert gate("refresh").code == 0
    assert gate("check").code == 0


def test_what_neither_branch_admitted_fails_where_they_merge(shop: Repo, gate: Gate) -> None:
    shop.run("switch", "-q", "-c", "left")
    shop.commit({"src/shop/unused.py": "x = 2\n"})
    shop.run("switch", "-q", "-c", "right", "main")
    shop.commit({"src/shop/app.py": SLOW_APP})
    shop.run("merge", "-q", "-m", "both", "left")
    assert (gate("check").code, gate("check", "--base", "left").code) == (1, 1)


def test_strict_fails_a_stale_baseline(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/store.py": STORE.replace("json.dump(rows, file)", "pass")})
    assert (gate("check").code, gate("check", "--strict").code) == (0, 3)
    assert gate("refresh", "--shrink-only").code == 0
    assert gate("check", "--strict").code == 0


def test_a_broken_file_that_no_action_reaches_is_no_error(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/unused.py": "def ("})
    ran = gate("check")
    assert (ran.code, "note: 1 file was not audited: src/shop/unused.py: " in ran.out) == (0, True)


def test_a_renamed_action(shop: Repo, gate: Gate) -> None:
    shop.write({"pyproject.toml": CONFIG.replace("actions.save", "actions.keep")})
    shop.run("add", ".")
    for state in ([], ["--staged"]):
        ran = gate("check", *state)
        assert (ran.code, "there is no baseline for this action" in ran.out) == (3, True)
        assert "note: baselines/save.json is the baseline of no action: delete it" in ran.out


def test_a_new_entry_point(shop: Repo, gate: Gate) -> None:
    shop.write({"pyproject.toml": CONFIG.replace("shop.reader:load", 'shop.reader:load", "shop.store:write')})
    ran = gate("check")
    assert ran.code == 1
    assert "FAILS pyproject.toml:19: shop.store.write -> builtins.open, a new entry point\n" in ran.out


def test_the_step_summary_of_github(shop: Repo, gate: Gate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    shop.write({"src/shop/app.py": SLOW_APP})
    ran = gate("check", "--format", "github", "--base", "main")
    assert (ran.code, ran.out.startswith("::error file=src/shop/app.py,line=7,")) == (1, True)
    assert summary.read_text().startswith("before\n## Code path gate: an action became more expensive\n")


def test_check_writes_nothing(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": SLOW_APP})
    before = snapshot(shop.root)
    for arguments in ([], ["--staged"], ["--base", "main"], ["--rev", "HEAD"], ["--format", "sarif"]):
        gate("check", *arguments)
    assert snapshot(shop.root) == before


def snapshot(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def cut(text: str) -> str:
    return text[: len(text) // 2]


def marked(text: str) -> str:
    head, _, tail = text.partition('"ops": [\n')
    return f'{head}"ops": [\n<<<<<<< HEAD\n=======\n>>>>>>> other\n{tail}'


BAD_BASELINES = {
    "truncated": (cut, "[baseline-truncated]"),
    "conflict markers": (marked, "[baseline-conflict]"),
    "of a newer version": (lambda text: text.replace('"format": 5', '"format": 99'), "Upgrade code-path-audit"),
    "a false weight": (lambda text: text.replace('"weight": 91200', '"weight": 91201'), "[baseline-weight]"),
    "a false id": (lambda text: text.replace('"ordinal": 1', '"ordinal": 2', 1), "[baseline-identity]"),
    "100 MB": (lambda text: text + " " * (100_000_000 - len(text)), "[baseline-too-large]"),
    "of another action": (lambda text: text.replace('"action": "save"', '"action": "load"'), "[baseline-schema]"),
    "no text": (lambda text: text.replace("save", "\ud800"), "[baseline-syntax]"),
}


@pytest.mark.parametrize("name", BAD_BASELINES)
def test_a_bad_baseline_is_an_error_that_says_what_to_do(shop: Repo, gate: Gate, name: str) -> None:
    spoil, told = BAD_BASELINES[name]
    path = shop.root / BASELINE
    path.write_bytes(spoil(path.read_text()).encode("utf-8", "surrogatepass"))
    shop.run("add", ".")
    for state in ([], ["--staged"]):
        ran = gate("check", *state)
        assert (ran.code, ran.out, told in ran.err, BASELINE in ran.err) == (2, "", True, True), ran.err
        assert (ran.err.count("\n"), "Traceback" in ran.err) == (1, False)


def test_an_older_baseline_is_upgraded(shop: Repo, gate: Gate) -> None:
    text = (shop.root / BASELINE).read_text()
    old = re.sub(r'"(open_loops|evidence)": [^,]+, |, "(runs|condition)": "[^"]*"', "", text)
    old = old.replace('"format": 5', '"format": 1')
    shop.write({BASELINE: old})
    assert (old != text, gate("check")) == (True, (0, "code-path-gate: 2 actions clean\n", ""))
    shop.write({"src/shop/app.py": SLOW_APP})
    assert gate("check").code == 1
    shop.write({"src/shop/app.py": APP})
    gate("refresh")
    assert (shop.root / BASELINE).read_text() == text


def test_a_baseline_that_leaves_the_repository(shop: Repo, gate: Gate, tmp_path: Path) -> None:
    outside = tmp_path / "save.json"
    shutil.move(shop.root / BASELINE, outside)
    (shop.root / BASELINE).symlink_to(outside)
    shop.run("add", ".")
    for state in ([], ["--staged"]):
        ran = gate("check", *state)
        assert (ran.code, ran.out, "[baseline-outside]" in ran.err) == (2, "", True)
    assert "[baseline-outside]" in gate("refresh").err
    shop.write({"pyproject.toml": CONFIG + '\n[tool.code-path-audit.gate]\nbaselines = "../baselines"\n'})
    assert "a folder below the project root" in gate("check").err


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ((), []),
        (("a cap",), ["save: the analysis gave something up (a cap); exclude vendored or generated code, "]),
        (("b", "a"), ["save: the analysis gave something up (a and 1 more); exclude vendored or generated code, "]),
    ],
)
def test_what_the_analysis_gave_up_is_told_with_what_helps(said: tuple[str, ...], told: list[str]) -> None:
    seen, current = traced({"shop/app.py": "def main():\n    pass\n"})
    policy = Policy(40_000)
    measured = seen.measured._replace(widened=said)
    row = Alone(ACTION, "save.json", current, measured, policy, judge_unknown(current, policy), False)
    assert [note[: len(start)] for note, start in zip(of_widened([row]), told, strict=True)] == told


def test_what_is_kept_for_the_next_run_makes_no_baseline_stale(shop: Repo, gate: Gate) -> None:
    """A baseline does not say what is kept: held against it alone, nothing has become less."""
    shop.write({"src/shop/store.py": STORE.replace("def write", "from functools import cache\n\n\n@cache\ndef write")})
    assert gate("refresh").code == 0
    ran = gate("check", "--strict")
    assert (ran.code, ran.out) == (0, "code-path-gate: 2 actions clean\n")
