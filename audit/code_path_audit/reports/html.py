"""The report as one page that stands alone: no script, no network, readable by day and by night."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.amplification import base_class_of
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.profiles.runs.terms import MAX_LOOPS
from code_path_audit.reports.figures import (
    is_counted,
    is_past_figures,
    load_of,
    part_of,
    share_of,
    told_load,
    weight_of,
)
from code_path_audit.reports.markdown import cut, runs
from code_path_audit.reports.priorities import NOTHING, Proposal, by_name, heaviest_first, steps
from code_path_audit.reports.summary import FIX_FIRST, over_threshold, savings_text, worth_fixing
from code_path_audit.reports.text import (
    MARKS,
    MAX_PROSE,
    TIMES,
    brief,
    counted,
    marks_told,
    possible_told,
    thousands,
    uncalibrated,
    visible,
)
from code_path_audit.reports.write import action_stems

MAX_OPS = 50
"""Ops of an action that the page lists; its JSON has all of them."""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def index_html(profiles: Iterable[ActionProfile], date: str) -> str:
    """The page `index.html` of the report of a date (YYYY-MM-DD), with links to the files beside it."""
    rows = sorted(by_name(profiles), key=lambda profile: -told_load(profile))
    stems = action_stems(profile.action.name for profile in rows)
    style = files(__package__).joinpath("page.css").read_text("utf-8")
    body = [
        f"<header><h1>Code path audit</h1><p class=soft>{_text(date)}: {counted(len(rows), 'action')}. "
        'Also as <a href="summary.md">summary</a> and <a href="optimization_candidates.md">candidates</a>.'
        "</p></header>",
        f"<section><h2>Fix first</h2>{_fix_first(rows)}</section>",
        f"<section><h2>Actions</h2>{_actions(rows)}</section>",
        "<section><h2>Operations</h2>",
        *(_action(profile, stems[profile.action.name], index) for index, profile in enumerate(rows)),
        "</section>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Code path audit, {_text(date)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _text(text: str) -> str:
    return escape(visible(text, MAX_PROSE))


def _code(text: str) -> str:
    # a long name may be broken where a person would break it
    return "<code>" + re.sub(r"([/.])(?=\w)", r"\1<wbr>", escape(visible(text))) + "</code>"


def _fix_first(profiles: Sequence[ActionProfile]) -> str:
    worth = worth_fixing(profiles)
    if worth:
        return f"<ol class=first>{''.join(map(_proposal, worth))}</ol>"
    heavy = over_threshold(profiles)[:FIX_FIRST]
    if heavy:
        return (
            f"<p>{NOTHING} The heaviest operations:</p>"
            f"<ol class=first>{''.join(_heavy(op, profile) for op, profile in heavy)}</ol>"
        )
    return f"<p>{NOTHING} No operation weighs more than its threshold.</p>"


def _proposal(proposal: Proposal) -> str:
    candidate = proposal.candidate
    way = _path(proposal.op) if proposal.op is not None else ""
    assumed = f"<p class=soft>Assumes: {_text(candidate.assumes)}.</p>" if candidate.assumes else ""
    return (
        f"<li><p class=title>{_text(candidate.title)}</p>"
        f"<p>{_code(f'{candidate.file}:{candidate.line}')}: saves <b>{_text(savings_text(proposal))}</b></p>"
        f"<p>{_text(candidate.why)}</p>{assumed}{way}"
        f"<p class=soft>Effort {_text(candidate.effort)}, priority {_text(candidate.priority)}</p></li>"
    )


def _heavy(op: ExpensiveOp, profile: ActionProfile) -> str:
    weight = f"<b>{weight_of(op, profile.calibrated)}</b>{part_of(op, profile)}"
    return (
        f"<li><p class=title>{_code(op.callee)}</p><p>{_code(_place(op))}: "
        f"{f'more than {MAX_LOOPS} loops deep in' if is_past_figures(op) else weight} "
        f"{_text(profile.action.name)}</p>{_path(op)}</li>"
    )


def _path(op: ExpensiveOp) -> str:
    shown = []
    for function, lines, evidence in steps(op):
        loop = f"<span class=loop>loop, line {', '.join(map(str, lines))}</span>" if lines else ""
        shown.append(_code(function) + MARKS[evidence] + loop)
    times = f"<span class=loop>{TIMES}{thousands(op.amplification)}</span>" if is_counted(op) else ""
    return f"<p class=path>{' → '.join([*shown, _code(op.callee) + times])}</p>"


def _actions(profiles: Sequence[ActionProfile]) -> str:
    largest = max(map(told_load, profiles), default=0)
    rows = []
    for index, profile in enumerate(profiles):
        ops = heaviest_first(profile.expensive_ops)
        expensive = sum(op.weight > profile.threshold for op in ops)
        biggest = f"{_code(ops[0].callee)} <br><span class=soft>{_code(_place(ops[0]))}</span>" if ops else ""
        part = share_of(ops[0], profile) if ops else ""
        rows.append(
            f'<tr><td><a href="#action-{index}">{_text(profile.action.name)}</a></td>'
            f"{_bar(brief(told_load(profile), profile.calibrated), told_load(profile), largest, expensive > 0)}"
            f"<td class=number>{thousands(expensive)}</td><td class=number>{thousands(len(ops))}</td>"
            f"<td class=number>{thousands(len(profile.unresolved))}</td><td>{biggest}</td>"
            f"<td class=number>{escape(part)}</td></tr>"
        )
    header = (
        "<th>Action<th class=number>Load<th class=number>Expensive ops<th class=number>All ops"
        "<th class=number>Unresolved calls<th>Biggest op<th class=number>Of the load"
    )
    return _table(header, rows)


def _bar(shown: str, load: int, largest: int, over: bool) -> str:
    part = round(100 * load / largest) if largest else 0
    return f'<td class="number bar{" over" if over else ""}" style="--part:{part}%">{shown}</td>'


def _table(header: str, rows: Sequence[str]) -> str:
    return f"<div class=wide><table><thead><tr>{header}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"


def _action(profile: ActionProfile, stem: str, index: int) -> str:
    ops = heaviest_first(profile.expensive_ops)
    links = ", ".join(
        f'<a href="actions/{stem}.{suffix}">{name}</a>'
        for suffix, name in (("md", "page"), ("json", "data"), ("mmd", "chart"))
    )
    description = f"<p>{_text(profile.action.description)}</p>" if profile.action.description.strip() else ""
    largest = max((op.weight for op in ops if not is_past_figures(op)), default=0)
    header = "<th>Op<th class=number>About<th class=number>Of the load<th>Class<th class=number>Runs<th>Path"
    shown = _table(header, [_op(op, largest, profile) for op in ops[:MAX_OPS]]) if ops else "<p>No operations.</p>"
    more = f"<p class=soft>and {counted(len(ops) - MAX_OPS, 'more op')}</p>" if len(ops) > MAX_OPS else ""
    return (
        f"<details{' open' if index == 0 else ''}><summary>{_text(profile.action.name)} "
        f"<span class=soft>{load_of(profile)}</span></summary>"
        # a link to what is inside of it opens the section
        f'<div id="action-{index}">'
        f"{description}<p class=soft>{links}</p>{shown}{more}{_limits(profile)}</div></details>"
    )


def _op(op: ExpensiveOp, largest: int, profile: ActionProfile) -> str:
    load = largest if is_past_figures(op) else op.weight
    bar = _bar(weight_of(op, profile.calibrated, brief), load, largest, op.weight > profile.threshold)
    return (
        f"<tr><td>{_code(op.callee)}{MARKS[op.evidence]}<br><span class=soft>{_code(_place(op))}</span></td>"
        f"{bar}<td class=number>{escape(share_of(op, profile))}</td><td>{_text(base_class_of(op))}</td>"
        f"<td class=number>{escape(runs(op))}</td><td>{_path(op)}</td></tr>"
    )


def _place(op: ExpensiveOp) -> str:
    return f"{op.file}:{op.line}"


def _limits(profile: ActionProfile) -> str:
    notes = []
    guessed = uncalibrated(profile.uncalibrated, profile.calibrated)
    if guessed:
        notes.append(_text(guessed.capitalize()))
    told = marks_told(step for op in profile.expensive_ops for step in (op.evidence, *op.path_evidence))
    if told:
        notes.append(_text(told))
    if profile.cut_by_depth:
        told, names, more = cut(profile)
        named = ", ".join([*map(_code, names), *([f"{more:,} more"] if more else [])])
        notes.append(f"{told}{': ' if names else ''}{named}")
    if profile.possible_calls:
        notes.append(_text(possible_told(profile.possible_calls)))
    for file in sorted(profile.skipped):
        notes.append(f"Skipped {_code(f'{file.path}:{file.line}' if file.line else file.path)}: {_text(file.reason)}")
    notes += [f"Widened: {_text(note)}" for note in sorted(profile.widened)]
    return f"<h3>Not seen</h3><ul>{''.join(f'<li>{note}</li>' for note in notes)}</ul>" if notes else ""
