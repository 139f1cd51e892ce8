"""What a change asks for once for all rows that were read before: the cure of a query for each of them. Pure.

`prefetch_related` added to a query that was there pays one query more, and is written where somebody saw one for each
row; what reads those rows may be in a template, or in a library, where nothing is counted. Where the change also reads
what it asks for, that is a query for something new.
"""

from __future__ import annotations

from code_path_gate.baseline.model import BaselineOp
from code_path_gate.causes.cause import LOADING, PREFETCHED, Sides
from code_path_gate.causes.change import Edit

ROWS = "django.db.models.QuerySet."
"""What the callee of a query for rows begins with."""


def at_once(now: BaselineOp, was: BaselineOp | None, sides: Sides) -> str:
    """Why a new query is no matter: it asks once for what belongs to rows that were read before; "" where it is."""
    if was is not None or not now.callee.startswith(PREFETCHED) or now.open_loops or now.amplification > 1:
        return ""
    asking = {row.id for row in sides.base.measured.current.ops if row.callee.startswith(ROWS)}
    like = [row for row in sides.head.measured.current.ops if row.function == now.function and row.id in asking]
    name = now.callee.rpartition(".")[2].rpartition("__")[2]
    if not like or any(_reads(edit, name) for edit in sides.change.edits()):
        return ""
    return "asked for once for all rows that were read before, and no line of the change reads more of them"


def _reads(edit: Edit, name: str) -> bool:
    """Whether a statement that the change wrote says a relation, and does not only load it."""
    mentions = edit.statement.mentions
    return not edit.gone and name in mentions and not LOADING & mentions
