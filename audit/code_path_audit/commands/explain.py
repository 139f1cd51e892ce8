"""`code-path-audit explain`: one op at length."""

from __future__ import annotations

import argparse

from code_path_audit.commands.arguments import Parser, add_selection, make_parser
from code_path_audit.commands.output import Output, note
from code_path_audit.commands.selection import profiles_of
from code_path_audit.commands.working import add_cache, add_workers, working


def parser() -> Parser:
    """Its arguments."""
    made = make_parser("explain", "One operation at length: what it weighs and why, and how each action comes to it.")
    add_selection(made)
    add_cache(made)
    add_workers(made)
    made.add_argument("op_id", metavar="OP_ID", help="its id, or the beginning of it")
    return made


def run(options: argparse.Namespace) -> Output:
    """The op as each action sees it."""
    from code_path_audit.reports.explain import explain_op, find_op

    with working(options, note) as how:
        found = profiles_of(options, how)
    text = "\n".join(explain_op(profile, op) for profile, op in find_op(found.profiles, options.op_id))
    return Output(text, basis=found.basis)
