"""What installs this very copy of the program elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from code_path_audit.commands.output import PROG
from code_path_audit.git_program import OPTIONS, environment, found

ALSO_BY_HTTPS = ("bitbucket.org", "codeberg.org", "github.com", "gitlab.com")
"""Hosts that give by https what they give by ssh: a job of theirs has no key."""

OF_OTHERS = re.compile(r"(?:https?|ssh|git)://[!-~]+")
"""Addresses that more than one machine can reach."""

SHORT_SSH = re.compile(r"(?P<user>[\w.-]+@)?(?P<host>[\w-]+(?:\.[\w-]+)+):(?P<path>[!-~]+)")
"""`git@example.org:owner/name.git`, as git takes it for ssh."""


def requirement_of_this() -> str:
    """A requirement for pip: this version from the index, or the very commit or archive that it was installed from; ""
    where only this machine has it."""
    try:
        known = distribution(PROG)
    except PackageNotFoundError:  # run from its source
        return _of_folder(Path(__file__).resolve().parents[3])
    return requirement_of(known.version, known.read_text("direct_url.json") or "")


def requirement_of(version: str, direct_url: str) -> str:
    """The same, of a version and the text of its `direct_url.json` ("": it came from an index), as installers write it.

    Of what came from elsewhere no index may have that version, or somebody else's: it is never asked for there.
    """
    if not direct_url:
        return f"{PROG}=={version}"
    try:
        origin = json.loads(direct_url)
    except ValueError:
        return ""
    url = origin.get("url", "")
    source = origin.get("vcs_info")
    if isinstance(source, dict) and source.get("vcs") and source.get("commit_id"):
        address = address_of(url)
        return f"{PROG} @ {source['vcs']}+{address}@{source['commit_id']}" if address else ""
    if "archive_info" in origin:
        return f"{PROG} @ {address_of(url)}" if url.startswith("https://") else ""
    path = urlsplit(url).path if url.startswith("file:") else ""
    return _of_folder(Path(url2pathname(path))) if path else ""


def address_of(remote: str) -> str:
    """The address of a remote of git as pip takes it, without a password; "" where only this machine has it."""
    short = SHORT_SSH.fullmatch(remote)
    if short:
        remote = f"ssh://{short['user'] or ''}{short['host']}/{short['path'].lstrip('/')}"
    if not OF_OTHERS.fullmatch(remote):
        return ""
    try:
        parts = urlsplit(remote)
    except ValueError:  # brackets that hold no address
        return ""
    user, _, host = parts.netloc.rpartition("@")
    if parts.scheme == "ssh" and host in ALSO_BY_HTTPS:
        return parts._replace(scheme="https", netloc=host).geturl()
    name = user.partition(":")[0] if parts.scheme == "ssh" else ""
    return parts._replace(netloc=f"{name}@{host}" if name else host).geturl()


def _of_folder(folder: Path) -> str:
    """The commit of a checkout, where one of its remotes has it."""
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    branches = _git(folder, "for-each-ref", "--contains", "HEAD", "--format=%(refname:lstrip=2)", "refs/remotes")
    if not commit or not os.path.lexists(folder / ".git"):
        return ""
    for remote in dict.fromkeys(branch.partition("/")[0] for branch in branches.split()):
        if address := address_of(_git(folder, "remote", "get-url", remote)):
            return f"{PROG} @ git+{address}@{commit}"
    return ""


def _git(folder: Path, *arguments: str) -> str:
    """What git prints in a folder, "" where it cannot."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    program = found("git", outer, folder)
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, *OPTIONS, *arguments],
            cwd=folder,
            env=environment(outer, folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode("utf-8", "replace").strip() if done.returncode == 0 else ""
