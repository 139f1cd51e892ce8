"""The folder of the store: where it is, who may write to it, and what is refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from code_path_audit.store.folder import checkouts, store_folder
from code_path_audit.store.pack import open_store
from tests.store.filled import DAY, KEYS, NOW, content, filled, numbers_in, packs


def test_names_that_are_not_the_stores(tmp_path: Path) -> None:
    filled(tmp_path, range(3))
    (tmp_path / "v1-folder.pack").mkdir()
    (tmp_path / "v1-zz-00.pack").write_bytes(b"nothing")
    (tmp_path / "v1-link.pack").symlink_to(packs(tmp_path)[0])
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "v1-fifo.pack", 0o600)
    assert numbers_in(tmp_path) == [0, 1, 2]
    assert filled(tmp_path, range(6)).notes == []
    assert numbers_in(tmp_path) == list(range(6))


def test_a_file_that_others_may_write(tmp_path: Path) -> None:
    filled(tmp_path, range(3))
    packs(tmp_path)[0].chmod(0o660)
    assert numbers_in(tmp_path) == []


def refused(folder: Path) -> list[str]:
    """The notes of a store that can neither be read nor written; it keeps nothing."""
    store = filled(folder, range(3))
    assert [store.get(key) for key in KEYS[:3]] == [None] * 3
    store.put(KEYS[0], b"data")
    store.commit()
    return [note.replace(str(folder), "FOLDER") for note in store.notes]


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
def test_a_folder_that_others_may_write(tmp_path: Path, mode: int) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store").chmod(mode)
    assert refused(tmp_path / "store") == ["nothing is cached: FOLDER: others may write to it; it needs the mode 0700"]


def test_once_refused_nothing_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "store"
    filled(folder, range(3))
    (tmp_path / "here").mkdir(mode=0o700)
    monkeypatch.chdir(tmp_path / "here")
    store = open_store(str(folder), NOW + DAY)
    for number in (0, 5):
        store.get(KEYS[0])
        store.put(KEYS[number], b"new")
        folder.chmod(0o777)
        store.commit()
        assert len(store.notes) == 1
    assert list((tmp_path / "here").iterdir()) == []


def test_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "store").symlink_to("real")
    assert refused(tmp_path / "store") == ["nothing is cached: FOLDER: it is a symbolic link"]
    assert list((tmp_path / "real").iterdir()) == []


def test_a_link_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "store").symlink_to("nowhere")
    assert refused(tmp_path / "store") == ["nothing is cached: FOLDER: it is a symbolic link"]


def test_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "store").write_bytes(b"")
    assert refused(tmp_path / "store") == ["nothing is cached: FOLDER: Not a directory"]
    assert refused(tmp_path / "store" / "below") == ["nothing is cached: FOLDER: Not a directory"]


def test_a_lock_that_is_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    folder.mkdir(mode=0o700)
    (tmp_path / "precious").write_bytes(b"precious")
    (folder / "lock").symlink_to(tmp_path / "precious")
    assert len(filled(folder, range(3)).notes) == 1
    assert (tmp_path / "precious").read_bytes() == b"precious"


def test_a_folder_that_vanishes_is_made_again(tmp_path: Path) -> None:
    store = filled(tmp_path / "store", range(3))
    for path in (tmp_path / "store").iterdir():
        path.unlink()
    (tmp_path / "store").rmdir()
    assert [store.get(key) is not None for key in KEYS[:3]] == [False] * 3
    store.put(KEYS[5], content(5))
    store.commit()
    assert (store.notes, numbers_in(tmp_path / "store")) == ([], [5])


HOME = {"HOME": "/home/me"}


@pytest.mark.skipif(sys.platform == "win32", reason="folders of POSIX")
@pytest.mark.parametrize(
    ("option", "environ", "expected"),
    [
        (None, HOME, "/home/me/.cache/code-path-audit"),
        (None, HOME | {"XDG_CACHE_HOME": "/var/me"}, "/var/me/code-path-audit"),
        (None, HOME | {"XDG_CACHE_HOME": "relative"}, "/home/me/.cache/code-path-audit"),
        (None, HOME | {"XDG_CACHE_HOME": ""}, "/home/me/.cache/code-path-audit"),
        (None, HOME | {"CODE_PATH_AUDIT_CACHE": "/elsewhere/"}, "/elsewhere"),
        (None, HOME | {"CODE_PATH_AUDIT_CACHE": ""}, ""),
        (None, HOME | {"CODE_PATH_AUDIT_CACHE": "OFF"}, ""),
        ("/option", HOME | {"CODE_PATH_AUDIT_CACHE": "/elsewhere"}, "/option"),
        ("off", HOME | {"CODE_PATH_AUDIT_CACHE": "/elsewhere"}, ""),
        ("", HOME, ""),
        (None, {}, ""),
        (None, {"HOME": "relative"}, ""),
    ],
)
def test_the_folder(option: str | None, environ: dict[str, str], expected: str) -> None:
    assert store_folder(option, environ, ["/project/src"]) == (expected, "")


@pytest.mark.parametrize("place", ["src", "src/cache", "link/cache", "src/../src/cache"])
def test_a_folder_in_the_audited_source(tmp_path: Path, place: str) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "link").symlink_to("src")
    folder, note = store_folder(str(tmp_path / place), {}, [str(tmp_path / "other"), str(tmp_path / "src")])
    assert folder == ""
    assert f"lies in the audited checkout {tmp_path / 'src'}" in note


def test_a_folder_beside_the_audited_source(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    assert store_folder(str(tmp_path / "src-cache"), {}, [str(tmp_path / "src")]) == (str(tmp_path / "src-cache"), "")


def test_the_checkout_and_the_project_around_a_folder(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "repo" / "sub" / "deep").mkdir(parents=True)
    (tmp_path / "repo" / "sub" / "pyproject.toml").touch()
    deep = str(tmp_path / "repo" / "sub" / "deep")
    assert checkouts(deep) == (str(tmp_path / "repo"), str(tmp_path / "repo" / "sub"))
    (tmp_path / "repo" / ".git").rmdir()
    (tmp_path / "repo" / "sub" / "pyproject.toml").unlink()
    assert [top for top in checkouts(deep) if top.startswith(str(tmp_path))] == []
    (tmp_path / "repo" / ".git").touch()  # a linked work tree, a submodule
    (tmp_path / "repo" / "code-path-audit.toml").touch()
    assert checkouts(deep) == (str(tmp_path / "repo"), str(tmp_path / "repo"))
