"""What ships, from a store: the same as read from its files, and read again where what is kept is no such thing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from code_path_audit.config import load_config
from code_path_audit.costs.kept_tables import kept_rule_tables
from code_path_audit.costs.tables import rule_tables
from code_path_audit.fingerprint import fingerprint
from code_path_audit.libraries.kept import kept_libraries, kept_models
from code_path_audit.libraries.project import shipped_libraries
from code_path_audit.libraries.read import shipped_models
from code_path_audit.pipeline import costs_of
from code_path_audit.store.pack import Store, digest, open_store

Kept = Callable[[Store | None], Any]

VALUES: dict[str, tuple[Kept, Callable[[], Any]]] = {
    "library models, merged": (kept_libraries, shipped_libraries),
    "library models": (kept_models, shipped_models),
    "rule tables": (kept_rule_tables, rule_tables),
}
NO_SUCH_THING = (b"", b"7", b"[", b"\xff", b"{}", b"[1]", b'[["a"]]', b"[[], [], [], []]", b'[{"name": 1}]')


def store_in(folder: Path) -> Store:
    return open_store(str(folder / "store"), 1e9)


@pytest.mark.parametrize("name", VALUES)
def test_what_was_kept_is_what_is_read(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, read = VALUES[name]
    expected = repr(read())
    assert repr(kept(store_in(tmp_path))) == expected
    for module in ("libraries.kept.shipped_models", "costs.kept_tables.rule_tables"):
        monkeypatch.setattr(f"code_path_audit.{module}", None)  # nobody reads a file again
    assert repr(kept(store_in(tmp_path))) == expected


@pytest.mark.parametrize("data", NO_SUCH_THING)
@pytest.mark.parametrize("name", VALUES)
def test_what_is_no_such_thing_is_made_again(name: str, data: bytes, tmp_path: Path) -> None:
    kept, read = VALUES[name]
    store = store_in(tmp_path)
    store.put(digest("of the program", name.encode(), fingerprint()), data)
    assert repr(kept(store)) == repr(read())


@pytest.mark.parametrize("store", [None, open_store("", 0.0)])
@pytest.mark.parametrize("name", VALUES)
def test_without_a_store_it_is_read(name: str, store: Store | None) -> None:
    kept, read = VALUES[name]
    assert repr(kept(store)) == repr(read())


def test_costs_are_the_same_with_a_store_and_without(tmp_path: Path) -> None:
    """Also with library models of the project, which are laid over those that ship."""
    (tmp_path / "own.toml").write_text('[costs]\n"acme.fetch" = "network"\n')
    for name, more in (("plain", ""), ("own", 'library_files = ["own.toml"]\n')):
        (tmp_path / "pyproject.toml").write_text(f"[tool.code-path-audit]\n{more}")
        config = load_config(tmp_path)
        store = store_in(tmp_path / name)
        expected = costs_of(config)
        for _ in range(2):
            found = costs_of(config, store=store.again())
            assert repr(found.behaviours) == repr(expected.behaviours)
            assert all(vars(found.rules)[key] == value for key, value in vars(expected.rules).items())
