"""What explains a finding, as plain values: the path, and the changed edge."""

from __future__ import annotations

from typing import NamedTuple

from code_path_audit.callgraph.model import EVIDENCE


class Step(NamedTuple):
    """One function on a path, and the line in it where the next is called (for the last: the op's own).

    `loops` are the lines of the loops that amplify in it; `evidence` is that of the call from here, in a word.
    """

    function: str
    file: str
    line: int
    loops: tuple[int, ...]
    evidence: str


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
    def weakest(self) -> str:
        """The evidence of the weakest call on the path; "certain" where there is no path."""
        return max((step.evidence for step in self.path), key=EVIDENCE.index, default=EVIDENCE[0])

    @property
    def is_doubtful(self) -> bool:
        """Whether a call on the path is not certain."""
        return self.weakest != EVIDENCE[0]
