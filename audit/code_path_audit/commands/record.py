"""`code-path-audit record`: run a command with the recorder on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.commands.arguments import Parser, make_parser
from code_path_audit.commands.output import Output
from code_path_audit.config import Config, find_action, load_config

if TYPE_CHECKING:
    from code_path_audit.program.model import Program
    from code_path_audit.runtime.observations import Observations
    from code_path_audit.runtime.record.join import StaticOp


def parser() -> Parser:
    """Its arguments."""
    from code_path_audit.runtime.record.cli import fill_record_parser

    made = make_parser("record")
    fill_record_parser(made)
    return made


def run(options: argparse.Namespace) -> Output:
    """Nothing to print: stdout is the command's. Exits as the command did."""
    from code_path_audit.runtime.record.cli import run_record

    analysis = Analysis()
    return Output("", run_record(options, analysis.of, analysis.named))


class Analysis:
    """Traces for a recording to be joined with; the source is read once, when it is first asked for."""

    def __init__(self) -> None:
        self.loaded: tuple[Config, Program] | None = None

    def source(self) -> tuple[Config, Program]:
        """The configuration, and the program that it names."""
        from code_path_audit import pipeline

        if self.loaded is None:
            config = load_config(Path.cwd())
            self.loaded = (config, pipeline.load(config))
        return self.loaded

    def named(self, entry_points: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The fqnames of the entry points that callers say (`route:GET /orders`, `command:export`), and the others."""
        from code_path_audit.profiles.entry import resolve_entries
        from code_path_audit.profiles.named_entries import is_named

        said = tuple(text for text in entry_points if is_named(text.strip()))
        others = tuple(text for text in entry_points if text not in said)
        return (resolve_entries(self.source()[1], said) if said else ()), others

    def of(self, action: str, observations: Observations) -> tuple[tuple[StaticOp, ...], frozenset[tuple[str, str]]]:
        """What a trace of an action finds with some observations: its ops, and who calls whom."""
        from code_path_audit import pipeline
        from code_path_audit.runtime.record.join import StaticOp

        config, program = self.source()
        found, graph = pipeline.found(program, find_action(config, action), config, observations)
        ops = tuple(StaticOp(op.function, op.site, op.callee, op.ordinal) for op in found)
        return ops, frozenset((edge.caller, edge.callee) for edge in graph.edges)
