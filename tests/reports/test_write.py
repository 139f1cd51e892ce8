"""Writing: the dated folder is the old report or the new one, and names from a repository stay names of files."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from code_path_audit.errors import AuditError
from code_path_audit.reports.write import action_stems, checked_date, exchange, put_in_place, write_report

DATE = "2025-01-31"
OLD = {"call_graph.json": "old\n", "actions/gone.md": "old\n"}
NEW = {"call_graph.json": "new\n", "actions/save.md": "new\n", "summary.md": "größer\n"}


def contents(folder: Path) -> dict[str, str]:
    """The text of every file below a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def dated(files: dict[str, str]) -> dict[str, str]:
    return {f"{DATE}/{name}": text for name, text in files.items()}


def test_a_report_is_written(tmp_path: Path) -> None:
    out = tmp_path / "docs" / "reports"
    assert write_report(out, DATE, NEW) == (f"{DATE}/actions/save.md", f"{DATE}/call_graph.json", f"{DATE}/summary.md")
    assert contents(out) == dated(NEW)
    assert (out / DATE).stat().st_mode == out.stat().st_mode


def test_who_prints_a_report_in_a_job_gives_no_command(tmp_path: Path) -> None:
    text = '{"target": "file:##[command]x ##vso[y]"}\n'
    write_report(tmp_path, DATE, {"call_graph.json": text})
    written = (tmp_path / DATE / "call_graph.json").read_text()
    assert ("##" in written, json.loads(written)) == (False, json.loads(text))


def test_a_report_of_the_same_date_is_replaced_as_a_whole(tmp_path: Path) -> None:
    write_report(tmp_path, DATE, OLD)
    write_report(tmp_path, "2025-02-01", OLD)
    write_report(tmp_path, DATE, NEW)
    assert contents(tmp_path) == dated(NEW) | {f"2025-02-01/{name}": text for name, text in OLD.items()}


@pytest.mark.parametrize("swap", [exchange, lambda first, second: False], ids=["in one step", "by renaming"])
def test_a_folder_takes_the_place_of_another(tmp_path: Path, swap: Callable[[Path, Path], bool]) -> None:
    for name in ("fresh", "target"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name)
    put_in_place(tmp_path / "fresh", tmp_path / "target", swap)
    assert (tmp_path / "target" / "which").read_text() == "fresh"
    assert sorted(path.name for path in tmp_path.iterdir()) in (["target"], ["fresh", "target"])


def test_a_write_that_fails_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="report-not-written"):
        write_report(tmp_path / "docs" / "reports", DATE, {"a": "x", "a/b": "x"})
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_the_old_report(tmp_path: Path) -> None:
    write_report(tmp_path, DATE, OLD)
    with pytest.raises(AuditError) as error:
        write_report(tmp_path, DATE, {**NEW, "summary.md/below-a-file": "x"})
    assert error.value.slug == "report-not-written"
    assert contents(tmp_path) == dated(OLD)


KILLED = """
import os, signal, sys
from pathlib import Path
from code_path_audit.reports.write import write_report

class Files(dict):
    def items(self):
        yield "call_graph.json", "new"
        os.kill(os.getpid(), signal.SIGKILL)

write_report(Path(sys.argv[1]), "2025-01-31", Files())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
@pytest.mark.parametrize("before", [{}, OLD], ids=["nothing", "an old report"])
def test_a_run_that_is_killed_leaves_what_was_there(tmp_path: Path, before: dict[str, str]) -> None:
    if before:
        write_report(tmp_path, DATE, before)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False, env=environment)
    assert done.returncode == -signal.SIGKILL
    assert (contents(tmp_path / DATE) if before else (tmp_path / DATE).exists()) == (before or False)


def make_file(target: Path) -> None:
    target.write_text("mine")


def make_link(target: Path) -> None:
    elsewhere = target.with_name("elsewhere")
    elsewhere.mkdir()
    (elsewhere / "call_graph.json").write_text("mine")
    target.symlink_to(elsewhere, target_is_directory=True)


def make_other_folder(target: Path) -> None:
    target.mkdir()
    (target / "notes.txt").write_text("mine")


@pytest.mark.parametrize("make", [make_file, make_link, make_other_folder])
def test_what_is_no_report_is_left_alone(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / DATE)
    before = contents(tmp_path)
    with pytest.raises(AuditError) as error:
        write_report(tmp_path, DATE, NEW)
    assert error.value.slug == "report-folder-taken"
    assert contents(tmp_path) == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / DATE).mkdir()
    write_report(tmp_path, DATE, NEW)
    assert contents(tmp_path) == dated(NEW)


@pytest.mark.parametrize("date", ["", "today", "2025-02-30", "20250131", "2025-1-31", "../2025-01-31", "2025-W05-5"])
def test_what_is_no_date_is_refused(tmp_path: Path, date: str) -> None:
    with pytest.raises(AuditError) as error:
        write_report(tmp_path, date, NEW)
    assert error.value.slug == "report-date"
    assert contents(tmp_path) == {}


def test_a_date() -> None:
    assert checked_date("2024-02-29") == "2024-02-29"


STEMS = [
    ("save", "save"),
    ("load_all-2.0", "load_all-2.0"),
    ("Save", "Save"),
    ("", "action~e3b0c44298"),
    ("..", "action~5ec1f7e700"),
    ("../../etc/passwd", "etc-passwd~"),
    ("a b", "a-b~"),
    ("CON", "CON~"),
    ("nul.txt", "nul-txt~"),
    (".hidden", "hidden~"),
    ("trailing.", "trailing~"),
    ("größe", "gr-e~"),
    ("a\udc80", "a~"),
    ("x" * 81, "x" * 80 + "~"),
]


@pytest.mark.parametrize(("name", "expected"), STEMS)
def test_an_action_names_its_files(name: str, expected: str) -> None:
    (stem,) = action_stems([name]).values()
    # a hash is ten digits; two of them are written out above
    assert stem.startswith(expected) and len(stem) in {len(expected), len(expected) + 10}
    assert stem == name or "~" in stem


def test_names_that_differ_in_case_alone_get_different_files() -> None:
    stems = action_stems(["save", "Save", "load"])
    assert stems["load"] == "load"
    assert stems["save"].casefold() != stems["Save"].casefold()


@given(st.sets(st.text(max_size=5)))
def test_no_two_actions_share_a_file(names: set[str]) -> None:
    stems = action_stems(names)
    assert stems.keys() == names
    assert len({stem.casefold() for stem in stems.values()}) == len(names)
    assert all(stem.isascii() and stem.isprintable() and not set(stem) & set('/\\:*?"<>|') for stem in stems.values())
