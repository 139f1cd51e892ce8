"""`code-path-audit` without a command: traces of actions."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from code_path_audit.colors import is_colored
from code_path_audit.commands.arguments import Parser, Version, add_selection, make_parser
from code_path_audit.commands.output import Output, note, width
from code_path_audit.commands.selection import profiles_of
from code_path_audit.commands.working import add_cache, add_workers, working
from code_path_audit.config import TABLE
from code_path_audit.config_keys import DEFAULT_REPORTS
from code_path_audit.errors import AuditError

if TYPE_CHECKING:
    from code_path_audit.profiles.model import ActionProfile


SUMMARIES = {
    "init": "look at a repository, and write what the audit and the gate need",
    "callgraph": "who calls whom, in the whole source or from the functions of given files",
    "explain": "one operation at length, by its id",
    "libraries": "what installed libraries do with what they are given, read off them",
    "report": f"all actions as files, below {DEFAULT_REPORTS}",
    "record": "run a command, and keep what an action really does in it",
    "mcp": "answer an assistant, on stdin and stdout",
    "schema": "JSON Schemas, for editors and programs",
    "completion": "what a shell completes commands and options with",
    "calibrate": "measure this machine, and write a cost model for it",
    "prune": "write the patch of candidates whose edit is mechanical, and prove it",
    "contingency": "whether an operation should become a program in C",
}
"""The commands, each in a line."""

FORMATS = ("text", "json", "markdown", "mermaid", "speedscope")


def parser() -> Parser:
    """Its arguments, and the list of all commands."""
    made = make_parser(
        "",
        "Trace actions: which expensive operations each one reaches, along which path, how often, on how much data.",
        "commands, each with a --help of its own:\n"
        + "".join(f"  {name:<12} {summary}\n" for name, summary in SUMMARIES.items())
        + f"\nActions are declared in pyproject.toml, in tables [{TABLE}.actions.NAME] with entry_points.",
    )
    add_selection(made)
    form = made.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one action: its profile; several: an object by action name")
    form.add_argument("--markdown", action="store_true", help="the profiles as Markdown")
    form.add_argument("--mermaid", action="store_true", help="the calls of one action as a Mermaid flowchart")
    form.add_argument(
        "--format", choices=FORMATS, help="one of these, by its name; speedscope is for https://www.speedscope.app"
    )
    add_cache(made)
    add_workers(made)
    made.add_argument("--version", action=Version, nargs=0, help="show the version and exit")
    return made


def run(options: argparse.Namespace) -> Output:
    """The profiles, in the form that was asked for."""
    form = options.format or next((name for name in ("json", "markdown", "mermaid") if getattr(options, name)), "text")
    with working(options, note) as how:
        found = profiles_of(options, how, texts=form == "json")
    return Output(shown(form, found.profiles), basis=found.basis)


def shown(form: str, profiles: list[ActionProfile]) -> str:
    """Profiles in one of `FORMATS`."""
    from code_path_audit.reports.json_report import profiles_json
    from code_path_audit.reports.markdown import profile_markdown
    from code_path_audit.reports.mermaid import flowchart
    from code_path_audit.reports.terminal import summary_text

    if form == "speedscope":
        from code_path_audit.reports.speedscope import speedscope_json

        return speedscope_json(profiles)
    if form == "json":
        return profiles_json(profiles)
    if form == "markdown":
        return "\n".join(profile_markdown(profile) for profile in profiles)
    if form == "mermaid":
        if len(profiles) > 1:
            names = ", ".join(profile.action.name for profile in profiles)
            raise AuditError(
                "one-action", "a flowchart shows one action", "--mermaid", f"Add --action, one of: {names}."
            )
        return flowchart(profiles[0])
    return summary_text(profiles, width=width(), color=is_colored(sys.stdout))
