"""Git, as the gate asks it: real repositories, in every shape that has tripped a hook."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from code_path_audit.errors import AuditError
from code_path_audit.sources.worktree import discover
from code_path_gate.asked import git_says
from code_path_gate.states import git
from code_path_gate.states.edited import is_edited
from tests.gate.repositories import Repo
from tests.gate.states.trees import in_git


def names(entries: tuple[git.Entry, ...]) -> list[str]:
    return [entry.path for entry in entries]


def test_no_repository(tmp_path: Path) -> None:
    assert git.find_repository(tmp_path, os.environ) is None


def test_files_of_the_index_and_of_a_commit(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n", "b.py": "b = 1\n", "c.py": "c = 1\n", "sub/d.py": "d = 1\n"})
    repo.run("rm", "-q", "a.py")
    repo.run("mv", "b.py", "e.py")
    repo.write({"c.py": "c = 2\n", "sub/d.py": "d = 2\n", "untracked.py": "", "x.log": "", ".gitignore": "*.log\n"})
    repo.run("add", "c.py")
    found = repo.found()
    head = git.require_commit(found, "HEAD")
    assert git.untracked(found, ignored=False) == (".gitignore", "untracked.py")
    assert git.untracked(found, ignored=True) == (".gitignore", "untracked.py", "x.log")
    assert names(git.entries(found, git.INDEX)) == ["c.py", "e.py", "sub/d.py"]
    assert names(git.entries(found, head)) == ["a.py", "b.py", "c.py", "sub/d.py"]


def test_the_bytes_of_the_index_not_of_the_working_tree(repo: Repo) -> None:
    repo.write({"a.py": "staged\n"})
    repo.run("add", ".")
    repo.write({"a.py": "unstaged\n"})
    found = repo.found()
    (entry,) = git.entries(found, git.INDEX)
    assert git.read_blobs(found, [entry.blob], 100) == {entry.blob: b"staged\n"}
    assert git.read_blobs(found, [entry.blob], 3) == {entry.blob: None}


def test_the_first_commit(repo: Repo) -> None:
    repo.write({"a.py": ""})
    repo.run("add", ".")
    found = repo.found()
    assert git.resolve(found, "HEAD") is None
    assert names(git.entries(found, git.INDEX)) == ["a.py"]


@pytest.mark.parametrize("size", [0, 12, 32, 60, -1])
def test_a_truncated_index_is_an_error(repo: Repo, size: int) -> None:
    repo.commit({"a.py": "a = 1\n", "b.py": "b = 1\n"})
    found = repo.found()
    file = repo.root / ".git" / "index"
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(AuditError) as caught:
        git.entries(found, git.INDEX)
    assert (caught.value.slug, "index is damaged" in str(caught.value)) == ("git-index", True)


def test_an_index_without_a_checksum(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"})
    file = repo.root / ".git" / "index"
    data = file.read_bytes()
    file.write_bytes(data[:-20] + bytes(20))
    assert names(git.entries(repo.found(), git.INDEX)) == ["a.py"]
    file.unlink()
    assert names(git.entries(repo.found(), git.INDEX)) == []


@pytest.mark.parametrize(
    ("file", "text"),
    [("HEAD", "0123456789012345678901234567890123456789\n"), ("refs/heads/main", "junk\n"), ("refs/heads/main", "")],
)
def test_a_damaged_head(repo: Repo, file: str, text: str) -> None:
    repo.commit({"a.py": ""})
    found = repo.found()
    assert git.head_commit(found) == git.resolve(found, "HEAD")
    (repo.root / ".git" / file).write_text(text)
    with pytest.raises(AuditError) as caught:
        git.head_commit(found)
    assert caught.value.slug == "git-head"


def test_a_branch_without_a_commit(repo: Repo) -> None:
    assert git.head_commit(repo.found()) is None
    repo.commit({"a.py": ""})
    repo.run("switch", "-q", "--orphan", "new")
    assert git.head_commit(repo.found()) is None


def test_the_index_that_git_hands_to_a_hook(repo: Repo, tmp_path: Path) -> None:
    """`git commit FILE` runs hooks with an index of its own, named relative to the top."""
    repo.commit({"a.py": "1\n"})
    repo.run("read-tree", "--index-output=other", "HEAD")
    repo.write({"b.py": "2\n"})
    env = {**os.environ, "GIT_INDEX_FILE": "other"}
    subprocess.run(["git", "add", "b.py"], cwd=repo.root, env=env, check=True)
    found = git.find_repository(repo.root, env)
    assert found is not None
    assert names(git.entries(found, git.INDEX)) == ["a.py", "b.py"]
    assert names(git.entries(repo.found(), git.INDEX)) == ["a.py"]


TOPS: dict[str, tuple[dict[str, str], str, list[str]]] = {
    # variables and .git/config, where there is another repository; what the index has
    "a work tree elsewhere": ({"GIT_WORK_TREE": "{other}"}, "", ["a.py"]),
    "one that the configuration names": ({}, "[core]\n worktree = {other}\n", ["a.py"]),
    "one of the worktree's configuration": ({}, "[extensions]\n worktreeConfig = true\n", ["a.py"]),
    "both variables": ({"GIT_WORK_TREE": "{other}", "GIT_DIR": "{repo}/.git"}, "", ["a.py"]),
    "the folder of another": ({"GIT_DIR": "{other}/.git"}, "", ["other.py"]),
    "an index by its name in the top": ({"GIT_INDEX_FILE": "next"}, "", ["next.py"]),
    "objects by their name from where we are": ({"GIT_OBJECT_DIRECTORY": "../.git/objects"}, "", ["a.py"]),
}


@pytest.mark.parametrize("name", TOPS)
def test_what_is_asked_is_the_repository_that_was_found(repo: Repo, tmp_path: Path, name: str) -> None:
    """By git from a folder of the repository, wherever its work tree is said to be."""
    other = Repo.init(tmp_path / "other")
    other.commit({"other.py": "1\n"})
    repo.commit({"a.py": "1\n", "sub/.gitignore": ""})
    repo.run("rm", "-q", "sub/.gitignore")
    (repo.root / "sub").mkdir(exist_ok=True)
    repo.run("read-tree", "--index-output=next", "HEAD")
    subprocess.run(
        ["git", "update-index", "--add", "--cacheinfo", f"100644,{repo.run('rev-parse', 'HEAD:a.py')},next.py"],
        cwd=repo.root, env={**os.environ, "GIT_INDEX_FILE": "next"}, check=True,
    )  # fmt: skip
    variables, text, expected = TOPS[name]
    with open(repo.root / ".git" / "config", "a") as config:
        config.write(text.format(other=other.root))
    (repo.root / ".git" / "config.worktree").write_text(f"[core]\n worktree = {other.root}\n")
    env = {**os.environ, **{key: value.format(other=other.root, repo=repo.root) for key, value in variables.items()}}
    found = git.find_repository(repo.root / "sub", env)
    assert found is not None
    assert set(expected) <= set(names(git.entries(found, git.INDEX)))
    assert git.head_commit(found) == git.head_commit(other.found() if expected == ["other.py"] else repo.found())


def test_a_name_with_an_end_of_line(repo: Repo) -> None:
    inner = Repo.init(repo.root / "one\ntwo")
    inner.commit({"a.py": ""})
    assert inner.found().top == inner.root
    assert names(git.entries(inner.found(), git.INDEX)) == ["a.py"]


def test_paths_that_are_hard_to_read(repo: Repo) -> None:
    odd = ["new\nline.py", 'quo"te.py', "tab\t.py", "ümläut.py", " space .py", "-dash.py"]
    repo.commit(dict.fromkeys(odd, "x = 1\n"))
    assert names(git.entries(repo.found(), git.INDEX)) == sorted(odd)
    assert names(git.entries(repo.found(), git.require_commit(repo.found(), "HEAD"))) == sorted(odd)


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD..main", "", "HEAD:a.py"])
def test_a_revision_that_names_no_commit(repo: Repo, revision: str) -> None:
    repo.commit({"a.py": ""})
    with pytest.raises(AuditError) as caught:
        git.require_commit(repo.found(), revision)
    assert caught.value.slug == "git-unknown-revision"


def test_merge_base(repo: Repo) -> None:
    common = repo.commit({"a.py": "1\n"})
    repo.run("switch", "-q", "-c", "feature")
    feature = repo.commit({"b.py": "1\n"})
    repo.run("switch", "-q", "main")
    repo.commit({"c.py": "1\n"})
    assert git.merge_base(repo.found(), "main", feature) == common


def test_what_a_repository_puts_in_the_place_of_its_history_does_not_count(repo: Repo) -> None:
    common = repo.commit({"a.py": "1\n"})
    repo.run("switch", "-q", "-c", "feature")
    feature = repo.commit({"a.py": "2\n"})
    repo.run("replace", common, feature)
    assert git.merge_base(repo.found(), "main", feature) == common
    repo.run("replace", "-d", common)
    # main as if it came after the feature: nothing would have changed since
    (repo.root / ".git" / "info").mkdir(exist_ok=True)
    (repo.root / ".git" / "info" / "grafts").write_text(f"{common} {feature}\n")
    assert git.merge_base(repo.found(), "main", feature) == common


def test_no_merge_base(repo: Repo) -> None:
    one = repo.commit({"a.py": "1\n"})
    repo.run("switch", "-q", "--orphan", "other")
    repo.commit({"b.py": "1\n"})
    with pytest.raises(AuditError) as caught:
        git.merge_base(repo.found(), "other", one)
    assert caught.value.slug == "git-no-merge-base"


@pytest.fixture
def shallow(repo: Repo, tmp_path: Path) -> Repo:
    repo.commit({"a.py": "1\n"})
    repo.run("switch", "-q", "-c", "feature")
    repo.commit({"b.py": "1\n"})
    repo.run("switch", "-q", "main")
    repo.commit({"c.py": "1\n"})
    clone = tmp_path / "clone"
    repo.run("clone", "-q", "--depth=1", "--no-single-branch", f"file://{repo.root}", str(clone))
    return Repo(clone)


@pytest.mark.parametrize(("revision", "slug"), [("origin/feature", "git-shallow"), ("HEAD~1", "git-unknown-revision")])
def test_a_shallow_clone_says_how_to_fetch_more(shallow: Repo, revision: str, slug: str) -> None:
    found = shallow.found()
    with pytest.raises(AuditError) as caught:
        git.merge_base(found, revision, git.require_commit(found, "HEAD"))
    assert (caught.value.slug, "git fetch --unshallow" in caught.value.todo) == (slug, True)


def test_a_worktree_has_an_index_of_its_own(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a.py": "1\n"})
    other = tmp_path / "other"
    repo.run("worktree", "add", "-q", str(other))
    (other / "b.py").write_text("2\n")
    subprocess.run(["git", "add", "b.py"], cwd=other, check=True)
    assert names(git.entries(Repo(other).found(), git.INDEX)) == ["a.py", "b.py"]
    assert names(git.entries(repo.found(), git.INDEX)) == ["a.py"]


def test_the_repositorys_configuration_runs_no_program(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"a.py": "1\n"})
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in PROGRAMS:
        repo.run("config", key, str(trap))
    attributes = "*.py filter=x diff=x merge=x\n*.json filter=a=b\n*.toml filter=proc\n"
    repo.write({"a.py": "2\n", ".gitattributes": attributes})
    for hook in ("post-index-change", "fsmonitor-watchman", "pre-commit", "reference-transaction", "post-checkout"):
        (repo.root / ".git" / "hooks" / hook).write_text(trap.read_text())
        (repo.root / ".git" / "hooks" / hook).chmod(0o755)
    os.utime(repo.root / "a.py", (1, 1))
    found = repo.found()
    head = git.require_commit(found, "HEAD")
    blobs = [entry.blob for entry in (*git.entries(found, git.INDEX), *git.entries(found, head))]
    git.read_blobs(found, blobs, 100)
    git.blob_size(found, blobs[0])
    git.untracked(found, ignored=True)
    git.merge_base(found, "HEAD", head)
    git.head_commit(found)
    assert is_edited(found, head, (".py",))
    assert not (tmp_path / "sprung").exists()


PROGRAMS = (
    "core.fsmonitor", "core.pager", "diff.external", "core.sshCommand", "core.editor", "core.askPass",
    "filter.x.clean", "filter.x.smudge", "filter.a=b.clean", "filter.proc.process", "diff.x.textconv", "diff.x.command",
    "merge.x.driver", "gpg.program", "credential.helper", "alias.ls-files", "alias.cat-file", "alias.rev-parse",
    "core.alternateRefsCommand", "uploadpack.packObjectsHook", "core.gitProxy", "sequence.editor",
)  # fmt: skip
"""Keys of a configuration that name a program."""


@pytest.mark.parametrize("url", ["ext::sh -c 'touch SPRUNG'", "file:///nowhere", "ssh://x/y", "touch::x"])
def test_what_a_partial_clone_lacks_is_not_fetched(repo: Repo, tmp_path: Path, url: str) -> None:
    """Git before 2.44 would fetch it, by the transport that the repository's own configuration allows and names."""
    repo.commit({"a.py": "1\n"})
    sprung = tmp_path / "sprung"
    repo.run("config", "core.repositoryFormatVersion", "1")
    repo.run("config", "extensions.partialClone", "origin")
    for key, value in {
        "remote.origin.url": url.replace("SPRUNG", str(sprung)),
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": f"touch {sprung};",
        "protocol.ext.allow": "always",
        "protocol.file.allow": "always",
        "core.sshCommand": f"touch {sprung};",
    }.items():
        repo.run("config", key, value)
    found = repo.found()
    with pytest.raises(AuditError) as caught:
        git.read_blobs(found, ["1" * 40], 100)
    assert caught.value.slug in ("git-missing-object", "git-failed")
    assert not sprung.exists()


@pytest.mark.parametrize("place", [".", "", "bin", "ABSOLUTE/bin", "ABSOLUTE"])
def test_git_is_not_run_from_the_checkout(repo: Repo, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    trap = '#!/bin/sh\ntouch "$(dirname "$0")/sprung"\n'
    repo.write({"bin/git": trap, "git": trap, "sub/a.py": ""})
    for path in ("bin/git", "git"):
        (repo.root / path).chmod(0o755)
    monkeypatch.chdir(repo.root)
    env = {**os.environ, "PATH": os.pathsep.join([place.replace("ABSOLUTE", str(repo.root)), os.environ["PATH"]])}
    for folder in (repo.root, repo.root / "sub"):
        found = git.find_repository(folder, env)
        assert found is not None and os.path.isabs(found.git) and found.top == repo.root
        git.entries(found, git.INDEX)
    assert not any(path.name == "sprung" for path in repo.root.rglob("*"))
    with pytest.raises(AuditError) as caught:
        git.find_repository(repo.root, {**env, "PATH": env["PATH"].partition(os.pathsep)[0]})
    assert caught.value.slug == "git-missing"


OLD = """\
#!/bin/sh
# what git 2.25 does not know: it refuses these words as it does any other that it does not know
for word in "$@"; do
    case "$word" in
        --end-of-options|--format=*|--no-lazy-fetch|--config-env*|--name-only=*|--no-optional-locks=*)
            echo "fatal: unknown option $word" >&2; exit 129;;
        --show-object-format) old=1;;
    esac
done
if [ -n "$old" ]; then
    echo --show-object-format
    shift 1
fi
"""


def test_nothing_is_asked_that_an_old_git_does_not_know(repo: Repo, tmp_path: Path) -> None:
    head = repo.commit({"a.py": "1\n"})
    real = git.program(os.environ, repo.root)
    folder = tmp_path / "old"
    folder.mkdir()
    script = OLD.replace("shift 1\n", f'exec "{real}" rev-parse --git-path index\n') + f'exec "{real}" "$@"\n'
    (folder / "git").write_text(script)
    (folder / "git").chmod(0o755)
    found = git.find_repository(repo.root, {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"})
    assert found is not None and found.git == str(folder / "git")
    assert git.head_commit(found) == git.require_commit(found, "main") == git.merge_base(found, "main", head) == head
    (entry,) = git.entries(found, git.INDEX)
    assert git.entries(found, head) == (entry,)
    assert git.read_blobs(found, [entry.blob], 10) == {entry.blob: b"1\n"}
    assert git.untracked(found, ignored=True) == () and not is_edited(found, head, (".py",))


@pytest.mark.parametrize("inside", ["", "refs", "../.git"])
def test_a_bare_repository_is_told_as_one(repo: Repo, tmp_path: Path, inside: str) -> None:
    repo.commit({"a.py": "1\n"})
    bare = tmp_path / "bare.git"
    repo.run("clone", "-q", "--bare", str(repo.root), str(bare))
    folder = repo.root / ".git" if inside == "../.git" else bare / inside
    with pytest.raises(AuditError) as caught:
        git.find_repository(folder, os.environ)
    assert caught.value.slug == "git-bare"


def test_a_source_root_is_read_whatever_it_looks_like(repo: Repo) -> None:
    repo.commit({"env/conda-meta/x.json": "", "env/a.py": "1", "env/build/b.py": "2", "env/in/pyvenv.cfg": "3"})
    tree = discover(repo.root, ("env",))
    assert in_git(repo, ("env",)) == tree and [file.path for file in tree.files] == ["env/a.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
@pytest.mark.parametrize(
    "name", [".git/HEAD", ".git/packed-refs", ".git/info/exclude", ".git/objects/info/alternates", "sub/.gitignore"]
)
def test_a_pipe_that_git_waits_for_is_told(repo: Repo, name: str) -> None:
    repo.commit({"sub/a.py": "a = 1\n"})
    file = repo.root / name
    file.unlink(missing_ok=True)
    os.mkfifo(file)
    with pytest.raises(AuditError) as caught:
        is_edited(repo.found(), "HEAD", (".py",))
    assert (caught.value.slug, f"waits for {file}" in str(caught.value)) == ("git-waits", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_that_the_configuration_names_is_told(repo: Repo, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "more")
    with open(repo.root / ".git" / "config", "a", encoding="utf-8") as file:
        file.write(f"[include]\n\tpath = {tmp_path / 'more'}\n")
    with pytest.raises(AuditError) as caught:
        repo.found()
    assert (caught.value.slug, str(tmp_path / "more") in str(caught.value)) == ("git-waits", True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_an_index_that_is_a_pipe(repo: Repo) -> None:
    repo.commit({"a.py": "a = 1\n"})
    file = repo.root / ".git" / "index"
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(AuditError) as caught:
        git.entries(repo.found(), git.INDEX)
    assert caught.value.slug == "git-index"


def test_what_git_is_asked_and_answers_may_be_long(repo: Repo) -> None:
    repo.commit({f"f{number}.py": f"a = {number}\n" * 200 for number in range(800)})
    found = repo.found()
    blobs = [entry.blob for entry in git.entries(found, "HEAD")]
    read = git.read_blobs(found, blobs, 10_000)
    assert sorted(len(data or b"") for data in read.values()) == sorted(
        len(f"a = {number}\n") * 200 for number in range(800)
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
@pytest.mark.parametrize("name", ["HEAD", "refs/heads/main"])
def test_the_key_of_an_answer_waits_for_no_pipe(repo: Repo, name: str) -> None:
    repo.commit({"a.py": "a = 1\n"})
    git_folder = repo.root / ".git"
    (git_folder / name).unlink()
    os.mkfifo(git_folder / name)
    with pytest.raises(ValueError, match="not what git writes"):
        git_says(os.fsencode(git_folder), b"")
