"""What the gate says of real commits, whole, for the page that shows it: each commit against a baseline of its parent.

    python -m benchmarks.gate_trials_texts --page docs/gate-texts.md [--repositories DIR] [--only NAME]

Repositories are cloned once, bare, into `DIR/OWNER+NAME/repo`.
"""

# ruff: noqa: E501 (a row is a commit, and reads best as one line)

from __future__ import annotations

import argparse
import datetime
import io
import os
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.documents import rewrite
from benchmarks.repositories import extract, git
from code_path_gate.commands.check import check
from code_path_gate.commands.refresh import RefreshOptions, refresh
from code_path_gate.formats.text import WIDTH, check_text
from code_path_gate.states.comparison import CheckOptions

DAY = datetime.date(2026, 1, 1)
FILE = "code-path-audit.toml"

CONFIGS: Mapping[str, tuple[str, str]] = {
    "httpie": ("httpie/cli", 'exclude = ["tests", "docs", "extras"]\nentry = "httpie.__main__:main"\naction = "http"'),
    "pre-commit": (
        "pre-commit/pre-commit",
        'exclude = ["tests", "testing"]\nentry = "pre_commit.main:main"\naction = "main"',
    ),
    "flask": ("pallets/flask", 'source = ["src"]\nentry = "flask.app:Flask.__call__"\naction = "request"'),
    "pelican": ("getpelican/pelican", 'exclude = ["pelican/tests", "docs"]\nentry = "pelican:main"\naction = "build"'),
    "mkdocs": (
        "mkdocs/mkdocs",
        'exclude = ["mkdocs/tests", "docs"]\nentry = "mkdocs.__main__:build_command"\naction = "build"',
    ),
}
"""The repository of each project, and what is guarded in it, as a maintainer would write it."""


class Shown(NamedTuple):
    """A commit whose check is shown, and one sentence on what it did."""

    project: str
    commit: str
    what: str


COMMITS = (
    Shown("mkdocs", "4ad084eb6e804f817af77cf9d2445608521c6e22", "The title of a page is read from a deep copy of its heading now."),
    Shown("pelican", "f89f8894cc90339d84cd2d2c47fd8594f6bf29d4", "A warning about files that no reader reads walks the content once more."),
    Shown("pre-commit", "a7b671a758d418fff55214b57da4d6f8c6a7df26", "`migrate-config` parses the configuration a second time, to find positions in it."),
    Shown("pre-commit", "8a4af027a13e4e59e04ad96060756890bf73e37e", "Each docker hook asks docker for its information, in a process of its own."),
    Shown("httpie", "003f2095d4e98b26220802f016a56be38bf9bd8d", "Every call looks for an update now, and a daemon fetches what is new."),
    Shown("httpie", "15013fd609db6b23551a4691429a61d8e2632fe2", "A private key is read to see whether it needs a passphrase; true, and only with `--cert-key`."),
    Shown("flask", "a411a2434b09d9cbaa4074232b2c247d591bb655", "The session is opened for every request again, not only where it is used."),
    Shown("pre-commit", "bcd8274e1ce7c80573ffac63e6528692ce3189fc", "R code goes to Rscript in a temporary file; true, and small beside the process that it is for."),
    Shown("pre-commit", "9c7ea88ab95cb063cb0f0b74f395ff7b9cdbe0c5", "A function is put around the one that parses manifests: the same work, and no failure."),
    Shown("flask", "4df377cfbfc1d15e962a61c18920b22aebc9aa41", "Annotations in the whole package: the graph gets better, and nothing fails."),
)  # fmt: skip


def config_of(project: str) -> str:
    """The configuration of a project."""
    rows = dict(line.split(" = ", 1) for line in CONFIGS[project][1].splitlines())
    entry, action = rows.pop("entry"), rows.pop("action").strip('"')
    table = {"source": '["."]', **rows}
    head = "".join(f"{key} = {value}\n" for key, value in table.items())
    return f"{head}\n[actions.{action}]\nentry_points = [{entry}]\n"


def repository(project: str, folder: Path) -> Path:
    """The bare repository of a project, cloned if it is not there."""
    name = CONFIGS[project][0]
    bare = folder / name.replace("/", "+") / "repo"
    if not bare.exists():
        bare.parent.mkdir(parents=True, exist_ok=True)
        git(bare.parent, "clone", "-q", "--bare", f"https://github.com/{name}", "repo")
    return bare


def put(bare: Path, commit: str, root: Path) -> None:
    """The tree of a commit in place of what is there; a repository's own folder and the gate's files stay."""
    for path in git(root, "ls-files", "-z").split(b"\0"):
        file = root / os.fsdecode(path)
        if path and file.is_file() and not (path == FILE.encode() or path.startswith(b"baselines/")):
            file.unlink()
    with tarfile.open(fileobj=io.BytesIO(git(bare, "archive", "--format=tar", commit))) as archive:
        extract(archive, root)
    git(root, "add", "--all", "--force")


def said(shown: Shown, repositories: Path) -> str:
    """What a check of the commit says, as on a terminal of `WIDTH` columns."""
    bare = repository(shown.project, repositories)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        git(root, "init", "-q", "-b", "main")
        put(bare, f"{shown.commit}^1", root)
        (root / FILE).write_text(config_of(shown.project), "utf-8")
        refresh(RefreshOptions(), root, DAY)
        git(root, "add", "--all", "--force")
        git(root, "commit", "-q", "--no-verify", "-m", "before")
        put(bare, shown.commit, root)
        return check_text(check(CheckOptions(staged=True), root, os.environ, DAY).result, width=WIDTH)


def section(shown: Shown, text: str) -> str:
    """A commit as the page shows it."""
    name, commit = CONFIGS[shown.project][0], shown.commit
    link = f"[{name} {commit[:10]}](https://github.com/{name}/commit/{commit})"
    return f"## {shown.what}\n\n{link}\n\n```\n{text.rstrip()}\n```\n"


def main() -> int:
    """Shows, or writes into the page, what is said of each commit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, help="the document that gets the texts, between its markers")
    default = Path(tempfile.gettempdir()) / "code-path-audit-trials" / "repositories"
    parser.add_argument("--repositories", type=Path, default=default)
    parser.add_argument("--only", default="", help="the commits of one project")
    options = parser.parse_args()
    rows = [shown for shown in COMMITS if options.only in ("", shown.project)]
    texts = []
    for shown in rows:
        texts.append(section(shown, said(shown, options.repositories)))
        if not options.page:
            print(texts[-1], flush=True)
    if options.page:
        rewrite(options.page, {"texts": "\n".join(texts)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
