"""Runs in words: "once", "3 times", "per order and line", "up to 3 times"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from code_path_audit.profiles.runs.terms import LIMIT, LoopName, PlainRuns, Runs, Term, runs_of

MOST = 3
"""Terms that are told, and loops of one that are named; of more, the rest is "more"."""

TIMES = {1: "once", 2: "twice"}


def in_words(runs: Runs, order: Sequence[str] = ()) -> str:
    """How often: the terms, the highest degree first. `order`: names of loops as they stand inside of one another."""
    if not runs:
        return "never"
    parts = [term_in_words(term, order) for term in runs[:MOST]]
    if len(runs) > MOST:
        parts[-1:] = ["more"]
    return ", and ".join(parts)


def term_in_words(term: Term, order: Sequence[str] = ()) -> str:
    """One term; past `MOST` loops there is no number any more, since nobody would believe it."""
    place = {name: number for number, name in enumerate(order)}
    by_kind: dict[str, list[str]] = {}
    for kind, name in sorted(term.loops, key=lambda loop: place.get(loop.name, len(place))):
        by_kind.setdefault(kind, []).append(name)
    limits = [int(name) for name in by_kind.get("first", ()) if name.isdigit()]
    named = [name for name in by_kind.get("first", ()) if not name.isdigit()]
    each = nested([name for kind in ("loop", "pieces", "distinct") for name in by_kind.get(kind, ())] + named)
    cycles = by_kind.get("cycle", [])
    has_number = len(term.loops) <= MOST and bool(term.count > 1 or limits or named or not term.loops)
    words = ["up to" if has_number else "at most"] if limits or named else []
    if has_number:
        count = term.count
        for limit in limits:
            count *= limit
        words.append(TIMES.get(count, f"{count:,} times"))
    if len(each) > MOST:
        each = [*each[:MOST], f"{len(each) - MOST} more"]
    if each:
        words.append(f"per {joined(each)}")
    if cycles:
        words.append(f"in each round of {joined(nested([name.rpartition('.')[2] for name in cycles]))}")
    if "others" in by_kind:
        words.append("in other loops")
    return " ".join(words)


def nested(names: Sequence[str]) -> list[str]:
    """Names of loops, each once, with how deep those of one name stand inside of one another."""
    return [name if (deep := names.count(name)) == 1 else f"{name} ({deep} deep)" for name in dict.fromkeys(names)]


def joined(names: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    *some, last = names
    return f"{', '.join(some)} and {last}" if some else last


BESIDE = "beside others: "
"""What stands before the terms of what waits beside others (`profiles.side_by_side`)."""


LONGER = "kept: "
"""What stands before the terms of what only runs for something that is kept longer (`profiles.runs.lasting`)."""


HERE = "kept here: "
"""What stands there where that is kept as long as one run of the action, and maybe no longer."""


AWAY = "off the loop: "
"""What stands before the terms of what waits off the event loop of its action: in a thread (`profiles.event_loop`)."""


def as_text(runs: PlainRuns, beside: bool = False, longer: bool = False, here: bool = False, away: bool = False) -> str:
    """The terms in one line that is read again: "2 * line * order + cycle shop.visit + 1"."""
    terms = []
    for loops, count in runs:
        names = [name if kind == "loop" else f"{kind} {name}" for kind, name in loops]
        terms.append(" * ".join([str(count)] * (count != 1 or not names) + names))
    kept = LONGER if longer else HERE * here
    return kept + BESIDE * beside + AWAY * away + " + ".join(terms)


@lru_cache(maxsize=4096)
def from_text(text: str) -> Runs:
    """The terms of such a line; what is none of them counts as nothing. A check asks for the same many times."""
    terms = []
    text = text.removeprefix(LONGER).removeprefix(HERE).removeprefix(BESIDE).removeprefix(AWAY)
    for part in text.split(" + ") if text else ():
        first, *factors = part.split(" * ")
        # no longer number was written
        count = (int(first) if len(first) < len(str(LIMIT)) else LIMIT) if first.isdecimal() else 1
        loops = []
        for factor in factors if first.isdecimal() else [first, *factors]:
            kind, space, name = factor.partition(" ")
            loops.append(LoopName(kind, name) if space else LoopName("loop", factor))
        terms.append(Term(tuple(sorted(loops)), count))
    return runs_of(terms)
