"""`code-path-audit record`: arguments, and the steps from a command to `baselines/observations.jsonl`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from code_path_audit.config import Config, find_action, load_config
from code_path_audit.config_keys import DEFAULT_OBSERVATIONS
from code_path_audit.costs.tables import RuleTable, config_table, read_table
from code_path_audit.errors import AuditError, printable
from code_path_audit.facts.extract import Unparsable, extract_module
from code_path_audit.program.link import link
from code_path_audit.program.model import Program
from code_path_audit.runtime.observations import EdgeObservation, Observations, merge, sort_key, update
from code_path_audit.runtime.observations_file import FILE_NAME, held, load, store
from code_path_audit.runtime.record.command import FOLDER, PASSES, Recorded, Request, notes, record, roots_of, to_stderr
from code_path_audit.runtime.record.join import StaticOp, join, observe, op_edges
from code_path_audit.runtime.record.raw import Recording
from code_path_audit.sources.model import SkippedFile, SourceFile
from code_path_audit.sources.worktree import discover
from code_path_audit.sources.writing import why_not_written

MAX_ROUNDS = 10
"""Traces, each led further by calls that the one before needs."""

Analyse = Callable[[str, Observations], tuple[Iterable[StaticOp], frozenset[tuple[str, str]]]]
"""From an action's name, and observations to go by, to what a trace of it finds: its ops, its edges as (caller,
callee)."""

Named = Callable[[tuple[str, ...]], tuple[tuple[str, ...], tuple[str, ...]]]
"""From entry points to the fqnames of those that callers say (`route:GET /orders`), and the rest of them."""


def nothing_is_named(entry_points: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All entry points as they are."""
    return (), entry_points


def fill_record_parser(parser: argparse.ArgumentParser) -> None:
    """The arguments of `record`; `options.run(options)` runs it and returns the exit code."""
    parser.description = (
        "Run a command with the recorder on, and keep what it measures below an action's entry points in "
        f"baselines/{FILE_NAME}. The command runs twice: once for times and sizes, once for calls."
    )
    parser.add_argument("--action", metavar="NAME", help="the action to record")
    parser.add_argument("--pass", dest="passes", action="append", choices=PASSES, help="run one pass alone")
    parser.add_argument("--output", metavar="FILE", type=Path, help=f"default: baselines/{FILE_NAME} in the project")
    parser.add_argument(
        "--merge",
        metavar="FILE",
        nargs="+",
        type=Path,
        help="merge files of observations, also one with conflict markers",
    )
    parser.add_argument(
        "command", metavar="-- COMMAND", nargs=argparse.REMAINDER, help="the command, as you would type it"
    )
    parser.set_defaults(run=run_record)


def run_record(options: argparse.Namespace, analyse: Analyse | None = None, named: Named = nothing_is_named) -> int:
    """Record, or merge. Returns the command's own exit code (that of the first pass that failed). AuditError as
    documented."""
    config = load_config(Path.cwd()) if options.action or not options.output else None
    output = options.output or (config.root / config.observations if config else Path.cwd() / DEFAULT_OBSERVATIONS)
    if output.is_dir():
        # also what an empty text stands for
        raise AuditError("usage", "--output is a file, found a folder", where=str(output))
    if options.merge:
        if options.action or options.command:
            raise AuditError("usage", "--merge goes with no action and no command")
        merge_files(options.merge, output)
        return 0
    command = tuple(options.command[1:] if options.command[:1] == ["--"] else options.command)
    if not options.action or not command or config is None:
        raise AuditError(
            "usage",
            "record needs --action NAME and a command",
            todo="code-path-audit record --action NAME -- COMMAND ...",
        )
    action = find_action(config, options.action)
    # what is not to be added to, and where nothing can be written, is said before a command that may take an hour
    load(output)
    if reason := why_not_written(output):
        raise AuditError("observations-unwritable", f"cannot write the observations: {reason}", where=str(output))
    files = discover(config.root, config.source, config.exclude)
    said, others = named(action.entry_points)
    request = Request(
        action=action.name,
        entries=tuple(sorted({*said, *entry_names(others, files.files)})),
        roots=roots_of(config.root, config.source),
        command=command,
        folder=config.root / FOLDER,
        passes=tuple(options.passes or PASSES),
        tables=user_tables(config),
    )
    recorded = record(request)
    observed, lines = observations_of(recorded, request.action, files.files, analyse, request.entries)
    with held(output):
        store(output, update(load(output), observed, frozenset({request.action})))
    to_stderr([*map(printable, lines), f"observations: {output}", f"raw recording: {recorded.folder}"])
    return next((code for code in recorded.exits if code), 0)


def merge_files(paths: list[Path], output: Path) -> None:
    """Merge files into `output`; a file that is not there is an error here. Both sides of a conflict are taken."""
    for path in paths:
        if not path.exists():
            raise AuditError("observations-corrupt", "no such file of observations", where=str(path))
    with held(output):
        total = Observations()
        for path in paths:
            total = merge(total, load(path, conflicts=True))
        store(output, total)


def observations_of(
    recorded: Recorded,
    action: str,
    files: Iterable[SourceFile],
    analyse: Analyse | None = None,
    entries: Collection[str] = (),
) -> tuple[Observations, list[str]]:
    """The observations of a recording, and what to tell the user."""
    program = program_of(recorded.recording, files)
    static_ops: Iterable[StaticOp] = ()
    missed: tuple[EdgeObservation, ...] | None = None
    if analyse:
        missed, static_ops = missed_edges(action, recorded.recording, program, analyse, entries)
    joined = join(recorded.recording, program, static_ops)
    observed = observe(action, recorded.recording, joined, program, frozenset(), entries)
    if missed is not None:
        observed = observed._replace(edges=missed)
    lost = [f"{count} places of kind {kind!r} join no call site: {reason}" for kind, reason, count in joined.unjoined()]
    recording = recorded.recording
    collections = sum(runs for _, runs, _ in recording.collections)
    summary = (
        f"{len(observed.ops)} op sites, {len(observed.edges)} calls that static analysis missed, "
        f"{len(observed.imports)} imports, {collections} garbage collections in {recording.processes} processes"
    )
    return observed, [*notes(recorded), *lost, summary]


def missed_edges(
    action: str, recording: Recording, program: Program, analyse: Analyse, entries: Collection[str]
) -> tuple[tuple[EdgeObservation, ...], Iterable[StaticOp]]:
    """The calls that a trace needs to be told of, and the ops that it finds with them.

    A call that a trace finds once it was led to the caller by another is not kept; nor is one that leads nowhere, since
    nothing leads to its caller. Ops that ran where no trace finds one are calls, too, of what they are of: asked for
    once all other calls are known.
    """
    joined = join(recording, program)
    kept: tuple[EdgeObservation, ...] = ()
    for _ in range(MAX_ROUNDS):
        ops, edges = analyse(action, Observations(edges=kept))
        reached = {*entries, *(name for edge in edges for name in edge)}
        seen = observe(action, recording, joined, program, edges, entries).edges
        more = {row for row in seen if row.caller in reached}.difference(kept)
        if not more:
            rows = op_edges(action, joined, program, ops)
            more = {row for row in rows if row.caller in reached}.difference(kept)
        if not more:
            break
        kept = tuple(sorted((*kept, *more), key=sort_key))
    ran = {(op.function, op.callee) for op in ops}
    return tuple(row for row in kept if (row.caller, row.callee) in edges | ran), ops


def program_of(recording: Recording, files: Iterable[SourceFile]) -> Program:
    """The facts of the files that a recording names, linked."""
    codes = [op.code for op in recording.ops] + [code for code, _ in recording.starts]
    codes += [code for edge in recording.edges for code in (edge.caller, edge.callee)]
    seen = {code.path for code in codes}
    modules, skipped = [], []
    for file in files:
        if file.path in seen:
            try:
                modules.append((extract_module(file.data, file.module, file.is_package), file.path))
            except Unparsable as error:
                skipped.append(SkippedFile(file.path, file.module, error.reason, error.line))
    return link(modules, skipped)


def entry_names(patterns: Iterable[str], files: tuple[SourceFile, ...]) -> tuple[str, ...]:
    """The fqnames that entry points stand for; globs are looked up in the source, a class stands for its `__init__`
    too."""
    names: set[str] = set()
    every: list[str] | None = None
    for pattern in patterns:
        dotted = pattern.replace(":", ".")
        if any(char in dotted for char in "*?["):
            if every is None:
                every = all_functions(files)
            names.update(name for name in every if fnmatchcase(name, dotted))
        else:
            names.update((dotted, f"{dotted}.__init__"))
    return tuple(sorted(names))


def all_functions(files: tuple[SourceFile, ...]) -> list[str]:
    """The fqnames of everything with a body; files that cannot be parsed have none."""
    modules = []
    for file in files:
        try:
            modules.append((extract_module(file.data, file.module, file.is_package), file.path))
        except Unparsable:
            continue
    return list(link(modules).functions)


def user_tables(config: Config) -> tuple[RuleTable, ...]:
    """The rules of a configuration: those of its files, and those in place. AuditError where they are wrong."""
    tables = [read_table(config.root / path) for path in config.rule_files]
    if config.rules:
        tables.append(config_table(config.rules, f"{config.file}: rules"))
    return tuple(tables)
