"""How much work one solution may be: what is given up, in which order, so that solving ends whatever there is to solve.

A step is about a microsecond of work: a handler that is called, a value that is passed on, a row of a body that is
read. Steps are counted, never timed, so the same program is given up at the same place on every machine.
"""

from __future__ import annotations

from typing import NamedTuple


class Level(NamedTuple):
    """From so many `steps` on, a variable takes up to so many `values`, a function so many `contexts`."""

    steps: int
    values: int
    contexts: int


class Budget(NamedTuple):
    """The work that one solution may be, if it reaches up to so many `functions`; in proportion, if it reaches more.
    A function of fewer than `instructions` counts as the part of one that it is: what is allowed grows with the source,
    not with the functions that it is cut into.

    `levels`: a program that is large, or of which little is known, is analysed more coarsely from then on, so that the
    work grows with what is reached and not with its square. `guesses`: steps for what follows from weak evidence, if
    finding all else did not take more, and `guesses_each` for each function that the entry points reach so far.
    `contexts`: past each so many in all, beside one for each function, the next level is reached, too: steps say little
    of what they take in memory. `steps`: the end; what was still to be passed on is dropped. `shared`: steps after
    which equal points-to sets are made one again, which changes no result.
    """

    functions: int
    levels: tuple[Level, ...]
    guesses: int
    guesses_each: int
    steps: int
    shared: int = 1_000_000
    instructions: int = 20
    contexts: int = 8_000


BUDGET = Budget(
    functions=4_000,
    levels=(Level(2_250_000, 40, 12), Level(3_000_000, 24, 4), Level(4_100_000, 12, 0)),
    guesses=750_000,
    guesses_each=6_000,
    steps=12_000_000,
)
"""Of the fourteen applications of the accuracy page twelve stay below the first level; of what recorded runs called the
levels lose nine functions of 2,212. The most contexts beside one for each function are 1,044 (mkdocs). Functions of
large programs have 30 to 40 instructions (conda, meson, searxng)."""
