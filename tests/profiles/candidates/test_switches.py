"""Work that only a switch needs, which is off by default: parameters of entry points, flags of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.profiles.candidates.told import told

LOAD = """\
import argparse
import click
import json
import typer

def load(path):
    with open(path) as stream:
        return json.load(stream)

"""

FLAG = """\
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("--show-all", action="store_true"{more})
    args = parser.parse_args()
    table = load(args.path)
    print(args.path)
    if args.show_all:
        print(table)
"""

COMMANDS = """\
def main():
    parser = argparse.ArgumentParser()
    sub = parser.add_subparsers(dest="command", required=True)
    sub.add_parser("show")
    sub.add_parser("add")
    args = parser.parse_args()
    table = load("index.json")
"""

OFF = {
    "an option with a value, which is None unless it is given": FLAG.format(more="").replace(
        'action="store_true"', 'metavar="FILE"'
    ),
    "that is asked for by its None": FLAG.format(more="")
    .replace('action="store_true"', "type=int")
    .replace("if args.show_all:", "if args.show_all is not None:"),
    "one of several commands": COMMANDS + '    if args.command == "show":\n        print(table)\n        return\n'
    "    print(args)\n",
    "one arm of several": COMMANDS + '    if args.command == "add":\n        print(args)\n'
    '    elif args.command == "show":\n        print(table)\n    else:\n        print(parser)\n',
    "behind another command": COMMANDS + '    if args.command == "add":\n        print(args)\n        return\n'
    "    print(table)\n",
    "a flag of argparse": FLAG.format(more=""),
    "a flag of argparse with a name of its own": FLAG.format(more=', dest="all"').replace("args.show_all", "args.all"),
    "a flag of click": (
        '@click.command()\n@click.option("--show-all", is_flag=True)\n@click.argument("path")\n'
        "def main(path, show_all):\n    table = load(path)\n    print(path)\n    if show_all:\n        print(table)\n"
    ),
    "a flag of typer": (
        "def main(path: str, details: bool = typer.Option(False)):\n    table = load(path)\n    print(path)\n"
        "    if details:\n        print(table)\n"
    ),
    "a parameter, and something else": (
        "def main(path, rows, verbose=False):\n    table = load(path)\n    print(path)\n"
        "    if rows and verbose:\n        print(table)\n"
    ),
    "not where it is off": (
        "def main(path, verbose=False):\n    table = load(path)\n    if not verbose:\n        print(path)\n"
        "    else:\n        print(table)\n"
    ),
    "behind what leaves where it is off": (
        "def main(path, verbose=False):\n    table = load(path)\n    print(path)\n    if not verbose:\n"
        "        return\n    for row in table:\n        print(row)\n    print(len(table))\n"
    ),
}

ON = {
    "an option with a default": FLAG.format(more="").replace('action="store_true"', 'default="all"'),
    "an option that has to be given": FLAG.format(more="").replace('action="store_true"', "required=True"),
    "an argument": FLAG.format(more="").replace('"--show-all", action="store_true"', '"show_all"'),
    "the only command": COMMANDS.replace('    sub.add_parser("add")\n', "")
    + '    if args.command == "show":\n        print(table)\n',
    "two arms of several": COMMANDS + '    if args.command == "add":\n        print(args, table)\n'
    '    elif args.command == "show":\n        print(table)\n    else:\n        print(parser)\n',
    "what is no command": COMMANDS + '    if args.name == "show":\n        print(table)\n',
    "a flag that is on by default": FLAG.format(more=", default=True"),
    "a flag that turns something off": FLAG.format(more="").replace("store_true", "store_false"),
    "another option of the same name": FLAG.format(more="").replace(
        "    args = ", '    parser.add_argument("--other", dest="show_all")\n    args = '
    ),
    "a flag of click that is on by default": (
        '@click.option("--show-all", is_flag=True, default=True)\n@click.argument("path")\n'
        "def main(path, show_all):\n    table = load(path)\n    print(path)\n    if show_all:\n        print(table)\n"
    ),
    "where it is off": (
        "def main(path, verbose=False):\n    table = load(path)\n    if not verbose:\n        print(table)\n"
        "    else:\n        print(path)\n"
    ),
    "a parameter, or something else": (
        "def main(path, rows, verbose=False):\n    table = load(path)\n    print(path)\n"
        "    if rows or verbose:\n        print(table)\n"
    ),
    "behind what leaves where it is on": (
        "def main(path, verbose=False):\n    table = load(path)\n    print(path)\n    if verbose:\n        return\n"
        "    print(table)\n"
    ),
    "behind what does not leave": (
        "def main(path, verbose=False):\n    table = load(path)\n    if not verbose:\n        print(path)\n"
        "    print(table)\n"
    ),
    "also before": (
        "def main(path, verbose=False):\n    table = load(path)\n    print(len(table))\n    if not verbose:\n"
        "        return\n    print(table)\n"
    ),
}


@pytest.mark.parametrize("source", [*OFF.values()], ids=[*OFF])
def test_what_is_off_by_default(source: str, tmp_path: Path) -> None:
    assert [row.partition(":")[0] for row in told(LOAD + source, tmp_path)] == ["lazy"]


@pytest.mark.parametrize("source", [*ON.values()], ids=[*ON])
def test_what_may_be_on(source: str, tmp_path: Path) -> None:
    assert told(LOAD + source, tmp_path) == []
