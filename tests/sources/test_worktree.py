"""What counts as source, under which module name, and what is skipped with which reason."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.errors import AuditError
from code_path_audit.sources.layout import MAX_FILE_BYTES
from code_path_audit.sources.worktree import content_key, discover
from tests.sources.trees import Make, names

needs_permissions = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not hold for this user"
)


def skips(root: Path, source: tuple[str, ...] = (".",)) -> list[tuple[str, str, str]]:
    return [(skip.path, skip.module, skip.reason) for skip in discover(root, source).skipped]


@pytest.mark.parametrize(
    ("files", "source", "modules"),
    [
        # one source root; a package's body has the package's name
        (["src/a.py", "src/p/__init__.py", "src/p/b.py"], ("src",), {"a": "src/a.py", "p": 0, "p.b": 0}),
        # no __init__.py: a namespace package
        (["src/n/b.py", "src/n/m/c.py"], ("src",), {"n.b": 0, "n.m.c": 0}),
        # several roots
        (["audit/x/__init__.py", "hooks/y/__init__.py"], ("audit", "hooks"), {"x": 0, "y": 0}),
        # a root in a root is walked for itself, in whatever order they are named
        (["src/a.py", "t/b.py"], (".", "src"), {"a": "src/a.py", "t.b": 0}),
        (["src/a.py", "t/b.py"], ("src", "."), {"a": "src/a.py", "t.b": 0}),
        # the same root twice
        (["src/a.py"], ("src", "src"), {"a": 0}),
        # a folder that is a package itself keeps its name
        (["shop/__init__.py", "shop/cart.py"], ("shop",), {"shop": 0, "shop.cart": 0}),
        (["a/__init__.py", "a/b/__init__.py", "a/b/c.py"], ("a/b",), {"a.b": 0, "a.b.c": 0}),
        # a single file, alone, in a package, and a script without the ending
        (["tool.py", "other.py"], ("tool.py",), {"tool": 0}),
        (["p/__init__.py", "p/tool.py"], ("p/tool.py",), {"p.tool": 0}),
        (["bin/tool"], ("bin/tool",), {"tool": 0}),
        # names that no import can name are audited all the same
        (["my-script.py", "a b/c.py"], (".",), {"my-script": 0, "a b.c": 0}),
        # the project root itself may hold an __init__.py: it has no name to give
        (["__init__.py", "a.py"], (".",), {"__init__": 0, "a": 0}),
        # not Python
        (["a.py", "b.pyi", "c.txt", "d.pyc"], (".",), {"a": 0}),
        # hidden, caches, installed packages
        (["a.py", ".h/b.py", ".c.py", "__pycache__/d.py", "node_modules/e.py", "site-packages/f.py"], (".",), {"a": 0}),
        # virtual environments, whatever they are called
        (["a.py", "env/pyvenv.cfg", "env/lib/b.py", "c/conda-meta/", "c/d.py"], (".",), {"a": 0}),
        (["a.py", "venv/b.py"], (".",), {"a": 0, "venv.b": 0}),
        # what packaging tools leave behind; but a package may be called so
        (["a.py", "build/lib/a.py", "dist/b.py"], (".",), {"a": 0}),
        (["build/__init__.py", "build/env.py"], (".",), {"build": 0, "build.env": 0}),
        (["p/build/env.py"], (".",), {"p.build.env": 0}),
        # asked for by name
        (["build/a.py"], ("build",), {"a": 0}),
    ],
)  # fmt: skip
def test_module_names(
    make_tree: Make, files: list[str], source: tuple[str, ...], modules: dict[str, str | int]
) -> None:
    root = make_tree(dict.fromkeys(files, ""))
    found = names(root, source)
    assert set(found) == set(modules)
    assert all(found[module] == path for module, path in modules.items() if path)


def test_a_tree_whole(make_tree: Make) -> None:
    root = make_tree({"src/b.py": "x = 1\n", "src/a/__init__.py": ""})
    tree = discover(root, ("src",))
    assert [tuple(file) for file in tree.files] == [
        ("src/a/__init__.py", "a", True, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", b""),
        ("src/b.py", "b", False, "7d4290a117a4ddcc11daae7ea675841033830c8f", b"x = 1\n"),
    ]
    assert tree.skipped == ()


@given(st.binary(max_size=200))
def test_content_key_is_git_s_blob_id(data: bytes) -> None:
    # the definition, from git's own documentation: SHA-1 of "blob", the length, a NUL, the content
    from hashlib import sha1

    digest = sha1(b"blob " + str(len(data)).encode() + b"\0")
    digest.update(data)
    assert content_key(data) == digest.hexdigest()


def test_content_key_is_what_git_says() -> None:
    try:
        said = subprocess.run(["git", "hash-object", "--stdin"], input=b"x = 1\n", capture_output=True, check=True)
    except FileNotFoundError:
        pytest.skip("no git here")
    assert content_key(b"x = 1\n") == said.stdout.decode().strip()


def test_duplicate_modules_are_reported(make_tree: Make) -> None:
    root = make_tree({"one/a.py": "1", "two/a.py": "2", "one/p.py": "", "one/p/__init__.py": ""})
    assert names(root, ("one", "two")) == {"a": "one/a.py", "p": "one/p/__init__.py"}
    assert names(root, ("two", "one"))["a"] == "two/a.py"
    assert skips(root, ("one", "two")) == [
        ("one/p.py", "p", "its module name is taken by one/p/__init__.py"),
        ("two/a.py", "a", "its module name is taken by one/a.py"),
    ]


def test_links(make_tree: Make, tmp_path: Path) -> None:
    root = make_tree({"src/a.py": "", "src/p/b.py": "", "lib/c.py": "", "src/env/": ""})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("")
    links = {
        "src/loop": "../src",
        "src/p/up": "..",
        "src/self.py": "self.py",
        "src/q": "p",
        "src/shared": "../lib",
        "src/alias.py": "a.py",
        "src/out": str(outside),
        "src/out.py": str(outside / "secret.py"),
        "src/broken.py": "nothing.py",
        "src/two": "shared",
    }
    for link, target in links.items():
        (root / link).symlink_to(target)
    assert names(root, ("src",)) == {
        "a": "src/a.py",
        "alias": "src/alias.py",
        "p.b": "src/p/b.py",
        "shared.c": "src/shared/c.py",
    }
    assert [(path, reason) for path, _, reason in skips(root, ("src",))] == [
        ("src/broken.py", "cannot be read: No such file or directory"),
        ("src/loop", "symlink loop"),
        ("src/out", "links outside the project"),
        ("src/out.py", "links outside the project"),
        ("src/p/up", "symlink loop"),
        ("src/q", "link to src/p, audited there"),
        ("src/self.py", "cannot be read: Too many levels of symbolic links"),
        ("src/two", "link to src/shared, audited there"),
    ]


def test_a_link_ladder_is_walked_once(make_tree: Make) -> None:
    # two links from each folder to the next: 2**40 paths lead to the last one
    root = make_tree({f"f{step}/m.py": "" for step in range(40)})
    for step in range(39):
        for link in "ab":
            (root / f"f{step}" / link).symlink_to(f"../f{step + 1}")
    assert len(discover(root, (".",)).files) == 40


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("b.py", b"\x7fELF\0\0", "a binary file: it holds NUL bytes"),
        ("b.py", "x = 1\n".encode("utf-16"), "a binary file: it holds NUL bytes"),
        ("b.py", b"#" * (MAX_FILE_BYTES + 1), "larger than 8,388,608 bytes"),
        ("b\x1b[31m.py", b"", "the name holds control characters, or is not valid UTF-8"),
        ("b\n.py", b"", "the name holds control characters, or is not valid UTF-8"),
        ("b\udcff.py", b"", "the name holds control characters, or is not valid UTF-8"),
        ("b\u202e.py", b"", "the name holds control characters, or is not valid UTF-8"),
    ],
)
def test_files_that_are_skipped(make_tree: Make, name: str, data: bytes, reason: str) -> None:
    root = make_tree({"a.py": ""})
    try:
        (root / name).write_bytes(data)
    except OSError:
        pytest.skip("this file system refuses the name")
    ((path, module, why),) = skips(root)
    assert (why, path.startswith("b"), module.startswith("b")) == (reason, True, True)
    assert (path + module).isprintable()
    assert list(names(root)) == ["a"]


def test_largest_file_is_read(make_tree: Make) -> None:
    root = make_tree({"a.py": b"#" * MAX_FILE_BYTES})
    assert len(discover(root, (".",)).files[0].data) == MAX_FILE_BYTES


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_hold_us_up(make_tree: Make) -> None:
    root = make_tree({"a.py": ""})
    os.mkfifo(root / "b.py")
    assert skips(root) == [("b.py", "b", "not a regular file")]


@needs_permissions
def test_no_permission(make_tree: Make) -> None:
    root = make_tree({"a.py": "", "p/b.py": "", "c.py": ""})
    (root / "p").chmod(0)
    (root / "c.py").chmod(0)
    try:
        found = skips(root)
    finally:
        (root / "p").chmod(0o700)
    assert found == [
        ("c.py", "c", "cannot be read: Permission denied"),
        ("p", "p", "cannot be read: Permission denied"),
    ]


def test_a_very_deep_tree(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.py").write_text("")
    here = os.getcwd()
    try:
        os.chdir(root)
        for _ in range(3000):  # deeper than the recursion limit, and than a path may be long
            os.mkdir("d")
            os.chdir("d")
        Path("b.py").write_text("")
    finally:
        os.chdir(here)
    tree = discover(root, (".",))
    assert [file.module for file in tree.files] == ["a"]
    assert [skip.reason for skip in tree.skipped] == ["cannot be read: File name too long"]
    # shutil cannot remove it either
    os.chdir(root)
    subprocess.run(["rm", "-rf", "d"], check=True)
    os.chdir(here)


@pytest.mark.parametrize(
    ("source", "slug"),
    [
        (("nowhere",), "source-missing"),
        (("a.py/x",), "source-missing"),
        (("empty",), "no-files"),
        (("out",), "source-outside"),
    ],
)
def test_roots_that_cannot_be_used(make_tree: Make, source: tuple[str, ...], slug: str) -> None:
    root = make_tree({"a.py": "", "empty/": ""})
    (root / "out").symlink_to(root.parent)
    with pytest.raises(AuditError) as caught:
        discover(root, source)
    assert (caught.value.slug, caught.value.exit_code) == (slug, 2)
    assert str(root / source[0]) in caught.value.where


def test_all_files_skipped_is_an_error(make_tree: Make) -> None:
    root = make_tree({"a.py": b"\0"})
    with pytest.raises(AuditError) as caught:
        discover(root, (".",))
    assert caught.value.what == ("no Python file to audit; 1 skipped, such as a.py: a binary file: it holds NUL bytes")


@needs_permissions
def test_unreadable_root(make_tree: Make) -> None:
    root = make_tree({"src/a.py": ""})
    (root / "src").chmod(0)
    try:
        with pytest.raises(AuditError) as caught:
            discover(root, ("src",))
    finally:
        (root / "src").chmod(0o700)
    assert caught.value.slug == "source-unreadable"
