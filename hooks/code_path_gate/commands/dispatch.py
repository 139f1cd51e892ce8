"""The three commands, each a function of its arguments that returns what to print, and the exit code."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from code_path_audit.config import Config
from code_path_audit.errors import EXIT_OK, AuditError, inert, printable
from code_path_audit.program.files import ALONE, How
from code_path_gate.asked import terminal_width
from code_path_gate.commands.check import Basis, check
from code_path_gate.formats import phrases
from code_path_gate.states.comparison import CheckOptions
from code_path_gate.verdict.result import CheckResult

if TYPE_CHECKING:
    from code_path_gate.commands.refresh import Refreshed, RefreshOptions

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Where GitHub says which file a step's summary goes to."""


class Answer(NamedTuple):
    """`out` for stdout, `note` for stderr ("" for nothing); of a check, what its result depends on."""

    code: int
    out: str
    note: str = ""
    basis: Basis | None = None


def check_command(
    options: CheckOptions,
    form: str,
    explain: bool,
    start: Path,
    env: Mapping[str, str],
    today: datetime.date,
    how: Callable[[Config], How] = lambda config: ALONE,
) -> Answer:
    """Compare with the baselines; with the form "github" the step summary is written too."""
    result, basis = check(options, start, env, today, how)
    note = ""
    if form == "github" and env.get(STEP_SUMMARY):
        from code_path_gate.formats.markdown import check_markdown

        note = _append(env[STEP_SUMMARY], check_markdown(result))
    return Answer(result.exit_code, rendered(result, form, explain), note, basis)


def rendered(result: CheckResult, form: str, explain: bool) -> str:
    """A check in one of the forms of `--format`; each is imported only where it is asked for. Only "github" has
    commands in it."""
    if form == "github":
        from code_path_gate.formats.github import annotate

        return annotate(result)
    return inert(_rendered(result, form, explain))


def _rendered(result: CheckResult, form: str, explain: bool) -> str:
    if form == "json":
        from code_path_gate.formats.json_document import check_json

        return check_json(result)
    if form == "markdown":
        from code_path_gate.formats.markdown import check_markdown

        return check_markdown(result)
    if form == "sarif":
        from code_path_gate.formats.sarif import check_sarif

        return check_sarif(result, tool_version())
    from code_path_gate.formats.text import check_text

    return check_text(result, explain, terminal_width())


def _append(path: str, text: str) -> str:
    """A text put at the end of a file; why not, where that cannot be done: it is no reason to fail a check."""
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        return f"the step summary could not be written: {error.strerror}"
    return ""


def refresh_command(
    options: RefreshOptions,
    start: Path,
    env: Mapping[str, str],
    today: datetime.date,
    how: Callable[[Config], How] = lambda config: ALONE,
) -> Answer:
    """Make baselines anew, and say what is admitted by that."""
    if (options.reason or options.until) and not options.accept:
        raise AuditError("usage", "--reason and --until go with --accept", todo="Name the op: --accept OP_ID.")
    from code_path_gate.commands.refresh import refresh
    from code_path_gate.measuring.actions import NEVER, WORTH

    results = refresh(options, start, today, how, suspends=NEVER if env.get("CI") else WORTH)
    shown = map(_differing, results) if options.diff else (_refreshed(row, bool(options.accept)) for row in results)
    return Answer(EXIT_OK, "".join(shown), _of_left_out(start, env))


def _of_left_out(start: Path, env: Mapping[str, str]) -> str:
    """What no figure of the working tree has in it, as a note; "" for nothing."""
    from code_path_audit.config import load_config
    from code_path_gate.states.left_out import notes_of_working_tree

    return "".join(f"note: {note}" for note in notes_of_working_tree(load_config(start), start, env))


def _differing(result: Refreshed) -> str:
    """What a refresh would change in one file, as a patch; "" for nothing."""
    import difflib

    from code_path_gate.baseline.write import format_baseline

    was, now = result.before.splitlines(), format_baseline(result.baseline).splitlines()
    names = (f"a/{result.path}" if result.before else "/dev/null", f"b/{result.path}")
    lines = difflib.unified_diff(was, now, *names, lineterm="")
    return "".join(f"{printable(line)}\n" for line in lines)


SHOWN_OF_FIRST = 5
"""What is named of a first baseline, the heaviest: all of it is new."""


def _refreshed(result: Refreshed, accepting: bool) -> str:
    state = "written" if result.changed else "unchanged"
    load = result.baseline.told.text(result.calibrated)
    if result.told_before is not None and (was := result.told_before.text(result.calibrated)) != load:
        load = f"{load}; before {was}"
    lines = [f"{result.action}: {result.path} {state}, load {load}"]
    lines += [f"  note: {note}" for note in result.notes]
    if accepting:
        for acceptance in result.baseline.accepted:
            op, until = acceptance.op, f"until {acceptance.until}" if acceptance.until else "for ever"
            lines.append(f"  accepted {until}: {op.id} {op.callee} in {op.function}")
    admitted = [finding for finding in result.admitted if finding.kind != "load_changed"]
    shown = admitted[:SHOWN_OF_FIRST] if result.first else admitted
    lines += [f"  {phrases.admitted(finding, result.calibrated)}" for finding in shown]
    if len(shown) < len(admitted):
        lines.append(f"  and {len(admitted) - len(shown)} more: all of it is in the file, for the first time")
    return "".join(f"{printable(line)}\n" for line in lines)


def report_command(
    start: Path,
    env: Mapping[str, str],
    date: str,
    output: Path | None,
    how: Callable[[Config], How] = lambda config: ALONE,
) -> Answer:
    """Write the dated report, and the history beside it; `date` may be "": SOURCE_DATE_EPOCH, else today."""
    from code_path_gate.commands.report import report

    paths = report(start, env, date or _date(env), output, how)
    return Answer(EXIT_OK, "".join(f"{printable(path)}\n" for path in paths), _of_left_out(start, env))


def _date(env: Mapping[str, str]) -> str:
    epoch = env.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return datetime.date.today().isoformat()
    try:
        return datetime.datetime.fromtimestamp(int(epoch), tz=datetime.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise AuditError(
            "date", f"SOURCE_DATE_EPOCH is no time: {epoch!r}", todo="Set it to seconds since 1970."
        ) from None


def tool_version() -> str:
    """The version of the installed distribution; "0.0.0" where it runs from source."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("code-path-audit")
    except PackageNotFoundError:
        return "0.0.0"
