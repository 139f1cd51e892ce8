"""The whole decision, on a small real case: the headings of Markdown texts, counted. Real recordings, packages and
compilers; the approval is the fixture's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from code_path_audit.cli import main
from code_path_audit.contingency.evidence import Approval, Package, path_of, read, write
from code_path_audit.contingency.steps import DONE, NEXT, NO, NOT_ASKED, WAITS, approved, steps

CASE = Path(__file__).with_name("markdown_sections")
OP = "markdown_it.MarkdownIt.parse"
CONFIG = 'source = ["src"]\nbottleneck_percent = {percent}\n[actions.report]\nentry_points = ["report:main"]\n'
RUN = "import sys\nsys.path.insert(0, 'src')\nimport report\nfor _ in range({times}):\n    report.main()\n"

PATHS = os.pathsep.join(str(Path(name).resolve()) for name in sys.path if name)
"""As they are before a test changes the working directory."""

pytestmark = pytest.mark.skipif(not (shutil.which("gcc") or shutil.which("clang")), reason="needs a C compiler")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that counts headings, not recorded yet."""
    (tmp_path / "src").mkdir()
    shutil.copy(CASE / "report.py", tmp_path / "src")
    (tmp_path / "code-path-audit.toml").write_text(CONFIG.format(percent=3))
    sections = (f"# Title {n}\n\nSome *text*.\n\n## Part {n}\n\n- a\n- b\n\n" for n in range(300))
    (tmp_path / "notes.md").write_text("".join(sections))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def record(project: Path, times: int) -> None:
    """Record so many runs of the action."""
    (project / "run.py").write_text(RUN.format(times=times))
    environment = {**os.environ, "PYTHONPATH": PATHS}
    command = ["record", "--action", "report", "--", sys.executable, "run.py"]
    subprocess.run(
        [sys.executable, "-m", "code_path_audit", *command],
        cwd=project,
        env=environment,
        check=True,
        capture_output=True,
    )


def contingency(*options: str) -> int:
    """One step."""
    return main(["contingency", "report", OP, *options, "--cache-dir", "off"])


def approve(project: Path) -> None:
    """What a person does with an editor."""
    path = path_of(project, OP)
    text = path.read_text()
    for field, value in (("name", "A. Person"), ("date", "2026-11-29"), ("reason", "a test of the gate")):
        text = text.replace(f'\n{field} = ""', f'\n{field} = "{value}"')
    path.write_text(text)


def not_enough(project: Path) -> None:
    """Step 2 as it was measured once, in place of the registry's packages."""
    found = read(project, "report", OP)
    rows = (
        Package("mistune", "3.4.0", 42_834_193, 29_742_216, "other tokens; not quite CommonMark"),
        Package("markdown-it-pyrs", "0.4.0", 63_244_994, 2_640_352, "a tree of nodes in place of a list of tokens"),
    )
    write(project, found._replace(packages=rows))


def write_program(project: Path) -> Path:
    """What a person writes in C and in Python, once there is a scaffold."""
    folder = project / "native" / "markdownit_parse"
    for name in ("operation.c", "baseline.py"):
        shutil.copy(CASE / name, folder)
    return folder


@pytest.mark.slow  # records twice, builds three programs with sanitizers and tests them
def test_from_refusal_to_a_program_that_is_faster(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert contingency() == 0
    told = capsys.readouterr().out
    assert "no recording of the action shows" in told
    assert "code-path-audit record --action report -- COMMAND" in told
    for option in ("--packages", "--scaffold", "--benchmark"):
        assert contingency(option) == 2
        assert "step 1 is missing" in capsys.readouterr().err

    record(project, 2)
    assert contingency("--packages") == 2
    assert "2 recorded runs are surely known of, 3 are needed" in capsys.readouterr().err

    # a count that changed by less than a factor of four is left as it was
    record(project, 8)
    assert contingency() == 0
    assert "not measured: mistune, markdown-it-pyrs" in capsys.readouterr().out
    assert contingency("--scaffold") == 2
    assert "step 2 is missing" in capsys.readouterr().err

    not_enough(project)
    assert contingency("--scaffold") == 2
    assert "step 3 is missing" in capsys.readouterr().err
    assert not (project / "native").exists()

    approve(project)
    assert contingency("--benchmark") == 2
    assert "step 4 is missing" in capsys.readouterr().err
    assert contingency("--scaffold") == 0
    assert contingency("--scaffold") == 2
    assert "contingency-folder" in capsys.readouterr().err
    assert contingency("--benchmark") == 2
    assert "write sample()" in capsys.readouterr().err

    write_program(project)
    assert contingency("--benchmark") == 0
    found = read(project, "report", OP)
    assert found.benchmark is not None
    assert found.benchmark.native_ns < found.benchmark.python_ns
    assert found.verdict.startswith("yes: Python ")
    assert found.approval is not None
    assert found.approval.name == "A. Person"

    # what another compiler built is not what this one is asked for
    folder = project / "native" / "markdownit_parse"
    (other := project / "cc-of-another-name").write_text('#!/bin/sh\nexec gcc "$@"\n')
    other.chmod(0o755)
    asked = {**os.environ, "CC": str(other)}
    program = folder / "build" / "markdownit_parse-release"
    before = program.stat().st_mtime_ns
    subprocess.run([sys.executable, "build.py", "release"], cwd=folder, env=asked, check=True, capture_output=True)
    assert program.stat().st_mtime_ns != before
    done = subprocess.run([sys.executable, "build.py", "all"], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "'all' is none of release, checked, fuzz\n")

    # what was measured is another program than this one
    source = project / "native" / "markdownit_parse" / "operation.c"
    source.write_text(source.read_text() + "/* one more line */\n")
    assert contingency() == 0
    assert "the program is not the one that was measured: --benchmark measures it" in capsys.readouterr().out
    assert read(project, "report", OP).verdict.startswith("not decided: ")


@pytest.mark.slow  # records, builds three programs with sanitizers and tests them
def test_a_program_that_is_not_faster_is_thrown_away(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(project, 4)
    assert contingency() == 0
    not_enough(project)
    approve(project)
    assert contingency("--scaffold") == 0
    folder = write_program(project)
    # a handful of headings: starting a program takes longer than parsing them
    text = (folder / "baseline.py").read_text()
    (folder / "baseline.py").write_text(text.replace("SECTIONS = 300", "SECTIONS = 1"))
    capsys.readouterr()
    assert contingency("--benchmark") == 1
    assert "Throw it away. Try markdown-it-pyrs 0.4.0 next".replace(" 0.4.0", "") in capsys.readouterr().out
    assert read(project, "report", OP).verdict.startswith("no: ")


@pytest.mark.slow  # records
def test_what_is_no_bottleneck_ends_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "code-path-audit.toml").write_text(CONFIG.format(percent=50))
    record(project, 4)
    # reading the file, beside parsing it
    assert main(["contingency", "report", "pathlib.Path.read_text", "--cache-dir", "off"]) == 1
    told = capsys.readouterr().out
    assert "in at least 4 runs; 50% is asked for" in told
    # a package that leaves a little more than is asked for
    found = read(project, "report", "pathlib.Path.read_text")
    assert found.bottleneck is not None
    found = found._replace(
        bottleneck=found.bottleneck._replace(share=1.0), packages=(Package("mistune", "3.4.0", 1000, 12, ""),)
    )
    rows = steps(found, ("mistune",), 0.01, TODAY)
    assert rows[1].why.endswith("it leaves 1.2% of what the action takes now, and less than 1% is asked for")
    assert [row.state for row in rows] == [DONE, DONE, NEXT, WAITS, WAITS]
    assert [row.state for row in steps(found, ("mistune",), 0.5, TODAY)] == [DONE, NO, NOT_ASKED, NOT_ASKED, NOT_ASKED]


@pytest.mark.network
@pytest.mark.slow  # installs packages into scratch environments
def test_a_package_that_is_fast_enough_ends_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "code-path-audit.toml").write_text(CONFIG.format(percent=25))
    record(project, 4)
    code = contingency("--packages")
    told = capsys.readouterr().out
    if "cannot be installed" in told:
        pytest.skip("a package of the table has no distribution for this Python")
    assert code == 1
    assert "Apply that" in told
    assert {row.package for row in read(project, "report", OP).packages} == {"mistune", "markdown-it-pyrs"}
    assert contingency("--scaffold") == 2


def test_a_broken_file_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = path_of(project, OP)
    path.parent.mkdir()
    for text in (
        "version = 1\n[",
        "version = 2\n",
        'version = 1\naction = "other"\nop = "x"\n',
        f"deep = {'[' * 9_000}",
        f"{'a.' * 40}a = 1\n",
    ):
        path.write_text(text)
        assert contingency() == 2
        assert "contingency-file" in capsys.readouterr().err
    path.write_text(f'version = 1\naction = "report"\nop = "{OP}"\n[bottleneck]\nshare = "much"\n')
    assert contingency() == 2
    assert "[contingency-file]" in capsys.readouterr().err


def test_an_unknown_operation_has_no_alternative(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["contingency", "report", "report.main", "--cache-dir", "off"]) == 0
    assert "Is it a bottleneck? no recording" in capsys.readouterr().out
    assert tomllib.loads(path_of(project, "report.main").read_text())["op"] == "report.main"
    assert main(["contingency", "nothing", OP]) == 2


def test_an_operation_that_the_action_does_not_call_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["contingency", "report", OP.removesuffix("e"), "--cache-dir", "off"]) == 2
    told = capsys.readouterr().err
    assert f"report calls no operation {OP.removesuffix('e')!r}; nearest: {OP}" in told
    assert not path_of(project, OP.removesuffix("e")).exists()


TODAY = date(2026, 11, 29)

APPROVALS = {
    "nobody": (Approval("", "", ""), NEXT, "a person types"),
    "no reason": (Approval("A", "2026-11-29", " "), NEXT, "has no reason"),
    "a word": (Approval("A", "today", "x"), NEXT, "not YYYY-MM-DD"),
    "another form of a date": (Approval("A", "20261129", "x"), NEXT, "not YYYY-MM-DD"),
    "next year": (Approval("A", "2027-11-29", "x"), NEXT, "nobody can have approved yet"),
    "a person whose day is ahead of the clock's": (Approval("A", "2026-11-30", "x"), DONE, "A, 2026-11-30: x"),
    "last year": (Approval("A", "2025-01-01", "x"), DONE, "A, 2025-01-01: x"),
}


@pytest.mark.parametrize("case", APPROVALS)
def test_an_approval_is_by_somebody_at_a_day_that_was(case: str) -> None:
    row, state, why = APPROVALS[case]
    found = approved(row, TODAY)
    assert found[0] == state
    assert why in found[1]
