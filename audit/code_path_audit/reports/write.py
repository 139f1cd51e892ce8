"""A finished report to its dated folder: all of it, or nothing."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date as calendar_date
from pathlib import Path

from code_path_audit.errors import AuditError, inert
from code_path_audit.sources.writing import no_folder_left, require_plain_way

MARK = "call_graph.json"
"""The file by which a folder is known to be a report of ours, and so one to replace."""

MAX_STEM = 80
"""Characters of an action's name that its files keep."""

_SAFE_STEM = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))))
_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE = -100  # AT_FDCWD


def action_stems(names: Iterable[str]) -> dict[str, str]:
    """A file name without suffix for each action, no two alike, not even where case does not count.

    A name that is safe on every system stays as it is; any other gets "~", which no safe name has, and a
    hash of the name.
    """
    wanted = sorted(set(names))
    folded = [name.casefold() for name in wanted]
    return {name: name if _is_safe(name) and folded.count(name.casefold()) == 1 else _hashed(name) for name in wanted}


def _is_safe(name: str) -> bool:
    return (
        len(name) <= MAX_STEM
        and _SAFE_STEM.fullmatch(name) is not None
        and not name.endswith(".")
        and name.partition(".")[0].casefold() not in _DEVICES
    )


def _hashed(name: str) -> str:
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:MAX_STEM] or "action"
    return f"{readable}~{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"


def write_report(out: Path, date: str, files: Mapping[str, str]) -> tuple[str, ...]:
    """Write `files` (text by path below the folder) as `<out>/<date>`, and return their paths below `out`, sorted.

    Everything is written beside the folder first, which then takes its place; a report of the same date is replaced as
    a whole. AuditError where the date is none, the folder holds something else, or it cannot be written.
    """
    target = out / checked_date(date)
    require_plain_way(out)
    _check_replaceable(target)
    try:
        with no_folder_left([out]):
            _write_beside(out, date, files, target)
    except OSError as error:
        raise AuditError(
            "report-not-written",
            f"The report could not be written: {error.strerror or error}",
            where=str(error.filename or target),
            todo="Choose another folder, or make this one writable; nothing was changed.",
        ) from error
    return tuple(sorted(f"{date}/{name}" for name in files))


def _write_beside(out: Path, date: str, files: Mapping[str, str], target: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(out)
    fresh = Path(tempfile.mkdtemp(prefix=f".{date}.", dir=out))
    lock = _lock(fresh)
    try:
        for name, text in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            # somebody may print it in a job, where lines are read for commands; the same JSON
            shown = inert(text) if name.endswith(".json") else text
            path.write_bytes(shown.encode("utf-8"))
        # mkdtemp made it for its owner alone; a report is as readable as any folder made here
        fresh.chmod(out.stat().st_mode & 0o777)
        put_in_place(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if lock is not None:
            os.close(lock)


_LEFTOVER = re.compile(r"\.\d{4}-\d{2}-\d{2}\..*")


def _remove_leftovers(out: Path) -> None:
    """Removes what writers that were killed left beside the reports; a living one holds a lock."""
    for path in sorted(out.iterdir()):
        if _LEFTOVER.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            lock = _lock(path)
            if lock is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(lock)


def _lock(folder: Path) -> int | None:
    """A lock that closing the handle releases, and dying too; None where another has it, or there is no such thing."""
    try:
        import fcntl
    except ImportError:
        return None
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written YYYY-MM-DD, as the folders of reports are called."""
    try:
        return calendar_date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def checked_date(date: str) -> str:
    """`date` itself where it is a day written YYYY-MM-DD; else AuditError."""
    if is_day(date):
        return date
    raise AuditError(
        "report-date", f"{date!r} is not a date", where="--date", todo="Write it as YYYY-MM-DD, such as 2025-01-31."
    )


def _check_replaceable(target: Path) -> None:
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        what = "is not a folder"
    elif target.is_dir() and any(target.iterdir()) and not (target / MARK).is_file():
        what = f"holds something else than a report (no {MARK})"
    else:
        return
    raise AuditError(
        "report-folder-taken",
        f"The folder of the report {what}, and is left as it is",
        where=str(target),
        todo="Move it away, or choose another folder or date.",
    )


def exchange(first: Path, second: Path) -> bool:
    """Swap two folders in one step, as Linux can; False where it could not be done."""
    import ctypes

    try:
        renameat2 = ctypes.CDLL(None).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    return bool(renameat2(_HERE, os.fsencode(first), _HERE, os.fsencode(second), _EXCHANGE) == 0)


def put_in_place(fresh: Path, target: Path, swap: Callable[[Path, Path], bool] = exchange) -> None:
    """Let `fresh` take the place of `target`; what was there is at `fresh` afterwards, or gone."""
    if not target.exists():
        fresh.rename(target)
    elif not swap(fresh, target):
        # no system call swaps two folders here: between these two renames, the old report stands beside its place
        aside = fresh.with_name(fresh.name + ".old")
        target.rename(aside)
        fresh.rename(target)
        shutil.rmtree(aside, ignore_errors=True)
