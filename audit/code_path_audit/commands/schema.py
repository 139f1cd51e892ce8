"""`code-path-audit schema`: the JSON Schemas of all files that people and programs write or read."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from code_path_audit.commands.arguments import Parser, make_parser
from code_path_audit.commands.output import Output, note

OF_REPORTS = ("action_profile", "call_graph", "expensive_ops", "state_mutations")
OF_COMMANDS = ("callgraph",)
OF_GATE = ("baseline", "acceptance", "check")
NAMES = ("configuration", "pyproject", "observations", *OF_REPORTS, *OF_COMMANDS, *OF_GATE)


def parser() -> Parser:
    """Its arguments."""
    made = make_parser(
        "schema",
        "Print a JSON Schema: of the configuration (of code-path-audit.toml, or of a whole pyproject.toml), of one "
        "line of the observations, of the files of a report, of a baseline, of what callgraph and the gate's check "
        "print as JSON.",
    )
    made.add_argument("name", metavar="NAME", choices=NAMES, help=f"one of: {', '.join(NAMES)}")
    return made


def run(options: argparse.Namespace) -> str | Output:
    """The schema."""
    name: str = options.name
    if name in OF_GATE:
        from code_path_audit.gate_process import run_gate

        answer = run_gate(["schema", name], Path.cwd())
        if answer.code:
            note(answer.err.strip())
        return Output(answer.out, answer.code)
    if name in (*OF_REPORTS, *OF_COMMANDS):
        from code_path_audit.reports.json_report import schema

        return _text(schema(name))
    if name == "observations":
        from code_path_audit.runtime.observations_schema import observations_schema

        return _text(observations_schema())
    from code_path_audit.reports.configuration import configuration_schema, pyproject_schema

    return _text(pyproject_schema() if name == "pyproject" else configuration_schema())


def _text(document: object) -> str:
    return json.dumps(document, indent=2) + "\n"
