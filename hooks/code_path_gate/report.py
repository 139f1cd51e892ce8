"""The command `report`: the engine's dated report, with a history of loads beside it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from code_path_audit import pipeline
from code_path_audit.config import load_config, require_actions
from code_path_audit.errors import AuditError
from code_path_audit.reports.write import checked_date, write_report
from code_path_audit.sources.worktree import discover
from code_path_gate import engine, git
from code_path_gate.baseline.write import replace_file, unwritable
from code_path_gate.history import Point, format_history, parse_history, trend_markdown, with_points
from code_path_gate.settings import read_settings

HISTORY = "history.jsonl"
MERGE_RULE = "history.jsonl merge=union\n"


def report(start: Path, env: Mapping[str, str], date: str, output: Path | None = None) -> tuple[str, ...]:
    """Writes the report of `date` ("YYYY-MM-DD") and the history; the paths written, relative to the report folder."""
    config = load_config(start)
    settings = read_settings(config)
    actions = require_actions(config)
    date = checked_date(date)
    out = output if output is not None else config.root / settings.reports
    tree = discover(config.root, config.source, config.exclude)
    program = engine.load(tree)
    profiles = [pipeline.trace(program, action, config, config.max_depth) for action in actions]
    history = _read(out / HISTORY)
    commit = _commit(start, env)
    if commit:
        history = with_points(
            history,
            (
                Point(
                    commit,
                    profile.action.name,
                    profile.total_load_estimate,
                    sum(op.weight > profile.threshold for op in profile.expensive_ops),
                    len(profile.unresolved),
                )
                for profile in profiles
            ),
        )
    files = dict(pipeline.report_files(program, profiles, config, date))
    files["summary.md"] += trend_markdown(history)
    written = write_report(out, date, files)
    if commit:
        replace_file(out / HISTORY, format_history(history).encode("ascii"))
        if not (out / ".gitattributes").exists():
            replace_file(out / ".gitattributes", MERGE_RULE.encode("ascii"))
    return (*written, *((HISTORY,) if commit else ()))


def _read(path: Path) -> tuple[Point, ...]:
    try:
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
    commit = git.resolve(repository, "HEAD") if repository else None
    if repository is None or commit is None:
        return ""
    changed = [path for path in git.worktree_changes(repository, commit) if path.endswith((".py", ".toml"))]
    return f"{commit}+" if changed else commit
