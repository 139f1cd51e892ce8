"""Counting against execution: random programs are run with counters, and the terms are evaluated at the real rounds.

A sample by default; CODE_PATH_AUDIT_PROGRAMS=5000 for so many programs.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, assume, given, settings

from code_path_audit.profiles.runs.terms import OTHERS, SELDOM_OTHERS, LoopName, Runs, evaluated
from tests.profiles.runs.programs import FUNCTIONS, Program, Ran, programs, run
from tests.profiles.runs.reading import counted

HOW_MANY = int(os.environ.get("CODE_PATH_AUDIT_PROGRAMS", "40"))
NAMES = ["op", "leaf", "cached0", "cached1", *(f"f{number}" for number in range(FUNCTIONS))]

sample = settings(
    max_examples=HOW_MANY,
    deadline=None,
    derandomize=HOW_MANY == 40,
    # a long run says which program it is at once: to make that a small one takes longer than the run
    phases=tuple(Phase) if HOW_MANY == 40 else (Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


MERGED = frozenset((OTHERS, SELDOM_OTHERS))


def at_rounds(runs: Runs, ran: Ran) -> int:
    longest = max(ran.rounds.values())

    def rounds(loop: LoopName) -> int:
        return longest if loop in MERGED else ran.rounds[loop]

    return evaluated(runs, rounds)


def compared(program: Program) -> list[tuple[str, int, int, bool]]:
    """Each function: how often it ran, how often it is counted, and whether all terms are kept apart."""
    ran = run(program)
    assume(ran is not None)
    assert ran is not None
    header = "".join(f"row{number}s = load()\n" for number in range(3))
    header += "".join(f"FLAG{number} = load()\n" for number in range(3)) + "state = load()\nBAD = load()\n"
    found = counted(header + program.source, "m.main").functions([f"m.{name}" for name in NAMES])
    return [
        (name, ran.calls[name], at_rounds(terms, ran), all(MERGED.isdisjoint(term.loops) for term in terms))
        for name in NAMES
        for terms in (found[f"m.{name}"],)
    ]


@sample
@given(programs(certain=True))
def test_where_all_conditions_hold_the_terms_are_the_count(program: Program) -> None:
    assert program.exact
    for name, real, found, apart in compared(program):
        assert real == found or (real < found and not apart), name


@sample
@given(programs())
def test_the_terms_are_never_less_than_the_count(program: Program) -> None:
    for name, real, found, apart in compared(program):
        assert real <= found, name
        if program.exact and all(program.flags) and apart:
            assert real == found, name
