"""The library models that ship, as a store has them: read and merged once on a machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from code_path_audit.kept_by_program import kept
from code_path_audit.libraries.merge import Merged, libraries_from, merged
from code_path_audit.libraries.model import Libraries, LibraryModel
from code_path_audit.libraries.read import shipped_models
from code_path_audit.store.pack import Store

Rows = Mapping[str, Mapping[str, tuple[str, ...]]]


def kept_libraries(store: Store | None) -> Libraries:
    """The models that ship, merged."""
    return libraries_from(kept(store, "library models, merged", lambda: merged(shipped_models()), list, _merged))


def kept_models(store: Store | None) -> tuple[LibraryModel, ...]:
    """The models that ship, sorted by name, for whoever merges them with others."""
    return kept(store, "library models", shipped_models, list, _models)


def _models(found: Any) -> tuple[LibraryModel, ...]:
    return tuple(
        LibraryModel(str(where), str(by), _texts(versions), _texts(aliases), _rows(rows), tuple(map(str, unread)))
        for where, by, versions, aliases, rows, unread in found
    )


def _merged(found: Any) -> Merged:
    aliases, returns, costs, rows = found
    return Merged(_texts(aliases), _texts(returns), _texts(costs), _rows(rows))


def _rows(found: Any) -> Rows:
    return {word: {name: tuple(values) for name, values in names.items()} for word, names in found.items()}


def _texts(found: Any) -> dict[str, str]:
    return dict(found.items())
