"""All actions on one page: what to fix first and why, then the actions, then what the audit did not see."""

from collections.abc import Iterable, Sequence

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.facts.rows import ALWAYS
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.profiles.reach import condition_of
from code_path_audit.profiles.runs.terms import MAX_LOOPS
from code_path_audit.reports.figures import (
    by_weight,
    is_past_figures,
    load_of,
    part_of,
    share_of,
    told_load,
    weight_of,
)
from code_path_audit.reports.markdown import MAX_ROWS, limits, path
from code_path_audit.reports.measured import TITLE, summary_section
from code_path_audit.reports.one_of import one_of
from code_path_audit.reports.priorities import NOTHING, Proposal, by_name, heaviest_first, proposals, saved
from code_path_audit.reports.text import at_most, code, counted, prose, quantity, table, thousands
from code_path_audit.reports.write import action_stems

FIX_FIRST = 3
"""Proposals at the top of a summary."""
MAX_ACTIONS = 3
"""Actions that a proposal names."""
MAX_NOTES = 20
"""Notes on what was not seen."""
MAX_AGAIN = 3
"""Redundancies of an action that a summary names."""
MAX_SITES = 3
"""Places of one of them."""
MAX_STEPS = 6
"""Functions of a path that a summary shows."""


def summary_markdown(profiles: Iterable[ActionProfile]) -> str:
    """The page `summary.md`, with a newline at its end, the same for any order of the profiles."""
    rows = by_name(profiles)
    sections = [
        ["# Code path audit"],
        ["## Fix first", "", *_fix_first(rows)],
        ["## Actions", "", *_actions(rows)],
        _again(rows),
        _recorded(rows),
        _notes(rows),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def candidates_markdown(profiles: Iterable[ActionProfile]) -> str:
    """The page `optimization_candidates.md`: every proposal, what saves most first."""
    found = proposals(profiles := by_name(profiles))
    title = "# Optimization candidates\n\n"
    if not found:
        return f"{title}None found in {counted(len(profiles), 'action')}.\n"
    header = ["Candidate", "Where", "Action", "Saves", "Effort", "Priority", "Why", "Assumes"]
    rows = [_candidate(proposal, index) for proposal in found for index in range(len(proposal.savings))]
    lines = [
        "What is saved is that of the action traced again with the candidate applied; of a loop whose length nobody "
        "knows, that of one round. What stands behind the line is what `code-path-audit prune --candidate` takes.",
        "",
        *at_most(MAX_ROWS + 2, table(header, "llllllll", rows), "in the JSON of the actions."),
    ]
    return title + "\n".join(lines) + "\n"


def _candidate(proposal: Proposal, index: int) -> list[str]:
    candidate, row = proposal.candidate, proposal.savings[index]
    return [
        prose(candidate.title),
        f"{code(f'{candidate.file}:{candidate.line}')} ({candidate.id})",
        prose(row.action),
        prose(saved(row, proposal.calibrated)),
        prose(candidate.effort),
        prose(candidate.priority),
        prose(candidate.why),
        prose(candidate.assumes),
    ]


def worth_fixing(profiles: Iterable[ActionProfile]) -> list[Proposal]:
    """The proposals at the top: the first of those that save enough."""
    return [proposal for proposal in proposals(profiles) if proposal.is_worth][:FIX_FIRST]


def _fix_first(profiles: Sequence[ActionProfile]) -> list[str]:
    worth = worth_fixing(profiles)
    if worth:
        return [line for number, proposal in enumerate(worth, 1) for line in _proposal(number, proposal)]
    heavy = over_threshold(profiles)[:FIX_FIRST]
    if heavy:
        return [
            f"{NOTHING} To look at first:",
            "",
            *(line for number, row in enumerate(heavy, 1) for line in _heavy(number, *row)),
        ]
    return [f"{NOTHING} No operation weighs more than its threshold."]


def _proposal(number: int, proposal: Proposal) -> list[str]:
    candidate = proposal.candidate
    lines = [
        f"{number}. **{prose(candidate.title)}** at {code(f'{candidate.file}:{candidate.line}')} ({candidate.id})",
        f"   - Saves {prose(savings_text(proposal))}.",
        f"   - Why: {prose(candidate.why)}",
    ]
    if candidate.assumes:
        lines.append(f"   - Assumes: {prose(candidate.assumes)}.")
    if proposal.op is not None:
        lines.append(f"   - Path: {path(proposal.op, MAX_STEPS)} → {code(proposal.op.callee)}")
    return [*lines, f"   - Effort: {prose(candidate.effort)}. Priority: {prose(candidate.priority)}."]


def savings_text(proposal: Proposal) -> str:
    """ "about 1.2 ms of save, 35% of what it surely pays", for the actions that gain most."""
    shown = [saved(row, proposal.calibrated, True) for row in proposal.savings[:MAX_ACTIONS]]
    more = len(proposal.savings) - MAX_ACTIONS
    return "; ".join([*shown, *([f"less in {counted(more, 'more action')}"] if more > 0 else [])])


def over_threshold(profiles: Iterable[ActionProfile]) -> list[tuple[ExpensiveOp, ActionProfile]]:
    """The ops that are expensive, each once, by what is told first, with the action where it is that heavy."""
    heaviest: dict[str, tuple[ExpensiveOp, ActionProfile]] = {}
    for profile in by_name(profiles):
        for op in profile.expensive_ops:
            if op.weight > profile.threshold and (op.id not in heaviest or op.weight > heaviest[op.id][0].weight):
                heaviest[op.id] = (op, profile)
    order = {op.id: index for index, op in enumerate(heaviest_first(op for op, _ in heaviest.values()))}
    return sorted(heaviest.values(), key=lambda row: order[row[0].id])


def _heavy(number: int, op: ExpensiveOp, profile: ActionProfile) -> list[str]:
    weight = f"Weighs {weight_of(op, profile.calibrated)}{part_of(op, profile)}"
    return [
        f"{number}. **{code(op.callee)}**{one_of(op)} at {code(f'{op.file}:{op.line}')}",
        f"   - {f'More than {MAX_LOOPS} loops deep in' if is_past_figures(op) else weight} "
        f"{prose(profile.action.name)}.",
        f"   - Path: {path(op, MAX_STEPS)} → {code(op.callee)}",
    ]


def _actions(profiles: Sequence[ActionProfile]) -> list[str]:
    stems = action_stems(profile.action.name for profile in profiles)
    rows = []
    for profile in sorted(profiles, key=lambda profile: (-told_load(profile), profile.action.name)):
        ops = profile.expensive_ops
        expensive = sum(op.weight > profile.threshold for op in ops)
        heavy = (by_weight(profile) or heaviest_first(ops))[:1]
        biggest = "".join(f"{code(op.callee)}{one_of(op)} at {code(f'{op.file}:{op.line}')}" for op in heavy)
        rows.append(
            [
                f"[{prose(profile.action.name)}](actions/{stems[profile.action.name]}.md)",
                load_of(profile),
                thousands(expensive),
                thousands(len(ops)),
                thousands(len(profile.unresolved)),
                biggest,
                "".join(share_of(op, told_load(profile)) for op in heavy),
            ]
        )
    header = ["Action", "Load", "Expensive ops", "All ops", "Unresolved calls", "Biggest op", "Of the load"]
    return table(header, "lrrrrlr", rows)


def again(profile: ActionProfile, most: int) -> list[tuple[str, tuple[str, ...]]]:
    """The heaviest work that an action does on the same input more than once: in words, and where. What does not run
    in every run of the action is "up to" as often: one of its ways may leave the others out."""
    may = {op.id for op in profile.expensive_ops if condition_of(op) > ALWAYS}
    told = []
    for row in sorted(profile.redundancies, key=lambda row: (-row.load, row))[:most]:
        load = quantity(row.load, profile.calibrated)
        often = f"{len(row.sites)} times" if may.isdisjoint(row.op_ids) else f"up to {len(row.sites)} times"
        told.append((f"{row.callee} {row.input} {often}, {load} too many", row.sites))
    return told


def _again(profiles: Sequence[ActionProfile]) -> list[str]:
    lines = [
        f"- {prose(profile.action.name)}: {prose(text)} ({', '.join(map(code, sites[:MAX_SITES]))})"
        for profile in profiles
        for text, sites in again(profile, MAX_AGAIN)
    ]
    return ["## The same work again", "", *lines] if lines else []


def _recorded(profiles: Sequence[ActionProfile]) -> list[str]:
    lines = summary_section(profiles)
    return [f"## {TITLE}", "", *lines] if lines else []


def _notes(profiles: Sequence[ActionProfile]) -> list[str]:
    lines: dict[str, list[str]] = {}
    for profile in profiles:
        for line in limits(profile):
            lines.setdefault(line, []).append(profile.action.name)
    if not lines:
        return []
    # what holds for every action is said once, without their names
    shown = [
        line if len(names) == len(profiles) else f"{line} (in {', '.join(map(prose, names))})"
        for line, names in sorted(lines.items())
    ]
    return ["## Not seen", "", *at_most(MAX_NOTES, shown, "in the pages of the actions.")]
