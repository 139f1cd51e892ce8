"""`code-path-audit record`: run a command with the recorder on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.commands.arguments import Parser, make_parser
from code_path_audit.commands.output import Output
from code_path_audit.config import find_action, load_config

if TYPE_CHECKING:
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

    return Output("", run_record(options, analyse))


def analyse(action: str) -> tuple[tuple[StaticOp, ...], frozenset[tuple[str, str]]]:
    """What a trace of an action finds: its ops, and who calls whom."""
    from code_path_audit import pipeline
    from code_path_audit.runtime.record.join import StaticOp

    config = load_config(Path.cwd())
    profile = pipeline.trace(pipeline.load(config), find_action(config, action), config, pipeline.NO_LIMIT)
    ops = tuple(StaticOp(op.function, op.site, op.callee, op.ordinal) for op in profile.expensive_ops)
    return ops, frozenset((edge.caller, edge.callee) for edge in profile.edges)
