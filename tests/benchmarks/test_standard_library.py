"""The generated model of the standard library: what is read off two small modules, and that it is a model file."""

from __future__ import annotations

from pathlib import Path

from benchmarks.standard_library import main, modules, shown
from code_path_audit.libraries.model import GENERATOR
from code_path_audit.libraries.read import read_model


def test_two_modules(tmp_path: Path) -> None:
    output = tmp_path / "model.toml"
    assert main(["--modules", "cmd.py", "sched.py", "--output", str(output)]) == 0
    model = read_model(output)
    assert model.by == GENERATOR
    assert set(model.rows) == {"self"}
    assert {"precmd", "onecmd", "postcmd"} <= {value.rstrip("?") for value in model.rows["self"]["cmd.Cmd.cmdloop"]}


def test_only_what_there_is_is_read(tmp_path: Path) -> None:
    for name in ("cmd.py", "typing.py", "queue.txt"):
        (tmp_path / name).touch()
    (tmp_path / "json").mkdir()
    assert list(modules(tmp_path)) == ["cmd.py", "json"]


def test_rows_of_what_others_can_extend() -> None:
    table = {
        "cmd.Cmd.run": ("do_*", "_own"),
        "cmd.Cmd.stop": ("_own",),
        "cmd._Cmd.run": ("x",),
        "unittest.mock.A": ("x",),
    }
    assert shown(table) == {"cmd.Cmd.run": ("do_*",)}
