"""An action of one state as it was measured, with the lines of the program as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from code_path_audit.program.model import Program
from code_path_gate.baseline.model import BaselineOp
from code_path_gate.measuring.measured import Measured
from code_path_gate.verdict.evidence import Step


class Seen(NamedTuple):
    """An action of one state as it was measured, now or before, and the program of that state, which has the lines.

    `source` gives the bytes of a file by its path, relative to the root, `keys` a digest of them without reading any.
    """

    measured: Measured
    program: Program
    source: Mapping[str, bytes]
    keys: Mapping[str, str] = {}

    def op(self, op_id: str) -> BaselineOp | None:
        """An op by its identity."""
        return next((op for op in self.measured.current.ops if op.id and op.id == op_id), None)

    def path(self, op_id: str) -> tuple[Step, ...]:
        """The path to an op, () where there is none."""
        steps = []
        for hop in self.measured.paths.to(op_id):
            facts = self.program.facts(hop.function)
            line = facts.line if hop.site < 0 else facts.positions.sites[hop.site][0]
            loops = tuple(facts.positions.loops[loop] for loop in hop.loops)
            steps.append(Step(hop.function, self.program.path(hop.function), line, loops, hop.evidence))
        return tuple(steps)
