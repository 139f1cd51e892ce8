"""`code-path-audit report`: the dated report."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from code_path_audit.commands.arguments import Parser, make_parser
from code_path_audit.commands.output import note
from code_path_audit.commands.selection import traced
from code_path_audit.commands.working import add_cache, add_workers, working
from code_path_audit.config import Config, folder_of_gate, load_config, require_actions
from code_path_audit.config_keys import DEFAULT_REPORTS
from code_path_audit.errors import AuditError, printable

if TYPE_CHECKING:
    from code_path_audit.reports.page.values import Changes


def parser() -> Parser:
    """Its arguments."""
    made = make_parser("report", "Write the dated report on all actions: JSON, Markdown, Mermaid, HTML.")
    made.add_argument("--date", metavar="YYYY-MM-DD", help="default: SOURCE_DATE_EPOCH, else today")
    made.add_argument("--output", metavar="DIR", type=Path, help="default: the report folder of the configuration")
    add_cache(made)
    add_workers(made)
    return made


def run(options: argparse.Namespace) -> str:
    """The paths of the files that were written."""
    from code_path_audit import pipeline
    from code_path_audit.reports.page.earlier import earlier_reports
    from code_path_audit.reports.write import checked_date, write_report

    config = load_config(Path.cwd())
    date = checked_date(options.date or _today())
    out = options.output or config.root / folder_of_gate(config, "reports", DEFAULT_REPORTS)
    with working(options, note) as how:
        files, profiles, _ = traced(config, require_actions(config), how(config))
        files.how.store.commit()  # for the gate, which asks the same
        changes = _since_baseline(config, [profile.action.name for profile in profiles], options.cache_dir)
        texts = pipeline.report_files(
            files.program(), profiles, config, date, pipeline.graphs_of(files), changes, earlier_reports(out, date)
        )
    paths = write_report(out, date, texts)
    return "".join(f"{printable(os.path.relpath(out / path))}\n" for path in paths)


def _since_baseline(config: Config, actions: Sequence[str], cache_dir: str | None) -> Mapping[str, Changes] | None:
    """What a check of the gate says of each action; None where there is no baseline at all."""
    from code_path_audit.gate_process import run_gate
    from code_path_audit.proposals.files import without_baseline
    from code_path_audit.reports.page.changes import changes_of, not_compared

    if len(without_baseline(config)) == len(actions):
        return None
    answer = run_gate(["check", "--format", "json", *(["--cache-dir", cache_dir] if cache_dir else [])], config.root)
    try:
        return changes_of(answer.out, actions)
    except ValueError:
        return not_compared(answer.complaint, actions)


def _today() -> str:
    """The date of a report: SOURCE_DATE_EPOCH (seconds, UTC) where it is set, else today."""
    from datetime import UTC, date, datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return date.today().isoformat()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise AuditError(
            "report-date",
            f"{epoch[:40]!r} is no number of seconds",
            "SOURCE_DATE_EPOCH",
            "Set it right, or pass --date.",
        ) from None
