"""What explains a finding, as plain values: the path, and what the change did."""

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


class Cause(NamedTuple):
    """What a change did, at a line inside of it, that an op is new or heavier by.

    `function` is where it matters, and `callee` what is called there; both are "" for a setting. `how` says what
    happened, in words. `kind` is one of `CAUSES`, `change` "added" or "taken away"; `text` is what is, or was, written
    there.
    """

    function: str
    callee: str
    file: str
    line: int
    how: str
    kind: str = "edge"
    change: str = "added"
    text: str = ""


CAUSES = ("op", "edge", "loop", "cache", "guard", "size", "entry point", "setting", "function")
"""What a change can do to an action: "function" is any other edit of a function on the way."""


class Evidence(NamedTuple):
    """What explains one finding. `path` and `before` go from the entry point to the op; empty where there is none.

    `cause` is None where nothing is known of the state before, or no line of the change leads to it.
    """

    path: tuple[Step, ...] = ()
    before: tuple[Step, ...] = ()
    cause: Cause | None = None

    @property
    def weakest(self) -> str:
        """The evidence of the weakest call on the path; "certain" where there is no path."""
        return max((step.evidence for step in self.path), key=EVIDENCE.index, default=EVIDENCE[0])

    @property
    def is_doubtful(self) -> bool:
        """Whether a call on the path is not certain."""
        return self.weakest != EVIDENCE[0]
