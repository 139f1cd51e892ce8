"""Groups of commands that are entry points: each row is one, and what its action pays."""

from __future__ import annotations

import pytest

from code_path_audit.callgraph.packed import opened, pack
from tests.callgraph.frameworks.querying import ops_of
from tests.callgraph.solving import solve

GROUP = """\
import click, requests
@click.group()
@click.option("--debug")
def main(debug):
    requests.get("main")
@main.command()
@click.argument("path")
def load(path):
    requests.get("load")
@main.command("list")
def list_all():
    requests.get("list")
@main.group("db")
def database():
    requests.get("db")
@database.command()
def init():
    requests.get("init")
@click.command()
def added():
    requests.get("added")
main.add_command(added)
@click.command()
def alone():
    requests.get("alone")
@click.group()
def single():
    pass
@single.command()
def only():
    requests.get("only")
"""

COMMANDS = {
    # of the commands a run takes one
    "main": ["main once", "load once, sometimes", "list once, sometimes", "db once, sometimes", "init once, sometimes",
             "added once, sometimes"],
    "database": ["db once", "init once"],
    "single": ["only once"],
    "load": ["load once"],
    "list_all": ["list once"],
    "alone": ["alone once"],
}  # fmt: skip


@pytest.mark.parametrize("entry", COMMANDS)
def test_a_group_of_commands_stands_for_them(entry: str) -> None:
    lines = GROUP.splitlines()
    found = ops_of({"m": GROUP}, f"m.{entry}")
    runs = [op.how_often if op.condition == "always" else f"{op.how_often}, {op.condition}" for op in found]
    told = zip((lines[op.line - 1].split(chr(34))[1] for op in found), runs, strict=True)
    assert [f"{name} {often}" for name, often in told] == COMMANDS[entry]


PASSED = """\
import click, functools, requests
def timed(f):
    @functools.wraps(f)
    def wrapper(*args):
        return f(*args)
    return wrapper
class Shop: pass
pass_shop = click.make_pass_decorator(Shop)
@click.group()
@timed
@click.pass_context
def main(context):
    requests.get("main")
@main.command()
@timed
def load():
    requests.get("load")
@main.command("list")
@click.pass_context
@timed
def list_all(context):
    requests.get("list")
@main.group()
@click.pass_obj
def database(shop):
    requests.get("db")
@database.command()
@pass_shop
def init(shop):
    requests.get("init")
"""


@pytest.mark.parametrize(("entry", "asked"), [("main", "main load list db init"), ("database", "db init")])
def test_other_decorators_are_passed_through(entry: str, asked: str) -> None:
    """Those of click that pass something on, and those of the source, in front of groups and of commands."""
    lines = PASSED.splitlines()
    found = ops_of({"m": PASSED}, f"m.{entry}")
    assert [lines[op.line - 1].split(chr(34))[1] for op in found] == asked.split()


def test_a_kept_graph_knows_what_a_run_takes_one_of() -> None:
    graph = solve(GROUP, "m.main")
    assert graph.chosen == ("m.added", "m.database", "m.init", "m.list_all", "m.load")
    assert opened(pack(graph)) == graph


REGISTERED = [
    """\
import click
@click.group()
def main(): pass
@main.command()
def a(): pass
@main.command("b")
def b(): pass
@main.group(name="c")
def c(): pass
@c.result_callback()
def d(): pass
""",
    """\
import rich_click as click
@click.group(context_settings={})
@click.version_option(version="1")
@click.pass_context
def main(context): pass
@click.command(context_settings={})
@click.argument("x")
def other(x): pass
main.add_command(other)
""",
    """\
import typer
app = typer.Typer()
@app.callback()
def a(): pass
@app.command()
def b(): pass
@app.command("c")
def c(): pass
""",
]


@pytest.mark.parametrize("source", REGISTERED)
def test_commands_that_are_registered_are_not_called(source: str) -> None:
    assert solve(source, "m", imports=True).edges == ()
