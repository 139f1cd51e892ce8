"""The library models of a project: those that ship, the file that `code-path-audit libraries` writes, its own files."""

from __future__ import annotations

from functools import cache

from code_path_audit.config import Config
from code_path_audit.libraries.kept import kept_libraries, kept_models
from code_path_audit.libraries.merge import merge
from code_path_audit.libraries.model import Libraries, LibraryModel
from code_path_audit.libraries.read import read_model, shipped_models
from code_path_audit.sources.toml_files import ReadFile, from_disk
from code_path_audit.store.pack import Store


@cache
def shipped_libraries() -> Libraries:
    """The models that ship, merged."""
    return merge(shipped_models())


def libraries_of(
    config: Config, read: ReadFile = from_disk, *more: LibraryModel, store: Store | None = None
) -> Libraries:
    """The models of a configuration, merged with those that ship. AuditErrors as `read_model`.

    `read` gives the bytes of its files, by path below its root; `more` are laid over all. `store` may have those that
    ship.
    """
    own = (*models_of(config, read), *(model for model in more if model.rows or model.aliases))
    if own:
        return merge((*kept_models(store), *own))
    return kept_libraries(store) if store is not None and store.folder else shipped_libraries()


def models_of(config: Config, read: ReadFile = from_disk) -> tuple[LibraryModel, ...]:
    """The models of a project, the generated one first; that need not be there."""
    return (
        *_generated(config, read),
        *(read_model(config.root / path, path, read) for path in config.library_files),
    )


def _generated(config: Config, read: ReadFile) -> tuple[LibraryModel, ...]:
    path = config.root / config.libraries
    try:
        data = read(path)
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except (OSError, ValueError):  # reading it as a model says what is wrong
        return (read_model(path, config.libraries, read),)
    return (read_model(path, config.libraries, lambda _: data),)
