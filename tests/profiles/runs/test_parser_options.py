"""What a command line says of the options that a parser declares, and what does not run for that."""

from __future__ import annotations

import argparse
import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from code_path_audit.facts.constants import written
from code_path_audit.facts.rows import FALSY, NOTHING, TRUTHY
from code_path_audit.profiles.runs.parser_options import POSITION, UNKNOWN, Option, Options
from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import counted, runs

QUIET = Option(("-q", "--quiet"), FALSY, TRUTHY)
FORMAT = Option(("-f", "--format"), NOTHING, takes=True, after=1)

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


DECLARED = """
parser.add_argument("command", nargs="?", choices=["build", "check"])
parser.add_argument("--dry-run", "-n", action="store_true")
parser.add_argument("--plain", dest="color", action="store_false")
parser.add_argument("-v", "--verbose", action="count", default=0)
parser.add_argument("--out", "-o")
parser.add_argument("--mode", choices=["fast", "slow"], default="fast")
parser.add_argument("--level", type=int)
parser.add_argument("--depth", type=int, default="0")
parser.add_argument("--tag", action="append")
parser.add_argument("--pair", nargs=2)
parser.add_argument("--seen", nargs="?", const="all")
parser.add_argument("--files", nargs="*")
parser.add_argument("--fixed", action="store_const", const=1)
"""
WORDS = st.sampled_from([
    "build", "check", "x", "0", "3", "slow", "--dry-run", "--dry", "-n", "--plain", "-v", "-vv", "-vn", "--out", "-o",
    "-ox", "--out=y", "--mode", "--mode=fast", "--level", "--depth", "--depth=2", "--tag", "--tag=a", "--pair",
    "--seen", "--see", "--fixed", "--files",
])  # fmt: skip


def parsed(line: list[str]) -> argparse.Namespace | None:
    parser = argparse.ArgumentParser()
    exec(DECLARED, {"parser": parser})
    with contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(SystemExit):
        return parser.parse_args(line)
    return None


def is_one_of(value: object, found: tuple[object, ...]) -> bool:
    """Whether a value is one of what is known; a number that is none of the texts is one of the rest."""
    kind = NOTHING if value is None else TRUTHY if value else FALSY
    return kind in found or written(value) in found


DECLARING = "import argparse\ndef main(argv):\n    parser = argparse.ArgumentParser()" + DECLARED.replace(
    "\n", "\n    "
)
OPTIONS = counted(
    f"{DECLARING}\n    args = parser.parse_args(argv)\n    if args.out: print()\n", "m.main"
).apart.options


def test_what_is_known_of_a_line() -> None:
    known = {name: OPTIONS.holds(name, ("build", "--out", "x", "--tag=a")) for name in OPTIONS.declared}
    assert known == {
        "command": ("'build",), "dry_run": (FALSY,), "color": (TRUTHY,), "verbose": ("#0",), "out": ("'x",),
        "mode": ("'fast",), "level": (NOTHING,), "depth": (), "tag": (TRUTHY,), "pair": (NOTHING,), "seen": (NOTHING,),
        "files": (NOTHING,),
        "fixed": (),
    }  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(WORDS, max_size=6))
def test_what_argparse_makes_of_a_line_is_one_of_what_is_known(line: list[str]) -> None:
    made = parsed(line)
    for name, value in vars(made).items() if made is not None else ():
        found = OPTIONS.holds(name, tuple(line))
        assert not found or is_one_of(value, found), name
