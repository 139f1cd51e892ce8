"""From arguments to a configuration, and to the profiles of the actions that they name."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.commands.output import Basis, tell_skipped
from code_path_audit.config import (
    ActionConfig,
    Config,
    chosen_actions,
    default_config,
    find_config,
    load_config,
)
from code_path_audit.errors import AuditError

if TYPE_CHECKING:
    from code_path_audit.profiles.model import ActionProfile
    from code_path_audit.program.files import Files, How


class Traced(NamedTuple):
    """The files of a configuration, the profiles of some actions, and what both came from."""

    files: Files
    profiles: list[ActionProfile]
    basis: Basis


def profiles_of(options: argparse.Namespace, how: Callable[[Config], How], texts: bool = False) -> Traced:
    """What `--action`, `--entry`, `--source`, `--depth` and `--evidence` ask for; `how` says how the work is done,
    `texts` whether the profiles get their `markdown` and `mermaid`."""
    if options.entry:
        if options.source:
            config = config_of([Path(name) for name in options.source])
        else:
            config = find_config(Path.cwd()) or default_config(Path.cwd())
        actions: tuple[ActionConfig, ...] = (ActionConfig(", ".join(options.entry), tuple(options.entry)),)
    elif options.source:
        raise AuditError(
            "usage", "--source goes with --entry", todo="Declared actions have their source in the configuration."
        )
    else:
        config = load_config(Path.cwd())
        actions = chosen_actions(config, options.action)
    return traced(config, actions, how(config), options.depth, options.evidence, texts)


def traced(
    config: Config,
    actions: Sequence[ActionConfig],
    how: How,
    depth: int | None = None,
    evidence: str = "likely",
    texts: bool = False,
) -> Traced:
    """The profiles of some actions; what was skipped is told."""
    from code_path_audit import pipeline
    from code_path_audit.callgraph.model import Evidence

    files = pipeline.read(config, how)
    program, graphs = files.program(), pipeline.graphs_of(files)
    messages = tell_skipped(program)
    sizes: set[str] = set()
    follows = Evidence[evidence.upper()]
    profiles = pipeline.traces(
        program, actions, config, depth, how, follows, graphs, sizes.update, files.source_bytes, texts
    )
    return Traced(files, profiles, Basis(config, how.store, tuple(sorted(sizes)), messages))


def config_of(folders: Sequence[Path]) -> Config:
    """No configuration at all: these source roots, below the working directory, or else below what they share."""
    for folder in folders:
        if not folder.exists():
            raise AuditError("source-missing", "there is no such source root", str(folder), "Name an existing folder.")
    full = [Path(os.path.realpath(folder)) for folder in folders]
    root = Path.cwd().resolve()
    if not all(folder.is_relative_to(root) for folder in full):
        root = Path(os.path.commonpath(full))
        while (root / "__init__.py").is_file() or not root.is_dir():
            root = root.parent
    return default_config(root, [folder.relative_to(root).as_posix() for folder in full])
