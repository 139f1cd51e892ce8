"""Files are written all or not at all, never through a link, and a hook or workflow that is there stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.proposals.continuous import ONE_MACHINE, PRE_COMMIT, WORKFLOW
from code_path_audit.proposals.files import Change, continuous_changes, git_top, read_file, take_back, write_all
from tests.conftest import write_tree

REQUIREMENT = "code-path-audit==1.0"


def changes(root: Path, top: Path | None, requirement: str = REQUIREMENT) -> tuple[list[str], list[str]]:
    """The paths that are to be written, and the first lines of the notes."""
    found, notes = continuous_changes(root, top, requirement)
    paths = [change.path.relative_to(top or root).as_posix() for change in found]
    return paths, [note.partition("\n")[0] for note in notes]


NOT_AT_THE_TOP = (
    "the project is not at the top of its repository: pre-commit has no entry for it (.pre-commit-config.yaml)"
)

ROWS: dict[str, tuple[dict[str, str], list[str], list[str]]] = {
    "nothing": ({}, [PRE_COMMIT, WORKFLOW], []),
    "both": ({PRE_COMMIT: "repos:\n- repo: x\n  hooks:\n  - id: code-path-gate\n", WORKFLOW: ""}, [], []),
    "a workflow of another name": ({".github/workflows/ci.yaml": "run: code-path-gate check\n"}, [PRE_COMMIT], []),
    "a hook in a form of its own": (
        {PRE_COMMIT: "repos: []\n"},
        [WORKFLOW],
        [".pre-commit-config.yaml is not written as people write it; add this:"],
    ),
    "GitLab": ({".gitlab-ci.yml": "stages: []\n"}, [PRE_COMMIT], ["add this to .gitlab-ci.yml:"]),
    "GitLab with the job": ({".gitlab-ci.yml": "code-path-gate: {}\n"}, [PRE_COMMIT], []),
    "GitLab and GitHub": ({".gitlab-ci.yml": "", ".github/workflows/": ""}, [PRE_COMMIT, WORKFLOW], []),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_is_added(name: str, tmp_path: Path) -> None:
    files, paths, notes = ROWS[name]
    write_tree(tmp_path, files)
    assert changes(tmp_path, tmp_path) == (paths, notes)


def test_a_copy_of_one_machine_is_told_as_such(tmp_path: Path) -> None:
    told = ONE_MACHINE.partition("\n")[0]
    assert changes(tmp_path, tmp_path, "") == ([PRE_COMMIT, WORKFLOW], [told])
    # not where nothing is written and nothing is left to a person
    write_tree(tmp_path, ROWS["both"][0])
    assert changes(tmp_path, tmp_path, "") == ([], [])


def test_a_project_in_a_folder(tmp_path: Path) -> None:
    its_own = WORKFLOW.replace(".yml", "-packages-a.yml")
    assert changes(tmp_path / "packages" / "a", tmp_path) == ([its_own], [NOT_AT_THE_TOP])
    # that of another project is none for it; one that says its folder is
    write_tree(tmp_path, {WORKFLOW: "code-path-gate in packages/b"})
    assert changes(tmp_path / "packages" / "a", tmp_path) == ([its_own], [NOT_AT_THE_TOP])
    write_tree(tmp_path, {WORKFLOW: "code-path-gate in packages/b and packages/a"})
    assert changes(tmp_path / "packages" / "a", tmp_path) == ([], [NOT_AT_THE_TOP])


def test_without_git(tmp_path: Path) -> None:
    paths, (note,) = changes(tmp_path, None)
    assert paths == [] and note.startswith("no git repository here")


def test_the_top_of_a_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert git_top(tmp_path / "a" / "b") == tmp_path


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "project").mkdir()
    (tmp_path / "outside").write_text("x")
    (tmp_path / "project" / "link").symlink_to(tmp_path / "outside")
    (tmp_path / "project" / "near").symlink_to("file")
    (tmp_path / "project" / "file").write_text("x")
    (tmp_path / "project" / "large").write_bytes(bytes((1 << 20) + 1))
    inside = tmp_path / "project"
    said = {}
    for name in ("link", "near", "large", "../folder", "."):
        with pytest.raises(AuditError) as error:
            read_file(inside / name, inside)
        said[name] = error.value.what
        assert error.value.slug == "init-unusable"
    assert said == {
        "link": "cannot be used: it leads out of the repository",
        "near": "cannot be used: it is a link",
        "large": "larger than 1,048,576 bytes",
        "../folder": "cannot be used: it leads out of the repository",
        ".": "cannot be used: it is no regular file",
    }
    assert (read_file(inside / "file", inside), read_file(inside / "gone", inside)) == (b"x", None)


def test_all_or_nothing(tmp_path: Path) -> None:
    write_tree(tmp_path, {"old": "was", "file": ""})
    rows = [
        Change(tmp_path / "old", b"was", b"is", "a"),
        Change(tmp_path / "new", None, b"is", "b"),
        Change(tmp_path / "file" / "below", None, b"is", "c"),
    ]
    with pytest.raises(AuditError, match="init-unwritable"):
        write_all(rows)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old": "was", "file": ""}
    write_all(rows[:2])
    assert (tmp_path / "old").read_text() == (tmp_path / "new").read_text() == "is"
    take_back(rows[:2])
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"old": "was", "file": ""}
