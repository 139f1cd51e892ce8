"""The commands in real repositories, through the command line: takes some twenty seconds, for all the traces."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import APP, CONFIG, FILES, READER, SLOW_APP, STORE, Gate, commit_shop, make_gate

BASELINE = "baselines/save.json"


@pytest.fixture
def gate(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return make_gate(capsys)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture
def shop(tmp_path: Path, made: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A fresh copy of the committed shop, which is made once; the test runs in it."""
    if not (made / ".git").exists():
        monkeypatch.chdir(made)
        commit_shop(Repo.init(made), gate)
    root = tmp_path / "shop"
    shutil.copytree(made, root)
    monkeypatch.chdir(root)
    return Repo(root)


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
    op = json.loads((shop.root / BASELINE).read_text())["ops"][0]["id"]
    assert ran.code == 1
    assert (
        ran.out
        == f"""\
code-path-gate: 1 action failing (save); 1 action clean
FAILS save: builtins.open in shop.store.write: grown, 91,200 -> 91,200 [op {op}]
    an expensive op moved into a loop of unknown bound; now in a loop whose bound is unknown
    edge shop.app.save -> shop.store.write, now in a loop (src/shop/app.py:7)
    path shop.app.save* > shop.store.write
save: 1 grown
What to do: fix it; or accept one op; or admit all that changed (* loop, ? inferred call):
    code-path-gate refresh --action save --accept {op} --reason "..." --until YYYY-MM-DD
    code-path-gate refresh --action save
"""
    )


def test_only_what_is_staged_counts(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": SLOW_APP, "src/shop/extra.py": "def ("})
    assert gate("check", "--staged") == (0, "code-path-gate: 2 actions clean\n", "")
    shop.run("add", "src/shop/app.py")
    shop.write({"src/shop/app.py": APP})
    assert gate("check", "--staged").code == 1
    assert gate("check", "--action", "save").code == 0


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


def test_the_staged_configuration_and_baseline_count(shop: Repo, gate: Gate) -> None:
    shop.write({"pyproject.toml": CONFIG + "broken", BASELINE: "{}"})
    assert gate("check", "--staged").code == 0
    shop.run("add", BASELINE)
    assert "[baseline-schema]" in gate("check", "--staged").err
    shop.run("add", "pyproject.toml")
    assert "[config-syntax]" in gate("check", "--staged").err


def test_a_changed_configuration_affects_every_action(shop: Repo, gate: Gate) -> None:
    shop.commit({"pyproject.toml": CONFIG + "\n[project]\nname = 'shop'\n"})
    shop.write({"pyproject.toml": CONFIG + "\n[project]\nname = 'store'\n"})
    shop.run("add", ".")
    assert first(gate("check", "--staged").out) == "code-path-gate: 2 actions not affected by the change"
    shop.write({"pyproject.toml": CONFIG.replace("base = 90000", "base = 80000")})
    shop.run("add", ".")
    assert first(gate("check", "--staged").out).startswith("code-path-gate: 2 actions clean")


def test_the_first_commit(tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo.init(tmp_path / "fresh")
    monkeypatch.chdir(repo.root)
    repo.write(FILES)
    repo.run("add", ".")
    ran = gate("check", "--staged")
    assert ran == (
        3,
        """\
code-path-gate: 2 actions with a baseline out of date (load, save)
OUT OF DATE load of save: load changed, none -> 112,700
    there is no baseline for this action; ops above the threshold: 1
OUT OF DATE load of load: load changed, none -> 0
    there is no baseline for this action; ops above the threshold: 0
save: load 0 -> 112,700
What to do: code-path-gate refresh --action save --action load, and commit the baseline.
""",
        "",
    )
    gate("refresh")
    repo.run("add", ".")
    assert gate("check", "--staged") == (0, "code-path-gate: 2 actions clean\n", "")


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
    assert (ran.code, "its acceptances are lost" in ran.out) == (0, True)
    shop.run("add", ".")
    assert gate("check", "--staged").code == 0


def test_from_a_subfolder(shop: Repo, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write({"src/shop/app.py": SLOW_APP})
    shop.run("add", ".")
    monkeypatch.chdir(shop.root / "src" / "shop")
    assert (gate("check", "--staged").code, gate("check").code, gate("check", "--base", "main").code) == (1, 1, 1)


def test_a_project_in_a_folder_of_the_repository(tmp_path: Path, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = Repo.init(tmp_path / "mono")
    repo.write({f"parts/shop/{path}": text for path, text in FILES.items()})
    repo.write({"tool.py": "x = 1\n"})
    monkeypatch.chdir(repo.root / "parts" / "shop")
    gate("refresh")
    repo.commit({})
    repo.write({"tool.py": "x = 2\n", "parts/shop/src/shop/app.py": SLOW_APP})
    repo.run("add", ".")
    ran = gate("check", "--staged", "--format", "github")
    assert (ran.code, "file=parts/shop/src/shop/app.py,line=7" in ran.out) == (1, True)


def test_a_worktree_and_a_submodule(shop: Repo, gate: Gate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / "other"
    shop.run("worktree", "add", "-q", str(other))
    outer = Repo.init(tmp_path / "outer")
    outer.run("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(shop.root), "shop")
    for folder in (other, outer.root / "shop"):
        monkeypatch.chdir(folder)
        assert gate("check", "--staged").code == 0
        (folder / "src" / "shop" / "app.py").write_text(SLOW_APP)
        Repo(folder).run("add", ".")
        assert gate("check", "--staged").code == 1


def test_outside_of_git(shop: Repo, gate: Gate) -> None:
    shutil.rmtree(shop.root / ".git")
    assert gate("check").code == 0
    assert "[git-none]" in gate("check", "--staged").err


def test_a_damaged_head(shop: Repo, gate: Gate) -> None:
    branch = shop.root / ".git" / "refs" / "heads" / "main"
    branch.write_text("junk\n")
    assert gate("check", "--staged").err.endswith("takes HEAD to a commit that is whole. [git-head]\n")
    ran = gate("check")  # the working tree can be checked without a commit, but nothing tells whose doing a drift is
    assert (ran.code, "nothing is known of earlier states: HEAD is damaged" in ran.out) == (0, True)
    (shop.root / ".git" / "HEAD").unlink()
    assert "its HEAD is missing or damaged" in gate("check", "--staged").err


def test_base_tells_whose_doing_it_is(shop: Repo, gate: Gate) -> None:
    # main is red already; the branch does something else
    shop.commit({"src/shop/app.py": SLOW_APP})
    shop.run("switch", "-q", "-c", "branch")
    shop.commit({"src/shop/store.py": STORE + "\n\nx = 1\n"})
    ran = gate("check", "--base", "main")
    assert (ran.code, "OUT OF DATE save: builtins.open" in ran.out) == (3, True)
    assert gate("check").code == 1
    # and now it does some of its own
    shop.write({"src/shop/store.py": STORE.replace("json.dump", "open('y')\n        json.dump")})
    ran = gate("check", "--base", "main")
    assert (ran.code, ran.out.count("FAILS save: builtins.open"), ran.out.count("OUT OF DATE")) == (1, 1, 1)


def test_base_lists_first_what_the_change_lets_through(shop: Repo, gate: Gate) -> None:
    shop.run("switch", "-q", "-c", "branch")
    shop.write({"src/shop/app.py": SLOW_APP})
    gate("refresh", "--action", "save")
    shop.commit({})
    ran = gate("check", "--base", "main")
    assert (ran.code, ran.out.splitlines()[1].startswith("ACCEPTED HERE save: builtins.open")) == (0, True)
    assert gate("check", "--base", "main", "--rev", "HEAD").out == ran.out


def test_base_leaves_alone_what_main_did_meanwhile(shop: Repo, gate: Gate) -> None:
    shop.run("switch", "-q", "-c", "branch")
    shop.commit({"src/shop/unused.py": "x = 3\n"})
    shop.run("switch", "-q", "main")
    shop.commit({"src/shop/app.py": SLOW_APP})
    shop.run("switch", "-q", "branch")
    assert gate("check", "--base", "main").out == "code-path-gate: 2 actions not affected by the change\n"


def test_strict_fails_a_stale_baseline(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/store.py": STORE.replace("json.dump(rows, file)", "pass")})
    assert (gate("check").code, gate("check", "--strict").code) == (0, 3)
    assert gate("refresh", "--shrink-only").code == 0
    assert gate("check", "--strict").code == 0


def test_shrink_only_admits_nothing(shop: Repo, gate: Gate) -> None:
    before = (shop.root / BASELINE).read_text()
    shop.write({"src/shop/app.py": SLOW_APP, "src/shop/store.py": STORE + "    open('more')\n"})
    ran = gate("refresh", "--shrink-only")
    assert (ran.code, ran.out) == (
        0,
        "load: baselines/load.json unchanged, load 0\nsave: baselines/save.json written, load 112,700\n",
    )
    assert strip_bodies((shop.root / BASELINE).read_text()) == strip_bodies(before)
    assert gate("check").code == 1


def strip_bodies(text: str) -> str:
    return "\n".join(line.partition(', "body"')[0] for line in text.splitlines())


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
        "save: baselines/save.json written, load 112,700\n"
        f"  accepted until 2999-12-31: {op} builtins.open in shop.store.write\n",
        "",
    )
    ran = gate("check", "--explain")
    assert (ran.code, "accepted until 2999-12-31: the list is short" in ran.out) == (0, True)
    # a plain refresh keeps what was agreed on, with its expiry
    assert gate("refresh").code == 0
    assert json.loads((shop.root / BASELINE).read_text())["accepted"][0]["until"] == "2999-12-31"
    assert gate("check").code == 0


def test_refresh_refuses_a_half_parsed_program(shop: Repo, gate: Gate) -> None:
    before = (shop.root / BASELINE).read_bytes()
    shop.write({"src/shop/store.py": "def ("})
    ran = gate("refresh")
    assert (ran.code, ran.out, "src/shop/store.py:1" in ran.err) == (2, "", True)
    assert (shop.root / BASELINE).read_bytes() == before
    assert gate("check").code == 2


def test_a_broken_file_that_no_action_reaches_is_no_error(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/unused.py": "def ("})
    ran = gate("check")
    assert (ran.code, "note: 1 file was not audited: src/shop/unused.py: " in ran.out) == (0, True)


USAGE = {
    "no command": ([], "[usage]"),
    "an unknown command": (["chekc"], "[usage]"),
    "two states": (["check", "--staged", "--rev", "HEAD"], "[usage]"),
    "an unknown action": (["check", "--action", "sav"], "nearest: save"),
    "an unknown revision": (["check", "--base", "nowhere"], "[git-unknown-revision]"),
    "an option for a revision": (["check", "--base=--output=x"], "[git-unknown-revision]"),
    "a reason for nothing": (["refresh", "--reason", "x"], "[usage]"),
}


@pytest.mark.parametrize("name", USAGE)
def test_usage(shop: Repo, gate: Gate, name: str) -> None:
    arguments, told = USAGE[name]
    ran = gate(*arguments)
    assert (ran.code, ran.out, told in ran.err) == (2, "", True)


SETTINGS = {
    "an unknown key": ("basline = 'x'", "nearest: baselines"),
    "a folder outside": ("baselines = '../x'", "a folder below the project root"),
    "an unknown kind": ("fail = ['newly']", "unknown kind of drift 'newly'"),
    "a budget of no action": ("budgets.sav.max_load = 1", "unknown action 'sav'; nearest: save"),
    "a growth that is none": ("budgets.save.max_growth = -1", "a share of at least 0"),
    "strict that is none": ("strict = 'yes'", "true or false"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_bad_settings(shop: Repo, gate: Gate, name: str) -> None:
    line, told = SETTINGS[name]
    shop.write({"pyproject.toml": f"{CONFIG}\n[tool.code-path-audit.gate]\n{line}\n"})
    ran = gate("check")
    assert (ran.code, told in ran.err, "pyproject.toml: gate" in ran.err) == (2, True, True)


def test_budgets_and_kinds_of_the_configuration(shop: Repo, gate: Gate) -> None:
    shop.write({"pyproject.toml": f"{CONFIG}\n[tool.code-path-audit.gate]\nbudgets.save.max_load = 100\n"})
    ran = gate("check")
    assert (ran.code, "the load is over the budget max_load = 100" in ran.out) == (1, True)


def test_a_budget_that_is_broken_already(shop: Repo, gate: Gate) -> None:
    tight = f"{CONFIG}\n[tool.code-path-audit.gate]\nbudgets.save.max_load = 100\n"
    # who sets a budget must keep it
    shop.write({"pyproject.toml": tight})
    assert gate("check", "--base", "main").code == 1
    shop.commit({"pyproject.toml": tight})
    # and a change that adds nothing is not to blame, though no refresh helps
    shop.write({"src/shop/store.py": STORE + "\nx = 1\n"})
    ran = gate("check", "--base", "main")
    assert ran == (
        3,
        """\
code-path-gate: 1 action with a baseline out of date (save); 1 action not affected by the change
OUT OF DATE load of save: load changed, 112,700 -> 112,700
    the load is over the budget max_load = 100, and was so before this change
What to do:
    Lower the load, or raise max_load in the configuration: code-path-audit --action save
""",
        "",
    )
    shop.write({"src/shop/store.py": STORE.replace("json.dump", "open('y')\n        json.dump")})
    assert gate("check", "--base", "main").code == 1


def test_one_op_of_two_actions(shop: Repo, gate: Gate) -> None:
    both = CONFIG + '\n[tool.code-path-audit.actions.send]\nentry_points = ["shop.app:save"]\n'
    shop.write({"pyproject.toml": both})
    gate("refresh")
    shop.commit({})
    shop.write({"src/shop/app.py": SLOW_APP})
    ran = gate("check")
    ids = {line.rpartition("[op ")[2] for line in ran.out.splitlines() if line.startswith("FAILS")}
    assert (ran.code, ran.out.count("FAILS"), len(ids)) == (1, 2, 1)
    # what the screen says to do mends both
    accept, admit = (line.split() for line in ran.out.splitlines()[-2:])
    assert (accept[2], admit[1:]) == ("--accept", ["refresh", "--action", "save", "--action", "send"])
    ran = gate("refresh", "--accept", accept[3], "--reason", "the list is short")
    assert (ran.code, ran.out.count("accepted for ever")) == (0, 2)
    assert gate("check").code == 0


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
    assert "    edge shop.store.write -> builtins.open, a new entry point (src/shop/store.py:5)\n" in ran.out


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
    assert "builtins.open in shop.store.write: grown, 200,000 -> " in gate("check").out


def test_another_cost_model_is_no_drift_of_the_code(shop: Repo, gate: Gate) -> None:
    heaviest = CONFIG.replace("base = 90000", "base = 30000")
    shop.write({"pyproject.toml": heaviest})
    gate("refresh")
    shop.commit({"pyproject.toml": heaviest})
    mine = 'name = "mine"\nextends = "heuristic"\n[classes]\nfile_io = { base = 90000, per_unit = 1 }\n'
    head, _, rest = heaviest.replace('"heuristic"', '"mine.toml"').partition("[tool.code-path-audit.classes.file_io]")
    shop.write({"pyproject.toml": head + rest[rest.index("[tool") :], "mine.toml": mine})
    told = "the baseline was weighed by the cost model 'heuristic', now it is 'mine'"
    for options in ([], ["--base", "HEAD"], ["--strict"]):
        ran = gate("check", *options)
        assert (ran.code, "OUT OF DATE save: builtins.open" in ran.out, "FAILS" in ran.out) == (3, True, False)
        assert told in ran.out
        assert "What to do: code-path-gate refresh --action save" in ran.out
    assert told in gate("refresh", "--shrink-only").err
    gate("refresh")
    assert gate("check", "--base", "HEAD").code == 0


def test_new_costs_are_no_drift_of_the_code(shop: Repo, gate: Gate) -> None:
    shop.write({"pyproject.toml": CONFIG.replace("base = 90000", "base = 900000")})
    ran = gate("check", "--base", "main")
    assert (ran.code, "OUT OF DATE" in ran.out, "FAILS" in ran.out) == (3, True, False)
    assert "the baseline was weighed by other constants of the cost model" in ran.out
    assert "[refresh-mixed]" in gate("refresh", "--shrink-only").err
    gate("refresh")
    assert gate("check", "--base", "main").code == 0


def test_without_git_on_the_machine(shop: Repo, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(shop.root))
    shop.write({"src/shop/app.py": SLOW_APP})
    ran = gate("check")
    assert (ran.code, "[git-missing]" in ran.out) == (1, True)
    assert "[git-missing]" in gate("check", "--staged").err


def test_rule_files_and_models_are_those_of_the_state(shop: Repo, gate: Gate) -> None:
    rules = '[[rule]]\nmatch = "builtins.print"\nclass = "{}"\n'
    model = 'extends = "heuristic"\nthreshold = {}\n'
    config = CONFIG.replace('model = "heuristic"', 'model = "costs/mine.toml"\nrule_files = ["costs/rules.toml"]')
    shop.write(
        {"pyproject.toml": config, "costs/mine.toml": model.format(40000), "costs/rules.toml": rules.format("none")}
    )
    gate("refresh")
    shop.commit({})
    # what is in the working tree alone has no say in the index or in a commit
    shop.write({"costs/mine.toml": "broken", "costs/rules.toml": "broken"})
    assert ("[rule-file]" in gate("check").err, gate("check").code) == (True, 2)
    for state in (["--staged"], ["--rev", "HEAD"], ["--staged", "--base", "HEAD"]):
        assert gate("check", *state) == (0, "code-path-gate: 2 actions clean\n", ""), state
    # staged rules have, and the code is not to blame for what they find
    shop.write({"costs/mine.toml": model.format(40000), "costs/rules.toml": rules.format("file_io")})
    shop.run("add", "costs")
    ran = gate("check", "--staged")
    assert (ran.code, "OUT OF DATE save: builtins.print" in ran.out) == (3, True)
    assert "this change has the cost model, the rules or the hints weigh it otherwise" in ran.out
    gate("refresh")
    shop.run("add", ".")
    assert gate("check", "--staged").code == 0
    shop.run("rm", "-q", "--cached", "costs/rules.toml")
    assert "it is not in the index" in gate("check", "--staged").err


def test_what_a_refresh_admits(shop: Repo, gate: Gate) -> None:
    many = "".join(f"    open('{n}')\n" for n in range(7))
    shop.write({"src/shop/reader.py": f"def load():\n{many}"})
    ran = gate("refresh", "--action", "load")
    assert (ran.code, ran.out.count("newly expensive: builtins.open in shop.reader.load none -> 91,200")) == (0, 7)
    # of a first baseline all is new: the heaviest will do
    (shop.root / "baselines" / "load.json").unlink()
    ran = gate("refresh", "--action", "load")
    assert (ran.out.count("newly expensive"), ran.out.splitlines()[-1]) == (
        5,
        "  and 3 more: all of it is in the file, for the first time",
    )


def cut(text: str) -> str:
    return text[: len(text) // 2]


def marked(text: str) -> str:
    head, _, tail = text.partition('"ops": [\n')
    return f'{head}"ops": [\n<<<<<<< HEAD\n=======\n>>>>>>> other\n{tail}'


def doubled(text: str) -> str:
    row = next(line for line in text.splitlines(keepends=True) if line.startswith('{"id"'))
    return text.replace(row, row + row)


BAD_BASELINES = {
    "truncated": (cut, "[baseline-truncated]"),
    "conflict markers": (marked, "[baseline-conflict]"),
    "of a newer version": (lambda text: text.replace('"format": 2', '"format": 99'), "Upgrade code-path-audit"),
    "duplicate ids": (doubled, "[baseline-duplicate]"),
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
    old = re.sub(r'"open_loops": \d+, ', "", text.replace('"format": 2', '"format": 1'))
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
