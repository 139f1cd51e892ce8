"""The same summary for a terminal: aligned, at most a screen for each action, coloured where asked."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from code_path_audit.colors import painted
from code_path_audit.costs.model import ExpensiveOp
from code_path_audit.profiles.model import COUNTED, ActionProfile, Comparison, UnresolvedCall
from code_path_audit.profiles.runs.words import joined
from code_path_audit.reports.figures import (
    MOST_HEAVIEST,
    always_load,
    load_of,
    making_most,
    share_of,
    told_load,
    weight_of,
)
from code_path_audit.reports.markdown import cut
from code_path_audit.reports.measured import missed_calls, verdict
from code_path_audit.reports.one_of import least_told, one_of
from code_path_audit.reports.priorities import NOTHING, by_name, heaviest_first, how_often, steps
from code_path_audit.reports.summary import MAX_STEPS, again, savings_text, worth_fixing
from code_path_audit.reports.text import (
    MARKS,
    TIMES,
    brief,
    counted,
    marks_told,
    possible_told,
    share,
    shortened,
    thousands,
    uncalibrated,
    unmodelled_told,
    unweighed_told,
    visible,
)

MAX_OPS = 10
"""Ops that the terminal lists for an action."""
MAX_UNRESOLVED = 2
"""Unresolved calls that the terminal names for an action."""
MAX_AGAIN = 1
"""Redundancies that the terminal names for an action."""
MAX_CUT = 2
"""Functions that the terminal names of those that a depth limit kept out."""
MAX_TIMES, MIN_TIMES, BESIDE_TIMES = 42, 16, 58
"""Columns that the terminal has for how often an op runs: what is left beside those for all else."""
MIN_WIDTH = 60
"""Columns below which lines are allowed to wrap."""


def summary_text(profiles: Iterable[ActionProfile], width: int = 100, color: bool = False) -> str:
    """Each action with its heaviest ops, then what to fix first; lines of at most `width` columns (no less than 60)."""
    rows = by_name(profiles)
    width = max(width, MIN_WIDTH)
    blocks = [_action(profile, width, color) for profile in rows]
    blocks.append(_fix_first(rows, width, color))
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def _action(profile: ActionProfile, width: int, color: bool) -> list[str]:
    ops = heaviest_first(profile.expensive_ops)
    expensive = sum(op.weight > profile.threshold for op in ops)
    facts = [
        f"load {load_of(profile)}",
        f"{counted(len(ops), 'op')}, {expensive} expensive",
        f"{counted(len(profile.call_graph.nodes), 'function')}",
        f"{len(profile.unresolved):,} unresolved",
    ]
    lines = [
        painted(fitted(visible(profile.action.name), width), "bold", color),
        *wrapped(f"  {'; '.join(facts)}", width),
    ]
    most = MAX_OPS - min(len(profile.redundancies), MAX_AGAIN)
    where = _where(profile, ops, width - 2)
    times = min(max(width - BESIDE_TIMES, MIN_TIMES), MAX_TIMES)
    if where:
        lines += wrapped(f"  {where}", width)
        most -= 1
    shown = ops[:most]
    weights = [weight_of(op, profile.calibrated, brief) for op in shown]
    load = told_load(profile)
    shares = [share_of(op, load) for op in shown]
    counts = [_times_in_brief(op, times) for op in shown]
    counts = [begun(text, times) for text in counts]
    columns = [max(map(len, column), default=0) for column in (weights, shares, counts)]
    room = width - sum(columns) - 8
    names = [with_fewer_parts(_named(op), ".", room // 2) for op in shown]
    callee = max(map(columns_of, names), default=0)
    for op, weight, part, count, name in zip(shown, weights, shares, counts, names, strict=True):
        place = with_fewer_parts(visible(f"{op.file}:{op.line}"), "/", room - callee - 2)
        padding = " " * (callee - columns_of(name))
        line = f"  {weight:>{columns[0]}}  {part:>{columns[1]}}  {count:>{columns[2]}}  {name}{padding}  {place}"
        lines.append(painted(line, "red", color and op.weight > profile.threshold))
    if len(ops) > most:
        lines.append(painted(f"  and {counted(len(ops) - most, 'more op')}", "dim", color))
    notes = [line for note in _notes(profile) for line in wrapped(f"  ! {note}", width)]
    return lines + [painted(line, "dim", color) for line in notes]


def _where(profile: ActionProfile, ops: Sequence[ExpensiveOp], width: int) -> str:
    """What part of the load ops make up that always run, and which ops make most of it, as far as they fit; "" where
    the first lines say as much."""
    load, always = told_load(profile), always_load(profile)
    parts = []
    if share(always, load) != share(load, load):
        always_of_it = f"{brief(always, profile.calibrated)} of it ({share(always, load)})" if always else "nothing"
        parts.append(f"what always runs: {always_of_it}")
    heavy = making_most(profile)
    if not {op.id for op in heavy} <= {op.id for op in ops[:MOST_HEAVIEST]}:
        named = [f"{share_of(op, load)} {_named(op)} {visible(f'{op.file}:{op.line}')}" for op in heavy]
        while len(named) > 1 and columns_of("; ".join([*parts, f"most: {', '.join(named)}"])) > width:
            named.pop()
        parts.append(f"most: {', '.join(named)}")
    return "; ".join(parts)


def _named(op: ExpensiveOp) -> str:
    """What is called, marked where that is not certain."""
    return visible(op.callee) + MARKS[op.evidence] + one_of(op)


BLOCKS = ", blocks the event loop"


def _times_in_brief(op: ExpensiveOp, width: int) -> str:
    """The same with the first of several terms alone, the one that grows fastest, where all of them find no room; then
    with fewer of its loops by name, and in fewer words. Of what was measured it is what was predicted."""
    if op.predicted:
        ways = [op._replace(predicted=words) for words in in_fewer_words(op.predicted)]
        ways.append(op._replace(how_often=f"{op.how_often}, not as predicted", predicted="", condition=""))
    else:
        ways = [op._replace(how_often=words) for words in in_fewer_words(op.how_often)]
    found = [_times(way) for way in ways]
    found += [words.replace(BLOCKS, ", blocks") for words in found if BLOCKS in words]
    return next((words for words in found if columns_of(words) <= width), found[-1])


NAME_COLUMNS = (26, 20, 13)
"""Columns of the name of a loop, where all else finds no room."""


def in_fewer_words(words: str) -> Iterator[str]:
    """How often something runs in fewer and fewer words."""
    first, more, _ = words.partition(", and ")
    fewer = list(with_fewer_names(first))
    yield words
    yield from (f"{one}{', and more' * bool(more)}" for one in [first, *fewer])
    last = re.sub(r" and \d+ more\b", " and more", fewer[-1] if fewer else first)
    last = f"{last} and more" if more and " and more" not in last else last
    yield last
    last = re.sub(r" \(\d+ deep\)", "", last)
    yield last
    last = re.sub(r"( and more)? in (recursion|each round of .+)", " and recursion", last)
    yield last
    before, per, loops = last.partition("per ")
    name = re.match(r"\w*", loops)[0]  # type: ignore[index]  # it matches anything
    yield from (f"{before}{per}{begun(name, columns)}{loops.removeprefix(name)}" for columns in NAME_COLUMNS)
    if per:  # the fastest loop alone
        more = " and more" if loops != name else ""
        yield from (f"{before}{per}{begun(name, columns)}{more}" for columns in (len(name), *NAME_COLUMNS))


LOOPS = re.compile(r"(?P<before>.*?)\bper (?P<names>.+?)(?P<cycles> in each round of .+| in other loops)?")
"""How often, in words: what stands before the loops, their names, and what stands behind them."""


def with_fewer_names(words: str) -> Iterator[str]:
    """The same with fewer and fewer loops by name: "per year and 2 more" for "per year, month and day"."""
    found = LOOPS.fullmatch(words)
    if found is None:
        return
    names = found["names"].replace(" and ", ", ").split(", ")
    hidden = int(names.pop().removesuffix(" more")) if names[-1].endswith(" more") else 0
    for cycles in dict.fromkeys((found["cycles"] or "", " in recursion" if "round" in (found["cycles"] or "") else "")):
        for shown in range(len(names) - 1 if cycles == found["cycles"] else len(names), 0, -1):
            left = hidden + len(names) - shown
            told = [*names[:shown], *([f"{left} more"] if left else [])]
            yield f"{found['before']}per {joined(told)}{cycles}"


def _times(op: ExpensiveOp) -> str:
    """How often it runs, in words."""
    if op.how_often:
        return how_often(op)
    if not op.amplified_by and op.amplification <= 1:
        return ""
    known = thousands(op.amplification) if op.amplification > 1 else ""
    return (
        f"{TIMES}{known}{'?' if op.bound_source == 'unknown' else ''}"
        if known or op.bound_source == "unknown"
        else f"{TIMES}1"
    )


def _notes(profile: ActionProfile) -> list[str]:
    told = marks_told(op.evidence for op in profile.expensive_ops)
    notes = [told] if told else []
    notes += [least] if (least := least_told(profile)) else []
    notes += [f"the same again: {visible(text)}" for text, _ in again(profile, MAX_AGAIN)]
    notes += [_cut(profile)] if profile.cut_by_depth else []
    notes += [possible_told(profile.possible_calls)] if profile.possible_calls else []
    notes += [visible(unmodelled_told(profile.unmodelled))] if profile.unmodelled else []
    notes += [visible(unweighed_told(profile.unweighed))] if profile.unweighed else []
    guessed = uncalibrated(profile.uncalibrated, profile.calibrated)
    notes += [visible(guessed)] if guessed else []
    if profile.comparison is not None:
        notes += recorded(profile, profile.comparison)
    if profile.unresolved:
        notes.append(visible(f"not followed: {_unresolved(profile.unresolved)}"))
    if profile.skipped:
        first = min(profile.skipped)
        notes.append(f"{counted(len(profile.skipped), 'file')} skipped: {visible(first.path)}: {visible(first.reason)}")
    if profile.widened:
        notes.append(f"{counted(len(profile.widened), 'widening')}: {visible(min(profile.widened))}")
    return notes


def _unresolved(calls: Sequence[UnresolvedCall]) -> str:
    """The calls that nothing is known of, by place where they are few, else by reason, the commonest first."""
    if len(calls) <= MAX_UNRESOLVED:
        return ", ".join(f"{row.function}:{row.line} {row.reason}" for row in sorted(calls))
    counts = sorted(Counter(row.reason for row in calls).items(), key=lambda row: (-row[1], row[0]))
    first = min(row for row in calls if row.reason == counts[0][0])
    told = ", ".join(f"{count:,} {reason}" for reason, count in counts)
    return f"{len(calls):,} calls: {told}; such as {first.function}:{first.line}"


def _cut(profile: ActionProfile) -> str:
    """What the depth limit kept out, the first of it by name."""
    told, names, more = cut(profile, MAX_CUT)
    return visible(f"{told}{': ' if names else ''}{', '.join(names)}{f', {more:,} more' if more else ''}")


def recorded(profile: ActionProfile, found: Comparison) -> list[str]:
    """What a recording says of an action, in a line or two."""
    seen = len(missed_calls(profile))
    lines = [f"recorded: {verdict(found, profile.calibrated).partition('. ')[0].rstrip('.')}"]
    if seen or found.missed_ops:
        kept = sum(row.why == COUNTED for row in found.missed_ops)
        shown = f", {kept} of them in the load as it ran" if kept else ""
        missed = f"; {counted(len(found.missed_ops), 'op')} that ran not found{shown}" if found.missed_ops else ""
        lines.append(f"recorded: {counted(seen, 'call')} followed that static analysis missed{missed}")
    return lines


def _fix_first(profiles: Sequence[ActionProfile], width: int, color: bool) -> list[str]:
    worth = worth_fixing(profiles)
    lines = [painted("Fix first", "bold", color)]
    lines += [] if worth else [fitted(f"  {NOTHING}", width)]
    for number, proposal in enumerate(worth, 1):
        candidate = proposal.candidate
        lines += wrapped(f"  {number}. {visible(candidate.title)}", width)
        place = f"{visible(candidate.file)}:{candidate.line} ({candidate.id})"
        texts = [place, f"saves {visible(savings_text(proposal))}"]
        if candidate.assumes:
            texts.append(f"assumes: {visible(candidate.assumes)}")
        if proposal.op is not None:
            texts.append(_path(proposal.op))
        lines += [line for text in texts for line in wrapped(f"     {text}", width)]
    return lines


def _path(op: ExpensiveOp) -> str:
    names = [visible(step.function) + MARKS[step.evidence] + (" (loop)" if step.lines else "") for step in steps(op)]
    if len(names) > MAX_STEPS:
        names[2 : len(names) - (MAX_STEPS - 3)] = [f"… {len(names) - MAX_STEPS + 1} more …"]
    return " → ".join([*names, visible(op.callee)])


def with_fewer_parts(text: str, separator: str, width: int) -> str:
    """A dotted name, or a path, in at most `width` columns: with fewer of its first parts, then its end alone."""
    parts = text.split(separator)
    for first in range(len(parts)):
        shown = separator.join(parts[first:])
        shown = f"…{shown}" if first else shown
        if columns_of(shown) <= width:
            return shown
    end = parts[-1]
    while columns_of(end) >= max(width, 1) and end:
        end = end[1:]
    return f"…{end}"


def begun(text: str, width: int) -> str:
    """The beginning of a text in at most `width` columns."""
    if columns_of(text) <= width:
        return text
    while columns_of(text) >= width:
        text = text[:-1]
    return f"{text.rstrip(' ,')}…"


def wrapped(text: str, width: int) -> list[str]:
    """A line as one or two of at most `width` columns, broken at a space, the second one further in; what still finds
    no room is left out of its middle."""
    if columns_of(text) <= width:
        return [text]
    inside = " " * (len(text) - len(text.lstrip(" ")) + 2)
    end = next((at for at in range(min(len(text), width), len(inside), -1)
                if text[at : at + 1] == " " and columns_of(text[:at]) <= width), 0)  # fmt: skip
    if not end:
        return [fitted(text, width)]
    return [text[:end], fitted(f"{inside}{text[end + 1 :]}", width)]


def columns_of(text: str) -> int:
    """Columns of a terminal that `text` takes: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def fitted(text: str, width: int) -> str:
    """`text` in at most `width` columns, its middle left out where it is longer."""
    room = width
    while columns_of(text) > width and room > 0:
        text = shortened(text, room)
        room -= 1
    return text
