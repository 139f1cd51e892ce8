"""`code-path-audit libraries`: what the libraries of an environment do with what they are given, read off them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.commands.arguments import Parser
from code_path_audit.commands.output import Output
from code_path_audit.config import Config, default_config, find_config
from code_path_audit.errors import EXIT_STALE

if TYPE_CHECKING:
    from code_path_audit.libraries.environment import Distribution
    from code_path_audit.libraries.model import LibraryModel

MOST_NEEDED = 5
"""Libraries that are told to need a model."""
HEADING = "What the libraries of this program do with what they are given: written by code-path-audit libraries."


def parser() -> Parser:
    """The arguments."""
    words = Parser(
        prog="code-path-audit libraries",
        description="Reads the source of the installed libraries that the program imports, without importing them, and "
        "writes what they do with what they are given to a file beside the baselines, which is committed.",
    )
    words.add_argument(
        "--environment", default="", metavar="DIR", help="its folder, by default .venv or venv, else that which runs"
    )
    words.add_argument("--check", action="store_true", help="only say whether the file fits what is installed")
    words.add_argument(
        "--source", action="append", default=[], metavar="DIR", help="a source root, where none is configured"
    )
    return words


def run(options: argparse.Namespace) -> Output:
    """Writes the file, or checks it; the text says what was read and what could not be."""
    from code_path_audit import pipeline
    from code_path_audit.costs.rules import load_rules
    from code_path_audit.libraries.environment import distributions, imported, site_folders
    from code_path_audit.libraries.generate.model import mentioned, model_of
    from code_path_audit.libraries.needed import needed
    from code_path_audit.libraries.project import shipped_libraries
    from code_path_audit.libraries.write import text_of

    config = configuration(options.source)
    program = pipeline.load(config)
    installed = distributions(site_folders(config.root, options.environment))
    names = imported(program)
    wanted = [(name, installed[name]) for name in names if name in installed]
    path = config.root / config.libraries
    if options.check:
        return check(config, path, wanted)
    rules = load_rules(pipeline.costs_of(config).model.classes)

    def classify(callee: str) -> str:
        rule = rules.match(callee)
        return "" if rule is None else rule.cost_class

    model = model_of(wanted, mentioned(program), shipped_libraries().behaviours, classify)
    text = text_of(model, HEADING)
    written(path, text)
    lines = summary(model, config.libraries, [name for name in names if name not in installed])
    costs = pipeline.costs_of(config)
    graphs = [pipeline.solve_action(program, action, config, costs, ())[1] for action in config.actions]
    guessed = needed(graphs, costs.behaviours.packages)[:MOST_NEEDED]
    if guessed:
        told = ", ".join(f"{name} ({count} guessed edge{'s' if count > 1 else ''})" for name, count in guessed)
        lines.append(f"  would need a model: {told}")
    return Output("\n".join(lines) + "\n")


def configuration(source: list[str]) -> Config:
    """That of the project, or one of the source roots alone."""
    found = None if source else find_config(Path.cwd())
    return found or default_config(Path.cwd(), source)


def written(path: Path, text: str) -> None:
    """The file, complete or as it was. AuditError `libraries-unwritable`."""
    from code_path_audit.libraries.read import parse_model
    from code_path_audit.runtime.observations_file import write_whole
    from code_path_audit.toml_text import loads

    parse_model(loads(text), str(path))
    write_whole(path, text.encode(), slug="libraries-unwritable", what="the library models")


def summary(model: LibraryModel, path: str, missing: list[str]) -> list[str]:
    """What was read, in words."""
    count = sum(len(table) for table in model.rows.values())
    lines = [f"{path}: {count} rows of {len(model.versions)} libraries; commit it with the baselines"]
    lines += [f"  not read: {note}" for note in model.unread]
    if missing:
        lines.append(f"  not installed: {', '.join(missing)}")
    return [*lines, *other_versions(model.versions)]


def other_versions(installed: Mapping[str, str]) -> list[str]:
    """The libraries of which the models that ship are for other versions."""
    from code_path_audit.libraries.read import shipped_models
    from code_path_audit.libraries.versions import fits

    notes = []
    for shipped in shipped_models():
        for name, wanted in shipped.versions.items():
            found = installed.get(name, "").removeprefix("==")
            if found and wanted and not fits(found, wanted):
                notes.append(f"  note: the model of {name} that ships is for {wanted}, and {found} is installed")
    return notes


def check(config: Config, path: Path, wanted: Sequence[tuple[str, Distribution]]) -> Output:
    """Whether the file is of what is installed."""
    from code_path_audit.libraries.read import read_model

    now = {distribution.name: f"=={distribution.version}" for _, distribution in wanted}
    if not path.is_file():
        if not now:
            return Output("no library is imported that is installed\n")
        return Output(f"{config.libraries} is missing: run code-path-audit libraries\n", EXIT_STALE)
    then = dict(read_model(path, config.libraries).versions)
    lines = [f"{name}: {then.get(name, 'not in the file')}, installed {text}" for name, text in sorted(now.items())
             if then.get(name) != text]  # fmt: skip
    lines += [
        f"{name}: {text}, no longer imported or installed" for name, text in sorted(then.items()) if name not in now
    ]
    if lines:
        lines = [f"{config.libraries} is out of date: run code-path-audit libraries", *(f"  {line}" for line in lines)]
        return Output("\n".join(lines) + "\n", EXIT_STALE)
    return Output("\n".join([f"{config.libraries} fits what is installed", *other_versions(now)]) + "\n")
