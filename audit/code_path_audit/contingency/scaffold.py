"""Steps 4 and 5: the program of an operation as files, and what its benchmark says."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from code_path_audit.contingency.evidence import Benchmark, Evidence, slug_of
from code_path_audit.contingency.packages import TYPICAL, run
from code_path_audit.errors import AuditError
from code_path_audit.sources.writing import no_folder_left, require_plain_way

TEMPLATES = Path(__file__).with_name("native")
NATIVE = "native"
BENCHMARK_TIMEOUT = 1800
"""Seconds."""


def files(evidence: Evidence) -> Mapping[str, str]:
    """The files of a program, by name."""
    size = evidence.bottleneck.size if evidence.bottleneck is not None else 0
    words = {
        "@OP@": evidence.op,
        "@SLUG@": slug_of(evidence.op),
        "@ACTION@": evidence.action,
        "@SIZE@": str(size or TYPICAL),
    }
    found = {".gitignore": "build/\n__pycache__/\n"}
    for path in sorted(TEMPLATES.iterdir()):
        if path.suffix in (".c", ".h", ".in"):
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".in":
                for word, meaning in words.items():
                    text = text.replace(word, meaning)
            found[path.name.removesuffix(".in")] = text
    return found


def scaffold(root: Path, evidence: Evidence) -> str:
    """Write the program, all of it or nothing; returns its folder. AuditErrors: `contingency-folder` where there is one
    already, `contingency-unwritable`, `write-outside`."""
    folder = root / NATIVE / slug_of(evidence.op)
    there = AuditError(
        "contingency-folder", "the program is there already", str(folder), "Move or delete it to begin again."
    )
    if folder.exists():
        raise there
    require_plain_way(folder)
    with no_folder_left([folder.parent]):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as beside:
                whole = Path(beside, folder.name)
                whole.mkdir()
                for name, text in files(evidence).items():
                    (whole / name).write_bytes(text.encode())
                whole.rename(folder)
        except OSError as error:
            if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
                # somebody else made it meanwhile
                raise there from error
            raise AuditError(
                "contingency-unwritable", f"cannot write the program: {error.strerror}", where=str(folder)
            ) from error
    return f"{NATIVE}/{folder.name}"


def digest(root: Path, evidence: Evidence) -> str:
    """A digest of all files of a program but what is built of them; "" where there is no program."""
    folder = root / evidence.folder
    if not evidence.folder or not folder.is_dir():
        return ""
    found = sha256()
    for path in sorted(folder.iterdir()):
        if path.is_file():
            found.update(path.name.encode(errors="surrogateescape") + b"\0" + sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def benchmark(root: Path, evidence: Evidence) -> Benchmark:
    """Build and measure the program, and test it before. AuditError `contingency-native` where it does not do that."""
    folder = root / evidence.folder
    if not folder.is_dir():
        raise AuditError("contingency-folder", "the program is gone", str(folder), "--scaffold writes it again.")
    tested = run([sys.executable, "-m", "unittest", "-q", "test_native"], folder=folder, seconds=BENCHMARK_TIMEOUT)
    if tested.returncode:
        raise failed("its tests fail", folder, tested)
    done = run([sys.executable, "benchmark.py", "--json"], folder=folder, seconds=BENCHMARK_TIMEOUT)
    if done.returncode:
        raise failed("its benchmark fails", folder, done)
    try:
        row = json.loads(done.stdout)
        return Benchmark(int(row["size"]), int(row["python_ns"]), int(row["native_ns"]), digest(root, evidence))
    except (ValueError, KeyError, TypeError) as error:
        raise failed("its benchmark says nothing that can be read", folder, done) from error


def failed(what: str, folder: Path, done: subprocess.CompletedProcess[str]) -> AuditError:
    """The error for a program that does not do its work."""
    lines = [line for line in (done.stderr or done.stdout).strip().splitlines() if line.strip()]
    more = f": {lines[-1][:300]}" if lines else ""
    return AuditError("contingency-native", f"{what}{more}", str(folder), "Nothing was measured.")
