"""`code-path-audit calibrate`: a cost model of this machine."""

from __future__ import annotations

import argparse

from code_path_audit.commands.arguments import Parser, make_parser
from code_path_audit.commands.output import Output


def parser() -> Parser:
    """Its arguments."""
    from code_path_audit.runtime.calibration.calibrate import fill_calibrate_parser

    made = make_parser("calibrate")
    fill_calibrate_parser(made)
    return made


def run(options: argparse.Namespace) -> Output:
    """Nothing to print: the model is in its file."""
    from code_path_audit.runtime.calibration.calibrate import run_calibrate

    return Output("", run_calibrate(options))
