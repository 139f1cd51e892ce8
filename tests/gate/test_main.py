"""Exit codes of the gate, each once, from processes of their own: what a hook and a pipeline act on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gate.repositories import Repo
from tests.gate.shop import CONFIG, SLOW_APP, commit_shop, make_gate

ODD_GIT = """#!/bin/sh
case "$*" in
*{command}*) {action} ;;
*) exec {git} "$@" ;;
esac
"""


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Repo:
    repo = Repo.init(tmp_path / "shop")
    monkeypatch.chdir(repo.root)
    commit_shop(repo, make_gate(capsys))
    return repo


def check(root: Path, *arguments: str, path: str = "", stdout: str = "") -> tuple[int, str]:
    """The exit code of a check, and what it said on stderr."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONDONTWRITEBYTECODE": "1"}
    env["PATH"] = os.pathsep.join(part for part in (path, os.environ["PATH"]) if part)
    command = [sys.executable, "-m", "code_path_gate", "check", *arguments]
    with open(stdout or os.devnull, "w") as out:
        done = subprocess.run(command, cwd=root, env=env, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr


def odd_git(folder: Path, command: str, action: str) -> str:
    """A folder with a git that does something else for one command."""
    folder.mkdir()
    (folder / "git").write_text(ODD_GIT.format(command=command, action=action, git=shutil.which("git")))
    (folder / "git").chmod(0o755)
    return str(folder)


def test_clean_drift_error_and_out_of_date(shop: Repo) -> None:
    assert check(shop.root) == (0, "")
    shop.write({"src/shop/app.py": SLOW_APP})
    assert check(shop.root) == (1, "")
    # an error outranks drift
    shop.write({"src/shop/store.py": "def ("})
    assert check(shop.root)[0] == 2
    shop.run("checkout", "-q", ".")
    shop.write({"pyproject.toml": CONFIG.replace("base = 90000", "base = 30000")})
    assert check(shop.root) == (0, "")
    shop.write({"pyproject.toml": CONFIG.replace("base = 12000", "base = 90000")})
    assert check(shop.root) == (3, "")
    # and drift outranks a baseline that is out of date
    shop.run("rm", "-q", "baselines/load.json")
    shop.write({"pyproject.toml": CONFIG, "src/shop/app.py": SLOW_APP})
    assert check(shop.root) == (1, "")
    assert check(shop.root, "--action", "load") == (3, "")


ENDED = {
    "kill -INT $PPID": (130, "code-path-gate: interrupted\n"),
    "kill -TERM $PPID": (143, ""),
    "kill -HUP $PPID": (129, ""),
}


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for git")
@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("signal", ENDED)
def test_interrupted(shop: Repo, tmp_path: Path, signal: str) -> None:
    path = odd_git(tmp_path / "bin", "ls-files", f"{signal}; exec sleep 5")
    assert check(shop.root, "--staged", path=path) == ENDED[signal]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("program", ["code-path-gate", "code-path-audit"])
def test_interrupted_while_it_loads(tmp_path: Path, program: str) -> None:
    """Before there is anybody who could say so."""
    script = tmp_path / program
    package = program.replace("-", "_")
    script.write_text(f"import {package}, os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    # whoever started the tests may have it ignored
    begin = "import signal, runpy, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    run = f"{begin}sys.argv[:] = [{str(script)!r}]; runpy.run_path({str(script)!r})"
    done = subprocess.run([sys.executable, "-c", run], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (-2, "")


@pytest.mark.parametrize("program", ["code_path_gate", "code_path_audit"])
def test_interrupted_while_it_starts(tmp_path: Path, program: str) -> None:
    """As early as the way in can see it, and once more than it expects."""
    name = program.replace("_", "-")
    text = (
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == '{program}.cli':\n"
        "            raise KeyboardInterrupt\n"
        f"from {program}.main import command\n"
        "sys.meta_path.insert(0, Finder())\n"
        f"sys.argv[:] = ['{name}', 'report']\n"
        "sys.exit(command())\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, f"{name}: interrupted\n")


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for git")
def test_a_bug_of_ours(shop: Repo, tmp_path: Path) -> None:
    code, told = check(shop.root, "--staged", path=odd_git(tmp_path / "bin", "ls-files", "printf 'what\\0'"))
    assert (code, told.startswith("code-path-gate: a bug of ours: ValueError: ")) == (101, True)
    assert (told.count("\n"), "Traceback" in told) == (1, False)


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for git")
def test_a_git_that_fails(shop: Repo, tmp_path: Path) -> None:
    code, told = check(
        shop.root, "--staged", path=odd_git(tmp_path / "bin", "ls-files", "echo fatal: no >&2; exit 128")
    )
    assert (code, "git ls-files failed: fatal: no" in told, "[git-failed]" in told) == (2, True, True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
def test_output_that_cannot_be_written(shop: Repo) -> None:
    told = "code-path-gate: error: cannot write the output: No space left on device (stdout). [output]\n"
    assert check(shop.root, stdout="/dev/full") == (2, told)


CLOSED = {"a check": ("check",), "a check in another format": ("check", "--format", "json"), "refresh": ("refresh",)}


@pytest.mark.skipif(os.name == "nt", reason="a shell closes it")
@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-"])
def test_standard_output_that_is_closed(shop: Repo, tmp_path: Path, name: str, closed: str) -> None:
    """The verdict did not arrive, so it is no pass, and no drift: also where an earlier answer is told again."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "CODE_PATH_AUDIT_CACHE": str(tmp_path / "cache")}
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "code_path_gate", *CLOSED[name]]
    for _ in range(3):
        done = subprocess.run(command, cwd=shop.root, env=environ, capture_output=True, text=True, check=False)
        told = "code-path-gate: error: cannot write the output: it is closed (stdout). [output]\n"
        told = "" if "2>" in closed else told
        assert (done.returncode, done.stderr) == (2, told)


FORGED = """
import os, sys
from code_path_audit.store import single
from code_path_gate.asked import git_says, key_of
from code_path_audit.replay.record_details import Details, packed
key = key_of(["check"])
known = (key, b"", b"", git_says(b"", b""), os.getcwdb())
said = b"code-path-gate: 2 actions clean\\n"
record, second, details = packed(0, said, known, [], b"", [], [], [], Details(b"", b"", b""))
os.makedirs(sys.argv[1], mode=0o700, exist_ok=True)
single.write(sys.argv[1], second, details)
single.write(sys.argv[1], key, record)
"""
PLACES = {
    "in the source": "src/cache",
    "beside it": "cache",
    "hidden": ".cache/x",
    "in git's own": ".git/cache",
    "behind a link": "link/cache",
    "outside": "../outside",
}


@pytest.mark.skipif(os.name == "nt", reason="folders have no owners there")
@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("how", ["variable", "option"])
def test_an_answer_that_came_with_the_checkout_is_not_believed(shop: Repo, name: str, how: str) -> None:
    """A record that says all is clean, made with all that is known of this program: told only from outside."""
    place = PLACES[name]
    (shop.root / "link").symlink_to(".")
    shop.write({"src/shop/app.py": SLOW_APP})
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = ["check"]
    if how == "option":
        arguments += ["--cache-dir", place]
    else:
        environ["CODE_PATH_AUDIT_CACHE"] = place
    script = FORGED.replace('["check"]', repr(arguments))
    run = [sys.executable, "-c", f"import sys; sys.argv[1:] = [{place!r}]; sys.path[0] = ''; exec({script!r})"]
    subprocess.run(run, cwd=shop.root, env=environ, check=True)
    head = f"import sys; sys.argv[1:] = {arguments!r}; sys.path[0] = ''"
    gate = head + "; from code_path_gate.main import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", gate], cwd=shop.root, env=environ, capture_output=True, text=True, check=False
    )
    if name == "outside":
        assert (done.returncode, done.stdout) == (0, "code-path-gate: 2 actions clean\n")
    else:
        assert (done.returncode, "lies in the audited checkout" in done.stderr) == (1, True), done
