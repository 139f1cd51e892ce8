"""How much data one op handles, and how that is known."""

from collections.abc import Mapping
from typing import NamedTuple

from code_path_audit.callgraph.model import ArgumentValue
from code_path_audit.config import Hint
from code_path_audit.costs.calls import MatchedCall, changes_state, constant_path, value_at
from code_path_audit.costs.model import SIZE_SOURCES, CostClass
from code_path_audit.costs.tables import Place
from code_path_audit.costs.weights import LARGEST_COUNT
from code_path_audit.program.model import Program
from code_path_audit.sources.data_files import FileSize

NODE_BYTES = 8
"""Bytes of text for one node of a JSON-like document: for a class that counts one, and a size known in the other."""


class Size(NamedTuple):
    """A size in the unit of its class, and its source, one of `SIZE_SOURCES`."""

    amount: float
    source: str

    def estimate(self) -> int | None:
        """The size where anything is known of it, None where it is assumed."""
        return None if self.source in ("assumed", "unknown") else round(self.amount)


def op_size(
    call: MatchedCall,
    cost_class: CostClass,
    file_size: FileSize | None = None,
    comment: int | None = None,
    hint: Hint | None = None,
    measured: int | None = None,
) -> Size:
    """The size of one op. In order: a comment beside it, the value itself, a number of it, the file it is in, the
    user's hint for the function, what a recorded run measured (in the unit of the class), what the class assumes; and
    no more than it asks for.
    """
    found = _found(call, cost_class, file_size, comment, hint, measured)
    most = _number(call, call.rule.most_from)
    if most is None or comment is not None:
        return found
    amount = _in_unit(most.size or 0, call.rule.unit, cost_class)
    # a class that assumes one of its unit assumes nothing of how much there is
    says_nothing = found.source == "assumed" and cost_class.assumed_size <= 1
    return Size(amount, _source(most)) if amount <= found.amount or says_nothing else found


def _found(
    call: MatchedCall,
    cost_class: CostClass,
    file_size: FileSize | None,
    comment: int | None,
    hint: Hint | None,
    measured: int | None,
) -> Size:
    if comment is not None:
        return Size(min(comment, LARGEST_COUNT), "hint")
    value = value_at(call, call.rule.size_from)
    if value is not None and value.size is not None and value.kind in ("str", "bytes", "container"):
        unit = "nodes" if value.kind == "container" else "bytes"
        return Size(_in_unit(value.size, unit, cost_class), _source(value))
    number = _number(call, call.rule.count_from)
    if number is not None:
        return Size(_in_unit(number.size or 0, call.rule.unit, cost_class), _source(number))
    in_file = _file(call, file_size)
    if in_file is not None:
        return Size(_in_unit(in_file, "bytes", cost_class), "file")
    if hint is not None and hint.size is not None:
        return Size(hint.size, "hint")
    if measured is not None:
        return Size(measured, "measured")
    return Size(cost_class.assumed_size, "assumed")


def _number(call: MatchedCall, places: tuple[Place, ...]) -> ArgumentValue | None:
    """An argument that is a number, if it is known and says something: `read(-1)` is all of it."""
    value = value_at(call, places)
    says = value is not None and value.kind == "int" and value.size is not None and value.size >= 0
    return value if says else None


def _file(call: MatchedCall, file_size: FileSize | None) -> int | None:
    # the size that a file has now says nothing of what is written to it
    if file_size is None or changes_state(call):
        return None
    path = constant_path(call)
    if path is None or path.startswith("/") or path.split("/")[0] in ("..", ".") or ":" in path:
        return None
    return file_size(path)


def amounts(size: float) -> tuple[float, float]:
    """What the size of a file is in an op, in bytes and in nodes."""
    amount = min(size, LARGEST_COUNT)
    return amount, max(amount / NODE_BYTES, 1.0)


def _in_unit(amount: float, unit: str, cost_class: CostClass) -> float:
    amount = min(amount, LARGEST_COUNT)  # first of all: an integer may be too large to be a float
    if unit == "bytes" and cost_class.unit == "nodes":
        return amounts(amount)[1]
    if unit == "nodes" and cost_class.unit == "bytes":
        return amount * NODE_BYTES
    return amount


def _source(value: ArgumentValue) -> str:
    return value.source if value.source in SIZE_SOURCES and value.source != "unknown" else "constant"


def comment_sizes(program: Program, module: str) -> Mapping[int, int]:
    """Lines that a comment `# audit: size=N` speaks of, with N: its own line, and the next if no call is on its own."""
    facts = program.modules[module]
    rows = [(line, amount) for line, kind, amount in facts.hints if kind == "size"]
    if not rows:
        return {}
    busy = {
        line for function in facts.functions for first, _, last, _ in function.positions.sites for line in (first, last)
    }
    sizes: dict[int, int] = {}
    for line, amount in rows:
        if line not in busy:
            sizes[line + 1] = amount
    # what stands on the line itself outranks the line above
    sizes.update(rows)
    return sizes
