"""Which ops a recording can see."""

from __future__ import annotations

from collections.abc import Callable

from code_path_audit.config import Config
from code_path_audit.costs.rules import pattern_matches


def recordable(config: Config) -> Callable[[str], bool]:
    """Whether the recorder takes a callee, as rules name it, for an op: not what only a trace can name."""
    from code_path_audit.runtime.record.cli import user_tables
    from code_path_audit.runtime.record.code_path_audit_agent.table import NEVER
    from code_path_audit.runtime.record.op_table import op_table

    lines = [line for text in op_table(user_tables(config)).values() for line in text.split("\n")]
    names = {line.split("|")[1] for line in lines} - NEVER
    patterns = [tuple(name.split(".")) for name in sorted(names) if "*" in name]

    def found(callee: str) -> bool:
        segments = tuple(callee.split("."))
        return callee in names or (callee not in NEVER and any(pattern_matches(row, segments) for row in patterns))

    return found
