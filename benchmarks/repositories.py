"""Git, and releases of the registry, as the benchmarks use them: a release is fetched once."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

NOBODY = (
    "-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "commit.gpgsign=false", "-c", "gc.auto=0",
    "-c", "core.autocrlf=false",
)  # fmt: skip
"""Settings of git by which a commit does not depend on who makes it."""


def git(root: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What a command of git prints, run as nobody in particular; `given` is what it reads."""
    return subprocess.run(["git", *NOBODY, *arguments], cwd=root, input=given, check=True, capture_output=True).stdout


def committed(root: Path) -> None:
    """Everything in a folder as the first commit of a new repository there."""
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "--all")
    git(root, "commit", "-q", "--no-verify", "-m", "first")


def unpacked(release: str, folder: Path) -> Path:
    """A folder with the packages of a release ("httpie==3.2.4") as its wheel has them; downloaded where it is not."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            subprocess.run([*command, "--dest", beside, release], check=True)
            (wheel,) = Path(beside).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(Path(beside, "packages"))
            # whole, or not there
            Path(beside, "packages").rename(folder)
    return folder


def source(release: str, work: Path) -> Path:
    """The archive of a release's source distribution ("doit==0.37.0", or "doit" for the newest), below a folder for
    all of them; downloaded where it is not."""
    folder = work / "packages" / release
    if not list(folder.glob("*.tar.gz")):
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        subprocess.run([*command, "--no-binary", release.partition("==")[0], "--dest", folder, release], check=True)
    return next(folder.glob("*.tar.gz"))


def extract(archive: tarfile.TarFile, folder: Path) -> None:
    """All of an archive in a folder, and nothing beside it; also by a Python without filters (3.11.3 and before)."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    inside = folder.resolve()
    for member in archive.getmembers():
        if (member.isfile() or member.isdir()) and (inside / member.name).resolve().is_relative_to(inside):
            archive.extract(member, folder)


def committed_source(release: str, work: Path, beside: Path) -> Path:
    """The source distribution of a release, unpacked anew below a folder, and committed there."""
    archive = source(release, work)
    root = beside / archive.name.removesuffix(".tar.gz")
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    with tarfile.open(archive) as packed:
        extract(packed, beside)
    committed(root)
    return root
