"""From candidates to a patch in the work tree: what is written, what is refused, what is taken back."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from code_path_audit.cli import main
from code_path_audit.prune.applying import Measured

SOURCE = '''\
"""Prices."""

import json
import sqlite3


def main(rows):
    db = sqlite3.connect("a.db")
    db.execute("CREATE TABLE IF NOT EXISTS t (name, price)")
    # every row counts
    for row in rows:
        db.execute("INSERT INTO t VALUES (?, ?)", (row, price()[row]))
        db.commit()
    return db.execute("SELECT sum(price) FROM t").fetchone()[0]


def price():
    with open("prices.json", encoding="utf-8") as stream:
        return json.load(stream)
'''

PATCHED = '''\
"""Prices."""

import json
import sqlite3


def main(rows):
    db = sqlite3.connect("a.db")
    db.execute("CREATE TABLE IF NOT EXISTS t (name, price)")
    # every row counts
    price_result = price()
    for row in rows:
        db.execute("INSERT INTO t VALUES (?, ?)", (row, price_result[row]))
    db.commit()
    return db.execute("SELECT sum(price) FROM t").fetchone()[0]


def price():
    with open("prices.json", encoding="utf-8") as stream:
        return json.load(stream)
'''

RUN = (
    "import os, sys; sys.path.insert(0, 'src'); import m; "
    "os.path.exists('a.db') and os.remove('a.db'); assert m.main(['a', 'b'] * 20) == 60; os.remove('a.db')"
)

PATHS = os.pathsep.join(str(Path(name).resolve()) for name in sys.path if name)
"""As they are before a test changes the working directory."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed program with two slow places, and a test of it."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "m.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "prices.json").write_text('{"a": 1, "b": 2}', encoding="utf-8")
    (tmp_path / "check.py").write_text(RUN, encoding="utf-8")
    (tmp_path / "code-path-audit.toml").write_text('source = ["src"]\n[actions.price]\nentry_points = ["m:main"]\n')
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", PATHS)
    return tmp_path


def source(project: Path) -> str:
    return (project / "src" / "m.py").read_text(encoding="utf-8")


def test_the_patch_is_printed_and_nothing_is_written(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune"]) == 0
    out = capsys.readouterr().out
    assert "\n+    price_result = price()\n" in out
    assert re.search(r"price: load about [\d.]+ (µ|m)s before, about [\d.]+ (µ|m)s after", out)
    assert source(project) == SOURCE
    done = subprocess.run(["git", "apply", "-"], input=out.partition("\napplied")[0], text=True, check=False)
    assert done.returncode == 0
    assert source(project) == PATCHED


def test_a_patch_that_holds_is_kept(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--apply", "--verify", f"{sys.executable} check.py"]) == 0
    assert "Changed: src/m.py" in capsys.readouterr().out
    assert source(project) == PATCHED
    assert main(["prune", "--apply"]) == 1
    assert "takes a person" in capsys.readouterr().out


@pytest.mark.slow  # records the action six times
def test_a_patch_that_measures_faster_is_kept(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--apply", "--verify", f"{sys.executable} check.py", "--measure"]) == 0
    assert "price: measured " in capsys.readouterr().out
    assert source(project) == PATCHED


@pytest.mark.slow  # records the action six times
def test_a_patch_that_is_not_faster_is_taken_back(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run without rows never read the prices, which are many; with the patch it does."""
    (project / "prices.json").write_text(json.dumps({f"name {number}": number for number in range(200_000)}))
    none = "import os, sys; sys.path.insert(0, 'src'); import m; m.main([]); os.remove('a.db')"
    (project / "none.py").write_text(none, encoding="utf-8")
    assert main(["prune", "--apply", "--measure", f"{sys.executable} none.py"]) == 1
    assert "Taken back: price does not measure faster." in capsys.readouterr().out
    assert source(project) == SOURCE


WAITED_FOR = """\
import requests


def main(base):
    return [requests.get(f"{base}/{name}", timeout=60).text for name in "abcdef"]
"""

SERVED = """\
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, "src")
import m

ASKING = []
SEVERAL = threading.Condition()


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        with SEVERAL:
            ASKING.append(self.path)
            SEVERAL.notify_all()
            # one that is asked alone takes its time
            SEVERAL.wait_for(lambda: len(ASKING) > 1, timeout=0.5)
            ASKING.remove(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
    threading.Thread(target=server.serve_forever).start()
    m.main(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
"""


@pytest.mark.slow  # runs a program that waits eight times
def test_what_is_asked_side_by_side_is_measured_by_the_command(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each request takes as long as before: only who waits for all of them sees a difference."""
    (project / "src" / "m.py").write_text(WAITED_FOR, encoding="utf-8")
    (project / "served.py").write_text(SERVED, encoding="utf-8")
    for command in (["add", "-A"], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "y"]):
        subprocess.run(["git", *command], check=True)
    assert main(["prune", "--apply", "--measure", f"{sys.executable} served.py"]) == 0
    assert "price: the command took " in capsys.readouterr().out
    assert "ThreadPoolExecutor" in source(project)


FASTER = [
    ("two of three below each before", (1, 2, 9), (3, 4, 5), True),
    ("one below alone", (1, 4, 5), (3, 4, 5), False),
    ("the same", (3, 4, 5), (3, 4, 5), False),
    ("as fast as the fastest before", (1, 3, 3), (3, 4, 5), False),
]


@pytest.mark.parametrize(("after", "before", "faster"), [row[1:] for row in FASTER], ids=[row[0] for row in FASTER])
def test_what_is_faster(after: tuple[int, ...], before: tuple[int, ...], *, faster: bool) -> None:
    assert Measured(after).is_faster_than(Measured(before)) is faster


def test_a_patch_that_fails_the_tests_is_taken_back(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--apply", "--verify", "echo no; false"]) == 1
    assert (
        "Taken back: echo no; false fails with it (exit code 1: no). It fails without it, too.\n"
        in capsys.readouterr().out
    )
    # what it says is no UTF-8
    assert main(["prune", "--apply", "--verify", r"printf '\377'; false"]) == 1
    assert "fails with it (exit code 1: \N{REPLACEMENT CHARACTER})." in capsys.readouterr().out
    assert source(project) == SOURCE


@pytest.mark.skipif(os.name == "nt", reason="a signal there ends a process at once")
def test_a_patch_is_taken_back_where_the_process_is_asked_to_end(project: Path) -> None:
    command = [sys.executable, "-m", "code_path_audit", "prune", "--apply", "--verify"]
    done = subprocess.run([*command, "kill -TERM $PPID; exec sleep 600"], check=False, capture_output=True)
    assert done.returncode == 143
    assert source(project) == SOURCE


def test_one_candidate_by_its_id(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune"]) == 0
    ids = [line.split()[1] for line in capsys.readouterr().out.splitlines() if line.startswith("applied")]
    assert main(["prune", "--candidate", ids[0], "--apply"]) == 0
    assert source(project) not in (SOURCE, PATCHED)
    assert main(["prune", "--candidate", "nothing"]) == 2
    assert "[prune-candidate]" in capsys.readouterr().err


def test_changed_files_are_refused(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "src" / "m.py").write_text(f"{SOURCE}\n# more\n", encoding="utf-8")
    assert main(["prune", "--apply"]) == 2
    assert "src/m.py" in capsys.readouterr().err
    subprocess.run(["git", "add", "-A"], check=True)
    assert main(["prune", "--apply"]) == 2
    assert "[prune-changed]" in capsys.readouterr().err
    assert source(project) == f"{SOURCE}\n# more\n"


def test_options_that_go_together(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--verify", "true"]) == 2
    assert "go with --apply" in capsys.readouterr().err
    assert main(["prune", "--apply", "--measure"]) == 2
    assert "--measure needs a command, or --verify with one" in capsys.readouterr().err
    assert source(project) == SOURCE
