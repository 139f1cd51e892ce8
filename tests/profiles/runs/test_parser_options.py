"""What a command line says of the options that a parser declares, and what does not run for that."""

from __future__ import annotations

import pytest

from code_path_audit.facts.rows import FALSY, NOTHING, TRUTHY
from code_path_audit.profiles.runs.parser_options import POSITION, UNKNOWN, Option, Options
from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs

QUIET = Option(("-q", "--quiet"), FALSY, TRUTHY)
FORMAT = Option(("-f", "--format"), NOTHING, takes=True)

# the declarations of one attribute, a line, what the attribute may be
HELD: list[tuple[tuple[Option, ...], str, tuple[object, ...]]] = [
    ((QUIET,), "build", (FALSY,)),
    ((QUIET,), "build --quiet", (TRUTHY,)),
    ((QUIET,), "build --qui", (TRUTHY,)),
    ((QUIET,), "build -q", (TRUTHY,)),
    ((QUIET,), "build -vq", ()),
    ((QUIET,), "build ?", ()),
    ((QUIET,), "? --quiet", (TRUTHY,)),
    ((QUIET, UNKNOWN), "build", ()),
    ((QUIET, Option(("--quiet",), TRUTHY, FALSY)), "build", ()),
    ((FORMAT,), "build", (NOTHING,)),
    ((FORMAT,), "build --format json", ("'json",)),
    ((FORMAT,), "build --format=json", ("'json",)),
    ((FORMAT,), "build --format ?", ()),
    ((FORMAT,), "build -fjson", ()),
    ((FORMAT,), "build --format", ()),
    ((POSITION,), "build docs", ("'build",)),
    ((POSITION,), "help build check", ("'build", "'check")),
    ((POSITION,), "docs", ()),
    ((), "build", ()),
]


@pytest.mark.parametrize(("rows", "line", "found"), HELD)
def test_what_a_line_holds(rows: tuple[Option, ...], line: str, found: tuple[object, ...]) -> None:
    options = Options({"x": rows}, {"x": frozenset(("'build", "'check"))}, {})
    assert options.holds("x", tuple(line.split())) == found


SOURCE = """
import argparse, sys
def op(): pass
def make():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dry-run", "-n", action="store_true")
    parser.add_argument("--out", default=None)
    parser.add_argument("--mode", choices=["fast", "slow"], default="fast")
    parser.add_argument("--level", default=int(1))
    parser.add_argument("--kept", action="store_true")
    subs = parser.add_subparsers(dest="command")
    subs.add_parser("build")
    subs.add_parser("check")
    return parser
def build(args):
    if not args.dry_run:
        op()
def cli(argv=None):
    args = make().parse_args(argv)
    if args.command == "build":
        op()
    elif args.command in ("check", "lint"):
        print()
def matched(argv=None):
    args = make().parse_args(argv)
    match args.command:
        case "build":
            op()
        case "check":
            print()
def handed(argv):
    args = make().parse_args(argv)
    build(args)
def process(argv=None):
    argv = argv if argv is not None else sys.argv[1:]
    if len(argv) == 0:
        argv = ["check"]
    args, rest = make().parse_known_args(argv)
    if args.command == "build":
        op()
def parse_args(argv):
    return make().parse_args(argv)
def helped(argv):
    args = parse_args(argv)
    if args.out is not None:
        op()
def modes(argv):
    args = make().parse_args(args=argv)
    if args.mode == "slow":
        op()
def levels(argv):
    args = make().parse_args(argv)
    if args.level:
        op()
def stored(argv):
    args = make().parse_args(argv)
    args.kept = len(argv)
    if args.kept:
        op()
def others(argv, args):
    if args.command == "build":
        op()
def bound(argv):
    args = make().parse_args(argv)
    args = args or argv
    if args.command == "build":
        op()
def main(rows):
"""

# what is done, how often the operation runs
LINES = {
    'cli(["build"])\ncli(["check"])': "once",
    'cli(["build"])\ncli(["build", "--dry-run"])\ncli(["check"])': "twice",
    'cli(["check"])\ncli(["lint"])': "rarely",
    'cli(["build"])\ncli()': "twice",
    'for line in (["build"], ["check"], ["check"]):\n    cli(line)': "once",
    'for row in rows:\n    cli([row])\ncli(["check"])': "per row",
    'matched(["build"])\nmatched(["check"])': "once",
    'handed(["build"])\nhanded(["build", "--dry-run"])\nhanded(["-n"])': "once",
    'handed(["build", rows])\nhanded(["-n", rows])': "once",
    'process(["build"])\nprocess(["check"])': "once",
    'process(["check"])\nprocess()': "once",
    'helped(["build"])\nhelped(["build", "--out", "x"])': "once",
    'modes(["build"])\nmodes(["--mode", "slow"])': "once",
    'levels(["build"])\nlevels(["check"])': "twice",
    'stored(["build"])\nstored(["check"])': "twice",
    'others(["check"], rows)\nothers(["check"], rows)': "twice",
    'bound(["check"])\nbound(["check"])': "twice",
}


@pytest.mark.parametrize("body", LINES)
def test_lines(body: str) -> None:
    inside = body.replace("\n", "\n    ")
    counted = in_words(runs(f"{SOURCE}    {inside}\n"))
    # nothing leads to it that is given: it counts as where no caller is known
    assert counted == ("twice" if LINES[body] == "rarely" else LINES[body])
