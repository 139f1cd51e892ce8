"""The library models of a project: those that ship, the file that `code-path-audit libraries` writes, its own files."""

from __future__ import annotations

from functools import cache

from code_path_audit.config import Config
from code_path_audit.libraries.merge import merge
from code_path_audit.libraries.model import Libraries, LibraryModel
from code_path_audit.libraries.read import read_model, shipped_models
from code_path_audit.sources.toml_files import ReadFile, from_disk


@cache
def shipped_libraries() -> Libraries:
    """The models that ship, merged."""
    return merge(shipped_models())


def libraries_of(config: Config, read: ReadFile = from_disk, *more: LibraryModel) -> Libraries:
    """The models of a configuration, merged with those that ship. AuditErrors as `read_model`.

    `read` gives the bytes of its files, by path below its root; `more` are laid over all.
    """
    own = (*models_of(config, read), *(model for model in more if model.rows or model.aliases))
    return merge((*shipped_models(), *own)) if own else shipped_libraries()


def models_of(config: Config, read: ReadFile = from_disk) -> tuple[LibraryModel, ...]:
    """The models of a project, the generated one first; that need not be there."""
    generated: list[LibraryModel] = []
    try:
        read(config.root / config.libraries)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, ValueError):
        generated.append(read_model(config.root / config.libraries, config.libraries, read))
    else:
        generated.append(read_model(config.root / config.libraries, config.libraries, read))
    return (*generated, *(read_model(config.root / path, path, read) for path in config.library_files))
