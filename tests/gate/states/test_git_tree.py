"""A tree of git, read like the working tree."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.program.files import ALONE, Files
from code_path_audit.sources.worktree import discover
from code_path_gate.states import git
from code_path_gate.states.git_tree import source_tree
from tests.conftest import write_tree
from tests.gate.repositories import Repo
from tests.gate.states.trees import in_git

TREES = {
    "one root": (("src",), {"src/a.py": "1", "src/p/__init__.py": "", "src/p/b.py": "2", "top.py": "3"}),
    "the project itself": ((".",), {"a.py": "1", "p/__init__.py": "", "p/b.py": "2", "q/c.py": "3", "__init__.py": ""}),
    "a root that is a package": (("src/p",), {"src/__init__.py": "", "src/p/__init__.py": "", "src/p/b.py": "2"}),
    "a single file": (("src/p/b.py",), {"src/p/__init__.py": "", "src/p/b.py": "2"}),
    "a root inside another": ((".", "lib"), {"a.py": "1", "lib/b.py": "2"}),
    "one module twice": (("one", "two"), {"one/a.py": "1", "two/a.py": "2"}),
    "a package beside its module": (("src",), {"src/a.py": "1", "src/a/__init__.py": "2"}),
    "what is no source": (
        (".",),
        {
            "a.py": "1",
            ".hidden/b.py": "2",
            ".c.py": "3",
            "node_modules/d.py": "4",
            "x/__pycache__/e.py": "5",
            "build/f.py": "6",
            "dist/__init__.py": "",
            "venv/pyvenv.cfg": "",
            "venv/lib/g.py": "7",
            "data.txt": "8",
        },
    ),
    "odd names and bytes": (("src",), {"src/a.py": "1", "src/bin.py": "a\0b", "src/new\nline.py": "2"}),
    "hidden files and folders": (("src",), {"src/a.py": "1", "src/.b.py": "2", "src/.c/d.py": "3"}),
    "a folder that is called like a module of a package": (
        (".",),
        {"__init__.py": "1", "a/__init__/b.py": "2", "__init__/__init__.py": "3"},
    ),
    "a file that is no identifier": (("src",), {"src/a-b.py": "1", "src/p/c.py": "2"}),
}


@pytest.mark.parametrize("name", TREES)
def test_a_git_tree_is_read_like_the_working_tree(repo: Repo, name: str) -> None:
    source, files = TREES[name]
    repo.commit(dict(files))
    assert in_git(repo, source) == discover(repo.root, source)


@pytest.mark.parametrize("name", TREES)
def test_what_was_read_before_is_fetched_late(repo: Repo, name: str) -> None:
    source, files = TREES[name]
    repo.commit(dict(files))
    found = repo.found()
    asked: list[str] = []

    def fetch(blobs: Iterable[str]) -> dict[str, bytes | None]:
        wanted = list(blobs)
        asked.extend(wanted)
        return git.read_blobs(found, wanted, 8 << 20)

    whole = source_tree(git.entries(found, git.INDEX), source, (), fetch)
    of_files = set(asked)
    asked.clear()
    keys = {file.key for file in whole.files}
    late = source_tree(git.entries(found, git.INDEX), source, (), fetch, lambda file: file.key in keys)
    assert not keys & set(asked) and of_files >= keys
    assert late.left_out == {file.path for file in whole.files} and not any(file.data for file in late.files)
    read = Files(late, ALONE, lambda files: {file.path: fetch([file.key])[file.key] or b"" for file in files})
    assert [(*file[:4], read.data(file)) for file in late.files] == [tuple(file) for file in whole.files]
    assert late._replace(files=whole.files, left_out=frozenset()) == whole


def test_excludes(repo: Repo) -> None:
    repo.commit({"src/a.py": "1", "src/tests/b.py": "2", "src/old/c.py": "3"})
    exclude = ("tests", "src/old")
    assert in_git(repo, ("src",), exclude) == discover(repo.root, ("src",), exclude)


def test_a_link_to_a_file_of_the_project_is_read_through(repo: Repo) -> None:
    write_tree(repo.root, {"src/a.py": "x = 1\n"})
    (repo.root / "src" / "b.py").symlink_to("a.py")
    repo.run("add", ".")
    assert in_git(repo, ("src",)) == discover(repo.root, ("src",))


LINKS = {
    "a folder": {"src/b": "../lib"},
    "a folder in which there is another": {"src/b": "../lib", "lib/deep/c": "../../more"},
    "a file behind a link to a folder": {"src/b.py": "../link/x.py", "link": "lib"},
    "a link to a link": {"src/b": "../link", "link": "lib"},
    "a loop": {"src/b": "c", "src/c": "b", "src/d.py": "d.py"},
    "the folder around": {"src/b": ".", "src/c": ".."},
    "a folder that is walked already": {"src/b": "p", "src/c": "p"},
    "two links to one folder": {"src/b": "../lib", "src/c": "../lib"},
    "a source root": {"source": "src"},
    "a package of a link": {"src/p/b": "../../lib"},
    "an environment": {"src/b": "../env"},
}
"""Links by path, and where they lead; what leads nowhere is no folder, whatever it might have been."""


@pytest.mark.parametrize("name", LINKS)
def test_links_are_followed_as_on_disk(repo: Repo, name: str) -> None:
    files = {"src/a.py": "1", "src/p/__init__.py": "", "lib/x.py": "2", "lib/deep/y.py": "3", "more/z.py": "4"}
    write_tree(repo.root, {**files, "env/pyvenv.cfg": "", "env/e.py": ""})
    for path, target in LINKS[name].items():
        (repo.root / path).symlink_to(target)
    repo.run("add", ".")
    for source in (("src",), (".",), ("source",) if "source" in LINKS[name] else ("lib", "src")):
        on_disk = discover(repo.root, source)
        said = [file for file in on_disk.skipped if "Too many levels" not in file.reason]
        tree = in_git(repo, source)
        assert tree.files == on_disk.files  # type: ignore[attr-defined]
        lead_nowhere = "a link that leads to no file of the project"
        assert [f for f in tree.skipped if f.reason != lead_nowhere] == said  # type: ignore[attr-defined]
        assert tree.hidden == on_disk.hidden  # type: ignore[attr-defined]


def test_a_link_out_of_the_project_is_not(repo: Repo) -> None:
    write_tree(repo.root, {"src/a.py": "x = 1\n"})
    (repo.root / "src" / "b.py").symlink_to("/etc/passwd")
    repo.run("add", ".")
    tree = in_git(repo, ("src",))
    assert ([f.path for f in tree.files], [f.path for f in tree.skipped]) == (["src/a.py"], ["src/b.py"])  # type: ignore[attr-defined]


def test_no_file_is_an_error(repo: Repo) -> None:
    repo.commit({"a.txt": ""})
    with pytest.raises(AuditError) as caught:
        in_git(repo, ("src",))
    assert caught.value.slug == "no-files"
