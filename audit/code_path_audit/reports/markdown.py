"""One action as a Markdown page, and the pieces of it that other pages show too."""

from collections import Counter
from collections.abc import Iterable, Sequence

from code_path_audit.costs.model import MUTATION_KINDS, ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.model import ActionProfile, UnresolvedCall
from code_path_audit.reports.figures import load_of, share_of, told_load, weight_of
from code_path_audit.reports.measured import TITLE, measured_section
from code_path_audit.reports.mermaid import flowchart
from code_path_audit.reports.one_of import one_of
from code_path_audit.reports.priorities import heaviest_first, how_often, proposals, saved, steps
from code_path_audit.reports.text import (
    MARKS,
    TIMES,
    at_most,
    brief,
    code,
    counted,
    marks_told,
    possible_told,
    prose,
    table,
    thousands,
    uncalibrated,
    unmodelled_told,
    unweighed_told,
)

MAX_ROWS = 100
"""Rows that a table shows."""
MAX_PLACES = 5
"""Places that a summary row names; the JSON has all of them."""


def profile_markdown(profile: ActionProfile) -> str:
    """The page of one action, GitHub-flavoured, with a newline at its end. Nothing in a name becomes markup."""
    sections = [
        [f"# {prose(profile.action.name)}"],
        _introduction(profile),
        ["## Expensive operations", "", *_ops(profile)],
        ["## Chart", "", "```mermaid", flowchart(profile).rstrip("\n"), "```"],
        _section(TITLE, measured_section(profile)),
        _section("Candidates", _candidates(profile)),
        _section("Redundant work", _redundancies(profile)),
        _section("Could run at the same time", _pipelinings(profile)),
        _section("State changes", _mutations(profile)),
        _section("Unresolved calls", _unresolved(profile.unresolved)),
        _section("Limits of this trace", at_most(MAX_ROWS, limits(profile), "in the JSON of this action.")),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _table(header: Sequence[str], align: str, rows: Sequence[Sequence[str]]) -> list[str]:
    return at_most(MAX_ROWS + 2, table(header, align, rows), "in the JSON of this action.") if rows else []


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *lines] if lines else []


def _introduction(profile: ActionProfile) -> list[str]:
    expensive = sum(op.weight > profile.threshold for op in profile.expensive_ops)
    lines = [prose(profile.action.description), ""] if profile.action.description.strip() else []
    guessed = uncalibrated(profile.uncalibrated, profile.calibrated)
    return [
        *lines,
        f"**Load {load_of(profile)}** from "
        f"{counted(len(profile.expensive_ops), 'op')}, {expensive} of them over the threshold of "
        f"{brief(profile.threshold, profile.calibrated)}. "
        f"{counted(len(profile.call_graph.nodes), 'function')} reached; "
        f"{counted(len(profile.unresolved), 'call')} unresolved. Cost model: {code(profile.model)}"
        f"{f' ({prose(guessed)})' if guessed else ''}.",
        "",
        f"Entry points: {', '.join(code(entry) for entry in sorted(profile.entries)) or 'none'}",
    ]


def _ops(profile: ActionProfile) -> list[str]:
    if not profile.expensive_ops:
        return ["None: no call that this action reaches matches a cost rule."]
    header = ["What", "Where", "About", "Of the load", "Class", "Runs", "Size", "Path"]
    load = told_load(profile)
    rows = []
    for op in heaviest_first(profile.expensive_ops):
        weight = weight_of(op, profile.calibrated, brief)
        rows.append(
            [
                code(op.callee) + MARKS[op.evidence] + one_of(op),
                code(f"{op.file}:{op.line}"),
                f"**{weight}**" if op.weight > profile.threshold else weight,
                share_of(op, load),
                prose(base_class_of(op)),
                runs(op),
                f"{thousands(round(op.size))} ({prose(op.size_source)})",
                path(op),
            ]
        )
    told = marks_told(step for op in profile.expensive_ops for step in (op.evidence, *op.path_evidence))
    return [*_table(header, "llrrlrrl", rows), *(["", f"{told[0].upper()}{told[1:]}."] if told else [])]


def runs(op: ExpensiveOp) -> str:
    """How often an op runs, and where the loops' bounds come from: 1, or n (literal)."""
    if op.how_often:
        return prose(how_often(op))
    marks = [op.bound_source] if op.bound_source and op.amplified_by else []
    marks += ["recursive"] if op.recursive else []
    count = f"{TIMES}{thousands(op.amplification)}" if op.amplified_by or op.amplification > 1 else "1"
    return f"{count} ({', '.join(prose(mark) for mark in marks)})" if marks else count


def path(op: ExpensiveOp, most: int = 0) -> str:
    """The way from the entry point to an op, with the loops on it; its middle left out over `most` steps (0: never)."""
    shown = [
        code(step.function)
        + MARKS[step.evidence]
        + (f" (loop, line {', '.join(map(str, step.lines))})" if step.lines else "")
        for step in steps(op)
    ]
    if 0 < most < len(shown):
        shown[2 : len(shown) - (most - 3)] = [f"… {len(shown) - most + 1} more …"]
    return " → ".join(shown)


def _candidates(profile: ActionProfile) -> list[str]:
    rows = [
        [
            prose(row.title),
            f"{code(f'{row.file}:{row.line}')} ({row.id})",
            prose(saved(found.savings[0], profile.calibrated)),
            prose(row.effort),
            prose(row.priority),
            prose(row.why),
            prose(row.assumes),
        ]
        for found in proposals([profile])
        for row in [found.candidate]
    ]
    return _table(["Candidate", "Where", "Saves", "Effort", "Priority", "Why", "Assumes"], "lllllll", rows)


def _redundancies(profile: ActionProfile) -> list[str]:
    rows = [
        [
            code(row.callee),
            code(row.input),
            str(len(row.sites)),
            "<br>".join(code(site) for site in row.sites),
            brief(row.load, profile.calibrated),
        ]
        for row in sorted(profile.redundancies, key=lambda row: (-row.load, row))
    ]
    return _table(["Op", "Input", "Times", "Sites", "Load of the repeats"], "llrlr", rows)


def _pipelinings(profile: ActionProfile) -> list[str]:
    rows = [
        [
            code(f"{row.file}:{row.line}"),
            code(row.function),
            "<br>".join(code(step) for step in row.steps),
            prose(row.how),
            brief(row.load, profile.calibrated),
            brief(row.saving, profile.calibrated),
        ]
        for row in sorted(profile.pipelinings, key=lambda row: (-row.saving, row))
    ]
    return _table(["Where", "Function", "Independent steps", "How", "Load", "Saves"], "llllrr", rows)


def _mutations(profile: ActionProfile) -> list[str]:
    by_kind = Counter(mutation.kind for mutation in profile.state_mutations)
    rows = []
    for kind in (*MUTATION_KINDS, *sorted(by_kind.keys() - set(MUTATION_KINDS))):
        targets = Counter(row.target for row in profile.state_mutations if row.kind == kind)
        if targets:
            rows.append([code(kind), thousands(by_kind[kind]), top(targets)])
    return _table(["Kind", "Places", "Most often changed"], "lrl", rows)


def _unresolved(calls: Iterable[UnresolvedCall]) -> list[str]:
    by_reason: dict[str, list[UnresolvedCall]] = {}
    for call in sorted(calls):
        by_reason.setdefault(call.reason, []).append(call)
    rows = []
    for reason, found in sorted(by_reason.items(), key=lambda item: (-len(item[1]), item[0])):
        places = [f"{code(call.text)} at {code(f'{call.file}:{call.line}')}" for call in found[:MAX_PLACES]]
        rows.append([prose(reason), thousands(len(found)), "<br>".join([*places, *_more(len(found))])])
    return _table(["Reason", "Calls", "Places"], "lrl", rows)


def top(counts: "Counter[str]") -> str:
    """The commonest names with their counts, as one cell: "`self.rows` (3), `cache`, … 4 more"."""
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    named = [code(name) + (f" ({times})" if times > 1 else "") for name, times in rows[:MAX_PLACES]]
    return ", ".join([*named, *_more(len(rows))])


def _more(number: int) -> list[str]:
    return [f"… {number - MAX_PLACES:,} more"] if number > MAX_PLACES else []


def cut(profile: ActionProfile, most: int = MAX_PLACES) -> tuple[str, tuple[str, ...], int]:
    """What the depth limit kept out: "2 functions more than 10 calls deep not followed", the first by name, and how
    many more there are."""
    functions = counted(profile.cut_by_depth, "function")
    names = tuple(sorted(profile.cut_functions)[:most])
    told = f"{functions} more than {counted(profile.max_depth or 0, 'call')} deep not followed"
    return told, names, len(profile.cut_functions) - len(names)


def limits(profile: ActionProfile) -> list[str]:
    """What the trace did not see, as list items: depth cuts, possible calls, skipped files, caps of the solver."""
    lines = []
    if profile.cut_by_depth:
        told, names, _ = cut(profile)
        listed = f": {', '.join([*map(code, names), *_more(len(profile.cut_functions))])}" if names else ""
        lines.append(f"- {told}{listed}")
    if profile.possible_calls:
        lines.append(f"- {possible_told(profile.possible_calls)}")
    if profile.unmodelled:
        lines.append(f"- {prose(unmodelled_told(profile.unmodelled))}")
    if profile.unweighed:
        lines.append(f"- {prose(unweighed_told(profile.unweighed))}")
    for file in sorted(profile.skipped):
        place = f"{file.path}:{file.line}" if file.line else file.path
        lines.append(f"- Skipped {code(place)}: {prose(file.reason)}")
    lines += [f"- Widened: {prose(note)}" for note in sorted(profile.widened)]
    return lines
