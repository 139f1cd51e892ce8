"""How much an op handles: bytes for files, sources and payloads, nodes for structured data. None where it cannot be
said.

Everything is capped, so that sizing a large value stays cheap against working on it.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing would cost every recorded process
    from collections.abc import Callable
    from typing import Any

NODE_CAP = 5000
SAMPLE = 16
LIMIT = 200
_stat, _fstat = os.stat, os.fstat
_SCALARS = frozenset({str, bytes, int, float, bool, type(None), complex})
_CONTAINERS = frozenset({dict, list, tuple, set, frozenset})


def nodes(value: object, cap: int = NODE_CAP) -> int:
    """Leaves + containers + dict keys; beyond `cap` visited nodes the rest is extrapolated from a sample of it."""
    count, pending = _visit(value, cap)
    if pending:
        step = -(-len(pending) // SAMPLE)
        sample = [_rough(item) for item in pending[::step]]
        count += len(pending) * sum(sample) // len(sample)
    return count


def _visit(value: object, cap: int) -> tuple[int, list[object]]:
    """(nodes counted, what was left unvisited). A container longer than `cap` is left as a whole."""
    if type(value) in _SCALARS:
        return 1, []
    seen: set[int] = set()
    scalars, containers = _SCALARS, _CONTAINERS
    count, pending = 0, [value]
    while pending and count < cap:
        item = pending.pop()
        held: Any = item if type(item) in containers else _inside(item)
        if id(item) in seen or type(held) not in containers:
            count += 1
            continue
        if len(held) > cap:
            pending.append(item)
            break
        seen.add(id(item))
        count += 1
        if type(held) is dict:
            count += len(held)
            held = held.values()
        for each in held:
            if type(each) in scalars:
                count += 1
            else:
                pending.append(each)
    return count, pending


def _inside(item: object) -> Any:
    """What a value of a class holds: the elements of the builtin container that it is, else its attributes."""
    kind = type(item)
    bases: Any = (dict, list, tuple, set, frozenset)
    for base in bases:
        if issubclass(kind, base):
            # by the builtin type's own methods: those of the class are the program's code
            if base.__len__(item) > LIMIT * LIMIT:
                return None
            return dict(enumerate(base.values(item))) if issubclass(kind, dict) else [*base.__iter__(item)]
    return getattr(item, "__dict__", None)


def _rough(item: object) -> int:
    """About how many nodes an unvisited value has, from a few of its elements, each counted to a limit."""
    if type(item) is dict:
        elements, count = list(item.values()), len(item) + 1
    elif type(item) in _CONTAINERS:
        elements, count = list(item), 1  # type: ignore[call-overload]
    else:
        return _visit(item, LIMIT)[0]
    sample = elements[:: max(1, len(elements) // SAMPLE)]
    return count + (
        len(elements) * sum(_visit(element, LIMIT)[0] for element in sample) // len(sample) if sample else 0
    )


def length(value: object) -> int | None:
    """Bytes of a str or bytes value (characters, for a str beyond ASCII)."""
    return len(value) if isinstance(value, str | bytes | bytearray | memoryview) else None


def argument(args: tuple[Any, ...], index: int) -> Any:
    return args[index] if len(args) > index else None


def opened(args: tuple[Any, ...], result: Any) -> int | None:
    """The size of a file just opened for reading. (One opened for writing is sized when it is let go: see `core`.)"""
    try:
        return _fstat(result.fileno()).st_size
    except (OSError, AttributeError, ValueError):
        return None


def path_size(path: Any) -> int | None:
    """The size of the file that a path names."""
    try:
        return _stat(path).st_size
    except (OSError, TypeError, ValueError):
        return None


def body(args: tuple[Any, ...], result: Any) -> int | None:
    """The bytes of a response, where it holds them already."""
    return length(getattr(result, "__dict__", {}).get("_content"))


SIZERS: dict[str, Callable[[tuple[Any, ...], Any], int | None]] = {
    "none": lambda args, result: None,
    "bytes0": lambda args, result: length(argument(args, 0)),
    "bytes1": lambda args, result: length(argument(args, 1)),
    "arg1": lambda args, result: length(argument(args, 1)),
    "result": lambda args, result: length(result),
    "nodes0": lambda args, result: nodes(argument(args, 0)) if args else None,
    "nodes1": lambda args, result: nodes(argument(args, 1)) if len(args) > 1 else None,
    "nodes_result": lambda args, result: nodes(result),
    "opened": opened,
    "path0": lambda args, result: path_size(argument(args, 0)),
    "body": body,
}


def sizer_of(name: str, method: bool) -> Callable[[tuple[Any, ...], Any], int | None]:
    """The sizer of a row: one by name, or "bytes:N", "nodes:N" or "path:N" of the N-th argument, not counting self."""
    found = SIZERS.get(name)
    if found is not None:
        return found
    what, _, number = name.partition(":")
    at = int(number) + method
    measure: Any = {"bytes": length, "nodes": nodes, "path": path_size}[what]
    return lambda args, result: measure(args[at]) if len(args) > at else None
