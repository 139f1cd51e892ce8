"""What explains a finding, as plain values: the path, and the changed edge."""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """One function on a path, and the line in it where the next is called (for the last: the op's own).

    `loops` are the lines of the loops that amplify in it; `inferred` says that the call from here is a guess.
    """

    function: str
    file: str
    line: int
    loops: tuple[int, ...]
    inferred: bool


class ChangedEdge(NamedTuple):
    """The edge that a change made or made heavier, and the line to look at. `how` says what happened, in words."""

    caller: str
    callee: str
    file: str
    line: int
    how: str


class Evidence(NamedTuple):
    """What explains one finding. `path` and `before` go from the entry point to the op; empty where there is none.

    `edge` is None where nothing is known of the state before, or the change is not on the path.
    """

    path: tuple[Step, ...] = ()
    before: tuple[Step, ...] = ()
    edge: ChangedEdge | None = None

    @property
    def inferred(self) -> bool:
        """Whether a call on the path is a guess."""
        return any(step.inferred for step in self.path)
