"""What a command line gives to the parameters of a command of click, and what does not run for that."""

from __future__ import annotations

import pytest

from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import runs

SOURCE = """
import click, shlex
def op(): pass
def write(rows, csv=False):
    if csv:
        op()
@click.group()
def cli(): pass
@cli.command()
@click.argument("path")
@click.option("--csv", is_flag=True)
def insert(path, csv):
    if csv:
        op()
@cli.command()
@click.option("-n", "--dry-run", "dry", is_flag=True, default=False)
def move(dry):
    if not dry:
        op()
@cli.command()
@click.option("-j", "--json", "kind", flag_value="json")
@click.option("-s", "--csv", "kind", flag_value="csv")
def show(kind):
    if kind == "csv":
        op()
@cli.command()
@click.option("--out", default=None)
@click.option("--size", type=int, default=3)
@click.option("--tag", multiple=True)
@click.option("--color/--plain", default=True)
@click.option("--key", envvar="KEY")
def draw(out, size, tag, color, key):
    if out: op()
@cli.command()
@click.option("--tag", multiple=True)
def tagged(tag):
    if tag: op()
@cli.command()
@click.option("--color/--plain", default=True)
def colored(color):
    if color: op()
@cli.command()
@click.option("--key", envvar="KEY")
def keyed(key):
    if key: op()
@cli.command()
@click.option("--csv", is_flag=True)
def handed(csv):
    write([], csv)
@cli.command()
def other(): pass
def run(line):
    cli(shlex.split(line), standalone_mode=False)
def main(rows):
"""

# what is done, how often the operation runs
LINES = {
    'cli(["insert", "a"])\ncli(["insert", "b", "--csv"])\ncli(["other"])': "once",
    'cli(["insert", rows])\ncli(["insert", "b", "--csv"])': "twice",
    'cli(["--csv", "insert", "a"])\ncli(["insert", "--csv", "a"])': "once",
    'cli(["move"])\ncli(["move", "-n"])\ncli(["move", "--dry-run"])\ncli(["move"])': "twice",
    'cli(["show"])\ncli(["show", "--json"])\ncli(["show", "--csv"])': "once",
    'cli(["draw"])\ncli(["draw", "--out", "x"])\ncli(["draw", "--out=y"])': "twice",
    'cli(["tagged"])\ncli(["tagged", "--tag", "x"])\ncli(["other"])': "once",
    'cli(["colored"])\ncli(["colored", "--plain"])\ncli(["other"])': "twice",
    'cli(["keyed"])\ncli(["other"])': "once",
    'cli(["handed"])\ncli(["handed", "--csv"])\ncli(["other"])': "once",
    'for line in ["insert a", "insert b --csv", "other", "insert c"]:\n    run(line)': "once",
    'for line in ["move", "other", "move -n", "move"]:\n    cli(shlex.split(line))': "twice",
    'run("insert a --csv")\nrun("other")\nrun("insert b")': "once",
    "insert(rows, rows)\ninsert(rows, rows)": "twice",
}


@pytest.mark.parametrize("body", LINES)
def test_lines(body: str) -> None:
    inside = body.replace("\n", "\n    ")
    assert in_words(runs(f"{SOURCE}    {inside}\n")) == LINES[body]
