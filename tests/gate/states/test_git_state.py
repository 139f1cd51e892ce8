"""Where a project stands in git: what is staged, subfolders, worktrees, submodules, and no git at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import APP, BASELINE, CONFIG, FILES, SLOW_APP, Gate


def test_only_what_is_staged_counts(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": SLOW_APP, "src/shop/extra.py": "def ("})
    assert gate("check", "--staged") == (0, "code-path-gate: 2 actions clean\n", "")
    shop.run("add", "src/shop/app.py")
    shop.write({"src/shop/app.py": APP})
    assert gate("check", "--staged").code == 1
    assert gate("check", "--action", "save").code == 0


def test_the_staged_configuration_and_baseline_count(shop: Repo, gate: Gate) -> None:
    shop.write({"pyproject.toml": CONFIG + "broken", BASELINE: "{}"})
    assert gate("check", "--staged").code == 0
    shop.run("add", BASELINE)
    assert "[baseline-schema]" in gate("check", "--staged").err
    shop.run("add", "pyproject.toml")
    assert "[config-syntax]" in gate("check", "--staged").err


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
OUT OF DATE load of save: load changed, about 110,000 units
    there is no baseline for this action; ops above the threshold: 1
OUT OF DATE load of load: load changed, about 0 units
    there is no baseline for this action; ops above the threshold: 0
save: load about 0 units -> 110,000 units
What to do: code-path-gate refresh --action save --action load, and commit the baseline.
""",
        "",
    )
    gate("refresh")
    repo.run("add", ".")
    assert gate("check", "--staged") == (0, "code-path-gate: 2 actions clean\n", "")


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


@pytest.mark.parametrize("root", ["vendor", "vendor/src", "./vendor"])
def test_a_source_root_in_a_submodule(shop: Repo, gate: Gate, tmp_path: Path, root: str) -> None:
    other = Repo.init(tmp_path / "other")
    other.commit({"src/tool.py": "def go(rows):\n    return rows\n", "tool.py": "def go(rows):\n    return rows\n"})
    shop.run("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.root), "vendor")
    shop.write({"pyproject.toml": FILES["pyproject.toml"].replace('"src"', f'"src", "{root}"')})
    gate("refresh")
    shop.run("add", ".")
    assert gate("check").code == 0
    ran = gate("check", "--staged")
    assert (ran.code, f"in another repository ({root.removeprefix('./')})" in ran.err) == (2, True), ran.err
    assert ran.err.endswith("[source-submodule]\n")


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
        ran = gate("check", *state)
        assert (ran.code, ran.out.splitlines()[0], ran.err) == (0, "code-path-gate: 2 actions clean", ""), state
    # staged rules have, and the code is not to blame for what they find
    shop.write({"costs/mine.toml": model.format(40000), "costs/rules.toml": rules.format("file_io")})
    shop.run("add", "costs")
    ran = gate("check", "--staged")
    assert (ran.code, "OUT OF DATE save: builtins.print" in ran.out) == (3, True)
    assert "this change has the cost model, rules, library models or hints weigh it otherwise" in ran.out
    gate("refresh")
    shop.run("add", ".")
    assert gate("check", "--staged").code == 0
    shop.run("rm", "-q", "--cached", "costs/rules.toml")
    assert "it is not in the index" in gate("check", "--staged").err


CALLS = """
import lib

def work():
    open("x").read()

def save():
    lib.each(work)
"""


def test_library_models_are_those_of_the_state_and_a_change_of_them_counts(shop: Repo, gate: Gate) -> None:
    nothing, calls = '[nothing]\n"lib.each" = "*"\n', '[calls]\n"lib.each" = "0"\n'
    config = CONFIG.replace('model = "heuristic"', 'model = "heuristic"\nlibrary_files = ["models/lib.toml"]')
    shop.write({"pyproject.toml": config, "src/shop/app.py": CALLS, "models/lib.toml": nothing})
    gate("refresh")
    shop.commit({})
    shop.write({"models/lib.toml": calls})
    # on disk it is another model: what it finds is in no baseline
    assert "OUT OF DATE save: builtins.open" in gate("check").out
    for state in (["--staged"], ["--rev", "HEAD"]):
        assert gate("check", *state).code == 0, state
    shop.run("add", "models")
    assert "OUT OF DATE save: builtins.open" in gate("check", "--staged").out
    shop.run("rm", "-q", "--cached", "models/lib.toml")
    ran = gate("check", "--staged")
    assert (ran.code, "[library-file]" in ran.err, "it is not in the index" in ran.err) == (2, True, True)


def test_library_models_that_were_written_and_not_staged(shop: Repo, gate: Gate) -> None:
    shop.write({"src/shop/app.py": CALLS})
    gate("refresh")
    shop.commit({})
    shop.write({"baselines/libraries.toml": '[nothing]\n"lib.each" = "0"\n'})
    ran = gate("check", "--staged")
    assert (ran.code, "the library models are not in the index" in ran.err) == (2, True)
    assert "git add baselines/libraries.toml" in ran.err
    assert gate("check", "--rev", "HEAD").code == 0
    shop.run("add", "baselines")
    assert gate("check", "--staged", "--strict").code == 3


def test_a_library_model_that_is_missing_or_misspelt(shop: Repo, gate: Gate) -> None:
    config = CONFIG.replace('model = "heuristic"', 'model = "heuristic"\nlibrary_files = ["models/lib.toml"]')
    shop.write({"pyproject.toml": config})
    for command in (["check"], ["refresh"]):
        ran = gate(*command)
        assert (ran.code, "[library-file]" in ran.err, "models/lib.toml" in ran.err) == (2, True, True), command
    shop.write({"models/lib.toml": "[cals]\n"})
    ran = gate("check")
    assert (ran.code, "unknown key cals; nearest: calls" in ran.err) == (2, True)
