"""What an answer that was kept depends on: a row is a change, after which a check is made anew; or one that is none."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from code_path_audit.replay.save import Made
from code_path_gate import asked, main
from code_path_gate.replay import dependencies, save
from tests.conftest import write_tree
from tests.gate.answers import ANSWER, remembered, shop_in
from tests.gate.repositories import Repo
from tests.gate.shop import CONFIG

Change = Callable[[Path], object]


def write(path: str, text: str = "x") -> Change:
    return lambda root: write_tree(root, {path: text})


def same_but_for_content(root: Path) -> None:
    """Same size, same time."""
    path = root / "src/shop/store.py"
    before = path.stat()
    path.write_text(path.read_text().replace("json.dump(", "json.load("))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def git_to_link(root: Path) -> None:
    (root / ".git").rename(root / "git")
    (root / ".git").symlink_to("git")


def to_link(root: Path) -> None:
    (root / "conf").rename(root / "elsewhere")
    (root / "conf").symlink_to("elsewhere")


CHANGES: dict[str, Change] = {
    "a file of the source": write("src/shop/app.py"),
    "one more": write("src/shop/more.py"),
    "one less": lambda root: (root / "src/shop/unused.py").unlink(),
    "one renamed": lambda root: (root / "src/shop/unused.py").rename(root / "src/shop/used.py"),
    "same size, same time": same_but_for_content,
    "a folder appears": write("src/shop/new/x.py"),
    "what nobody may read": lambda root: (root / "src/shop/app.py").chmod(0),
    "a package around another source root": write("lib/__init__.py"),
    "the configuration": write("pyproject.toml", CONFIG + "# more\n"),
    "another configuration": write("code-path-audit.toml"),
    "declared entry points": write("setup.cfg"),
    "installed entry points": write("src/x.dist-info/entry_points.txt"),
    "hidden installed entry points": write("src/.x.dist-info/entry_points.txt"),
    "rules": write("conf/rules.toml"),
    "rules behind a link": to_link,
    "library models": write("baselines/libraries.toml"),
    "a file whose size counts": write("data/rates.json", "more"),
    "a baseline": write("baselines/save.json"),
    "a baseline of nothing": write("baselines/gone.json"),
    "observations": write("baselines/observations.jsonl"),
    "what git is told": lambda root: Repo(root).run("config", "core.bare", "false", "--add"),
    "a commit": lambda root: Repo(root).commit({"docs/page.md": "y"}),
    "another branch": lambda root: Repo(root).run("checkout", "-q", "-b", "other"),
    "no repository": lambda root: shutil.rmtree(root / ".git"),
}
HARMLESS: dict[str, Change] = {
    "nothing": lambda root: None,
    "read": lambda root: (root / "src/shop/app.py").read_text(),
    "a file that is none of the source": write("docs/page.md"),
    "caches": write("src/shop/__pycache__/x.pyc"),
    "git's index": lambda root: Repo(root).run("add", "--all"),
}
NO_REPLAY: dict[str, Change] = {
    "a link in the source": lambda root: (root / "src/shop/link.py").symlink_to("app.py"),
    "a linked folder in the source": lambda root: (root / "src/shop/link").symlink_to("../../docs"),
    "rules behind a link": to_link,
    "a linked worktree": lambda root: ((root / ".git").rename(root / "git"), write(".git", "gitdir: git\n")(root)),
    "a git folder that is a link": git_to_link,
    "no last commit": lambda root: Repo(root).run("checkout", "-q", "--orphan", "new"),
    "a branch that stands for another": write(".git/refs/heads/main", "ref: refs/heads/other\n"),
}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return shop_in(tmp_path, monkeypatch)


@pytest.mark.parametrize("what", HARMLESS)
def test_what_does_not_matter(shop: Path, what: str) -> None:
    assert remembered(shop) == ANSWER
    HARMLESS[what](shop)
    assert main.replayed(["check"]) == ANSWER


@pytest.mark.parametrize("what", CHANGES)
def test_what_matters(shop: Path, what: str) -> None:
    assert remembered(shop) == ANSWER
    CHANGES[what](shop)
    assert main.replayed(["check"]) is None


@pytest.mark.parametrize("what", NO_REPLAY)
def test_where_nothing_is_kept(shop: Path, what: str) -> None:
    NO_REPLAY[what](shop)
    assert remembered(shop) is None


@pytest.mark.parametrize(
    ("change", "replays"),
    [
        (lambda root: Repo(root).run("log"), True),
        (lambda root: (write("src/shop/app.py")(root), Repo(root).run("add", "--all")), False),
        (write("src/shop/app.py"), True),
        (write("baselines/libraries.toml"), False),
        (lambda root: Repo(root).run("commit", "-q", "--allow-empty", "-m", "x", "--no-verify"), False),
    ],
    ids=["nothing new staged", "staged", "not staged", "library models, not staged", "a commit"],
)  # fmt: skip
def test_the_index(shop: Path, change: Change, replays: bool) -> None:
    assert remembered(shop, "--staged") == ANSWER
    change(shop)
    assert (main.replayed(["check", "--staged"]) == ANSWER) == replays


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_INDEX_FILE", "other"), ("GIT_DIR", "/elsewhere"), ("GIT_CONFIG_COUNT", "0"), ("TZ", "Asia/Tokyo"),
        ("PATH", ""), ("GITHUB_STEP_SUMMARY", "x"), ("CODE_PATH_AUDIT_CACHE", "off"),
    ],
)  # fmt: skip
def test_the_environment(shop: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert remembered(shop) == ANSWER
    monkeypatch.setenv(name, value)
    assert main.replayed(["check"]) is None


@pytest.mark.parametrize("name", dependencies.ELSEWHERE)
def test_repositories_in_several_places(shop: Path, name: str) -> None:
    assert dependencies.git_place(shop, {name: str(shop)}, False) is None


@pytest.mark.parametrize("git_dir", [".git", "{root}/.git"])
def test_git_says_where_it_is_anyway(shop: Path, git_dir: str) -> None:
    assert dependencies.git_place(shop, {"GIT_DIR": git_dir.format(root=shop)}, False) is not None


@pytest.mark.parametrize(
    "arguments",
    [["check", "--base", "HEAD"], ["check", "--rev", "HEAD"], ["check", "--format", "sarif"],
     ["check", "--format=sarif"], ["refresh"], [], ["check", "--help"]],
)  # fmt: skip
def test_commands_that_are_never_replayed(arguments: list[str]) -> None:
    assert not asked.can_replay(arguments)


def test_what_changed_during_a_check_is_not_kept(shop: Path) -> None:
    place = dependencies.git_place(shop, os.environ, False)
    assert place is not None
    known = save.git_state(place.folder, place.index_file)
    cache = os.environ["CODE_PATH_AUDIT_CACHE"]
    fresh = Made(shop.stat().st_ctime_ns, 0, "")
    for row in (f"+{shop / 'src/shop/app.py'}", f"+{shop / 'not/there'}"):
        save.remember(["check"], fresh, known, place._replace(rows=(row,)), cache)
        assert main.replayed(["check"]) is None
    later = Made(time.time_ns() + 10**10, 0, "")
    save.remember(["check"], later, b"another commit", place, cache)
    assert main.replayed(["check"]) is None
