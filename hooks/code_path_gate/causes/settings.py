"""What a change did to the configuration of an action: entry points, source, excludes."""

from __future__ import annotations

import os

from code_path_audit.config import ActionConfig, Config
from code_path_audit.errors import AuditError
from code_path_gate.causes.change import text_on
from code_path_gate.causes.lines import hunks
from code_path_gate.measuring.earlier import Earlier
from code_path_gate.states.state import State
from code_path_gate.verdict.evidence import Cause


def changed_setting(action: ActionConfig, state: State, earlier: Earlier) -> Cause | None:
    """The line of the configuration that has an action enter elsewhere, or see other files; None where none does.

    What ops are weighed by is no such thing: both sides are weighed by what is there now.
    """
    before = earlier.config
    if before is None or _seen(action, state.config) == _seen(action, before):
        return None
    path = os.path.basename(state.config.file)
    line, text = _first_line(path, state, earlier, action)
    return Cause(action.name, "", path, line, "a setting of the action", "setting", "added", text)


def _seen(action: ActionConfig, config: Config) -> object:
    """What of a configuration says where an action enters, and what there is."""
    same = next((other for other in config.actions if other.name == action.name), None)
    return (same and same.entry_points, config.source, config.exclude)


def _first_line(path: str, state: State, earlier: Earlier, action: ActionConfig) -> tuple[int, str]:
    """The first line of the file that differs, of those that name an entry point if there is one."""
    try:
        data = state.read_file()(state.config.root / path)
    except (AuditError, OSError):
        return 1, ""
    now = [line.decode("utf-8", "replace") for line in data.splitlines()]
    before = earlier.text(path).splitlines()
    lines = [line for hunk in hunks(before, now) for line in range(*hunk.after)]
    named = [line for line in lines if any(entry in now[line] for entry in action.entry_points)]
    line = next(iter([*named, *lines]), 0)
    return line + 1, text_on(data.splitlines(), line + 1)
