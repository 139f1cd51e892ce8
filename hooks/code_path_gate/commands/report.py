"""The command `report`: the engine's dated report, with a history of loads beside it."""

from __future__ import annotations

import datetime
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

from code_path_audit import pipeline
from code_path_audit.config import Config, load_config, require_actions
from code_path_audit.errors import AuditError
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.program.files import ALONE, How
from code_path_audit.reports.figures import told_load
from code_path_audit.reports.page.changes import changes_of, not_compared
from code_path_audit.reports.page.earlier import earlier_reports
from code_path_audit.reports.page.values import Changes
from code_path_audit.reports.write import checked_date, write_report
from code_path_audit.sources.writing import require_plain_way
from code_path_gate.baseline.write import exclusive, replace_file, unwritable
from code_path_gate.commands.check import check
from code_path_gate.commands.history import Point, format_history, parse_history, trend_markdown, with_points
from code_path_gate.formats.json_document import check_json
from code_path_gate.settings import Settings, read_settings
from code_path_gate.states import git
from code_path_gate.states.comparison import CheckOptions
from code_path_gate.states.edited import is_edited
from code_path_gate.states.state import baseline_path

HISTORY = "history.jsonl"
MAX_HISTORY = 64_000_000
"""Bytes of a history: half a million lines."""
MERGE_RULE = "history.jsonl merge=union\n"


def report(
    start: Path,
    env: Mapping[str, str],
    date: str,
    output: Path | None = None,
    how: Callable[[Config], How] = lambda config: ALONE,
) -> tuple[str, ...]:
    """Writes the report of `date` ("YYYY-MM-DD") and the history; the paths written, relative to the report folder."""
    config = load_config(start)
    settings = read_settings(config)
    actions = require_actions(config)
    date = checked_date(date)
    out = output if output is not None else config.root / settings.reports
    work = how(config)
    read = pipeline.read(config, work)
    program, graphs = read.program(), pipeline.graphs_of(read)
    profiles = pipeline.traces(program, actions, config, how=work, graphs=graphs, source_bytes=read.source_bytes)
    commit = _commit(start, env)
    points = [_point(commit, profile) for profile in profiles] if commit else []
    # acceptances that have ended by the day of the report count as none
    changes = _since_baseline(config, settings, start, env, datetime.date.fromisoformat(date), work)
    earlier = earlier_reports(out, date)
    files = dict(pipeline.report_files(program, profiles, config, date, graphs, changes, earlier))
    # two at once must not undo each other: the history is read under the same lock that it is written under
    with exclusive(out):
        history = with_points(read_history(out / HISTORY), points)
        files["summary.md"] += trend_markdown(history, any(profile.calibrated for profile in profiles))
        written = write_report(out, date, files)
        if not points:
            return written
        replace_file(out / HISTORY, format_history(history).encode("ascii"))
        require_plain_way(out / ".gitattributes")
        if not os.path.lexists(out / ".gitattributes"):
            replace_file(out / ".gitattributes", MERGE_RULE.encode("ascii"))
    return (*written, HISTORY)


def _since_baseline(
    config: Config, settings: Settings, start: Path, env: Mapping[str, str], today: datetime.date, work: How
) -> dict[str, Changes] | None:
    """What a check says of each action; None where there is no baseline at all."""
    names = [action.name for action in config.actions]
    if not any(os.path.lexists(config.root / baseline_path(settings.baselines, name)) for name in names):
        return None
    try:
        result = check(CheckOptions(), start, env, today, lambda config: work).result
    except AuditError as error:
        return not_compared(str(error), names)
    return changes_of(check_json(result), names)


def _point(commit: str, profile: ActionProfile) -> Point:
    expensive = sum(op.weight > profile.threshold for op in profile.expensive_ops)
    return Point(commit, profile.action.name, told_load(profile), expensive, len(profile.unresolved))


def read_history(path: Path) -> tuple[Point, ...]:
    """The history that a file keeps, none where there is no file. AuditErrors: `history-broken`, and for what is not
    to be read."""
    require_plain_way(path)
    try:
        known = path.stat()
        if not stat.S_ISREG(known.st_mode) or known.st_size > MAX_HISTORY:
            reason = f"no regular file of at most {MAX_HISTORY:,} bytes"
            raise AuditError("history-broken", reason, str(path), "Take the file back from git, or delete it.")
        return parse_history(path.read_text("utf-8"), str(path))
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError:
        raise AuditError("history-broken", "not UTF-8", str(path), "Take the file back from git.") from None
    except OSError as error:
        raise unwritable(path, error) from error


def _commit(start: Path, env: Mapping[str, str]) -> str:
    """The commit that the working tree is at, with a "+" where it has changes; "" where there is none."""
    repository = git.find_repository(start, env)
    commit = git.head_commit(repository) if repository else None
    if repository is None or commit is None:
        return ""
    changed = is_edited(repository, commit, (".py", ".toml"))
    return f"{commit}+" if changed else commit
