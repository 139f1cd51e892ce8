"""A check for a person at a terminal: a screen by default, everything with `--explain`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from code_path_audit.errors import printable
from code_path_gate.formats import phrases
from code_path_gate.verdict.evidence import Cause, Step
from code_path_gate.verdict.groups import Entry, Group, groups
from code_path_gate.verdict.result import CheckResult, Row

SCREEN = 24
"""Lines that the short form keeps to."""

WIDTH = 110
"""Columns that paths keep to where there is no terminal, as far as names allow it."""

LABELS = {"accepted here": "ACCEPTED HERE", "fails": "FAILS", "outdated": "OUT OF DATE", "accepted": "accepted"}
SHOWN = 3
"""Ops that are told of one cause."""


def check_text(result: CheckResult, explain: bool = False, width: int = 0) -> str:
    """The whole answer; short form: the gravest findings that fit a screen, and how to see the rest.

    Lines are broken at `width`, between words, but for commands. 0 is no terminal: only paths of the short form are
    then, so that a log can be searched."""
    head = f"code-path-gate: {phrases.headline(result)}"
    rest = _long(result, width) if explain else _short(result, SCREEN - 1, width)
    lines = [*_broken(head, width), *rest]
    return "".join(f"{printable(line)}\n" for line in lines)


def _broken(line: str, width: int, deeper: int = 4) -> list[str]:
    """A line as several that fit, those after the first so many columns deeper; no name is cut."""
    if not width or len(line) <= width:
        return [line]
    from textwrap import wrap  # only where a terminal is: a hook's output mostly goes to none

    indent = " " * (len(line) - len(line.lstrip()))
    parts = wrap(
        line.replace("[op ", f"[op{TOGETHER}"),
        max(width, NARROW),
        subsequent_indent=indent + " " * deeper,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part.replace(TOGETHER, " ") for part in parts]


TOGETHER = "\u00a0"
"""A space at which no line is broken."""

NARROW = 60
"""Columns of the narrowest terminal that lines are broken for."""


def _short(result: CheckResult, room: int, width: int) -> list[str]:
    notes = phrases.notes(result)
    tail = [_broken(line, width) for line in (*phrases.minor(result), *phrases.near_misses(result), *notes)]
    shown = result.of("accepted here") + result.of("fails") + result.of("outdated")
    found = [group for status in ("accepted here", "fails", "outdated") for group in groups(result.rows, status)]
    weaker = [part for line in _weakened(result) for part in _broken(line, width)]
    room -= len(weaker)
    advice = _advice(result, shown)
    kept: list[str] = []
    count = 0
    # the last lines may say what was left out
    reserve = len(advice) + min(sum(map(len, tail)), 3) + 1
    for group in found:
        space = room - reserve - len(kept)
        block = next((made for ops in (SHOWN, 2, 1) if len(made := _block(group, ops, width)) <= space), None)
        if block is None and count:
            break
        kept += block or _block(group, 1, width)
        count += 1
    if count < len(found):
        kept.append(f"and {len(found) - count} more: code-path-gate check --explain")
    return [*weaker, *kept, *_fitting(tail, max(room - len(kept) - len(advice), 1)), *advice]


def _fitting(items: list[list[str]], room: int) -> list[str]:
    """The first of some items that fit, each whole, and how many there are more."""
    if sum(map(len, items)) <= room:
        return [part for item in items for part in item]
    ends = list(accumulate(map(len, items), initial=0))
    count = next((count for count in range(len(items) - 1, -1, -1) if ends[count] < room), 0)
    kept = [part for item in items[:count] for part in item]
    more = len(items) - count
    return [*kept, f"and {more} more line{'s' * (more > 1)}: code-path-gate check --explain"]


MAX_WEAKENED = 5
"""Lines about what the change weakens, in the short form."""


def _weakened(result: CheckResult) -> list[str]:
    found = [f"WEAKENED by this change: {line}" for line in result.weakened]
    if len(found) <= MAX_WEAKENED:
        return found
    return [*found[:MAX_WEAKENED], f"and {len(found) - MAX_WEAKENED} more like that: code-path-gate check --explain"]


def _block(group: Group, ops: int, width: int) -> list[str]:
    """A cause with what it made heavier, so many ops at most, the path to the gravest, and how many there are more."""
    label, cause, first = LABELS[group.status], group.cause, group.head
    if cause is None:
        return _alone(label, group.entries[0], width)
    lines = [f"{label} {cause.file}:{cause.line}: {phrases.cause_text(cause)}"]
    if cause.text:
        lines.append(f"    {'-' if cause.change == 'taken away' else '+'} {cause.text}")
    for entry in group.entries[:ops]:
        lines.append(f"    {phrases.entry_text(entry)}")
    if len(group.entries) > ops:
        lines.append(f"    and {len(group.entries) - ops} more")
    lines.append(f"    {first.judged.why}")
    return [part for line in lines for part in _broken(line, width)] + _steps(first.evidence.path, cause, width)


def _alone(label: str, entry: Entry, width: int) -> list[str]:
    row = entry.row
    finding, path = row.judged.finding, row.evidence.path
    lines = [
        f"{label} {phrases.entry_text(entry)}",
        f"    {'; '.join(part for part in (row.judged.why, finding.note) if part)}",
    ]
    return [part for line in lines for part in _broken(line, width)] + _steps(path, None, width)


def _steps(path: tuple[Step, ...], cause: Cause | None, width: int) -> list[str]:
    """A path: its beginning, what the change touched, loops, and the op, each with its place; no name is cut."""
    if not path:
        return []
    words = [_step(step) for step in path]
    wanted = {0, len(path) - 1}
    named = {cause.function, cause.callee} if cause is not None else set()
    wanted |= {at for at, step in enumerate(path) if step.function in named or step.loops}
    kept = [word if at in wanted else "" for at, word in enumerate(words)]
    full = " > ".join(words)
    width = width or WIDTH
    text = full if len(full) <= 2 * width else " > ".join(word or "..." for word in kept)
    while "... > ..." in text:
        text = text.replace("... > ...", "...")
    lines = ["    path"]
    for word in text.split(" > "):
        more = f" {word} >"
        if len(lines[-1]) + len(more) > width and lines[-1].strip() not in ("", "path"):
            lines.append("        ")
        lines[-1] += more
    lines[-1] = lines[-1].removesuffix(" >")
    doubt = phrases.doubt(path)
    return [*lines, *([f"    {doubt}"] if doubt else [])]


def _step(step: Step) -> str:
    loops = f", loop :{' :'.join(map(str, step.loops))}" if step.loops else ""
    return f"{step.function}{'?' * phrases.is_doubtful(step)} ({step.file}:{step.line}{loops})"


def _advice(result: CheckResult, shown: tuple[Row, ...]) -> list[str]:
    failing = [row for row in shown if row.judged.status == "fails"]
    stale = [row for row in shown if row.judged.status == "outdated"]
    over = next((row for row in (*failing, *stale) if phrases.over_budget(row)), None)
    budget = [] if over is None else [f"    {phrases.remedy(over)}"]
    failing = [row for row in failing if not phrases.over_budget(row)]
    if failing:
        # that of the cause which is told first
        heads = [entry.row for group in groups(result.rows, "fails") for entry in group.entries]
        op = next((row for row in heads if row.judged.finding.id and row.judged.status == "fails"), None)
        lines = ["What to do: fix it; or accept one op, or the cause; or admit all that changed:"]
        if op is not None:
            # an op has the same id in every action; accepted without one, it is accepted in all of them
            alike = {row.action for row in failing if row.judged.finding.id == op.judged.finding.id}
            action = f"--action {op.action} " if len(alike) == 1 else ""
            command = f"refresh {action}--accept {op.judged.finding.id}"
            lines.append(f'    code-path-gate {command} --reason "..." --until YYYY-MM-DD')
        if op is not None and phrases.takes_comment(op):
            lines.append(f"    # code-path: accept until YYYY-MM-DD: why, at the end of {phrases.place_of(op)}")
        actions = dict.fromkeys(row.action for row in failing)
        return [*lines, f"    code-path-gate refresh{_named(actions)}", *budget]
    actions = dict.fromkeys(row.action for row in stale if not phrases.over_budget(row))
    if actions:
        return [f"What to do: code-path-gate refresh{_named(actions)}, and commit the baseline.", *budget]
    return ["What to do:", *budget] if budget else []


MAX_NAMED = 3
"""Actions that one command names; of more, all are meant."""


def _named(actions: Iterable[str]) -> str:
    names = list(actions)
    return "".join(f" --action {name}" for name in names) if len(names) <= MAX_NAMED else ""


FACT = 14
"""Columns of what a fact is about."""


def _fact(name: str, value: str, width: int) -> list[str]:
    """A fact in lines that fit; a command stays whole, on a line of its own where it must."""
    line = f"  {name:<{FACT}}{value}"
    words, colon, command = value.partition(": code-path-gate ")
    if not (width and colon and len(line) > width):
        return _broken(line, width, FACT)
    return [*_broken(f"  {name:<{FACT}}{words}:", width, FACT), f"    code-path-gate {command}"]


def _long(result: CheckResult, width: int) -> list[str]:
    lines = [f"checked: {result.state}" + (f", against {result.against}" if result.against else "")]
    lines += [part for line in result.weakened for part in _broken(f"WEAKENED by this change: {line}", width)]
    for row in result.of(*LABELS, "unexplained", "reported"):
        finding, evidence = row.judged.finding, row.evidence
        label = LABELS.get(row.judged.status, "reported")
        lines += ["", *_broken(f"{label}: {phrases.title(row)}", width)]
        facts = [
            ("kind", phrases.KIND_WORDS[finding.kind]),
            ("what", phrases.KIND_HELP[finding.kind]),
            ("why", "; ".join(part for part in (row.judged.why, finding.note) if part)),
            ("op", finding.id),
            ("work", phrases.work(finding)),
            ("before, after", phrases.weights(finding, row.calibrated)),
        ]
        if evidence.cause is not None:
            cause = evidence.cause
            facts.append(("cause", f"{phrases.cause_text(cause)} ({cause.file}:{cause.line})"))
        facts += _path("path", evidence.path) + _path("path before", evidence.before)
        facts.append(("doubt", phrases.doubt(evidence.path)))
        if row.judged.status in ("fails", "outdated"):
            facts.append(("to do", phrases.remedy(row)))
        lines += [part for name, value in facts if value for part in _fact(name, value, width)]
    lines += [part for note in phrases.notes(result) for part in _broken(note, width)]
    if result.untouched:
        lines += ["", *_broken(f"not affected by the change: {', '.join(result.untouched)}", width)]
    return lines


def _path(name: str, path: tuple[Step, ...]) -> list[tuple[str, str]]:
    return [
        (name if at == 0 else "", f"{phrases.step_text(step)}  {step.file}:{step.line}") for at, step in enumerate(path)
    ]
