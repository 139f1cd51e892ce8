"""The report as one page that stands alone: no network, readable by day and by night, what to fix first and all actions
in it as they are, and everything else shown by the program in `page`, of the data that stands in the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.model import ActionProfile
from code_path_audit.profiles.runs.terms import MAX_LOOPS
from code_path_audit.reports.figures import (
    by_weight,
    is_counted,
    is_past_figures,
    part_of,
    share_of,
    told_load,
    weight_of,
)
from code_path_audit.reports.one_of import one_of
from code_path_audit.reports.page.document import page_document
from code_path_audit.reports.page.earlier import FIGURES, figures
from code_path_audit.reports.page.embed import json_element, part, policy, script
from code_path_audit.reports.page.values import NOTHING_BESIDE, Beside
from code_path_audit.reports.priorities import NOTHING, Proposal, by_name, heaviest_first, steps
from code_path_audit.reports.summary import FIX_FIRST, over_threshold, savings_text, worth_fixing
from code_path_audit.reports.text import MARKS, MAX_PROSE, TIMES, brief, counted, thousands, visible
from code_path_audit.reports.write import action_stems


def index_html(profiles: Iterable[ActionProfile], date: str, beside: Beside = NOTHING_BESIDE) -> str:
    """The page `index.html` of the report of a date (YYYY-MM-DD), with links to the files beside it."""
    rows = sorted(by_name(profiles), key=lambda profile: -told_load(profile))
    stems = action_stems(profile.action.name for profile in rows)
    program = script()
    told = {name: list(point[1:]) for name, point in sorted(figures(rows, date).items())}
    body = [
        f"<header>{part('tools.html')}<h1>Code path audit</h1>",
        f"<p class=soft>{_text(date)}: {counted(len(rows), 'action')}. "
        'Also as <a href="summary.md">summary</a> and <a href="optimization_candidates.md">candidates</a>.'
        "</p></header>",
        "<main>",
        f'<section id="fix-first"><h2>Fix first</h2>{_fix_first(rows)}</section>',
        f"<section><h2>Actions</h2>{_actions(rows, stems)}</section>",
        part("explorer.html").rstrip(),
        "</main>",
        json_element("data", page_document(rows, stems, date, beside)),
        f"<script>{program}</script>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(program)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Code path audit, {_text(date)}</title>\n{json_element(FIGURES, told)}\n"
        f"<style>\n{part('page.css')}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>\n"
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
            f"<p>{NOTHING} To look at first:</p>"
            f"<ol class=first>{''.join(_heavy(op, profile) for op, profile in heavy)}</ol>"
        )
    return f"<p>{NOTHING} No operation weighs more than its threshold.</p>"


def _proposal(proposal: Proposal) -> str:
    candidate = proposal.candidate
    way = _path(proposal.op) if proposal.op is not None else ""
    assumed = f"<p class=soft>Assumes: {_text(candidate.assumes)}.</p>" if candidate.assumes else ""
    return (
        f"<li><p class=title>{_text(candidate.title)}</p>"
        f"<p>{_code(f'{candidate.file}:{candidate.line}')} ({candidate.id}): "
        f"saves <b>{_text(savings_text(proposal))}</b></p>"
        f"<p>{_text(candidate.why)}</p>{assumed}{way}"
        f"<p class=soft>Effort {_text(candidate.effort)}, priority {_text(candidate.priority)}</p></li>"
    )


def _heavy(op: ExpensiveOp, profile: ActionProfile) -> str:
    weight = f"<b>{weight_of(op, profile.calibrated)}</b>{part_of(op, profile)}"
    return (
        f"<li><p class=title>{_code(op.callee)}{one_of(op)}</p><p>{_code(_place(op))}: "
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


def _actions(profiles: Sequence[ActionProfile], stems: Mapping[str, str]) -> str:
    largest = max(map(told_load, profiles), default=0)
    rows = []
    for index, profile in enumerate(profiles):
        ops = profile.expensive_ops
        expensive = sum(op.weight > profile.threshold for op in ops)
        heavy = (by_weight(profile) or heaviest_first(ops))[:1]
        biggest = "".join(
            f"{_code(op.callee)}{one_of(op)} <br><span class=soft>{_code(_place(op))}</span>" for op in heavy
        )
        part = "".join(share_of(op, told_load(profile)) for op in heavy)
        rows.append(
            f'<tr id="action-{index}"><td><a href="#action-{index}">{_text(profile.action.name)}</a></td>'
            f"{_bar(brief(told_load(profile), profile.calibrated), told_load(profile), largest, expensive > 0)}"
            f"<td class=number>{thousands(expensive)}</td><td class=number>{thousands(len(ops))}</td>"
            f"<td class=number>{thousands(len(profile.unresolved))}</td><td>{biggest}</td>"
            f"<td class=number>{escape(part)}</td><td>{_links(stems[profile.action.name])}</td></tr>"
        )
    header = (
        "<th>Action<th class=number>Load<th class=number>Expensive ops<th class=number>All ops"
        "<th class=number>Unresolved calls<th>Biggest op<th class=number>Of the load<th>As"
    )
    return _table(header, rows)


def _bar(shown: str, load: int, largest: int, over: bool) -> str:
    part = round(100 * load / largest) if largest else 0
    return f'<td class="number bar{" over" if over else ""}" style="--part:{part}%">{shown}</td>'


def _table(header: str, rows: Sequence[str]) -> str:
    return f"<div class=wide><table><thead><tr>{header}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"


def _links(stem: str) -> str:
    return ", ".join(
        f'<a href="actions/{stem}.{suffix}">{name}</a>'
        for suffix, name in (("md", "page"), ("json", "data"), ("mmd", "chart"))
    )


def _place(op: ExpensiveOp) -> str:
    return f"{op.file}:{op.line}"
