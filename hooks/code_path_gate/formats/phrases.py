"""Findings in words, the same in every format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from code_path_audit.callgraph.model import EVIDENCE
from code_path_audit.facts.rows import CONDITIONS
from code_path_audit.profiles.runs.terms import MAX_LOOPS
from code_path_audit.profiles.runs.words import from_text
from code_path_audit.reports.text import brief, counted, rounded, share, sized
from code_path_gate.baseline.model import is_past_figures
from code_path_gate.verdict.drift import HEAVIER, Finding
from code_path_gate.verdict.evidence import Cause, Step
from code_path_gate.verdict.groups import Entry
from code_path_gate.verdict.growth import change_in_brief, in_brief, lost_cache, lost_company, lost_guard
from code_path_gate.verdict.policy import OVER_MAX_LOAD
from code_path_gate.verdict.result import ActionResult, CheckResult, Row

KIND_WORDS = {
    "newly_expensive": "newly expensive",
    "grown": "grown",
    "new": "new",
    "moved": "moved",
    "shrunk": "shrunk",
    "gone": "gone",
    "load_changed": "load changed",
    "unresolved_grew": "more unresolved calls",
    "mutation_new": "new mutation",
}

KIND_HELP = {
    "newly_expensive": "An operation that the action reaches weighs more than the threshold now, and did not before.",
    "grown": "An operation that the action reaches became heavier.",
    "new": "The action reaches an operation that it did not reach before; it is below the threshold.",
    "moved": "The same operation, in another function than before.",
    "shrunk": "An operation became lighter; the baseline can be refreshed to hold that.",
    "gone": "The action no longer reaches an operation; the baseline can be refreshed to hold that.",
    "load_changed": "The sum of the weights of all operations of the action changed.",
    "unresolved_grew": "More calls than before are such that nothing is known of what they call.",
    "mutation_new": "The action changes state that it did not change before.",
}


def title(row: Row) -> str:
    """What a finding is about, in one line without its place."""
    finding = row.judged.finding
    if finding.kind == "load_changed":
        return f"load of {row.action}"
    if finding.kind == "unresolved_grew":
        return f"{row.action}: unresolved calls ({finding.what})"
    return f"{row.action}: {what(finding)} in {finding.function}"


def what(finding: Finding) -> str:
    """What a finding is about, and for an op what its call site may call instead, of which each execution calls one."""
    others = finding.now.others if finding.now is not None else ""
    return f"{finding.what} (or {others})" if others else finding.what


def weights(finding: Finding, calibrated: bool) -> str:
    """Before and after, as a load or in calls; "" where there is neither, or no figure says anything."""
    before, after = finding.before, finding.after
    if finding.kind == "unresolved_grew":
        return f"{before or 0:,} -> {after or 0:,} calls"
    if (before is None and after is None) or any(op and is_past_figures(op) for op in (finding.was, finding.now)):
        return ""
    told = ["none" if load is None else brief(load, calibrated) for load in (before, after)]
    if before is None:
        return f"about {told[1]}"
    return f"about {told[0]}" if told[0] == told[1] else f"about {told[0]} -> {told[1]}"


def admitted(finding: Finding, calibrated: bool) -> str:
    """A difference that a new baseline holds, in a line."""
    name = f"{finding.what} in {finding.function}" if finding.function else finding.what
    parts = [name, how_often(finding), weights(finding, calibrated)]
    return f"{KIND_WORDS[finding.kind]}: {'; '.join(part for part in parts if part)}"


NEAR = 0.5
"""The part of the threshold from which on an op that fails nothing is named."""

MAX_NEAR = 3
"""Ops that are named although they fail nothing."""


def near_misses(result: CheckResult) -> list[str]:
    """What fails nothing and is worth a line: what was spared and why, lost guards, new ops near the threshold. What
    has the cause of a failure is told beside that, and not here."""
    told: dict[str, str] = {}
    failing = {(cause.file, cause.line) for row in result.of("fails") if (cause := row.evidence.cause) is not None}
    for row in result.of("reported"):
        finding, cause = row.judged.finding, row.evidence.cause
        was, now = finding.was, finding.now
        if now is None or finding.kind not in HEAVIER or (cause is not None and (cause.file, cause.line) in failing):
            continue
        guard = was is not None and lost_guard(was, now)
        near = finding.kind != "grown" and now.weight >= NEAR * result.threshold_of(row.action)
        if row.judged.why or guard or near:
            parts = [how_often(finding), amounts(row), row.judged.why]
            told.setdefault(finding.id, f"no failure: {title(row)}: {'; '.join(part for part in parts if part)}")
    lines = list(told.values())
    more = [f"and {len(lines) - MAX_NEAR} more that fail nothing"] if len(lines) > MAX_NEAR else []
    return [*lines[:MAX_NEAR], *more]


def amounts(row: Row) -> str:
    """Before and after of an op as far as they mean something, with the part of the load that it is now."""
    finding = row.judged.finding
    now, before, after = finding.now, finding.before, finding.after
    if after is None or (now is not None and is_past_figures(now)):
        return ""
    part = share(after, row.load) if finding.id else ""
    told = brief(after, row.calibrated)
    old = "" if before is None or brief(before, row.calibrated) == told else f"{brief(before, row.calibrated)} -> "
    return f"about {old}{told}{f', {part} of the load' if part else ''}"


def place_of(row: Row) -> str:
    """Where the cause of a finding is."""
    cause = row.evidence.cause
    return "" if cause is None else f"{cause.file}:{cause.line}"


def takes_comment(row: Row) -> bool:
    """Whether an acceptance may stand at the cause of a finding: in Python, for a template has other comments."""
    cause = row.evidence.cause
    return cause is not None and bool(cause.function) and cause.file.endswith((".py", ".pyi"))


def how_often(finding: Finding) -> str:
    """How often an op runs now, and ran before, in words; on which condition, where it need not run."""
    was, now = finding.was, finding.now
    if now is None or not now.runs:
        return ""
    runs = from_text(now.runs)
    before = from_text(was.runs) if was is not None else ()
    told = change_in_brief(before, runs) if before and before != runs else f"runs {in_brief(runs)}"
    if was is not None and lost_guard(was, now):
        told = f"{told}; it ran {was.condition}, now {now.condition}"
    elif now.condition not in ("", CONDITIONS[0]):
        told = f"{told}, {now.condition}"
    if was is not None and lost_company(was, now):
        told = f"{told}, one after the other; before side by side"
    if was is not None and lost_cache(was, now):
        told = f"{told}; it was kept for the next run of the action"
    return f"{told}; it blocks the event loop" if now.blocks_event_loop else told


def entry_text(entry: Entry) -> str:
    """An op that a cause made heavier, or another finding, in a line."""
    row = entry.row
    finding = row.judged.finding
    if not finding.id:
        parts = [f"{title(row)}: {KIND_WORDS[finding.kind]}", amounts(row)]
        return ", ".join(part for part in parts if part)
    alone = "no failure by itself" if row.judged.status == "reported" else ""
    parts = [KIND_WORDS[finding.kind], how_often(finding), amounts(row), alone]
    name = f"{', '.join(entry.actions)}: {what(finding)} in {finding.function}"
    return f"{name}: {'; '.join(part for part in parts if part)} [op {finding.id}]"


def work(finding: Finding) -> str:
    """What an op does, on how much, how often."""
    op = finding.now or finding.was
    if op is None:
        return ""
    is_told = op.amplification > 1 and not is_past_figures(op)
    times = f", about {rounded(op.amplification):,} times" if is_told else ""
    return f"{op.base_class} of {sized(op.size, op.size_source, op.base_class)}{times}"


def cause_text(cause: Cause) -> str:
    """What the change did, without its place."""
    named = " -> ".join(name for name in (cause.function, cause.callee) if name)
    return ", ".join(part for part in (named, cause.how) if part)


def step_text(step: Step) -> str:
    """One step of a path, its loops marked."""
    loops = f"  [loop at line {', '.join(map(str, step.loops))}]" if step.loops else ""
    guess = f"  [{step.evidence} call]" if is_doubtful(step) else ""
    return f"{step.function}{loops}{guess}"


def path_text(path: tuple[Step, ...]) -> str:
    """A path in one line: "*" marks a function in which a loop amplifies, "?" a call that is not certain."""
    return " > ".join(f"{step.function}{'*' * bool(step.loops)}{'?' * is_doubtful(step)}" for step in path)


def is_doubtful(step: Step) -> bool:
    """Whether the call from a function is not certain."""
    return step.evidence != EVIDENCE[0]


def doubt(path: tuple[Step, ...]) -> str:
    """That a path is no proof, where a call on it may have another callee; "" where all of it is certain."""
    doubtful = [step for step in path if is_doubtful(step)]
    if not doubtful:
        return ""
    more = f" and {len(doubtful) - 1} more" if len(doubtful) > 1 else ""
    return f"{doubtful[0].evidence}, not certain: the call in {doubtful[0].function}{more}"


def remedy(row: Row) -> str:
    """What to do about one finding: a command where one does it."""
    finding, action = row.judged.finding, row.action
    if over_budget(row):
        return f"Lower the load, or raise max_load in the configuration: code-path-audit --action {action}"
    if row.judged.status == "outdated":
        return f"Bring the baseline up to date: code-path-gate refresh --action {action}"
    if finding.id:
        return (
            "Make it lighter, or accept it: "
            f'code-path-gate refresh --action {action} --accept {finding.id} --reason "..." --until YYYY-MM-DD'
        )
    return f"Undo it, or admit it with all else that changed: code-path-gate refresh --action {action}"


def over_budget(row: Row) -> bool:
    """Whether a finding is about an absolute budget, which no refresh of a baseline changes."""
    return row.judged.why.startswith(OVER_MAX_LOAD)


def headline(result: CheckResult) -> str:
    """The verdict in one line."""
    failing = _names(result, "fails")
    outdated = [
        action.verdict.action
        for action in result.actions
        if action.verdict.action not in failing
        and (action.verdict.missing or any(row.status == "outdated" for row in action.verdict.judged))
    ]
    clean = len(result.actions) - len(failing) - len(outdated)
    parts = []
    if failing:
        parts.append(f"{_actions(len(failing))} failing ({', '.join(failing)})")
    if outdated:
        parts.append(f"{_actions(len(outdated))} with a baseline out of date ({', '.join(outdated)})")
    if clean:
        parts.append(f"{_actions(clean)} clean")
    if result.untouched:
        parts.append(f"{_actions(len(result.untouched))} not affected by the change")
    return "; ".join(parts)


def _names(result: CheckResult, status: str) -> list[str]:
    return [
        action.verdict.action for action in result.actions if any(row.status == status for row in action.verdict.judged)
    ]


def _actions(count: int) -> str:
    return f"{count} action{'' if count == 1 else 's'}"


def _counted(kind: str, count: int) -> str:
    """A kind in words, of so many findings; a finding about unresolved calls is of several anyway."""
    return "new mutations" if kind == "mutation_new" and count > 1 else KIND_WORDS[kind]


def load_changed(action: ActionResult) -> str:
    """The load of an action before and after, and how many ops are in too many loops to have a part in it."""
    was, now = action.verdict.told_before, action.verdict.told
    before, after = (brief(told.load, action.calibrated) for told in (was, now))
    parts = [f"load about {before} -> {after}"] if before != after else []
    if was.deep != now.deep:
        parts.append(f"{was.deep:,} -> {counted(now.deep, 'op')} past {MAX_LOOPS} loops, in no figure")
    return ", ".join(parts)


def minor(result: CheckResult) -> list[str]:
    """One line for each action whose reported differences fail nothing."""
    lines = []
    for action in result.actions:
        unexplained = sum(row.status == "unexplained" for row in action.verdict.judged)
        if unexplained:
            operations = "1 operation" if unexplained == 1 else f"{unexplained} operations"
            lines.append(
                f"{action.verdict.action}: the analysis sees {operations} differently; your lines did not change "
                f"{'it' if unexplained == 1 else 'them'}"
            )
        counts: dict[str, int] = {}
        for row in action.verdict.judged:
            if row.status == "reported" and row.finding.kind != "load_changed":
                counts[row.finding.kind] = counts.get(row.finding.kind, 0) + 1
        changed = load_changed(action)
        amounts = ", ".join(f"{count} {_counted(kind, count)}" for kind, count in counts.items())
        if changed or amounts:
            lines.append(f"{action.verdict.action}: {'; '.join(part for part in (changed, amounts) if part)}")
    return lines


def notes(result: CheckResult) -> list[str]:
    """What else is to be said of a check, a line each: what was left out, what the analysis gave up."""
    of_actions = [(action.verdict.action, note) for action in result.actions for note in action.verdict.notes]
    return [f"note: {note}" for note in (*result.notes, *said_of(of_actions))]


SAID_OF = 3
"""Actions that are named, where one note is about several."""


def said_of(notes: Iterable[tuple[str, str]]) -> list[str]:
    """Notes on actions, each text once: "save, load: ..."."""
    actions: dict[str, list[str]] = {}
    for action, note in notes:
        actions.setdefault(note, []).append(action)
    return [f"{_some(names)}: {note}" for note, names in actions.items()]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SAID_OF} more" if len(names) > SAID_OF else ""
    return ", ".join(names[:SAID_OF]) + more
