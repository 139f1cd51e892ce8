"""Which commands of argparse a command line runs, and how often."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs

SOURCE = """
import argparse
def add(args): print()
def cmd_list(args): print()
def drop(args): print()
def make():
    parser = argparse.ArgumentParser()
    subs = parser.add_subparsers()
    one = subs.add_parser("add")
    one.set_defaults(func=add)
    two = subs.add_parser("list", help="of all")
    two.add_argument("--long")
    two.set_defaults(func=cmd_list)
    subs.add_parser("drop").set_defaults(func=drop)
    return parser
def command(argv=None):
    args = make().parse_args(argv)
    return args.func(args)
def handing(argv):
    args = make().parse_args(argv)
    return started(args)
def started(args):
    return args.func(args)
def unpacked(*words):
    command(["--quiet", *words])
class Tool:
    def __init__(self):
        self.parser = argparse.ArgumentParser()
        subs = self.parser.add_subparsers()
        for function in (add, drop):
            subs.add_parser(function.__name__).set_defaults(cmd=(function, 1))
    def main(self, argv):
        options = self.parser.parse_args(argv)
        self.run(options)
    def run(self, options):
        function, count = options.cmd
        function(options)
def main(rows):
"""

# what is done, a command, how often it runs
LINES = {
    "the command that is named": ('command(["add", "a"])\ncommand(["list"])', "add", "once"),
    "its function has another name": ('command(["add"])\ncommand(["list"])\ncommand(["list"])', "cmd_list", "twice"),
    "none is named": ('command(["--help"])\ncommand(["add"])', "add", "twice"),
    "the line of the process": ('command()\ncommand(["list"])', "add", "once"),
    "of each round": ('for row in rows:\n    command([row])\ncommand(["list"])', "add", "per row"),
    "lines of a loop": ('for line in (["add"], ["list"], ["add"]):\n    command(line)', "add", "twice"),
    "handed on": ('handing(["add"])\nhanding(["drop"])', "drop", "once"),
    "words that are unpacked": ('unpacked("add")\nunpacked("drop", "x")', "add", "once"),
    "parsers that a loop makes": (
        'Tool().main(["add"])\nTool().main(["drop"])\nTool().main(["drop"])',
        "drop",
        "twice",
    ),
    "called itself": ("add([])\ndrop([])", "drop", "once"),
}


@pytest.mark.parametrize("name", LINES)
def test_lines(name: str) -> None:
    body, command, often = LINES[name]
    inside = body.replace("\n", "\n    ")
    assert in_words(runs(f"{SOURCE}    {inside}\n", f"m.{command}")) == often
