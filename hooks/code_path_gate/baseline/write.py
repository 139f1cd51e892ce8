"""A baseline to text, and text to its file: sorted, one row a line, all or nothing."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from code_path_audit.errors import AuditError
from code_path_audit.sources.writing import lock_folder, no_folder_left, put_whole, require_plain_way
from code_path_gate.baseline.model import FORMAT, NOT_IN_FILES, Baseline, BaselineOp, op_order
from code_path_gate.baseline.read import END

MERGE_RULE = "*.json merge=union\n*.jsonl merge=union\n"
"""What `.gitattributes` beside the baselines says: rows that two branches add at one place are both kept. Of
observations that both changed, both are: reading adds them."""


def format_baseline(baseline: Baseline) -> str:
    """The text of a file: JSON, one row a line, sorted; the same baseline gives the same text."""
    ops = sorted(baseline.ops, key=op_order)
    head = {
        "format": FORMAT, "action": baseline.action, "analysis": baseline.analysis, "model": baseline.model,
    }  # fmt: skip
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    parts += [
        _rows("costs", (_plain(row._asdict()) for row in sorted(baseline.costs))),
        _rows("ops", map(op_row, ops)),
        _rows("unresolved", (row._asdict() for row in sorted(baseline.unresolved))),
        _rows("mutations", (_plain(row._asdict()) for row in sorted(baseline.mutations))),
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _rows(name: str, rows: Iterable[dict[str, object]]) -> str:
    # each row ends with a comma and the list with a mark: adding a row at the end changes no other line
    return f'"{name}": [\n' + "".join(f"{json.dumps(row)},\n" for row in rows) + f"{json.dumps(END)}]"


def op_row(op: BaselineOp) -> dict[str, object]:
    """An op as files have it."""
    return _plain(op._asdict())


def _plain(row: dict[str, object]) -> dict[str, object]:
    # 100.0 and 100 are the same size: one spelling; digests of bodies would change with every edit of a function
    return {
        key: int(value) if isinstance(value, float) and value.is_integer() else value
        for key, value in row.items()
        if key not in NOT_IN_FILES
    }


@contextlib.contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Holds off every other writer of the folder; leftovers of writers that were killed go.

    AuditErrors: `write-outside`, `baseline-unwritable`.
    """
    require_plain_way(folder)
    with no_folder_left([folder]):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = lock_folder(folder)
        except OSError as error:
            raise unwritable(folder, error) from error
        if handle is None:
            yield
            return
        try:
            # whoever made these holds no lock any more, so nobody is writing them
            for leftover in sorted(folder.glob(f"{PREFIX}*{SUFFIX}")):
                with contextlib.suppress(OSError):  # gone meanwhile; or a folder, which nobody here makes
                    leftover.unlink()
            yield
        finally:
            os.close(handle)


PREFIX, SUFFIX = ".unfinished-", ".tmp"


def replace_file(path: Path, data: bytes) -> None:
    """Writes a file all or nothing, as `put_whole` does; AuditErrors `write-outside`, `baseline-unwritable`."""
    try:
        put_whole(path, data, PREFIX, SUFFIX, keep_mode=True)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> AuditError:
    """The error for a file or folder that cannot be written; what was there is there still."""
    return AuditError(
        "baseline-unwritable",
        f"cannot write: {error.strerror}",
        where=str(path),
        todo="Nothing was changed there. Make room, or make the folder writable.",
    )
