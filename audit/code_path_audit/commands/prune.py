"""`code-path-audit prune`: candidates whose edit is mechanical, as a patch that was traced, tested and measured."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.commands.arguments import Parser, make_parser
from code_path_audit.commands.output import Output, note
from code_path_audit.errors import EXIT_DRIFT, EXIT_OK, AuditError, printable
from code_path_audit.reports.text import duration, quantity

if TYPE_CHECKING:
    from code_path_audit.config import Config
    from code_path_audit.prune.patches import Applied, Patch

EPILOG = """\
Without --apply nothing is written: the patch is printed, with the load before and after.

exit codes: 0 there is a patch, and it holds; 1 there is none, or it was taken back; 2 an error"""


def parser() -> Parser:
    """Its arguments."""
    made = make_parser(
        "prune", "Write the patch of optimization candidates whose edit is mechanical, and prove it.", EPILOG
    )
    made.add_argument("--action", metavar="NAME", help="a declared action (default: all of them)")
    made.add_argument("--candidate", metavar="ID", help="one candidate, by its id or the beginning of it")
    how = made.add_mutually_exclusive_group()
    how.add_argument("--diff", action="store_true", help="print the patch (default)")
    how.add_argument(
        "--apply", action="store_true", help="change the files; refused where git knows of changes in them"
    )
    made.add_argument(
        "--verify",
        metavar="COMMAND",
        default="",
        help="with --apply: the project's tests; failing takes the patch back",
    )
    made.add_argument(
        "--measure", metavar="COMMAND", nargs="?", const="", default=None,
        help="with --apply: run it (default: what --verify runs) with the recorder before and after; not being faster "
        "takes the patch back",
    )  # fmt: skip
    return made


def run(options: argparse.Namespace) -> Output:
    """The patch, or what became of it."""
    from code_path_audit.config import chosen_actions, load_config

    if (options.verify or options.measure is not None) and not options.apply:
        raise AuditError("usage", "--verify and --measure go with --apply")
    measure = options.verify if options.measure == "" else options.measure or ""
    if options.measure is not None and not measure:
        raise AuditError("usage", "--measure needs a command, or --verify with one")
    try:
        from code_path_audit.prune.patches import patch
    except ImportError as error:
        raise AuditError(
            "prune-extra", f"prune needs {error.name}", todo="pip install 'code-path-audit[prune]'"
        ) from error
    config = load_config(Path.cwd())
    found = patch(
        config, chosen_actions(config, options.action), options.candidate or "", lambda text: note(printable(text))
    )
    if not found.after:
        return Output(told(found) or "No candidate has a mechanical edit.\n", EXIT_DRIFT)
    if not options.apply:
        return Output(f"{found.diff()}\n{told(found)}")
    return applied(config, found, options.verify, measure)


def applied(config: Config, found: Patch, verify: str, measure: str) -> Output:
    """The patch in the work tree, if it holds."""
    from code_path_audit.prune.applying import Written, measured, require_clean, verified, waited_for

    require_clean(config.root, found.after)
    names = sorted({row.action for row in found.applied})
    # side by side each op takes as long as before
    side_by_side = {row.action for row in found.applied if row.candidate.kind == "concurrent"}
    asks = {name: waited_for if name in side_by_side else measured for name in names}
    before = {name: asks[name](config.root, name, measure) for name in names} if measure else {}
    lines = []
    with Written(config.root, found.before, found.after) as files:
        wrong = verified(config.root, verify) if verify else ""
        if wrong:
            files.take_back()
            too = " It fails without it, too." if verified(config.root, verify) else ""
            return Output(f"Taken back: {printable(verify)} fails with it ({printable(wrong)}).{too}\n", EXIT_DRIFT)
        for name, old in before.items():
            new = asks[name](config.root, name, measure)
            what = "the command took" if name in side_by_side else "measured"
            lines.append(f"{name}: {what} {duration(old.fastest)} before, {duration(new.fastest)} after\n")
            if not new.is_faster_than(old):
                files.take_back()
                return Output("".join([*lines, f"Taken back: {name} does not measure faster.\n"]), EXIT_DRIFT)
    return Output("".join([told(found), *lines, f"Changed: {', '.join(sorted(found.after))}\n"]), EXIT_OK)


def loads_of(row: Applied) -> str:
    """The load of an action before and after: "about 1.2 ms before, about 980 µs after"; what is less, where both are
    the same to two digits."""
    before, after = (quantity(load, row.calibrated) for load in (row.before, row.after))
    if before != after:
        return f"{before} before, {after} after"
    less = row.before - row.after
    return f"{before}, {quantity(less, row.calibrated)} less after" if less else f"{before}, as a trace sees it no less"


def told(found: Patch) -> str:
    """Which candidates were applied, with the load before and after; which were not, and why."""
    lines = [
        f"applied {row.candidate.id} {row.candidate.file}:{row.candidate.line} {row.candidate.title}\n"
        f"        {row.action}: load {loads_of(row)}"
        f"{f'; assumes: {row.candidate.assumes}' if row.candidate.assumes else ''}"
        for row in found.applied
    ]
    lines += [
        f"left    {row.candidate.id} {row.candidate.file}:{row.candidate.line} {row.candidate.title}\n        {row.why}"
        for row in found.left
    ]
    return "".join(f"{printable(part)}\n" for line in lines for part in line.split("\n"))
