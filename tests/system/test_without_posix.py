"""Where the system has no fork, no locks and no signals of POSIX, as Windows has none, the commands answer the same.

The names are taken away from every interpreter that is started, by a `sitecustomize`: what the standard library asks by
`sys.platform` stays, and so does what only Windows has.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, write_tree
from tests.gate.repositories import Repo

WITHOUT = """
import os, signal, sys

for name in (
    "fork", "forkpty", "sched_getaffinity", "register_at_fork", "mkfifo", "mknod", "killpg", "getpgid", "setsid",
    "symlink", "O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY",
):
    if hasattr(os, name):
        delattr(os, name)
os.supports_dir_fd = os.supports_fd = os.supports_follow_symlinks = set()
for name in ("SIGHUP", "SIGALRM", "SIGPIPE", "SIGUSR1", "SIGUSR2", "alarm", "setitimer", "pthread_sigmask"):
    if hasattr(signal, name):
        delattr(signal, name)
for name in ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"):
    sys.modules[name] = None
"""

MANY = "".join(f"def f{number}():\n    open('x', 'w')\n" for number in range(600))
"""Functions enough that actions are traced side by side."""

FILES = {
    "pyproject.toml": (
        '[project]\nname = "shop"\n[build-system]\nrequires = ["hatchling"]\n'
        '[project.scripts]\nbuy = "shop.cli:buy"\nsell = "shop.cli:sell"\n'
    ),
    "src/shop/__init__.py": "",
    "src/shop/many.py": MANY,
    "src/shop/cli.py": "from shop import many\n\ndef buy():\n    many.f1()\n\ndef sell():\n    many.f2()\n",
}

COMMANDS = (
    ("code_path_audit", "init", "--yes", "--workers", "2"),
    ("code_path_audit", "--json", "--workers", "2"),
    ("code_path_audit", "report", "--date", "2026-11-30", "--output", "reports"),
    ("code_path_gate", "check"),
)


def answers(root: Path, beside: str) -> list[tuple[int, str]]:
    """What the commands say in a new repository; `beside` is a folder that every interpreter looks into first."""
    repo = Repo.init(root)
    repo.commit(FILES)
    paths = [beside, *(str(ROOT / part) for part in ("audit", "hooks"))]
    cache = {"CODE_PATH_AUDIT_CACHE": str(root.parent / f"cache-{root.name}")}
    environment = {**os.environ, **cache, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    found = []
    for module, *words in COMMANDS:
        command = [sys.executable, "-m", module, *words]
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        found.append((done.returncode, done.stdout))
    return found


@pytest.mark.slow  # a dozen interpreters, some of which start others
@pytest.mark.skipif(sys.platform == "win32", reason="there is nothing to take away")
def test_the_commands_answer_the_same(tmp_path: Path) -> None:
    write_tree(tmp_path, {"without/sitecustomize.py": WITHOUT})
    usual = answers(tmp_path / "usual" / "shop", "")
    found = answers(tmp_path / "bare" / "shop", str(tmp_path / "without"))
    assert [code for code, _ in usual] == [0] * len(COMMANDS)
    assert found == usual
    written = [sorted((tmp_path / place / "shop").rglob("reports/**/*.json")) for place in ("usual", "bare")]
    assert [path.read_bytes() for path in written[0]] == [path.read_bytes() for path in written[1]] != []
