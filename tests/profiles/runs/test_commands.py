"""Which commands of a group a command line runs, and how often."""

from __future__ import annotations

import pytest

from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.profiles import amplification
from code_path_audit.profiles.runs.words import in_words
from tests.profiles.runs.reading import counted, runs

SOURCE = """
import click, cmd, functools, shlex
from click.testing import CliRunner
def op(): pass
@click.group()
def cli(): pass
@cli.command()
@click.argument("path")
def insert(path): op()
@cli.command("enable-fts")
def fts(): print()
@cli.command(name="list")
def list_command(): print()
@cli.group()
def config(): pass
@config.command()
def show(): print()
def caught(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)
    return wrapper
@cli.command()
@caught
def add(): op()
@cli.command()
@caught
def drop(): print()
class Shell(cmd.Cmd):
    def do_add(self, line): op()
    def do_drop(self, line): print()
def run(line):
    cli(shlex.split(line), standalone_mode=False)
def given(words):
    cli(words)
def unpacked(*words):
    CliRunner().invoke(cli, ["--config", "a.toml", *words])
def beside(*words, **more):
    unpacked("--verbose", *words)
def added(words):
    cli(["--verbose"] + words)
def copied(first, *words):
    cli(list(words))
def main(rows):
"""

# what is done, a command, how often it runs
LINES = {
    "the command that is named": ('cli(["insert", "a"])\ncli(["list"])', "insert", "once"),
    "its name is another": ('cli(["insert", "a"])\ncli(["enable-fts"])\ncli(["enable-fts"])', "fts", "twice"),
    "its name is given by a keyword": ('cli(["list"])\ncli(["insert"])', "list_command", "once"),
    "one of a group inside": ('cli(["config", "show"])\ncli(["insert", "a"])', "show", "once"),
    "a word that is named alike": ('cli(["insert", "list"])\ncli(["list"])', "list_command", "twice"),
    "a word that is not known": ('cli(["insert", rows])\ncli(["list", rows])', "insert", "once"),
    "a command of a group that is not known": ('cli(["config", rows])\ncli(["insert"])', "show", "once"),
    "no command is named": ('cli(["--help"])\ncli(["insert"])', "insert", "twice"),
    "nothing is known": ("for row in rows: cli(row.words)", "insert", "per row"),
    "a text that is split": ('run("insert a")\nrun("list")\nrun("insert b")', "insert", "twice"),
    "lines of a loop": ('for line in ["insert a", "list", "config show"]:\n    run(line)', "insert", "once"),
    "a list that is handed on": ('given(["insert", "a"])\ngiven(["list"])', "insert", "once"),
    "words that are unpacked": ('unpacked("insert", "a")\nunpacked("list")', "insert", "once"),
    "unpacked twice": ('beside("list")\nbeside("insert", "a", check=True)\nunpacked("insert")', "insert", "twice"),
    "one of them is not known": ('unpacked("insert", rows)\nunpacked("list", *rows)', "insert", "once"),
    "all are unpacked": ('unpacked(*rows)\nunpacked("list")', "insert", "once"),
    "a list that is added": ('added(["insert", "a"])\nadded(["list"])', "insert", "once"),
    "the rest that is copied": ('copied("list", "insert", "a")\ncopied("insert", "list")', "insert", "once"),
    "a loop over lines": ('for line in (["insert", "a"], ["list"], ["insert"]): cli(line)', "insert", "twice"),
    "a loop over texts": ('for line in ("insert a", "list"): cli(shlex.split(line))', "list_command", "once"),
    "lines of a loop, behind a decorator": ('for line in (["add"], ["drop"], ["drop"]): cli(line)', "drop", "twice"),
    "in another loop": ('for row in rows:\n    for line in (["insert"], ["list"]): cli(line)', "insert", "per row"),
    "a line that is not known": ('for line in (["insert"], rows, ["list"]): cli(line)', "list_command", "twice"),
    "lines of a shell": ('for line in ("add a", "drop b", "add c"): Shell().onecmd(line)', "Shell.do_add", "twice"),
    "a line of a shell": ('Shell().onecmd("drop all")', "Shell.do_drop", "once"),
    "in the wrapper of a decorator": ('for line in ["add 1", "drop 2", "list"]:\n    run(line)', "add", "once"),
    "another one in it": ('cli(["add"])\ncli(["drop"])\ncli(["drop"])', "drop", "twice"),
    "handed to a runner": (
        'CliRunner().invoke(cli, ["insert", "a"])\nCliRunner().invoke(cli, ["list"])', "insert", "once",
    ),
    "called itself": ('insert(["a"])\nlist_command([])', "insert", "once"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_lines(name: str) -> None:
    body, command, often = LINES[name]
    inside = body.replace("\n", "\n    ")
    assert in_words(runs(f"{SOURCE}    {inside}\n", f"m.{command}")) == often


# what is done, a command, on which condition it runs
ALONE = {
    "it is named": ('cli(["insert", "a"])', "insert", "always"),
    "another is named": ('cli(["insert", "a"])', "fts", "rarely"),
    "another of a group inside": ('cli(["insert", "a"])', "show", "rarely"),
    "none is named": ('cli(["--help"])', "fts", "always"),
}


@pytest.mark.parametrize("name", ALONE)
def test_what_no_command_line_names_runs_rarely(name: str) -> None:
    """Also where nothing else is told apart by what it is given."""
    body, command, word = ALONE[name]
    source = SOURCE[: SOURCE.index("def caught")] + f"def main(rows):\n    {body}\n"
    found = amplification.counted(counted(source, "m.main").reach)
    assert CONDITIONS[found.conditions[f"m.{command}", "likely"]] == word
